"""What every HTTP route stands on: the envelope, limits, sessions, permissions, figures."""

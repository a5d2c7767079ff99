"""Checks of what is said and shown, before people see it."""

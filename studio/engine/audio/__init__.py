"""Sound: tracks on the master clock, the mixer and its thread."""

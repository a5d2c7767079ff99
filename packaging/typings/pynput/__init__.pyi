"""The part of pynput that the studio uses."""

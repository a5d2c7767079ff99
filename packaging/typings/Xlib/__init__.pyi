"""The part of python-xlib that the studio uses."""

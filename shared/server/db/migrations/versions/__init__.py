"""One file per step, named by its number: `v0001_first.py` has revision "0001"."""

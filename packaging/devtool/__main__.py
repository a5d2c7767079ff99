"""Starts the program, as `python packaging/devtool` or `python -m devtool`."""

import sys
from importlib import import_module
from pathlib import Path

# Started as a folder, Python puts that folder first; its parent is what we import from.
sys.path[0] = str(Path(__file__).resolve().parents[1])
sys.exit(import_module("devtool.program").main(sys.argv[1:]))

"""Keys that work whichever program has the focus, heard by the engine so that no window need live.

One listener for each system: X11's record extension, the Wayland portal, pynput elsewhere.
"""

from studio.engine.keys.combination import Combination, parse_keys
from studio.engine.keys.listening import GlobalKeys

__all__ = ["Combination", "GlobalKeys", "parse_keys"]

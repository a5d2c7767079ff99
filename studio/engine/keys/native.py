"""Global keys on Windows and macOS, by pynput."""

import threading
from collections.abc import Callable, Mapping
from functools import partial

from pynput.keyboard import GlobalHotKeys

from shared.errors import Unavailable
from studio.engine.keys.combination import Combination


class NativeListener:
    """Listens through the system's own hook; macOS asks the person for leave."""

    def __init__(self, keys: Mapping[str, Combination], pressed: Callable[[str], None]) -> None:
        self._stopped = threading.Event()
        self._hotkeys = GlobalHotKeys(
            {each.pynput_text: partial(pressed, action) for action, each in keys.items()}
        )

    def run(self, ready: Callable[[], None]) -> None:
        """Listen until `stop`.

        Raises:
            Unavailable: the system does not let us.
        """
        self._hotkeys.start()
        self._hotkeys.wait()
        ready()
        self._hotkeys.join()
        if not self._stopped.is_set():
            raise Unavailable(
                "The system does not let the studio hear keys everywhere; allow it under "
                "Privacy, Input Monitoring, and start the studio again.",
                code="KEYS_REFUSED",
            )

    def stop(self) -> None:
        """End the hook."""
        self._stopped.set()
        self._hotkeys.stop()

"""Which keys are listened for everywhere, with the listener that fits this system."""

import os
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Protocol

from shared.errors import AppError, InvalidInput, Unavailable
from studio.engine.keys.combination import Combination, parse_keys
from studio.engine.protocol import GlobalKey

type Pressed = Callable[[str], None]
"""Called with the action, from the listener's thread."""

_START_S = 4.0


class KeyListener(Protocol):
    """One system's way to hear keys; runs in a thread of its own."""

    def run(self, ready: Callable[[], None]) -> None:
        """Listen until `stop`; call `ready` once keys are heard.

        Raises:
            AppError: keys cannot be heard here; says what to do.
        """
        ...

    def stop(self) -> None:
        """End `run` at once, from any thread."""
        ...


type MakeListener = Callable[[Mapping[str, Combination], Pressed], KeyListener]


def listener_here(
    keys: Mapping[str, Combination],
    pressed: Pressed,
    *,
    platform: str = sys.platform,
    environment: Mapping[str, str] = os.environ,
) -> KeyListener:
    """Return the listener for the system we run on.

    Raises:
        Unavailable: there is none.
    """
    if platform in ("win32", "darwin"):
        from studio.engine.keys.native import NativeListener  # talks to the system when imported

        return NativeListener(keys, pressed)
    if environment.get("WAYLAND_DISPLAY") or environment.get("XDG_SESSION_TYPE") == "wayland":
        from studio.engine.keys.portal import PortalListener

        return PortalListener(keys, pressed)
    if environment.get("DISPLAY"):
        from studio.engine.keys.x11 import X11Listener

        return X11Listener(keys, pressed, display=environment["DISPLAY"])
    raise Unavailable(
        "There is no screen to listen on, so keys work only in the studio's window.",
        code="KEYS_NO_SCREEN",
    )


class GlobalKeys:
    """Holds one listener at a time; `note` says why there is none that works."""

    def __init__(self, make: MakeListener = listener_here) -> None:
        self._make = make
        self._on_key: Pressed = lambda _action: None
        self._on_change: Callable[[], None] = lambda: None
        self._listener: KeyListener | None = None
        self._thread: threading.Thread | None = None
        self.keys: tuple[GlobalKey, ...] = ()
        self.note = ""

    def listen(self, *, on_key: Pressed, on_change: Callable[[], None]) -> None:
        """Call `on_key` for each press and `on_change` when `note` changed, from other threads."""
        self._on_key, self._on_change = on_key, on_change

    def set(self, keys: tuple[GlobalKey, ...]) -> None:
        """Listen for these in place of those before.

        Raises:
            InvalidInput: keys that do not exist, or that two actions want.
        """
        wanted: dict[str, Combination] = {}
        for each in keys:
            combination = parse_keys(each.keys)
            if combination in wanted.values():
                raise InvalidInput(
                    f"Two actions want {combination.text}; give one of them other keys.",
                    code="KEYS_TWICE",
                )
            wanted[each.action] = combination
        if keys == self.keys and (self._listener is not None or not keys):
            return
        self._stop()
        self.keys, self.note = keys, ""
        if wanted:
            self._start(wanted)

    def _start(self, wanted: Mapping[str, Combination]) -> None:
        try:
            listener = self._make(wanted, self._pressed)
        except AppError as error:
            self.note = error.message
            return
        self._listener = listener
        self._thread = threading.Thread(
            target=self._run, args=(listener,), name="global-keys", daemon=True
        )
        self._thread.start()

    def _pressed(self, action: str) -> None:
        self._on_key(action)

    def _run(self, listener: KeyListener) -> None:
        note = ""
        try:
            listener.run(self._on_change)
        except AppError as error:
            note = error.message
        if self._listener is listener and note:
            self.note, self._listener = note, None
            self._on_change()

    def _stop(self) -> None:
        listener, self._listener = self._listener, None
        thread, self._thread = self._thread, None
        if listener is not None:
            listener.stop()
        if thread is not None and thread is not threading.current_thread():
            thread.join(_START_S)

    def close(self) -> None:
        """Listen for nothing any more."""
        self._stop()
        self.keys = ()

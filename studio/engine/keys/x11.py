"""Global keys on X11, by its record extension: heard even while a hung window holds the keyboard.

Nothing but the wanted combinations is looked at, and nothing is kept.
"""

import contextlib
import threading
from collections.abc import Callable, Mapping

from Xlib import XK, X, error
from Xlib.display import Display
from Xlib.ext import record
from Xlib.protocol import rq

from shared.errors import Unavailable
from studio.engine.keys.combination import Combination

_MASKS = {"shift": X.ShiftMask, "ctrl": X.ControlMask, "alt": X.Mod1Mask, "meta": X.Mod4Mask}
_ALL_MASKS = X.ShiftMask | X.ControlMask | X.Mod1Mask | X.Mod4Mask


class X11Listener:
    """Listens on one display; two connections, because the one that records cannot be told."""

    def __init__(
        self,
        keys: Mapping[str, Combination],
        pressed: Callable[[str], None],
        *,
        display: str,
    ) -> None:
        self._keys = keys
        self._pressed = pressed
        self._name = display
        self._wanted: dict[tuple[int, int], str] = {}
        self._lock = threading.Lock()
        self._control: Display | None = None
        self._context: int | None = None
        self._is_stopped = False

    def run(self, ready: Callable[[], None]) -> None:
        """Listen until `stop`.

        Raises:
            Unavailable: the display cannot be reached or does not record.
        """
        try:
            control, recorder = Display(self._name), Display(self._name)
        except (error.DisplayError, error.XauthError, OSError) as problem:
            raise _unavailable() from problem
        try:
            if not recorder.has_extension("RECORD"):
                raise _unavailable()
            self._wanted = _wanted(control, self._keys)
            context = recorder.record_create_context(0, [record.AllClients], [_key_presses()])
            with self._lock:
                if self._is_stopped:
                    return
                self._control, self._context = control, context
            recorder.record_enable_context(
                context, lambda reply: self._hear(reply, recorder, ready)
            )
        except (error.ConnectionClosedError, error.XError, OSError) as problem:
            if not self._is_stopped:
                raise _unavailable() from problem
        finally:
            with self._lock:
                self._control = None
            for each in (control, recorder):
                with contextlib.suppress(error.ConnectionClosedError, OSError):
                    each.close()

    def stop(self) -> None:
        """End the recording."""
        with self._lock:
            self._is_stopped = True
            control, context = self._control, self._context
            if control is not None and context is not None:
                with contextlib.suppress(error.ConnectionClosedError, OSError):
                    control.record_disable_context(context)
                    control.flush()

    def _hear(self, reply: "rq.DictWrapper", recorder: Display, ready: Callable[[], None]) -> None:
        if reply.category == record.StartOfData:
            ready()
        if reply.category != record.FromServer or reply.client_swapped:
            return
        waiting = reply.data
        while len(waiting):
            event, waiting = rq.EventField(None).parse_binary_value(
                waiting, recorder.display, None, None
            )
            if event.type == X.KeyPress:
                action = self._wanted.get((event.detail, event.state & _ALL_MASKS))
                if action is not None:
                    self._pressed(action)


def _wanted(display: Display, keys: Mapping[str, Combination]) -> dict[tuple[int, int], str]:
    """Return which key code with which modifiers does what."""
    wanted = {}
    for action, combination in keys.items():
        mask = 0
        for name in combination.modifiers:
            mask |= _MASKS[name]
        symbol = XK.string_to_keysym(combination.x11_name)
        for code, _index in display.keysym_to_keycodes(symbol):
            wanted[code, mask] = action
    return wanted


def _key_presses() -> dict[str, object]:
    nothing = (0, 0)
    return {
        "core_requests": nothing,
        "core_replies": nothing,
        "ext_requests": (0, 0, 0, 0),
        "ext_replies": (0, 0, 0, 0),
        "delivered_events": nothing,
        "device_events": (X.KeyPress, X.KeyPress),
        "errors": nothing,
        "client_started": False,
        "client_died": False,
    }


def _unavailable() -> Unavailable:
    return Unavailable(
        "This screen does not let programs listen for keys, so they work only in the studio's "
        "window.",
        code="KEYS_REFUSED",
    )

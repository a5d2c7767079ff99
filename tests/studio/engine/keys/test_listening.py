"""Global keys: what is listened for, and what is said where that does not work."""

import threading
from collections.abc import Callable, Mapping

import pytest

from shared.errors import InvalidInput, Unavailable
from studio.engine.keys import Combination, GlobalKeys
from studio.engine.keys.listening import listener_here
from studio.engine.keys.portal import PortalListener
from studio.engine.keys.x11 import X11Listener
from studio.engine.protocol import GlobalKey

_WAIT_S = 30.0


class _Listener:
    """Hears what the test presses."""

    def __init__(self, keys: Mapping[str, Combination], pressed: Callable[[str], None]) -> None:
        self.keys = keys
        self.press = pressed
        self.refusal: Unavailable | None = None
        self.ended = threading.Event()

    def run(self, ready: Callable[[], None]) -> None:
        if self.refusal is not None:
            raise self.refusal
        ready()
        assert self.ended.wait(_WAIT_S)

    def stop(self) -> None:
        self.ended.set()


class _Desk:
    """A system whose listeners the test holds."""

    def __init__(self) -> None:
        self.made: list[_Listener] = []
        self.pressed: list[str] = []
        self.changed = threading.Semaphore(0)
        self.refusal: Unavailable | None = None

    def make(self, keys: Mapping[str, Combination], pressed: Callable[[str], None]) -> _Listener:
        listener = _Listener(keys, pressed)
        listener.refusal = self.refusal
        self.made.append(listener)
        return listener

    def keys(self) -> GlobalKeys:
        keys = GlobalKeys(self.make)
        keys.listen(on_key=self.pressed.append, on_change=self.changed.release)
        return keys


_PANIC = GlobalKey(action="panic", keys="Ctrl+Shift+F12")
_FREEZE = GlobalKey(action="freeze", keys="Ctrl+Shift+F11")


def test_a_press_is_told_and_new_keys_take_the_place_of_old_ones() -> None:
    desk = _Desk()
    keys = desk.keys()
    keys.set((_PANIC,))
    assert desk.changed.acquire(timeout=_WAIT_S)
    desk.made[0].press("panic")
    keys.set((_PANIC,))
    assert len(desk.made) == 1, "the same keys need no other listener"
    keys.set((_PANIC, _FREEZE))
    assert desk.made[0].ended.is_set()
    assert {each.text for each in desk.made[1].keys.values()} == {
        "Ctrl+Shift+F12",
        "Ctrl+Shift+F11",
    }
    keys.close()
    assert desk.made[1].ended.is_set()
    assert desk.pressed == ["panic"]
    assert keys.keys == ()


def test_two_actions_cannot_have_the_same_keys() -> None:
    desk = _Desk()
    keys = desk.keys()
    with pytest.raises(InvalidInput) as refused:
        keys.set((_PANIC, GlobalKey(action="freeze", keys="shift+ctrl+F12")))
    assert refused.value.code == "KEYS_TWICE"
    assert desk.made == []


def test_a_system_that_refuses_says_so_in_one_sentence() -> None:
    desk = _Desk()
    desk.refusal = Unavailable("The desktop did not let us.", code="KEYS_REFUSED")
    keys = desk.keys()
    keys.set((_PANIC,))
    assert desk.changed.acquire(timeout=_WAIT_S)
    assert keys.note == "The desktop did not let us."
    keys.close()


def test_each_system_has_its_own_listener() -> None:
    def nothing(_action: str) -> None:
        pass

    on_x11 = listener_here({}, nothing, platform="linux", environment={"DISPLAY": ":9"})
    assert isinstance(on_x11, X11Listener)
    both = {"DISPLAY": ":9", "WAYLAND_DISPLAY": "wayland-0"}
    assert isinstance(
        listener_here({}, nothing, platform="linux", environment=both), PortalListener
    )
    with pytest.raises(Unavailable) as refused:
        listener_here({}, nothing, platform="linux", environment={})
    assert refused.value.code == "KEYS_NO_SCREEN"


def test_a_display_that_is_not_there_is_said() -> None:
    changed = threading.Semaphore(0)
    keys = GlobalKeys(lambda wanted, told: X11Listener(wanted, told, display="nonsense"))
    keys.listen(on_key=lambda _action: None, on_change=changed.release)
    keys.set((_PANIC,))
    assert changed.acquire(timeout=_WAIT_S)
    assert "only in the studio's window" in keys.note
    keys.close()

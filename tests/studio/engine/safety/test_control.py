"""The safety commands: in which order what happens, and what clients are told."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from rules.noise import ExpectLog

from shared.errors import Unavailable
from studio.engine.keys import GlobalKeys
from studio.engine.protocol import Event, GlobalKey, KeyEvent, NoticeEvent, SafetyEvent
from studio.engine.safety.control import SafetyControl


class _Air:
    """A broadcast that notes what it is told, and whether the lock was held."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.held_s = 12.34
        self.is_locked: Callable[[], bool] = lambda: False

    def drop(self) -> None:
        self.told.append(f"drop {self.is_locked()}")

    def dump(self) -> None:
        self.told.append(f"dump {self.is_locked()}")

    def force_keyframe(self) -> None:
        self.told.append("keyframe")

    def mark(self, title: str) -> None:
        self.told.append(f"mark {title}")


class _Keys(GlobalKeys):
    """Global keys that a test presses."""

    def listen(self, *, on_key: Callable[[str], None], on_change: Callable[[], None]) -> None:
        super().listen(on_key=on_key, on_change=on_change)
        self.press = on_key


class _Room:
    """A control with everything around it."""

    def __init__(self, folder: Path) -> None:
        self.air: _Air | None = None
        self.events: list[Event] = []
        self.chapters = 0
        self.refusal: Unavailable | None = None
        keys = _Keys(_no_keys)
        self.keys = keys
        self.control = SafetyControl(
            folder / "panic",
            on_air=lambda: self.air,
            tell=self.events.append,
            mark_chapter=self._mark,
            keys=keys,
        )

    def _mark(self) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.chapters += 1

    def go_on_air(self) -> _Air:
        self.air = _Air()
        self.air.is_locked = self.control.safety.lock.locked
        return self.air


def _no_keys(*_: object) -> object:
    raise Unavailable("There is no screen to listen on.", code="KEYS_NO_SCREEN")


@pytest.fixture
async def room(tmp_path: Path) -> _Room:
    return _Room(tmp_path)


async def test_panic_drops_marks_and_is_remembered(
    room: _Room, tmp_path: Path, expect_log: ExpectLog
) -> None:
    expect_log("panic")
    air = room.go_on_air()
    room.control.panic("test")
    assert air.told == ["drop True", "keyframe", "mark Panic"]
    assert room.control.safety.is_silenced
    assert (tmp_path / "panic").exists()
    told = room.events[-1]
    assert isinstance(told, SafetyEvent)
    assert (told.safety.panicked, told.safety.reason) == (True, "test")
    room.control.reveal()
    assert not room.control.safety.is_panicked
    assert not (tmp_path / "panic").exists()


async def test_freezing_shows_a_still_and_silence_until_it_is_taken_back(room: _Room) -> None:
    air = room.go_on_air()
    room.control.freeze(is_frozen=True)
    assert room.control.state().frozen
    assert room.control.safety.is_silenced
    room.control.freeze(is_frozen=False)
    assert not room.control.safety.is_silenced
    assert air.told == ["keyframe", "keyframe"]


async def test_a_reveal_leaves_a_freeze_in_force(room: _Room, expect_log: ExpectLog) -> None:
    expect_log("panic")
    room.control.freeze(is_frozen=True)
    room.control.panic("")
    room.control.reveal()
    assert room.control.safety.is_silenced


async def test_the_delay_is_set_off_air_only(room: _Room) -> None:
    room.control.set_delay(20)
    assert room.control.state().delay_s == 20
    room.go_on_air()
    assert room.control.state().held_s == 12.3
    with pytest.raises(Unavailable) as refused:
        room.control.set_delay(5)
    assert refused.value.code == "ENGINE_LIVE"
    room.control.set_delay(20)  # nothing changes


async def test_a_dump_needs_a_delay_on_air(room: _Room, expect_log: ExpectLog) -> None:
    expect_log("thrown away")
    with pytest.raises(Unavailable):
        room.control.dump()
    room.control.set_delay(20)
    air = room.go_on_air()
    room.control.dump()
    assert air.told == ["dump False", "mark Dump"]


async def test_global_keys_do_what_is_the_engines_and_tell_windows_the_rest(
    room: _Room, expect_log: ExpectLog
) -> None:
    expect_log("panic")
    room.control.press("freeze")
    assert room.control.safety.is_frozen
    room.control.press("freeze")
    assert not room.control.safety.is_frozen
    room.control.press("dump")  # nothing is held: nothing happens
    room.control.press("go-live")
    assert room.events[-1] == KeyEvent(action="go-live")
    room.control.press("panic")
    assert room.control.safety.is_panicked


async def test_a_keyframe_is_made_on_demand(room: _Room) -> None:
    room.control.press("keyframe")  # off air there is nobody to send one to
    air = room.go_on_air()
    room.control.press("keyframe")
    assert air.told == ["keyframe"]


async def test_a_chapter_that_cannot_be_marked_is_told_to_who_asked(room: _Room) -> None:
    room.control.press("chapter")
    assert room.chapters == 1
    room.refusal = Unavailable("Nothing is being recorded.", code="NO_RECORDING")
    with pytest.raises(Unavailable):
        room.control.press("chapter")
    room.keys.press("chapter")  # by a global key: nobody waits for an answer, so all are told
    await asyncio.sleep(0)
    told = room.events[-1]
    assert isinstance(told, NoticeEvent)
    assert told.code == "NO_RECORDING"


async def test_where_keys_cannot_be_heard_the_state_says_why(room: _Room) -> None:
    room.control.set_keys((GlobalKey(action="panic", keys="Ctrl+Shift+F12"),))
    assert room.control.state().keys_note == "There is no screen to listen on."
    assert room.control.state().keys[0].keys == "Ctrl+Shift+F12"

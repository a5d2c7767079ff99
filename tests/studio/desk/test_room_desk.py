"""The room on screen: bursts drained at once, everything once, deletions shown."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from pytestqt.qtbot import QtBot
from tools.pilot import rows_of

from shared.qt.theme import Theme
from shared.realtime import RealtimeClient, RoomItem, Snapshot
from shared.schemas.accounts import UserRef
from shared.schemas.moods import Mood, MoodStrip
from shared.schemas.realtime import EventType, RoomEvent, RoomSnapshot
from shared.schemas.roles import Role
from shared.schemas.room import ChatMessage
from shared.schemas.show import Goal
from shared.schemas.teezer import SlotMode, Teezer
from shared.schemas.wallet import Tip
from studio.desk.room_desk import RoomDesk, teezer_view
from studio.main_window import Cockpit

_NOW = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
_STREAM = "0192d3b4-5c6d-7e8f-9a0b-000000000001"


def an_id(number: int) -> str:
    return f"0192d3b4-5c6d-7e8f-9a0b-{number:012d}"


_NOOR = UserRef(id=an_id(7), display_name="Noor", role=Role.MEMBER)
_MILA = UserRef(id=an_id(8), display_name="Mila", role=Role.CREATOR)


class _Feed:
    """What joining gives back."""

    def __init__(self) -> None:
        self.is_closed = False

    def close(self) -> None:
        self.is_closed = True


class _Line:
    """A realtime client whose room the test speaks for."""

    def __init__(self) -> None:
        self.rooms: list[str] = []
        self.feeds: list[_Feed] = []
        self._listener: Callable[[RoomItem], None] = lambda _item: None
        self._seq = 0

    def join(self, room: str, listener: Callable[[RoomItem], None]) -> _Feed:
        self.rooms.append(room)
        self.feeds.append(_Feed())
        self._listener = listener
        return self.feeds[-1]

    def snapshot(self, **fields: Any) -> None:
        self._listener(Snapshot(seq=self._seq, state=RoomSnapshot(**fields)))

    def event(self, type_: EventType, data: dict[str, Any]) -> None:
        self._seq += 1
        self._listener(RoomEvent(seq=self._seq, type=type_, at=_NOW, data=data))

    def say(self, number: int, text: str, author: UserRef = _NOOR) -> None:
        self.event(EventType.CHAT_MESSAGE, said(number, text, author).model_dump(mode="json"))


def said(number: int, text: str, author: UserRef = _NOOR, minute: int = 0) -> ChatMessage:
    at = _NOW.replace(minute=minute)
    return ChatMessage(id=an_id(number), stream_id=_STREAM, author=author, text=text, at=at)


def tipped(number: int, tokens: int, minute: int = 0) -> Tip:
    at = _NOW.replace(minute=minute)
    return Tip(id=an_id(number), stream_id=_STREAM, sender=_NOOR, tokens=tokens, at=at)


@pytest.fixture
def line() -> _Line:
    return _Line()


@pytest.fixture
def cockpit(qtbot: QtBot, theme: Theme) -> Cockpit:
    made = Cockpit(theme)
    qtbot.addWidget(made)
    made.resize(1280, 720)
    return made


@pytest.fixture
def room(cockpit: Cockpit, line: _Line) -> RoomDesk:
    desk = RoomDesk(cockpit)
    desk.enter(cast(RealtimeClient, line), _STREAM, own_id=_MILA.id)
    return desk


def chat(cockpit: Cockpit) -> list[str]:
    return rows_of(cockpit.feed.chat)


def test_a_snapshot_shows_messages_and_tips_in_the_order_of_their_time(
    cockpit: Cockpit, line: _Line, room: RoomDesk
) -> None:
    line.snapshot(
        messages=[said(1, "first", minute=1), said(2, "third", minute=3)],
        tips=[tipped(3, 50, minute=2)],
    )
    assert chat(cockpit) == []
    room.drain()
    assert chat(cockpit) == ["Noor: first", "Noor: tipped 50 tokens", "Noor: third"]
    assert rows_of(cockpit.feed.activity) == ["Noor: tipped 50 tokens"]


def test_a_burst_is_drawn_once_and_whole(cockpit: Cockpit, line: _Line, room: RoomDesk) -> None:
    line.snapshot()
    room.drain()
    for number in range(500):
        line.say(number + 10, f"message {number}")
    assert chat(cockpit) == []
    room.drain()
    assert chat(cockpit) == [f"Noor: message {n}" for n in range(500)]
    room.drain()
    assert len(chat(cockpit)) == 500


def test_events_between_a_snapshot_and_the_drain_show_once(
    cockpit: Cockpit, line: _Line, room: RoomDesk
) -> None:
    line.say(1, "before")
    line.snapshot(messages=[said(1, "before")], tips=[tipped(2, 10)])
    line.say(3, "after")
    line.event(EventType.TIP_RECEIVED, tipped(4, 20).model_dump(mode="json"))
    room.drain()
    assert sorted(chat(cockpit)) == [
        "Noor: after",
        "Noor: before",
        "Noor: tipped 10 tokens",
        "Noor: tipped 20 tokens",
    ]
    assert len(rows_of(cockpit.feed.activity)) == 2


def test_a_deleted_message_is_gone_at_the_next_frame(
    cockpit: Cockpit, line: _Line, room: RoomDesk
) -> None:
    line.snapshot(messages=[said(1, "rude words")])
    line.say(2, "kind words")
    room.drain()
    line.event(EventType.CHAT_DELETED, {"message_id": an_id(1), "by": "Mila"})
    room.drain()
    assert chat(cockpit) == ["Noor: Message removed", "Noor: kind words"]


def test_tips_move_the_goal_and_stand_out(cockpit: Cockpit, line: _Line, room: RoomDesk) -> None:
    goal = Goal(id=an_id(20), stream_id=_STREAM, title="A song", target_tokens=100)
    line.snapshot(goals=[goal])
    line.event(EventType.TIP_RECEIVED, tipped(21, 60).model_dump(mode="json"))
    moved = goal.model_copy(update={"raised_tokens": 60})
    line.event(EventType.GOAL_PROGRESS, moved.model_dump(mode="json"))
    room.drain()
    reached = goal.model_copy(update={"raised_tokens": 120, "reached_at": _NOW})
    line.event(EventType.GOAL_REACHED, reached.model_dump(mode="json"))
    room.drain()
    assert rows_of(cockpit.feed.activity)[-1] == "Goal reached: A song"
    assert room.show.goal is not None
    assert room.show.goal.raised_tokens == 120


def test_the_mood_tints_the_frame(cockpit: Cockpit, line: _Line, room: RoomDesk) -> None:
    strip = MoodStrip(shares={Mood.WILD: 1.0}, dominant=Mood.WILD, at=_NOW)
    line.event(EventType.MOOD_STRIP, strip.model_dump(mode="json"))
    room.drain()
    assert cockpit.mood is Mood.WILD


def test_the_creator_is_not_among_the_viewers(
    cockpit: Cockpit, line: _Line, room: RoomDesk
) -> None:
    for person in (_MILA, _NOOR):
        line.event(EventType.PRESENCE_JOINED, person.model_dump(mode="json"))
    room.drain()
    assert [p.display_name for p in cockpit.people._people] == ["Noor"]


def test_leaving_lets_go_of_the_room_and_keeps_the_words(
    cockpit: Cockpit, line: _Line, room: RoomDesk
) -> None:
    line.say(1, "goodbye")
    room.drain()
    room.leave()
    assert line.feeds[0].is_closed
    assert room.stream_id is None
    assert chat(cockpit) == ["Noor: goodbye"]


def test_entering_the_same_room_again_changes_nothing(line: _Line, room: RoomDesk) -> None:
    room.enter(cast(RealtimeClient, line), _STREAM, own_id=_MILA.id)
    assert len(line.rooms) == 1
    room.enter(cast(RealtimeClient, line), an_id(99), own_id=_MILA.id)
    assert line.feeds[0].is_closed
    assert line.rooms == [f"stream:{_STREAM}", f"stream:{an_id(99)}"]


@pytest.mark.parametrize(
    ("enabled", "active", "mode", "status"),
    [
        (False, False, SlotMode.LIVE, "Off"),
        (True, True, SlotMode.TEEZER, "Answers now"),
        (True, False, SlotMode.LIVE, "Waits for its hours"),
        (True, False, SlotMode.TEEZER, "Still learning"),
    ],
)
def test_teezer_is_told_in_a_word(
    theme: Theme, enabled: bool, active: bool, mode: SlotMode, status: str
) -> None:
    teezer = Teezer(user_id=_MILA.id, enabled=enabled, active=active, mode=mode)
    assert teezer_view(teezer).status == status

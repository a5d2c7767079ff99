"""The show as reduced from a room's items."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from shared.realtime import RoomItem, Snapshot
from shared.schemas.accounts import UserRef
from shared.schemas.moods import Mood, MoodStrip
from shared.schemas.realtime import EventType, RoomEvent, RoomSnapshot
from shared.schemas.roles import Role
from shared.schemas.room import ChatDeleted, ChatMessage, Restriction, RestrictionKind
from shared.schemas.show import Goal
from shared.schemas.streams import ViewersCount
from shared.schemas.teezer import SlotMode, Teezer
from shared.schemas.wallet import Tip
from studio.live import EVERYTHING, NOTHING, ShowPart, ShowState

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
STREAM_ID = "0192d3b4-5c6d-7e8f-9a0b-000000000001"


def named(number: int) -> str:
    return f"0192d3b4-5c6d-7e8f-9a0b-{number:012x}"


def person(number: int = 1) -> UserRef:
    return UserRef(id=named(number), display_name=f"Person {number}", role=Role.MEMBER)


def message(number: int, text: str = "Hello") -> ChatMessage:
    return ChatMessage(id=named(number), stream_id=STREAM_ID, author=person(), text=text, at=NOW)


def tip(number: int, tokens: int = 5) -> Tip:
    return Tip(id=named(number), stream_id=STREAM_ID, sender=person(), tokens=tokens, at=NOW)


def goal(number: int, raised: int = 0, *, is_reached: bool = False) -> Goal:
    return Goal(
        id=named(number),
        stream_id=STREAM_ID,
        title="Song",
        target_tokens=100,
        raised_tokens=raised,
        reached_at=NOW if is_reached else None,
    )


def event(seq: int, kind: EventType, data: BaseModel | dict[str, Any]) -> RoomEvent:
    fields = data.model_dump(mode="json") if isinstance(data, BaseModel) else data
    return RoomEvent(seq=seq, type=kind, at=NOW, data=fields)


def shown(items: Sequence[RoomItem], **limits: int) -> ShowState:
    show = ShowState(**limits)
    for item in items:
        show.apply(item)
    return show


def texts(show: ShowState) -> list[str]:
    return [m.text for m in show.chat]


def test_a_snapshot_is_where_the_show_starts() -> None:
    room = RoomSnapshot(
        messages=[message(1), message(2)], goals=[goal(3)], tips=[tip(4)], viewers=7
    )
    show = ShowState()
    assert show.apply(Snapshot(9, room)) == EVERYTHING
    assert len(show.chat) == 2
    assert show.goal == goal(3)
    assert list(show.tips) == [tip(4)]
    assert (show.viewers, show.peak_viewers, show.seq) == (7, 7, 9)


def test_messages_are_added_once() -> None:
    show = ShowState()
    said = event(1, EventType.CHAT_MESSAGE, message(1))
    assert show.apply(said) == {ShowPart.CHAT_ADDED}
    reply = event(2, EventType.TEEZER_REPLY, message(1))
    assert show.apply(reply) == NOTHING, "the same message under two events is one message"
    assert show.chat.added == 1


def test_a_deleted_message_keeps_its_place_and_loses_its_words() -> None:
    gone = ChatDeleted(message_id=named(1), by="mod")
    show = shown(
        [
            event(1, EventType.CHAT_MESSAGE, message(1, "rude")),
            event(2, EventType.CHAT_MESSAGE, message(2, "kind")),
        ]
    )
    assert show.apply(event(3, EventType.CHAT_DELETED, gone)) == {ShowPart.CHAT_CHANGED}
    assert texts(show) == ["", "kind"]
    assert [m.deleted for m in show.chat] == [True, False]
    assert show.apply(event(4, EventType.CHAT_DELETED, gone)) == NOTHING


def test_a_view_can_ask_for_what_is_new() -> None:
    show = shown([event(n, EventType.CHAT_MESSAGE, message(n)) for n in range(1, 11)])
    seen = show.chat.added
    show.apply(event(11, EventType.CHAT_MESSAGE, message(11, "new")))
    assert [m.text for m in show.chat.since(seen)] == ["new"]
    assert show.chat.since(show.chat.added) == []
    assert len(show.chat.since(0)) == 11


def test_goals_keep_their_order_and_the_first_open_one_counts() -> None:
    show = shown(
        [
            event(1, EventType.GOAL_CREATED, goal(1)),
            event(2, EventType.GOAL_CREATED, goal(2)),
            event(3, EventType.GOAL_REACHED, goal(1, 100, is_reached=True)),
            event(4, EventType.GOAL_PROGRESS, goal(2, 40)),
        ]
    )
    assert [g.raised_tokens for g in show.goals] == [100, 40]
    assert show.goal == goal(2, 40)


def test_mood_viewers_teezer_and_restrictions_are_followed() -> None:
    strip = MoodStrip(shares={Mood.CHILL: 1.0}, dominant=Mood.CHILL, at=NOW)
    teezer = Teezer(user_id=named(1), enabled=True, active=True, mode=SlotMode.TEEZER)
    muted = Restriction(
        id=named(5),
        kind=RestrictionKind.MUTE,
        user=person(),
        stream_id=STREAM_ID,
        reason="",
        at=NOW,
        until=None,
    )
    show = shown(
        [
            event(1, EventType.MOOD_STRIP, strip),
            event(2, EventType.VIEWERS_COUNT, ViewersCount(viewers=3, peak=8)),
            event(3, EventType.TEEZER_STATUS, teezer),
            event(4, EventType.RESTRICTION_APPLIED, muted),
            event(5, EventType.PRESENCE_JOINED, person(2)),
            event(6, EventType.PRESENCE_JOINED, person(3)),
            event(7, EventType.PRESENCE_LEFT, person(2)),
        ]
    )
    assert show.mood == strip
    assert (show.viewers, show.peak_viewers) == (3, 8)
    assert show.teezer == teezer
    assert show.restrictions == (muted,)
    assert list(show.people) == [person(3)]
    assert show.people.named("PERSON 3") == [person(3)]
    show.apply(event(8, EventType.RESTRICTION_LIFTED, muted))
    assert show.restrictions == ()


def test_what_is_not_understood_changes_nothing(expect_log: Any) -> None:
    expect_log("is not understood")
    show = shown([event(1, EventType.CHAT_MESSAGE, message(1))])
    assert show.apply(event(2, EventType.TIP_RECEIVED, {"tokens": "many"})) == NOTHING
    assert show.apply(event(3, EventType.ALERT_RAISED, {})) == NOTHING
    assert show.seq == 3
    assert len(show.tips) == 0


@st.composite
def an_evening(draw: st.DrawFn) -> list[RoomItem]:
    """Any items in the order of their numbers, as the feed delivers them."""
    items: list[RoomItem] = []
    seq = draw(st.integers(0, 5))
    for _ in range(draw(st.integers(0, 60))):
        seq += 1
        number = draw(st.integers(1, 30))
        kind = draw(st.integers(0, 6))
        if kind == 0:
            room = RoomSnapshot(
                messages=[message(n) for n in range(number, number + draw(st.integers(0, 9)))],
                tips=[tip(n) for n in range(draw(st.integers(0, 9)))],
                viewers=number,
            )
            items.append(Snapshot(seq, room))
        elif kind == 1:
            gone = ChatDeleted(message_id=named(number), by="mod")
            items.append(event(seq, EventType.CHAT_DELETED, gone))
        elif kind == 2:
            items.append(event(seq, EventType.TIP_RECEIVED, tip(seq)))
        elif kind == 3:
            items.append(event(seq, EventType.GOAL_PROGRESS, goal(number, seq)))
        elif kind == 4:
            items.append(event(seq, EventType.PRESENCE_JOINED, person(number)))
        elif kind == 5:
            items.append(event(seq, EventType.PRESENCE_LEFT, person(number)))
        else:
            items.append(event(seq, EventType.CHAT_MESSAGE, message(100 + seq)))
    return items


@settings(max_examples=150)
@given(an_evening(), st.integers(1, 12))
def test_any_evening_is_bounded_unique_and_in_order(items: list[RoomItem], limit: int) -> None:
    show = ShowState(chat_limit=limit, tips_limit=limit, goals_limit=limit, people_limit=limit)
    view: list[str] = []
    added = 0
    for item in items:
        parts = show.apply(item)
        if ShowPart.CHAT_CHANGED in parts:
            view = [m.id for m in show.chat]
        else:
            view = (view + [m.id for m in show.chat.since(added)])[-limit:]
        added = show.chat.added
        ids = [m.id for m in show.chat]
        assert view == ids, "drawing only what is new shows the same as drawing it all"
        assert len(ids) == len(set(ids)) <= limit
        assert len(show.tips) <= limit
        assert len(show.goals) <= limit
        assert len(show.people) <= limit
        assert show.peak_viewers >= show.viewers
        assert show.seq == item.seq


@settings(max_examples=100)
@given(an_evening())
def test_nothing_before_a_snapshot_matters_after_it(items: list[RoomItem]) -> None:
    room = Snapshot(10_000, RoomSnapshot(messages=[message(1)], tips=[tip(2)], viewers=1))
    long, short = shown([*items, room]), shown([room])
    assert list(long.chat) == list(short.chat)
    assert list(long.tips) == list(short.tips)
    assert long.goals == short.goals
    assert list(long.people) == list(short.people)

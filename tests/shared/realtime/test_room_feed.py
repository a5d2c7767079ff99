"""One subscription without a network: slow readers, refusals, newer servers."""

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.errors import Unavailable
from shared.realtime import RoomFeed, RoomItem, Snapshot
from shared.realtime.wire import Joined, Unknown, read_events, read_join, read_refusal
from shared.schemas.realtime import EventType, RoomEvent, RoomSnapshot

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)


class Desk:
    """Stands where the client stands: notes what the feed asks for."""

    def __init__(self) -> None:
        self.wakes = 0
        self.left: list[RoomFeed] = []

    def wake(self) -> None:
        self.wakes += 1

    def feed(self, max_unread: int = 5, **options: Any) -> RoomFeed:
        options.setdefault("listener", None)
        return RoomFeed(
            "mod", wake=self.wake, leave=self.left.append, max_unread=max_unread, **options
        )


def events(*seqs: int) -> list[RoomEvent]:
    return [RoomEvent(seq=seq, type=EventType.ALERT_RAISED, at=NOW, data={}) for seq in seqs]


def snapshot(seq: int) -> Joined:
    return Joined(seq, RoomSnapshot(), [])


async def rest(feed: RoomFeed) -> list[RoomItem]:
    feed.close()
    return [item async for item in feed]


async def test_a_slow_reader_starts_over_instead_of_filling_memory() -> None:
    desk = Desk()
    feed = desk.feed(max_unread=5)
    feed.answered(None, snapshot(0))
    feed.pushed(events(*range(1, 5)))
    assert not feed.needs_join
    feed.pushed(events(5, 6))
    assert feed.needs_join
    assert feed.since is None
    assert desk.wakes == 1
    feed.answered(None, snapshot(9))
    items = await rest(feed)
    assert [item.seq for item in items] == [9]
    assert isinstance(items[0], Snapshot)


async def test_a_listener_gets_each_item_at_once() -> None:
    got: list[RoomItem] = []
    feed = Desk().feed(listener=got.append)
    feed.answered(None, snapshot(3))
    feed.pushed(events(4))
    assert [item.seq for item in got] == [3, 4]


async def test_a_gap_asks_for_the_server() -> None:
    desk = Desk()
    feed = desk.feed()
    feed.answered(None, snapshot(0))
    feed.pushed(events(3))
    assert desk.wakes == 1
    feed.answered(0, Joined(3, None, list(events(1, 2, 3))))
    assert [item.seq for item in await rest(feed)] == [0, 1, 2, 3]


async def test_leaving_is_told_once_and_nothing_comes_afterwards() -> None:
    desk = Desk()
    feed = desk.feed()
    feed.answered(None, snapshot(0))
    feed.close()
    feed.close()
    feed.pushed(events(1))
    assert desk.left == [feed]
    assert [item.seq async for item in feed] == [0]


async def test_a_refusal_reaches_whoever_waits() -> None:
    feed = Desk().feed()
    feed.fail(Unavailable("Not now."))
    with pytest.raises(Unavailable):
        await feed.ready()
    with pytest.raises(Unavailable):
        async for _ in feed:
            pass


async def test_events_of_a_newer_server_hold_their_place_and_are_not_shown() -> None:
    raw = [
        {"seq": 1, "type": "aurora.seen", "at": "2026-11-20T08:00:00.000Z", "data": {}},
        {"seq": 2, "type": "alert.raised", "at": "2026-11-20T08:00:00.000Z", "data": {}},
        {"seq": "three", "type": "alert.raised"},
        "nonsense",
    ]
    read = read_events(raw)
    assert read[0] == Unknown(1)
    assert [event.seq for event in read] == [1, 2]
    feed = Desk().feed()
    feed.answered(None, snapshot(0))
    feed.pushed(read)
    assert [item.seq for item in await rest(feed)] == [0, 2]
    assert feed.seq == 2


@pytest.mark.parametrize("raw", [None, 7, "ok", [], {}, {"seq": "1"}, {"ok": True}])
def test_an_answer_that_makes_no_sense_is_none(raw: object) -> None:
    assert read_join(raw) is None


@pytest.mark.parametrize(
    "wrap", [lambda e: e, lambda e: {"ok": False, "error": e}, lambda e: {"data": e, "message": ""}]
)
def test_refusals_are_found_wherever_they_lie(wrap: Any) -> None:
    envelope = {
        "status": "error",
        "code": "RATE_LIMITED",
        "message": "Slow down.",
        "retryAfter": 2,
        "requestId": "r-1",
    }
    error = read_refusal(wrap(envelope))
    assert error is not None
    assert (error.code, error.retry_after_s, error.request_id) == ("RATE_LIMITED", 2.0, "r-1")


def test_no_refusal_is_seen_where_there_is_none() -> None:
    assert read_refusal({"ok": True, "seq": 3, "snapshot": {}, "missed": None}) is None
    assert read_refusal("fine") is None
    unexplained = read_refusal({"ok": False})
    assert unexplained is not None

"""A viewer's check of its feed: every loss, double and disorder is noticed."""

from datetime import UTC, datetime

from shared.realtime import Snapshot
from shared.schemas.realtime import EventType, RoomEvent, RoomSnapshot
from shared.server.simulator.check import FeedCheck

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def _chat(seq: int, name: str | None = None) -> RoomEvent:
    return RoomEvent(seq=seq, type=EventType.CHAT_MESSAGE, at=NOW, data={"id": name or f"m{seq}"})


def _after(*items: Snapshot | RoomEvent) -> FeedCheck:
    check = FeedCheck()
    for item in items:
        check.take(item)
    return check


def _start(seq: int) -> Snapshot:
    return Snapshot(seq, RoomSnapshot())


def test_a_whole_feed_is_sound() -> None:
    check = _after(_start(4), _chat(5), _chat(6), _chat(7))
    assert (check.delivered, check.lost, check.duplicated, check.out_of_order) == (3, 0, 0, 0)
    assert check.missing({"m5", "m7"}, 7) == 0


def test_a_gap_is_a_loss() -> None:
    assert _after(_start(4), _chat(5), _chat(8)).lost == 2


def test_a_repeated_number_and_a_repeated_message_are_doubles() -> None:
    assert _after(_start(4), _chat(5), _chat(5, "other")).duplicated == 1
    assert _after(_start(4), _chat(5, "x"), _chat(6, "x")).duplicated == 1


def test_an_older_number_is_out_of_order() -> None:
    assert _after(_start(4), _chat(5), _chat(6), _chat(4)).out_of_order == 1


def test_starting_over_loses_what_lay_between() -> None:
    check = _after(_start(4), _chat(5), _start(9))
    assert (check.restarts, check.lost) == (1, 4)


def test_what_never_came_is_missing() -> None:
    check = _after(_start(4), _chat(5))
    assert check.missing({"m5", "m6"}, 6) == 1
    assert check.missing(set(), 9) == 4

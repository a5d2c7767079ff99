"""The order of a room, whatever happens to its frames on the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.realtime import Feed, Snapshot
from shared.schemas.realtime import RoomSnapshot


@dataclass(frozen=True, slots=True)
class Event:
    seq: int


def events(*seqs: int) -> list[Event]:
    return [Event(seq) for seq in seqs]


def seqs(items: Sequence[Event | Snapshot]) -> list[int]:
    return [item.seq for item in items if isinstance(item, Event)]


def joined_at(seq: int, **limits: Any) -> Feed[Event]:
    feed = Feed[Event](**limits)
    feed.joined(asked_since=None, seq=seq, snapshot=RoomSnapshot())
    return feed


class Server:
    """A room's log, which answers joins as the contract says."""

    def __init__(self, last: int, *, kept: int = 10_000) -> None:
        self.last = last
        self._kept = kept

    def repair(self, feed: Feed[Event]) -> list[Event | Snapshot]:
        since = feed.since
        if since is not None and 0 <= self.last - since <= self._kept:
            missed = events(*range(since + 1, self.last + 1))
            return feed.joined(asked_since=since, seq=self.last, missed=missed)
        return feed.joined(asked_since=since, seq=self.last, snapshot=RoomSnapshot())


def test_the_first_thing_is_a_snapshot() -> None:
    feed = Feed[Event]()
    assert feed.needs_join
    assert feed.since is None
    items = feed.joined(asked_since=None, seq=7, snapshot=RoomSnapshot(viewers=3))
    assert [type(item) for item in items] == [Snapshot]
    assert not feed.needs_join
    assert feed.seq == 7


def test_frames_before_the_answer_wait_for_it() -> None:
    feed = Feed[Event]()
    assert feed.push(events(6, 7, 8, 9)) == []
    items = feed.joined(asked_since=None, seq=7, snapshot=RoomSnapshot())
    assert seqs(items) == [8, 9]


def test_a_gap_is_asked_about_and_what_came_behind_it_waits() -> None:
    feed = joined_at(0)
    assert seqs(feed.push(events(1, 2))) == [1, 2]
    assert feed.push(events(5, 6)) == []
    assert feed.needs_join
    assert feed.since == 2
    assert seqs(feed.joined(asked_since=2, seq=6, missed=events(3, 4, 5, 6))) == [3, 4, 5, 6]
    assert not feed.needs_join


def test_a_frame_that_closes_the_gap_makes_the_question_needless() -> None:
    feed = joined_at(0)
    feed.push(events(2))
    assert feed.needs_join
    assert seqs(feed.push(events(1))) == [1, 2]
    assert not feed.needs_join


def test_a_repair_that_leaves_a_gap_is_asked_again() -> None:
    feed = joined_at(0)
    feed.push(events(9))
    assert seqs(feed.joined(asked_since=0, seq=9, missed=events(1, 2))) == [1, 2]
    assert feed.needs_join
    assert feed.since == 2


def test_after_a_loss_it_asks_from_where_it_was() -> None:
    feed = joined_at(3)
    feed.push(events(4))
    feed.lost()
    assert feed.needs_join
    assert feed.since == 4
    assert feed.push(events(7)) == []
    assert seqs(feed.joined(asked_since=4, seq=7, missed=events(5, 6, 7))) == [5, 6, 7]


def test_a_loss_too_long_for_repair_starts_over_from_a_snapshot() -> None:
    feed = joined_at(3)
    feed.lost()
    feed.push(events(5000))
    items = feed.joined(asked_since=3, seq=4999, snapshot=RoomSnapshot())
    assert [item.seq for item in items] == [4999, 5000]
    assert isinstance(items[0], Snapshot)


def test_a_server_that_lost_its_log_is_followed_from_its_new_numbers() -> None:
    feed = joined_at(500)
    feed.lost()
    feed.push(events(4))
    items = feed.joined(asked_since=500, seq=3, snapshot=RoomSnapshot())
    assert isinstance(items[0], Snapshot)
    assert [item.seq for item in items] == [3, 4]
    assert seqs(feed.push(events(5))) == [5]


def test_new_numbers_without_a_snapshot_are_not_believed() -> None:
    feed = joined_at(500)
    assert feed.joined(asked_since=500, seq=3, missed=[]) == []
    assert feed.needs_join
    assert feed.since is None


def test_a_snapshot_that_is_older_than_what_was_delivered_changes_nothing() -> None:
    feed = joined_at(10)
    feed.push(events(12))
    feed.push(events(11))
    assert feed.joined(asked_since=10, seq=11, snapshot=RoomSnapshot()) == []
    assert feed.seq == 12


def test_what_waits_behind_a_gap_is_bounded_and_asked_for_again() -> None:
    feed = joined_at(0, max_ahead=10)
    feed.push(events(*range(2, 50)))
    assert seqs(feed.joined(asked_since=0, seq=5, missed=events(*range(1, 6)))) == list(
        range(1, 12)
    )
    assert feed.needs_join, "the far ones were let go and must be asked for"
    assert seqs(Server(49).repair(feed)) == list(range(12, 50))


@st.composite
def a_bad_line(draw: st.DrawFn) -> tuple[int, int, list[list[int]]]:
    """A start, an end, and the frames that arrive: permuted, doubled, dropped."""
    start = draw(st.integers(0, 20))
    last = start + draw(st.integers(0, 60))
    arriving = draw(st.permutations(range(start + 1, last + 1)))
    dropped = draw(st.sets(st.integers(start + 1, max(start + 1, last))))
    doubled = draw(st.lists(st.integers(max(0, start - 5), last), max_size=30))
    line = [seq for seq in arriving if seq not in dropped]
    for seq in doubled:
        line.insert(draw(st.integers(0, len(line))), seq)
    frames: list[list[int]] = []
    while line:
        size = draw(st.integers(1, 8))
        frames.append(line[:size])
        line = line[size:]
    return start, last, frames


@settings(max_examples=400)
@given(a_bad_line(), st.data())
def test_whatever_arrives_the_sequence_comes_once_and_in_order(
    line: tuple[int, int, list[list[int]]], data: st.DataObject
) -> None:
    start, last, frames = line
    server = Server(last)
    feed = joined_at(start, max_ahead=data.draw(st.sampled_from([3, 20, 4000])))
    delivered: list[int] = []
    for frame in frames:
        delivered += seqs(feed.push(events(*frame)))
        match data.draw(st.sampled_from(["nothing", "repair", "loss", "resync"])):
            case "repair" if feed.needs_join:
                delivered += seqs(server.repair(feed))
            case "loss" | "resync":
                feed.lost()
            case _:
                pass
    feed.lost()  # the end of the test is one more loss: all that was said must come in
    while feed.needs_join:
        delivered += seqs(server.repair(feed))
    assert delivered == list(range(start + 1, last + 1))


@settings(max_examples=200)
@given(a_bad_line(), st.integers(0, 10), st.data())
def test_with_a_short_log_a_snapshot_stands_for_what_is_not_repaired(
    line: tuple[int, int, list[list[int]]], kept: int, data: st.DataObject
) -> None:
    start, last, frames = line
    server = Server(last, kept=kept)
    feed = joined_at(start)
    known = start
    for frame in frames:
        items: list[Event | Snapshot] = list(feed.push(events(*frame)))
        if data.draw(st.booleans()):
            feed.lost()
            items += server.repair(feed)
        for item in items:
            if isinstance(item, Snapshot):
                assert item.seq > known, "a fresh start never goes back"
            else:
                assert item.seq == known + 1, "no event is skipped or doubled in between"
            known = item.seq
    feed.lost()
    for item in server.repair(feed):
        known = item.seq
    assert known == last

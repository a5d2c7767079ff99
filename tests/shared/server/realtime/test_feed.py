"""The feed log: one number after the other in each room, told only once it is committed."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.clock import SystemClock
from shared.ids import new_id
from shared.schemas.accounts import UserRef
from shared.schemas.realtime import EventType
from shared.schemas.roles import Role
from shared.server.db.database import Database
from shared.server.db.upgrade import open_database
from shared.server.realtime.fanout import FanOut, Parcel
from shared.server.realtime.feed import Feed, FeedEvent
from shared.server.realtime.posts import Posts
from shared.server.settings import Settings

USER = UserRef(id=new_id(), display_name="Somebody", role=Role.MEMBER)


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(await open_database(tmp_path, ""), SystemClock())
    yield database
    await database.aclose()


async def test_numbers_rise_by_one_per_room_whoever_writes(db: Database) -> None:
    feed = Feed(db)
    told: list[tuple[str, int]] = []
    feed.listen(lambda room, events: told.extend((room, event.seq) for event in events))

    async def write(number: int) -> None:
        async with db.write() as tx:
            for _ in range(number % 3 + 1):
                feed.publish(tx, f"room{number % 2}", EventType.CHAT_MESSAGE, USER)

    await asyncio.gather(*(write(number) for number in range(30)))
    for room in ("room0", "room1"):
        seqs = [seq for where, seq in told if where == room]
        assert seqs == list(range(1, 31))
        async with db.read() as connection:
            logged = await feed.since(connection, room, 0, 100)
            assert [event.seq for event in logged] == seqs
            assert await feed.seq(connection, room) == 30


async def test_what_is_undone_takes_no_number_and_is_not_told(db: Database) -> None:
    feed = Feed(db)
    told: list[int] = []
    feed.listen(lambda room, events: told.extend(event.seq for event in events))

    async def fail() -> None:
        async with db.write() as tx:
            feed.publish(tx, "room", EventType.CHAT_MESSAGE, USER)
            await feed.seal(tx)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert told == []
    async with db.write() as tx:
        event = feed.publish(tx, "room", EventType.CHAT_MESSAGE, USER)
    assert told == [event.seq] == [1]


async def test_an_event_has_one_form_in_log_and_wire(db: Database) -> None:
    feed = Feed(db)
    async with db.write() as tx:
        event = feed.publish(tx, "room", EventType.PRESENCE_JOINED, USER)
    async with db.read() as connection:
        (logged,) = await feed.since(connection, "room", 0, 10)
    assert logged == event
    assert logged.model().model_dump_json() == logged.wire()


async def test_counters_are_merged_and_other_posts_are_not(db: Database) -> None:
    feed = Feed(db)
    posts = Posts(db, SystemClock())
    for _ in range(50):
        posts.post("room", EventType.VIEWERS_COUNT, USER)
        posts.post("room", EventType.PRESENCE_JOINED, USER)
    got = asyncio.Event()
    feed.listen(lambda room, events: got.set())
    running = asyncio.create_task(posts.run())
    async with asyncio.timeout(5):
        await got.wait()
    running.cancel()
    await asyncio.wait([running])
    async with db.read() as connection:
        types = [event.type for event in await feed.since(connection, "room", 0, 1000)]
    assert types.count(EventType.PRESENCE_JOINED) == 50
    assert types.count(EventType.VIEWERS_COUNT) == 1


class _Sink:
    """A client that keeps what it gets, and refuses when told to."""

    def __init__(self) -> None:
        self.parcels: list[Parcel] = []
        self.is_slow = False
        self.full = asyncio.Event()

    def offer(self, parcel: Parcel) -> bool:
        if self.is_slow:
            return False
        self.parcels.append(parcel)
        if len(self.seqs) >= 3:
            self.full.set()
        return True

    @property
    def seqs(self) -> list[int]:
        return [e["seq"] for p in self.parcels for e in json.loads(p.body)["events"]]


def _event(seq: int) -> FeedEvent:
    return FeedEvent("room", EventType.CHAT_MESSAGE, SystemClock().now(), "{}", seq)


async def _fanout(db: Database) -> tuple[Feed, FanOut]:
    feed = Feed(db)
    return feed, FanOut(feed, db, Settings(frames_per_second=20))


async def test_a_burst_is_one_frame_encoded_once(db: Database) -> None:
    _, fanout = await _fanout(db)
    sinks = [_Sink() for _ in range(3)]
    for sink in sinks:
        member = fanout.add("room", sink, USER)
        assert fanout.start("room", member, 0)
    for seq in range(1, 11):
        fanout.take("room", [_event(seq)])
    await asyncio.sleep(0.01)
    assert all(len(sink.parcels) == 1 for sink in sinks)
    assert len({id(sink.parcels[0]) for sink in sinks}) == 1
    assert sinks[0].seqs == list(range(1, 11))
    fanout.take("room", [_event(11)])
    await asyncio.sleep(0.01)
    assert len(sinks[0].parcels) == 1  # the next frame is not due yet
    await asyncio.sleep(0.06)
    assert sinks[0].seqs == list(range(1, 12))


async def test_who_joins_in_the_middle_gets_what_follows_their_snapshot(db: Database) -> None:
    _, fanout = await _fanout(db)
    early, late = _Sink(), _Sink()
    assert fanout.start("room", fanout.add("room", early, USER), 0)
    fanout.take("room", [_event(1), _event(2)])
    member = fanout.add("room", late, USER)
    assert fanout.start("room", member, 1)
    await asyncio.sleep(0.01)
    assert early.seqs == [1, 2]
    assert late.seqs == [2]
    slow = fanout.add("room", _Sink(), USER)
    assert not fanout.start("room", slow, 1)  # 2 is gone: a newer snapshot is needed


async def test_a_slow_client_is_dropped_and_the_others_go_on(db: Database) -> None:
    _, fanout = await _fanout(db)
    slow, quick = _Sink(), _Sink()
    for sink in (slow, quick):
        fanout.start("room", fanout.add("room", sink, USER), 0)
    slow.is_slow = True
    fanout.take("room", [_event(1)])
    await asyncio.sleep(0.01)
    slow.is_slow = False
    fanout.take("room", [_event(2)])
    await asyncio.sleep(0.1)
    assert quick.seqs == [1, 2]
    assert slow.seqs == []


async def test_what_commits_out_of_order_is_read_from_the_log(db: Database) -> None:
    feed, fanout = await _fanout(db)
    sink = _Sink()
    fanout.start("room", fanout.add("room", sink, USER), 0)
    held: list[tuple[str, Sequence[FeedEvent]]] = []
    feed._listeners[:] = [lambda room, events: held.append((room, events))]
    for _ in range(3):
        async with db.write() as tx:
            feed.publish(tx, "room", EventType.CHAT_MESSAGE, USER)
    running = asyncio.create_task(fanout.run())
    for room, events in reversed(held):
        fanout.take(room, events)
    async with asyncio.timeout(5):
        await sink.full.wait()
    assert sink.seqs == [1, 2, 3]
    running.cancel()
    await asyncio.wait([running])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["commit", "join", "leave", "tick"]), min_size=5, max_size=60))
def test_no_client_misses_or_repeats_anything(actions: list[str]) -> None:
    asyncio.run(_walk(actions))


async def _walk(actions: list[str]) -> None:
    """Every client's frames follow on from its snapshot without gap or repetition."""
    feed = Feed.__new__(Feed)
    feed._listeners, feed._everywhere = [], []
    fanout = FanOut(feed, None, Settings(frames_per_second=60))  # type: ignore[arg-type]
    seq = 0
    joined: list[tuple[_Sink, int, object, list[int]]] = []
    for action in actions:
        if action == "commit":
            seq += 1
            fanout.take("room", [_event(seq)])
        elif action == "join":
            sink = _Sink()
            member = fanout.add("room", sink, USER)
            assert fanout.start("room", member, seq)
            joined.append((sink, seq, member, []))
        elif action == "leave" and joined:
            sink, start, member, _ = joined.pop()
            fanout.remove("room", member)  # type: ignore[arg-type]
            assert sink.seqs == list(range(start + 1, start + 1 + len(sink.seqs)))
        elif action == "tick":
            await asyncio.sleep(0.02)
    await asyncio.sleep(0.03)
    for sink, start, _, _ in joined:
        assert sink.seqs == list(range(start + 1, seq + 1))

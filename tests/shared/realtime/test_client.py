"""The realtime client against the real server, through a line that is cut, silenced and refused."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fakes.http import Answer, ScriptedServer
from fakes.platform import Person, Platform, platform
from fakes.proxy import FaultyProxy

from shared.api import ApiError
from shared.backoff import Backoff
from shared.errors import AppError, Unavailable
from shared.realtime import (
    Connection,
    ConnectionState,
    RealtimeClient,
    RoomFeed,
    RoomItem,
    Snapshot,
)
from shared.schemas.common import ErrorCode
from shared.schemas.moods import Mood
from shared.schemas.notices import Notice, NoticeKind
from shared.schemas.realtime import ADMIN_ROOM, EventType, RoomEvent, stream_room, user_room
from shared.schemas.roles import Role
from shared.schemas.streams import Stream
from shared.server.http.errors import Refused
from shared.server.realtime.registry import RoomKind, empty_snapshot

QUICK = Backoff(base_s=0.02, cap_s=0.1)


class Reader:
    """Takes a room's items and lets a test wait for them."""

    def __init__(self) -> None:
        self.items: list[RoomItem] = []
        self._came = asyncio.Event()

    def take(self, item: RoomItem) -> None:
        self.items.append(item)
        self._came.set()

    @property
    def texts(self) -> list[str]:
        return [
            i.data["text"]
            for i in self.items
            if isinstance(i, RoomEvent) and i.type is EventType.NOTIFICATION_NEW
        ]

    @property
    def snapshots(self) -> int:
        return sum(isinstance(i, Snapshot) for i in self.items)

    @property
    def chat(self) -> list[str]:
        return [
            i.data["text"]
            for i in self.items
            if isinstance(i, RoomEvent) and i.type is EventType.CHAT_MESSAGE
        ]

    async def read(self, count: int) -> None:
        await self.until(lambda: len(self.texts) >= count)

    async def until(self, is_so: Callable[[], bool], timeout_s: float = 20.0) -> None:
        async with asyncio.timeout(timeout_s):
            while not is_so():
                self._came.clear()
                await self._came.wait()


async def read_to_its_end(feed: RoomFeed) -> None:
    async with asyncio.timeout(10):
        async for _ in feed:
            pass


async def until_connection(
    client: RealtimeClient, *states: ConnectionState, timeout_s: float = 20.0
) -> Connection:
    reached = asyncio.Event()

    def check(connection: Connection) -> None:
        if connection.state in states:
            reached.set()

    unsubscribe = client.on_connection_changed(check)
    try:
        check(client.connection)
        async with asyncio.timeout(timeout_s):
            await reached.wait()
    finally:
        unsubscribe()
    return client.connection


@dataclass(slots=True)
class Stage:
    """A person, their own room, and a line to the server that can be hurt."""

    at: Platform
    person: Person
    line: FaultyProxy
    stack: AsyncExitStack

    @property
    def room(self) -> str:
        return user_room(self.person.id)

    async def client(self, **options: float) -> RealtimeClient:
        client = RealtimeClient(
            self.line.url, session=self.person.session, backoff=QUICK, **options
        )
        return await self.stack.enter_async_context(client)

    async def say(self, *texts: str) -> None:
        """Each text becomes one event of the person's room."""
        for text in texts:
            notice = Notice(
                id=self.person.id,
                kind=NoticeKind.REPORT_DECIDED,
                text=text,
                subject_type="user",
                subject_id=self.person.id,
                at=datetime.now(UTC),
            )
            async with self.at.core.db.write() as tx:
                self.at.core.feed.publish(tx, self.room, EventType.NOTIFICATION_NEW, notice)


@asynccontextmanager
async def a_stage(data: Path, **settings: int) -> AsyncIterator[Stage]:
    async with AsyncExitStack() as stack:
        at = await stack.enter_async_context(platform(data, **settings))
        person = await at.person("Ada")
        target = urlsplit(at.url)
        line = FaultyProxy(target.hostname or "", target.port or 0)
        await stack.enter_async_context(line)
        yield Stage(at, person, line, stack)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with a_stage(tmp_path) as found:
        yield found


async def test_a_room_begins_with_a_snapshot_and_goes_on_with_events(stage: Stage) -> None:
    client = await stage.client()
    feed = client.join(stage.room)
    await feed.ready()
    await stage.say("one", "two")
    items: list[RoomItem] = []
    async with asyncio.timeout(10):
        async for item in feed:
            items.append(item)
            if len(items) == 3:
                break
    assert isinstance(items[0], Snapshot)
    assert [i.data["text"] for i in items[1:] if isinstance(i, RoomEvent)] == ["one", "two"]
    assert feed.seq == items[-1].seq
    assert client.connection.is_up


async def test_nothing_is_lost_or_doubled_when_the_line_is_cut(stage: Stage) -> None:
    reader = Reader()
    client = await stage.client()
    feed = client.join(stage.room, reader.take)
    await feed.ready()
    wanted: list[str] = []
    for turn in range(5):
        texts = [f"{turn}.{n}" for n in range(4)]
        wanted += texts
        await stage.say(*texts[:2])
        stage.line.cut()
        await stage.say(*texts[2:])
        await reader.read(len(wanted))
    assert reader.texts == wanted
    assert reader.snapshots == 1, "every gap was repaired, nothing started over"


async def test_what_was_said_while_nobody_answered_comes_afterwards(stage: Stage) -> None:
    reader = Reader()
    client = await stage.client()
    await client.join(stage.room, reader.take).ready()
    stage.line.refuse(True)
    stage.line.cut()
    lost = await until_connection(client, ConnectionState.RECONNECTING)
    assert lost.error is not None
    assert lost.error.code == "SERVER_UNREACHABLE"
    assert lost.retry_in_s is not None
    await stage.say("while away")
    stage.line.refuse(False)
    await reader.until(lambda: reader.texts == ["while away"])


async def test_a_line_that_swallows_everything_is_found_out(stage: Stage) -> None:
    reader = Reader()
    client = await stage.client(silence_s=0.3, call_timeout_s=0.5, connect_timeout_s=2.0)
    await client.join(stage.room, reader.take).ready()
    stage.line.blackhole(True)
    await stage.say("into the hole")
    await until_connection(client, ConnectionState.RECONNECTING)
    stage.line.blackhole(False)
    await reader.until(lambda: reader.texts == ["into the hole"])


async def test_a_room_joined_while_offline_is_joined_later(stage: Stage) -> None:
    stage.line.refuse(True)
    client = await stage.client()
    feed = client.join(stage.room)
    await until_connection(client, ConnectionState.RECONNECTING)
    stage.line.refuse(False)
    async with asyncio.timeout(10):
        await feed.ready()


async def test_two_feeds_of_one_room_do_not_disturb_each_other(stage: Stage) -> None:
    first, second = Reader(), Reader()
    client = await stage.client()
    await client.join(stage.room, first.take).ready()
    await stage.say("one")
    await first.until(lambda: first.texts == ["one"])
    feed = client.join(stage.room, second.take)
    await feed.ready()
    await stage.say("two")
    await second.until(lambda: second.texts == ["two"])
    await first.until(lambda: first.texts == ["one", "two"])
    feed.close()
    await stage.say("three")
    await first.until(lambda: first.texts == ["one", "two", "three"])
    assert second.texts == ["two"]


async def test_a_room_that_may_not_be_entered_says_so(stage: Stage) -> None:
    client = await stage.client()
    feed = client.join(ADMIN_ROOM)
    with pytest.raises(ApiError) as caught:
        async with asyncio.timeout(10):
            await feed.ready()
    assert caught.value.code in {ErrorCode.FORBIDDEN, ErrorCode.NOT_FOUND}
    assert feed.is_closed
    assert client.connection.is_up, "one refused room is not the end of the others"


async def test_a_room_that_cannot_be_entered_just_now_is_tried_again(stage: Stage) -> None:
    tries = 0

    async def may_join(_db: object, _caller: object, _room: str) -> None:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise Refused(ErrorCode.UNAVAILABLE, "Not just now.", "Nu even niet.")

    stage.at.core.rooms.add("user", RoomKind(may_join=may_join, snapshot=empty_snapshot))
    client = await stage.client()
    async with asyncio.timeout(10):
        await client.join(stage.room).ready()
    assert tries == 3


async def test_a_room_that_cannot_be_entered_does_not_hold_up_the_others(stage: Stage) -> None:
    async def may_join(_db: object, _caller: object, _room: str) -> None:
        raise Refused(ErrorCode.UNAVAILABLE, "Not just now.", "Nu even niet.")

    stream = await stage.at.on_air(await stage.at.person("Cleo", Role.CREATOR))
    stage.at.core.rooms.add("user", RoomKind(may_join=may_join, snapshot=empty_snapshot))
    slow = Backoff(base_s=60.0, cap_s=60.0)
    client = RealtimeClient(stage.line.url, session=stage.person.session, backoff=slow)
    await stage.stack.enter_async_context(client)
    stuck = client.join(stage.room)
    await client.connected()
    async with asyncio.timeout(10):
        await client.join(stream_room(stream.id)).ready()
    assert stuck.needs_join
    assert not stuck.is_closed


async def test_a_room_we_were_put_out_of_is_noticed_though_others_are_busy(stage: Stage) -> None:
    stream = await stage.at.on_air(await stage.at.person("Cleo", Role.CREATOR))
    client = await stage.client(silence_s=0.1)
    await client.join(stream_room(stream.id)).ready()
    feed = client.join(stage.room)
    await feed.ready()
    refused = Refused(ErrorCode.FORBIDDEN, "No longer.", "Niet meer.")

    async def may_join(_db: object, _caller: object, _room: str) -> None:
        raise refused

    stage.at.core.rooms.add("user", RoomKind(may_join=may_join, snapshot=empty_snapshot))
    with pytest.raises(ApiError) as caught:
        await read_to_its_end(feed)
    assert caught.value.message == "No longer."
    assert client.connection.is_up


async def test_an_ended_session_is_one_clear_state(stage: Stage) -> None:
    states: list[ConnectionState] = []
    client = await stage.client()
    client.on_connection_changed(lambda connection: states.append(connection.state))
    feed = client.join(stage.room)
    await feed.ready()
    await stage.person.api.auth.logout()
    ended = await until_connection(client, ConnectionState.REVOKED)
    assert ended.error is not None
    assert ended.error.code == ErrorCode.UNAUTHENTICATED
    with pytest.raises(AppError):
        await read_to_its_end(feed)
    later = client.join(stage.room)
    assert later.is_closed
    with pytest.raises(ApiError):
        await client.send_chat(stage.person.id, "Hello")
    assert states[-1] is ConnectionState.REVOKED


async def test_the_server_coming_back_elsewhere_is_found_by_its_name(stage: Stage) -> None:
    reader = Reader()
    client = await stage.client()
    await client.join(stage.room, reader.take).ready()
    target = urlsplit(stage.at.url)
    stage.line.retarget("127.0.0.1", 9)  # nobody is there
    stage.line.cut()
    await until_connection(client, ConnectionState.RECONNECTING)
    stage.line.retarget(target.hostname or "", target.port or 0)
    await stage.say("back")
    await reader.until(lambda: reader.texts == ["back"])


async def test_a_client_told_to_stop_stops_at_once_while_nobody_answers() -> None:
    async with ScriptedServer() as gone:
        url = gone.url
    loop = asyncio.get_running_loop()
    async with RealtimeClient(url, session="x", backoff=Backoff(base_s=30.0)) as client:
        feed = client.join("mod")
        await until_connection(client, ConnectionState.RECONNECTING)
        started = loop.time()
    assert loop.time() - started < 2
    assert client.connection.state is ConnectionState.CLOSED
    assert feed.is_closed


async def test_somebody_else_at_the_address_is_no_server_of_ours() -> None:
    page = Answer(200, b"<html>hello</html>")
    async with (
        ScriptedServer(*[page] * 50) as other,
        RealtimeClient(other.url, session="x", backoff=QUICK) as client,
    ):
        lost = await until_connection(client, ConnectionState.RECONNECTING)
        assert lost.error is not None
        with pytest.raises(Unavailable):
            await client.connected(timeout_s=0.2)


async def test_a_failing_body_is_not_wrapped() -> None:
    with pytest.raises(KeyError):
        async with RealtimeClient("http://127.0.0.1:9", session="x", backoff=QUICK):
            raise KeyError("the caller's own")


async def test_mods_see_their_room(stage: Stage) -> None:
    mod = await stage.at.person("Mo", Role.MOD)
    client = RealtimeClient(stage.line.url, session=mod.session, backoff=QUICK)
    await stage.stack.enter_async_context(client)
    async with asyncio.timeout(10):
        await client.join("mod").ready()


@pytest.fixture
async def on_air(stage: Stage) -> Stream:
    return await stage.at.on_air(await stage.at.person("Cleo", Role.CREATOR))


async def test_chat_is_acknowledged_with_what_was_stored(stage: Stage, on_air: Stream) -> None:
    reader = Reader()
    client = await stage.client()
    await client.join(stream_room(on_air.id), reader.take).ready()
    stored = await client.send_chat(on_air.id, "Good evening")
    assert stored.author.id == stage.person.id
    await reader.until(lambda: "Good evening" in reader.chat)
    await client.vote_mood(on_air.id, Mood.PLAYFUL)
    await client.typing(on_air.id)


async def test_the_same_key_is_said_once(stage: Stage, on_air: Stream) -> None:
    client = await stage.client()
    first = await client.send_chat(on_air.id, "Once", key="key-number-1")
    again = await client.send_chat(on_air.id, "Once", key="key-number-1")
    assert first.id == again.id


async def test_chat_sent_into_a_hurt_line_arrives_once(stage: Stage, on_air: Stream) -> None:
    reader = Reader()
    client = await stage.client(silence_s=0.3, call_timeout_s=1.0)
    await client.join(stream_room(on_air.id), reader.take).ready()
    for number in range(6):
        async with asyncio.TaskGroup() as group:
            group.create_task(client.send_chat(on_air.id, f"line {number}"), name="chat")
            await asyncio.sleep(0.002 * number)  # the cut falls at another moment each time
            stage.line.cut()
    await reader.until(lambda: len(reader.chat) >= 6)
    assert sorted(reader.chat) == [f"line {number}" for number in range(6)]


async def test_a_refused_message_says_why(stage: Stage, on_air: Stream) -> None:
    client = await stage.client()
    with pytest.raises(ApiError) as caught:
        await client.send_chat(stage.person.id, "There is no such stream")
    assert caught.value.code == ErrorCode.NOT_FOUND
    assert caught.value.request_id


async def test_while_offline_chat_fails_in_time_and_typing_is_dropped(
    stage: Stage, on_air: Stream
) -> None:
    stage.line.refuse(True)
    client = await stage.client()
    await client.typing(on_air.id)
    with pytest.raises(Unavailable) as caught:
        await client.send_chat(on_air.id, "Anybody?", timeout_s=0.3)
    assert caught.value.code == "SERVER_UNREACHABLE"


async def test_the_session_shows_in_no_text(stage: Stage) -> None:
    client = await stage.client()
    await client.connected()
    assert stage.person.session not in repr(client)

"""Two server processes over one PostgreSQL and one Redis, while one of them is killed."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
import socketio
from fakes.postgres import Postgres
from fakes.redis import Redis, restartable_redis
from fakes.server import ServerProcess, server_process

pytestmark = pytest.mark.faults
API = "/api/v1"
PASSWORD = "correct horse battery"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two processes that share everything but their folders."""

    one: ServerProcess
    two: ServerProcess
    database: str
    redis: Redis


@pytest.fixture
def pair(postgres: Postgres, tmp_path: Path) -> Iterator[Pair]:
    with ExitStack() as stack:
        database = postgres.migrated()
        redis = stack.enter_context(restartable_redis())
        env = {"TEEZU_DATABASE_URL": database, "TEEZU_REDIS_URL": redis.url}
        one = stack.enter_context(server_process(tmp_path / "one", demo=True, env=env))
        two = stack.enter_context(server_process(tmp_path / "two", env=env))
        yield Pair(one, two, database, redis)


@dataclass(slots=True)
class Ear:
    """A Socket.IO client in a room, and the numbers and events it has heard."""

    url: str
    session: str
    room: str
    events: list[dict[str, Any]] = field(default_factory=list)
    start: int = 0
    news: asyncio.Event = field(default_factory=asyncio.Event)
    went: bool = False

    def hear(self, frame: dict[str, Any]) -> None:
        """Take in a frame."""
        if frame["room"] == self.room:
            self.events += frame["events"]
            self.news.set()

    @property
    def seqs(self) -> list[int]:
        """What was heard, in the order of hearing."""
        return [event["seq"] for event in self.events]

    async def until(self, seq: int) -> None:
        """Wait until this number was heard."""
        async with asyncio.timeout(15):
            while not self.events or self.seqs[-1] < seq:
                self.news.clear()
                await self.news.wait()

    def kinds(self, kind: str) -> list[dict[str, Any]]:
        """The payloads of one kind of event."""
        return [event["data"] for event in self.events if event["type"] == kind]


@asynccontextmanager
async def listening(ear: Ear) -> AsyncIterator[socketio.AsyncClient]:
    client = socketio.AsyncClient(reconnection=False, handle_sigint=False)
    client.on("frame", ear.hear)
    await client.connect(ear.url, auth={"session": ear.session}, transports=["websocket"])
    try:
        ack = await client.call("join", {"room": ear.room})
        ear.start = ack["seq"]
        yield client
    finally:
        await client.disconnect()


async def _person(http: httpx.AsyncClient, url: str, name: str, tokens: int = 0) -> str:
    body = {
        "email": f"{name}@example.com",
        "password": PASSWORD,
        "display_name": f"member {name}",
        "birth_date": "1990-05-17",
    }
    session: str = (await http.post(f"{url}{API}/auth/signup", json=body)).json()["session"]
    http.cookies.clear()
    if tokens:
        await _post(http, url, session, "/wallet/purchase", {"tokens": tokens}, f"buy-for-{name}")
    return session


async def _post(
    http: httpx.AsyncClient, url: str, session: str, path: str, body: Any, key: str | None = None
) -> Any:
    headers = {"Authorization": f"Bearer {session}"}
    if key is not None:
        headers["Idempotency-Key"] = key
    answer = await http.post(f"{url}{API}{path}", json=body, headers=headers)
    assert answer.is_success, answer.text
    return answer.json()


async def _live(http: httpx.AsyncClient, server: ServerProcess) -> tuple[str, str]:
    """The creator's session, and their stream."""
    creator = server.account("creator")
    body = {"email": creator.email, "password": creator.password}
    session = (await http.post(f"{server.url}{API}/auth/login", json=body)).json()["session"]
    http.cookies.clear()
    started = await _post(http, server.url, session, "/streams/start", {"title": "An evening"})
    return session, started["stream"]["id"]


async def _redis_is(http: httpx.AsyncClient, server: ServerProcess, *, ok: bool) -> None:
    """Wait for what the health report says of Redis; the server itself is well all the time."""
    async with asyncio.timeout(30):
        while True:
            answer = await http.get(f"{server.url}/health")
            assert answer.status_code == 200
            [part] = [part for part in answer.json()["parts"] if part["name"] == "redis"]
            if part["ok"] is ok:
                break
            await asyncio.sleep(0.05)
    assert ok or "does not answer" in part["detail"]


async def test_a_room_is_one_room_in_both_processes(pair: Pair) -> None:
    async with httpx.AsyncClient(timeout=30) as http:
        _, stream_id = await _live(http, pair.one)
        ann = await _person(http, pair.one.url, "ann")
        bob = await _person(http, pair.two.url, "bob")
        room = f"stream:{stream_id}"
        here, there = Ear(pair.one.url, ann, room), Ear(pair.two.url, bob, room)
        async with listening(here), listening(there) as remote:
            remote.on("disconnect", lambda *_: setattr(there, "went", True))
            path = f"/streams/{stream_id}/chat"

            async def say(numbers: range) -> None:
                for number in numbers:
                    url, session = ((pair.one.url, ann), (pair.two.url, bob))[number % 2]
                    await _post(http, url, session, path, {"text": f"number {number}"})
                for ear in (here, there):
                    async with asyncio.timeout(30):
                        while len(ear.kinds("chat.message")) < numbers.stop:
                            ear.news.clear()
                            await ear.news.wait()
                    assert ear.seqs == list(range(ear.start + 1, ear.start + 1 + len(ear.seqs)))
                    said = [message["text"] for message in ear.kinds("chat.message")]
                    assert said == [f"number {number}" for number in range(numbers.stop)]

            await say(range(20))
            await asyncio.to_thread(pair.redis.kill)  # in the middle of the show
            for server in (pair.one, pair.two):
                await _redis_is(http, server, ok=False)
            await say(range(20, 30))  # later than usual, and without a gap
            await asyncio.to_thread(pair.redis.start)
            for server in (pair.one, pair.two):
                await _redis_is(http, server, ok=True)
            await say(range(30, 40))
            figures = (await http.get(f"{pair.one.url}/metrics")).text
            assert "\nteezu_orders_failures_total " in figures
            assert float(figures.partition("\nteezu_relay_failures_total ")[2].split()[0]) >= 1
            # Signing out in one process ends the sockets in the other.
            await _post(http, pair.one.url, bob, "/auth/logout", None)
            async with asyncio.timeout(10):
                while not there.went:
                    await asyncio.sleep(0.05)


async def test_nothing_is_lost_or_doubled_when_a_process_is_killed(pair: Pair) -> None:
    turns, tokens = 12, 5
    async with httpx.AsyncClient(timeout=30) as http:
        creator, stream_id = await _live(http, pair.one)
        tippers = [await _person(http, pair.two.url, f"t{n}", tokens=100) for n in range(6)]
        watcher = await _person(http, pair.two.url, "watcher")
        goal = {"title": "A new light", "target_tokens": 10_000}
        await _post(http, pair.two.url, creator, f"/streams/{stream_id}/goals", goal)
        ear = Ear(pair.two.url, watcher, f"stream:{stream_id}")
        path = f"/streams/{stream_id}/tip"
        killed = asyncio.Event()
        done = 0

        async def tip(session: str) -> None:
            nonlocal done
            for turn in range(turns):
                urls = (pair.one.url, pair.two.url) if turn % 2 else (pair.two.url, pair.one.url)
                for attempt in range(4):  # the same key wherever it is tried again
                    try:
                        url = urls[attempt % 2]
                        await _post(http, url, session, path, {"tokens": tokens}, f"tip-{turn:04}")
                        break
                    except httpx.TransportError:
                        continue
                else:
                    raise AssertionError("a tip found no server")
                done += 1
                if done == 30:
                    killed.set()

        async def kill() -> None:
            await killed.wait()
            await asyncio.to_thread(pair.one.kill)

        async with listening(ear):
            await asyncio.gather(kill(), *(tip(session) for session in tippers))
            count = len(tippers) * turns
            async with asyncio.timeout(20):
                while len(ear.kinds("tip.received")) < count:
                    ear.news.clear()
                    await ear.news.wait()
        assert ear.seqs == list(range(ear.start + 1, ear.start + 1 + len(ear.seqs)))
        assert len({tip["id"] for tip in ear.kinds("tip.received")}) == count
        sums = [progress["raised_tokens"] for progress in ear.kinds("goal.progress")]
        assert sums == sorted(sums)
        assert sums[-1] == count * tokens
        for session in tippers:
            headers = {"Authorization": f"Bearer {session}"}
            balance = await http.get(f"{pair.two.url}{API}/wallet/balance", headers=headers)
            assert balance.json()["tokens"] == 100 - turns * tokens
    database = await asyncpg.connect(pair.database)
    try:
        assert await database.fetchval("SELECT sum(tokens) FROM ledger_entries") == 0
        assert await database.fetchval("SELECT count(*) FROM tips") == count
        gaps = await database.fetchval(
            "SELECT count(*) FROM (SELECT max(seq) - count(*) AS d FROM feed_events GROUP BY room) "
            "AS rooms WHERE d <> 0"
        )
        assert gaps == 0
    finally:
        await database.close()

"""Money while the server is killed, and rooms while lines are cut: nothing lost, nothing twice.

Ordinary runs are short; `packaging/dev test -m contract` runs them in full: fifty tippers on SQLite
and PostgreSQL with ten kills, and two hundred sockets whose lines are cut for a minute.
"""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from fakes.platform import Person, platform
from fakes.postgres import running_postgres
from fakes.proxy import FaultyProxy
from fakes.server import ServerProcess, server_process
from sqlalchemy import func, select, update

from shared.clock import SystemClock
from shared.realtime import RealtimeClient, RoomItem
from shared.schemas.realtime import EventType, RoomEvent, stream_room
from shared.schemas.roles import Role
from shared.server.accounts.tables import UserRow
from shared.server.db.database import Database
from shared.server.db.upgrade import open_database
from shared.server.realtime.tables import FeedEventRow
from shared.server.show.tables import GoalRow
from shared.server.wallet import ledger
from shared.server.wallet.tables import TipRow

pytestmark = [pytest.mark.contract, pytest.mark.faults, pytest.mark.timeout(900)]
API = "/api/v1"
TOKENS = 7
_PAUSE_S = 0.05


def _is_whole(request: pytest.FixtureRequest) -> bool:
    return "contract" in request.config.getoption("markexpr")


# -- money ---------------------------------------------------------------------------------------


@dataclass(slots=True)
class Phoenix:
    """A server that is killed and comes back on the same ports, over the same database."""

    data: Path
    env: dict[str, str]
    stack: ExitStack
    process: ServerProcess

    @property
    def url(self) -> str:
        """Where it answers, in every life."""
        return self.process.url

    def die_and_rise(self) -> None:
        """kill -9, then start again."""
        http, rtmp = urlsplit(self.process.url).port or 0, urlsplit(self.process.rtmp).port or 0
        self.process.kill()
        again = server_process(self.data, http_port=http, rtmp_port=rtmp, env=self.env)
        self.process = self.stack.enter_context(again)


@pytest.fixture(params=["sqlite", "postgresql"])
def phoenix(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Phoenix]:
    if request.param == "postgresql" and not _is_whole(request):
        pytest.skip("in full runs only: -m contract")
    with ExitStack() as stack:
        env = {}
        if request.param == "postgresql":
            postgres = stack.enter_context(running_postgres())
            env["TEEZU_DATABASE_URL"] = postgres.migrated()
        data = tmp_path / "data"
        process = stack.enter_context(server_process(data, env=env))
        yield Phoenix(data, env, stack, process)


@dataclass(slots=True)
class Tally:
    """What the tippers were told."""

    paid: list[str] = field(default_factory=list)
    refused: int = 0
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def reach(self, count: int) -> None:
        """Wait until so many tips were answered."""
        while len(self.paid) + self.refused < count:
            self.news.clear()
            await self.news.wait()


async def _call(
    http: httpx.AsyncClient, session: str, path: str, body: Any, key: str
) -> httpx.Response:
    """One POST that is tried with the same key until somebody answers."""
    headers = {"Authorization": f"Bearer {session}", "Idempotency-Key": key}
    while True:
        try:
            return await http.post(API + path, json=body, headers=headers)
        except httpx.TransportError:
            await asyncio.sleep(_PAUSE_S)


async def _sign_up(http: httpx.AsyncClient, name: str) -> str:
    body = {
        "email": f"{name.lower()}@example.org",
        "password": "correct horse battery",
        "display_name": name,
        "birth_date": "1990-01-01",
    }
    answer = await http.post(f"{API}/auth/signup", json=body)
    http.cookies.clear()
    session: str = answer.json()["session"]
    return session


async def _tip_on(
    http: httpx.AsyncClient, session: str, stream_id: str, keys: list[str], tally: Tally
) -> None:
    for key in keys:
        path, body = f"/streams/{stream_id}/tip", {"tokens": TOKENS}
        answer = await _call(http, session, path, body, key)
        if answer.status_code == 201:
            tally.paid.append(answer.json()["tip"]["id"])
        else:
            assert answer.json()["code"] == "INSUFFICIENT_TOKENS", answer.text
            tally.refused += 1
        tally.news.set()


async def _promote(phoenix: Phoenix, email: str) -> None:
    url = phoenix.env.get("TEEZU_DATABASE_URL", "")
    database = Database(await open_database(phoenix.data, url), SystemClock())
    try:
        async with database.write() as tx:
            named = UserRow.email == email
            await tx.db.execute(update(UserRow).where(named).values(role=Role.CREATOR.value))
    finally:
        await database.aclose()


async def _kept(phoenix: Phoenix, stream_id: str) -> dict[str, Any]:
    """What the database says when the server is gone."""
    url = phoenix.env.get("TEEZU_DATABASE_URL", "")
    database = Database(await open_database(phoenix.data, url), SystemClock())
    room, kind = stream_room(stream_id), EventType.TIP_RECEIVED.value
    try:
        async with database.read() as db:
            told = select(FeedEventRow.data).where(
                FeedEventRow.room == room, FeedEventRow.type == kind
            )
            raised = select(func.sum(GoalRow.raised_tokens)).where(GoalRow.stream_id == stream_id)
            tips = select(TipRow.id).where(TipRow.stream_id == stream_id)
            return {
                "ledger": await ledger.check(db),
                "tips": set((await db.execute(tips)).scalars()),
                "told": list((await db.execute(told)).scalars()),
                "raised": int((await db.execute(raised)).scalar() or 0),
            }
    finally:
        await database.aclose()


async def test_every_tip_counts_once_or_not_at_all(
    phoenix: Phoenix, request: pytest.FixtureRequest
) -> None:
    is_whole = _is_whole(request)
    tippers, tips, kills = (50, 20, 10) if is_whole else (6, 4, 1)
    chance = random.Random(7)
    limits = httpx.Limits(max_connections=100)
    async with httpx.AsyncClient(base_url=phoenix.url, timeout=60, limits=limits) as http:
        creator = await _sign_up(http, "Luna")
        await _promote(phoenix, "luna@example.org")
        started = await _call(http, creator, "/streams/start", {"title": "Fire"}, "start-00000001")
        stream_id = started.json()["stream"]["id"]
        goal = {"title": "All of it", "target_tokens": 100_000}
        await _call(http, creator, f"/streams/{stream_id}/goals", goal, "goal-000000001")
        people = [await _sign_up(http, f"tipper{number}") for number in range(tippers)]
        for number, person in enumerate(people):
            # Every third one cannot pay for all of it.
            purse = TOKENS * tips // 2 if number % 3 == 0 else TOKENS * tips
            await _call(http, person, "/wallet/purchase", {"tokens": purse}, f"purse-{number:06d}")
        tally = Tally()
        async with asyncio.TaskGroup() as group:
            for number, person in enumerate(people):
                keys = [f"tip-{number:04d}-{turn:04d}" for turn in range(tips)]
                group.create_task(_tip_on(http, person, stream_id, keys, tally))
            for turn in range(1, kills + 1):
                await tally.reach(tippers * tips * turn // (kills + 2))
                await asyncio.sleep(chance.random() * _PAUSE_S)  # anywhere within a transaction
                await asyncio.to_thread(phoenix.die_and_rise)
        repeated = await _call(
            http, people[1], f"/streams/{stream_id}/tip", {"tokens": TOKENS}, "tip-0001-0000"
        )
        assert repeated.json()["tip"]["id"] in tally.paid
    phoenix.process.stop()
    found = await _kept(phoenix, stream_id)
    assert found["ledger"].ok, found["ledger"]
    assert len(tally.paid) == len(set(tally.paid)), "a tip was answered as two"
    assert found["tips"] == set(tally.paid)
    assert tally.refused == sum(tips - tips // 2 for n in range(tippers) if n % 3 == 0)
    assert found["raised"] == TOKENS * len(tally.paid)
    times = Counter(tip for tip in tally.paid for event in found["told"] if tip in event)
    assert set(times.values()) == {1}
    assert len(found["told"]) == len(tally.paid)


# -- rooms ---------------------------------------------------------------------------------------


@dataclass(slots=True)
class Ear:
    """What one client heard, in the order of hearing."""

    realtime: RealtimeClient
    events: list[RoomEvent] = field(default_factory=list)
    snapshots: int = 0
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self, item: RoomItem) -> None:
        """Note an item."""
        if isinstance(item, RoomEvent):
            self.events.append(item)
        else:
            self.snapshots += 1
        self.news.set()

    async def until(self, text: str) -> None:
        """Wait for the last word."""
        async with asyncio.timeout(60):
            while not any(e.data.get("text") == text for e in self.events):
                self.news.clear()
                await self.news.wait()


@asynccontextmanager
async def _ears(
    line: FaultyProxy, person: Person, room: str, count: int
) -> AsyncIterator[list[Ear]]:
    async with AsyncExitStack() as stack:
        ears = []
        for _ in range(count):
            client = RealtimeClient(line.url, session=person.session)
            ear = Ear(await stack.enter_async_context(client))
            feed = ear.realtime.join(room, ear.take)
            async with asyncio.timeout(60):
                await feed.ready()
            ears.append(ear)
        yield ears


async def test_no_client_misses_or_hears_twice(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    sockets, lines, duration_s = (200, 40, 60.0) if _is_whole(request) else (6, 3, 1.5)
    chance = random.Random(11)
    settings = {"missed_events": 100_000, "client_queue_frames": 2_000}
    async with platform(tmp_path, **settings) as home, AsyncExitStack() as stack:
        creator = await home.person("Luna", Role.CREATOR)
        stream = await home.on_air(creator)
        room, port = stream_room(stream.id), urlsplit(home.url).port or 0
        ways = [
            await stack.enter_async_context(FaultyProxy("127.0.0.1", port)) for _ in range(lines)
        ]
        ears: list[Ear] = []
        for number, way in enumerate(ways):
            person = await home.person(f"Ear {number}")  # one account may not open 200 sockets
            ears += await stack.enter_async_context(_ears(way, person, room, sockets // lines))
        loop = asyncio.get_running_loop()
        until, said = loop.time() + duration_s, 0
        while loop.time() < until:
            said += 1
            await creator.api.room.send(stream.id, f"word number {said}")
            if chance.random() < 0.3:
                chance.choice(ways).cut()
        await creator.api.room.send(stream.id, "the last word")
        await asyncio.gather(*(ear.until("the last word") for ear in ears))
    spoken = [f"word number {number}" for number in range(1, said + 1)] + ["the last word"]
    for ear in ears:
        seqs = [event.seq for event in ear.events]
        assert seqs == list(range(seqs[0], seqs[0] + len(seqs))), "a gap, or out of order"
        assert ear.snapshots == 1, "it had to start over"
        heard = [e.data["text"] for e in ear.events if e.type is EventType.CHAT_MESSAGE]
        assert heard == spoken
    assert sum(way.accepted for way in ways) > sockets, "no line was cut"

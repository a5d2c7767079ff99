"""A whole platform inside a test: a local server, people who are signed in, streams on air."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from fakes.server import LocalServer, local_server, quick_settings

from shared.api import ApiClient
from shared.realtime import RealtimeClient, RoomItem
from shared.schemas.realtime import EventType, RoomEvent
from shared.schemas.roles import Role
from shared.schemas.streams import Stream, StreamStart, StreamState
from shared.server.accounts.service import AccountService
from shared.server.accounts.sessions import Sessions
from shared.server.core import Core, Services
from shared.server.streams.service import StreamService


class MovableClock:
    """A clock that stands until it is moved."""

    def __init__(self, start: datetime | None = None) -> None:
        self._now = start or datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """The moment it was moved to."""
        return self._now

    def monotonic_ns(self) -> int:
        """Nanoseconds that move with it."""
        return int(self._now.timestamp() * 1_000_000_000)

    def move(self, **by: float) -> None:
        """Go on by what `timedelta` takes."""
        self._now += timedelta(**by)


@dataclass(slots=True)
class Person:
    """Somebody who is signed in."""

    id: str
    name: str
    role: Role
    api: ApiClient

    @property
    def session(self) -> str:
        """The session's secret."""
        return self.api.session or ""


@dataclass(slots=True)
class Platform:
    """The server, and hands to set it up with."""

    url: str
    core: Core
    services: Services
    _stack: AsyncExitStack = field(repr=False)

    async def person(self, name: str, role: Role = Role.MEMBER) -> Person:
        """A new account of this role, signed in."""
        accounts, sessions = self.services.get(AccountService), self.services.get(Sessions)
        async with self.core.db.write() as tx:
            user_id = await accounts.add(
                tx,
                email=f"{name.lower()}@example.org",
                display_name=name,
                password_hash="-",
                role=role,
                birth_date=date(1990, 1, 1),
                locale="en",
            )
            session = await sessions.create(tx, user_id, "test")
        api = await self._stack.enter_async_context(ApiClient(self.url, session=session.secret))
        return Person(user_id, name, role, api)

    async def on_air(self, creator: Person, title: str = "Evening talk") -> Stream:
        """The creator's stream, as if its picture had arrived."""
        started = await creator.api.streams.start(StreamStart(title=title))
        streams = self.services.get(StreamService)
        async with self.core.db.write() as tx:
            found = await streams.require_open(tx.db, started.stream.id)
            await streams.set_state(tx, found, StreamState.LIVE)
        return started.stream

    async def watch(self, person: Person, room: str) -> "Watcher":
        """The person's view of a room, which has been joined."""
        client = RealtimeClient(self.url, session=person.session)
        realtime = await self._stack.enter_async_context(client)
        watcher = Watcher(realtime)
        feed = realtime.join(room, watcher.take)
        await feed.ready()
        return watcher


@dataclass(slots=True)
class Watcher:
    """What a room showed to one person, in order."""

    realtime: RealtimeClient
    items: list[RoomItem] = field(default_factory=list)
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self, item: RoomItem) -> None:
        """Note an item."""
        self.items.append(item)
        self._arrived.set()

    def events(self, type_: EventType) -> list[RoomEvent]:
        """The events of one type so far."""
        return [i for i in self.items if isinstance(i, RoomEvent) and i.type is type_]

    async def wait(self, type_: EventType, count: int = 1, timeout_s: float = 30.0) -> RoomEvent:
        """The event of this type that makes them `count`."""
        async with asyncio.timeout(timeout_s):
            while len(self.events(type_)) < count:
                self._arrived.clear()
                await self._arrived.wait()
        return self.events(type_)[count - 1]


@asynccontextmanager
async def platform(
    data: Path, *, clock: MovableClock | None = None, **settings: Any
) -> AsyncIterator[Platform]:
    """A platform over the folder, gone at the end of the block."""
    local: LocalServer
    async with local_server(quick_settings(data, **settings), clock=clock) as local:
        server = local.server
        async with AsyncExitStack() as stack:
            yield Platform(local.url, server.core, server.services, stack)

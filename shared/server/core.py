"""What every area is built from: the shared parts of one server process, and the services."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, cast

from shared.clock import Clock
from shared.server.db.database import Database
from shared.server.http.idempotency import Once
from shared.server.http.limits import Limits
from shared.server.http.metrics import Metrics
from shared.server.http.routes import Router
from shared.server.http.sessions import SessionLookup
from shared.server.objects import Objects
from shared.server.realtime.fanout import FanOut
from shared.server.realtime.feed import Feed
from shared.server.realtime.posts import Posts
from shared.server.realtime.registry import Calls, Rooms
from shared.server.settings import Settings


@dataclass(frozen=True, slots=True)
class Core:
    """The parts every area may use."""

    settings: Settings
    secret: bytes
    """From which stream keys and signed addresses derive; see `secret.derive`."""
    clock: Clock
    db: Database
    feed: Feed
    posts: Posts
    fanout: FanOut
    once: Once
    limits: Limits
    metrics: Metrics
    rooms: Rooms
    calls: Calls
    sessions: SessionLookup
    objects: Objects
    """Files that outgrow the database: evidence, backups, what other processes must see."""


type Background = Callable[[], Awaitable[None]]


class Services:
    """The services of all areas, each found by its class; built in the order of `AREAS`."""

    def __init__(self) -> None:
        self._by_type: dict[type, Any] = {}
        self.background: list[tuple[str, Background]] = []
        self._closers: list[Callable[[], Awaitable[None]]] = []

    def add(self, service: object) -> None:
        """Offer a service to endpoints and to areas that come later."""
        self._by_type[type(service)] = service

    def get[T](self, service: type[T]) -> T:
        """The service of exactly this class."""
        return cast(T, self._by_type[service])

    def run(self, name: str, task: Background) -> None:
        """Run `task` from start to stop of the server; it is cancelled at the end."""
        self.background.append((name, task))

    def on_close(self, close: Callable[[], Awaitable[None]]) -> None:
        """Call `close` when the server has stopped, last added first."""
        self._closers.append(close)

    async def aclose(self) -> None:
        """Close what asked for it."""
        while self._closers:
            await self._closers.pop()()


@dataclass(frozen=True, slots=True)
class Area:
    """One area of the server: `build` makes its services, `routers` its routes.

    `ready` runs once after the database is open and before the first request.
    """

    name: str
    build: Callable[[Core, Services], None]
    routers: tuple[Router, ...] = ()
    ready: Callable[[Core, Services], Awaitable[None]] | None = field(default=None)

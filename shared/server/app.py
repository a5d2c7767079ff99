"""The composition root: opens the database, builds every area, and runs what runs beside."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

from shared.clock import Clock, SystemClock
from shared.server.accounts.sessions import Sessions
from shared.server.areas import AREAS
from shared.server.core import Area, Background, Core, Services
from shared.server.db.database import Database
from shared.server.db.upgrade import open_database, prepare_folder
from shared.server.http.application import build_application
from shared.server.http.gateway import Gateway
from shared.server.http.idempotency import Once
from shared.server.http.limits import Limits
from shared.server.http.metrics import Metrics
from shared.server.http.shared_limits import SharedLimits
from shared.server.ingest import HlsStore, RtmpIngest
from shared.server.objects import Objects
from shared.server.operations.service import HealthService
from shared.server.realtime.fanout import FanOut
from shared.server.realtime.feed import Feed
from shared.server.realtime.posts import Posts
from shared.server.realtime.registry import Calls, Rooms
from shared.server.realtime.relay import RedisRelay
from shared.server.realtime.sockets import Sockets
from shared.server.secret import given_secret, load_secret
from shared.server.settings import Settings
from shared.server.streams.authority import StreamAuthority
from shared.server.streams.keys import StreamKeys
from shared.server.streams.on_air import OnAir
from shared.server.version import version

_log = logging.getLogger(__name__)
_HOUSEKEEPING_S = 600.0
_RESTART_S = 1.0


@dataclass(frozen=True, slots=True)
class Server:
    """A running server without its listening socket: `asgi` serves HTTP and Socket.IO."""

    core: Core
    services: Services
    asgi: ASGIApp
    sockets: Sockets


@asynccontextmanager
async def running(
    settings: Settings,
    *,
    clock: Clock | None = None,
    rtmp: tuple[str, int] | None = None,
    parts: tuple[Area, ...] | None = None,
) -> AsyncIterator[Server]:
    """A server over the data folder, with its background work, until the block ends.

    It takes broadcasts where `rtmp` gives it host and port.

    Raises:
        StorageError: the folder or the database cannot be used.
        Unavailable: the ingest's port is taken.
    """
    chosen = AREAS if parts is None else parts
    async with AsyncExitStack() as stack:
        prepare_folder(settings.data)
        engines = await open_database(settings.data, settings.database_url)
        time_of_day = clock or SystemClock()
        db = Database(engines, time_of_day)
        stack.push_async_callback(db.aclose)
        core, sessions = _core(settings, time_of_day, db)
        stack.push_async_callback(core.objects.aclose)
        services = Services()
        services.add(core)
        services.add(sessions)
        relay = RedisRelay(settings.redis_url, core.feed) if settings.redis_url else None
        sockets = _sockets(core, relay)
        services.add(sockets)
        for area in chosen:
            area.build(core, services)
        if relay is not None:
            services.get(HealthService).add_minor(relay.check)
        stack.push_async_callback(services.aclose)
        for area in chosen:
            if area.ready is not None:
                await area.ready(core, services)
        if rtmp is not None:
            await stack.enter_async_context(_ingest(core, services, rtmp))
        application = build_application(
            [router for area in chosen for router in area.routers], version=version()
        )
        application.state.services = services
        application.state.sessions = sessions
        gateway = Gateway(application, settings=settings, limits=core.limits, metrics=core.metrics)
        background = (
            *services.background,
            *_beside(core, relay),
            ("fan-out", core.fanout.run),
            ("posts", core.posts.run),
            ("revocations", sockets.run),
            ("strangers", sockets.watch_strangers),
            ("housekeeping", _housekeeping(core, sessions)),
        )
        tasks = [asyncio.create_task(_kept_up(name, work), name=name) for name, work in background]
        try:
            yield Server(core, services, _dispatch(gateway, sockets.asgi), sockets)
        finally:
            await sockets.aclose()
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)


def _core(settings: Settings, clock: Clock, db: Database) -> tuple[Core, Sessions]:
    feed = Feed(db)
    given = settings.secret.get_secret_value()
    sessions = Sessions(db, feed, clock, settings)
    core = Core(
        settings=settings,
        secret=given_secret(given) if given else load_secret(settings.data),
        clock=clock,
        db=db,
        feed=feed,
        posts=Posts(db, clock),
        fanout=FanOut(feed, db, settings),
        once=Once(db),
        limits=Limits(enforced=settings.limits == "standard"),
        metrics=Metrics(),
        rooms=Rooms(),
        calls=Calls(),
        sessions=sessions,
        objects=Objects.of(settings),
    )
    return core, sessions


def _beside(core: Core, relay: RedisRelay | None) -> tuple[tuple[str, Background], ...]:
    """What runs where other processes may write to the same database."""
    if relay is not None:
        core.metrics.gauge("teezu_relay_lost_total", lambda: relay.lost)
        core.metrics.gauge("teezu_relay_failures_total", lambda: relay.failures)
        limits = SharedLimits(core.settings.redis_url, core.limits)
        return (
            ("relay", relay.run),
            ("sweep", core.fanout.sweep),
            ("shared limits", limits.run),
        )
    return (("sweep", core.fanout.sweep),) if core.settings.database_url else ()


def _sockets(core: Core, relay: RedisRelay | None) -> Sockets:
    return Sockets(
        settings=core.settings,
        db=core.db,
        feed=core.feed,
        fanout=core.fanout,
        rooms=core.rooms,
        calls=core.calls,
        sessions=core.sessions,
        limits=core.limits,
        metrics=core.metrics,
        relay=relay,
    )


@asynccontextmanager
async def _ingest(core: Core, services: Services, address: tuple[str, int]) -> AsyncIterator[None]:
    ingest = RtmpIngest(
        authority=services.get(StreamAuthority),
        store=services.get(HlsStore),
        clock=core.clock,
        host=address[0],
        port=address[1],
    )
    async with ingest:
        services.add(ingest)
        services.get(OnAir).ingest = ingest
        host, port = ingest.address
        listening = f"rtmp://{reachable(host, port)}/live"
        services.get(StreamKeys).ingest_url = core.settings.ingest_url or listening
        core.metrics.gauge("teezu_publishers", lambda: len(ingest.live_stream_ids))
        core.metrics.gauge("teezu_ingest_failures_total", lambda: ingest.failures)
        core.metrics.gauge("teezu_ingest_bytes_total", lambda: ingest.bytes_received)
        yield


def reachable(host: str, port: int) -> str:
    """`HOST:PORT` under which clients of this machine reach a listener."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared only
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _dispatch(http: ASGIApp, sockets: ASGIApp) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope.get("path", "")
        if scope["type"] == "websocket" or path.startswith("/socket.io/"):
            await sockets(scope, receive, send)
        else:
            await http(scope, receive, send)

    return app


async def _kept_up(name: str, work: Background) -> None:
    """Run background work; a defect in it is logged and it starts again."""
    while True:
        try:
            await work()
        except Exception:  # noqa: BLE001 - a task root
            _log.exception("%s stopped; it starts again", name)
            await asyncio.sleep(_RESTART_S)
        else:
            return


def _housekeeping(core: Core, sessions: Sessions) -> Background:
    async def run() -> None:
        while True:
            await asyncio.sleep(_HOUSEKEEPING_S)
            await core.once.prune()
            await sessions.prune()

    return run

"""A creator's broadcast with a server and engines in memory, for the tests of going live."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from fakes.engine import FakeEngine, FakeEngines

from shared.api import ApiError
from shared.backoff import Backoff
from shared.errors import AppError, Unavailable
from shared.ids import new_id
from shared.schemas.accounts import UserRef
from shared.schemas.moods import Mood
from shared.schemas.roles import Role
from shared.schemas.streams import (
    Audience,
    Ingest,
    Stream,
    StreamKey,
    StreamStart,
    StreamStarted,
    StreamState,
)
from studio.engine.protocol import (
    BroadcastState,
    OutputState,
    StreamIdentity,
)
from studio.live import Broadcast, BroadcastSetup, EngineHost, GoLive, Phase

KEY = "the-secret-stream-key"
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
DOWN = Unavailable("The server cannot be reached.", code="SERVER_UNREACHABLE")


def refused(code: str, **meta: object) -> ApiError:
    return ApiError("No.", code=code, status=409, request_id="r", meta=meta)


class Records:
    """The server's streams."""

    def __init__(self) -> None:
        self.streams: dict[str, Stream] = {}
        self.calls: list[str] = []
        self.fails: dict[str, AppError] = {}
        self.held: dict[str, asyncio.Event] = {}
        self.asked = asyncio.Event()

    async def _call(self, name: str) -> None:
        self.calls.append(name)
        self.asked.set()
        if held := self.held.get(name):
            await held.wait()
        if error := self.fails.pop(name, None):
            raise error

    def add(self, title: str = "Evening talk") -> Stream:
        stream = Stream(
            id=new_id(),
            creator=UserRef(id=new_id(), display_name="Ada", role=Role.CREATOR),
            title=title,
            tags=[],
            mood=Mood.CHILL,
            audience=Audience.PUBLIC,
            state=StreamState.WAITING,
            started_at=NOW,
        )
        self.streams[stream.id] = stream
        return stream

    def move(self, stream_id: str, state: StreamState) -> Stream:
        stream = self.streams[stream_id].model_copy(update={"state": state})
        self.streams[stream_id] = stream
        return stream

    async def start(self, request: StreamStart, *, key: str | None = None) -> StreamStarted:
        await self._call("start")
        ingest = Ingest(url="rtmp://127.0.0.1:1935/live", stream_key=KEY)
        return StreamStarted(stream=self.add(request.title), ingest=ingest)

    async def end(self, stream_id: str, *, key: str | None = None) -> Stream:
        await self._call("end")
        return self.move(stream_id, StreamState.ENDED)

    async def read(self, stream_id: str) -> Stream:
        await self._call("read")
        return self.streams[stream_id]

    async def panic(self, stream_id: str, *, key: str | None = None) -> Stream:
        await self._call("panic")
        return self.move(stream_id, StreamState.PANICKED)

    async def reveal(self, stream_id: str, *, key: str | None = None) -> Stream:
        await self._call("reveal")
        return self.move(stream_id, StreamState.LIVE)

    async def key(self) -> StreamKey:
        await self._call("key")
        return StreamKey(url="rtmp://127.0.0.1:1935/live", stream_key=KEY, created_at=NOW)


@dataclass(slots=True)
class Show:
    """A broadcast with everything around it."""

    broadcast: Broadcast
    host: EngineHost
    records: Records
    engines: FakeEngines
    seen: list[Phase] = field(default_factory=list)

    @property
    def engine(self) -> FakeEngine:
        return self.engines.engine

    async def live(self, setup: BroadcastSetup | None = None) -> GoLive:
        await self.broadcast.go_live(StreamStart(title="Evening talk"), setup or BroadcastSetup())
        self.engine.says("live")
        assert self.broadcast.state.phase is Phase.LIVE
        return self.broadcast.state

    async def until(self, *phases: Phase) -> GoLive:
        reached = asyncio.Event()

        def check(state: GoLive) -> None:
            if state.phase in phases:
                reached.set()

        unsubscribe = self.broadcast.on_changed(check)
        check(self.broadcast.state)
        try:
            async with asyncio.timeout(8):
                await reached.wait()
        finally:
            unsubscribe()
        return self.broadcast.state


@asynccontextmanager
async def a_show(
    *, engines: FakeEngines | None = None, records: Records | None = None
) -> AsyncIterator[Show]:
    engines = engines or FakeEngines()
    records = records or Records()
    host = EngineHost(engines, backoff=Backoff(base_s=0.01, cap_s=0.02))
    async with host:
        broadcast = Broadcast(
            records=records, engine=host, server_url="http://127.0.0.1:8700", now=lambda: NOW
        )
        async with broadcast:
            show = Show(broadcast, host, records, engines)
            broadcast.on_changed(lambda state: show.seen.append(state.phase))
            await host.ready()
            yield show


def on_air(stream: Stream) -> Callable[[FakeEngine], None]:
    """Prepare an engine that is found in the middle of a broadcast."""

    def prepare(engine: FakeEngine) -> None:
        output = OutputState(
            id="live", kind="rtmp", name="Live", target="host", phase="live", sent_bytes=1
        )
        broadcast = BroadcastState(
            started_at="2026-11-20T08:00:00.000Z",
            elapsed_s=60,
            stream=StreamIdentity(stream_id=stream.id, title=stream.title),
            outputs=(output,),
        )
        engine.state = engine.state.model_copy(
            update={"broadcast": broadcast, "project_path": "my-scenes.json"}
        )

    return prepare

"""Going live and ending: the server's record and the engine's outputs, on good and bad days."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from fakes.engine import FakeEngine, FakeEngines

from shared.api import ApiError
from shared.backoff import Backoff
from shared.errors import AppError, Unavailable
from shared.ids import new_id
from shared.schemas.accounts import UserRef
from shared.schemas.common import ErrorCode
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
    Freeze,
    OpenProject,
    OutputState,
    Panic,
    RecordingOutput,
    RtmpOutput,
    SetDelay,
    SetProject,
    StartBroadcast,
    StreamIdentity,
    VideoSettings,
)
from studio.live import Broadcast, BroadcastSetup, EngineHost, GoLive, Phase
from studio.project.model import empty_project

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


@pytest.fixture
async def show() -> AsyncIterator[Show]:
    async with a_show() as found:
        yield found


@pytest.fixture
def lost_engine(expect_log: Callable[[str], None]) -> None:
    expect_log("the engine is gone")


async def test_one_click_makes_the_record_and_starts_the_outputs(show: Show) -> None:
    setup = BroadcastSetup(
        video=VideoSettings(fps=60),
        record_path="show.mp4",
        more_outputs=(RtmpOutput(url="rtmp://elsewhere/live"),),
    )
    state = await show.live(setup)
    assert list(dict.fromkeys(show.seen)) == [Phase.PREPARING, Phase.CONNECTING, Phase.LIVE]
    assert state.stream_id in show.records.streams
    assert show.engine.kinds == ["configure", "start_broadcast"]
    start = show.engine.commands[1]
    assert isinstance(start, StartBroadcast)
    first, second, third = start.outputs
    assert isinstance(first, RtmpOutput)
    assert (first.url, first.key.get_secret_value()) == ("rtmp://127.0.0.1:1935/live", KEY)
    assert isinstance(second, RtmpOutput)
    assert isinstance(third, RecordingOutput)
    assert start.stream is not None
    assert start.stream.stream_id == state.stream_id
    assert KEY not in repr(state)
    assert KEY not in repr(start)


async def test_ending_stops_the_engine_and_ends_the_record(show: Show) -> None:
    state = await show.live()
    ended = await show.broadcast.end()
    assert ended.phase is Phase.ENDED
    assert ended.error is None
    assert show.engine.state.broadcast is None
    assert show.records.streams[state.stream_id or ""].state is StreamState.ENDED
    assert (await show.broadcast.end()).phase is Phase.ENDED
    show.broadcast.dismiss()
    assert show.broadcast.state == GoLive()


async def test_a_server_that_is_down_is_a_sentence_and_nothing_is_started(show: Show) -> None:
    show.records.fails["start"] = DOWN
    state = await show.broadcast.go_live(StreamStart(title="Talk"), BroadcastSetup())
    assert state.phase is Phase.FAILED
    assert state.error is DOWN
    assert show.engine.kinds == []


async def test_a_record_left_by_a_crash_is_ended_first(show: Show) -> None:
    left = show.records.add("Yesterday")
    show.records.fails["start"] = refused(ErrorCode.ALREADY_LIVE, stream_id=left.id)
    state = await show.live()
    assert show.records.calls == ["start", "end", "start"]
    assert show.records.streams[left.id].state is StreamState.ENDED
    assert state.stream_id != left.id


async def test_an_engine_that_refuses_leaves_no_record_behind(show: Show) -> None:
    show.engine.refuses["start_broadcast"] = AppError("No encoder.", code="ENCODER_MISSING")
    state = await show.broadcast.go_live(StreamStart(title="Talk"), BroadcastSetup())
    assert state.phase is Phase.FAILED
    assert state.error is not None
    assert state.error.code == "ENCODER_MISSING"
    assert [s.state for s in show.records.streams.values()] == [StreamState.ENDED]


async def test_a_refused_key_stops_everything_and_says_why(show: Show) -> None:
    await show.broadcast.go_live(StreamStart(title="Talk"), BroadcastSetup(record_path="a.mp4"))
    show.engine.says("failed", "The stream key was refused; make a new one.", "KEY_REFUSED")
    state = await show.until(Phase.FAILED)
    assert state.error is not None
    assert state.error.code == "KEY_REFUSED"
    async with asyncio.timeout(5):
        while "end" not in show.records.calls:
            show.records.asked.clear()
            await show.records.asked.wait()
    assert show.engine.state.broadcast is None, "the recording does not go on alone"


async def test_ending_while_it_is_only_being_prepared(show: Show) -> None:
    show.records.held["start"] = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        going = group.create_task(
            show.broadcast.go_live(StreamStart(title="Talk"), BroadcastSetup()), name="go live"
        )
        await show.records.asked.wait()
        ended = await show.broadcast.end()
    assert ended.phase is Phase.ENDED
    assert going.result().phase in {Phase.ENDING, Phase.ENDED}
    assert show.engine.kinds == []


async def test_ending_while_the_engine_is_starting(show: Show) -> None:
    show.engine.stuck["start_broadcast"] = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(
            show.broadcast.go_live(StreamStart(title="Talk"), BroadcastSetup()), name="go live"
        )
        await show.until(Phase.CONNECTING)
        await show.broadcast.end()
    assert show.broadcast.state.phase is Phase.ENDED
    assert [s.state for s in show.records.streams.values()] == [StreamState.ENDED]


async def test_a_caller_that_is_cancelled_is_cancelled(show: Show) -> None:
    show.records.held["start"] = asyncio.Event()
    going = asyncio.create_task(
        show.broadcast.go_live(StreamStart(title="Talk"), BroadcastSetup()), name="go live"
    )
    await show.records.asked.wait()
    going.cancel()
    with pytest.raises(asyncio.CancelledError):
        await going


async def test_going_live_twice_is_once(show: Show) -> None:
    await show.live()
    await show.broadcast.go_live(StreamStart(title="Again"), BroadcastSetup())
    assert show.records.calls == ["start"]


async def test_when_the_record_cannot_be_ended_the_creator_hears_of_it(show: Show) -> None:
    await show.live()
    show.records.fails["end"] = DOWN
    ended = await show.broadcast.end()
    assert ended.phase is Phase.ENDED
    assert ended.error is DOWN
    assert show.engine.state.broadcast is None


@pytest.mark.usefixtures("lost_engine")
async def test_a_lost_engine_is_replaced_and_the_same_stream_goes_on(show: Show) -> None:
    before = await show.live(BroadcastSetup(record_path="a.mp4"))
    old = show.engine
    edited = empty_project(scene_name="Edited a moment ago")
    await show.host.request(SetProject(project=edited))
    old.die()
    await show.until(Phase.RECONNECTING)
    new = await show.engines.number(2)
    await new.began()
    new.says("live")
    state = await show.until(Phase.LIVE)
    assert state.stream_id == before.stream_id
    assert show.records.calls == ["start"], "no second record"
    assert new.kinds == ["set_project", "configure", "start_broadcast"]
    assert new.state.project == edited, "edits that were not on disk yet included"
    first, again = old.commands[1], new.commands[2]
    assert isinstance(first, StartBroadcast)
    assert isinstance(again, StartBroadcast)
    assert again.outputs[0] == first.outputs[0]
    assert again.outputs[1].id == first.outputs[1].id


@pytest.mark.usefixtures("lost_engine")
async def test_an_engine_lost_during_a_panic_comes_back_with_the_slate(show: Show) -> None:
    await show.live()
    for command in (SetDelay(seconds=20), Freeze(frozen=True), Panic(reason="word")):
        await show.host.request(command)
    show.engine.die()
    new = await show.engines.number(2)
    await new.began()
    safety = new.state.safety
    assert (safety.panicked, safety.frozen, safety.delay_s) == (True, True, 20)
    begun = new.kinds.index("start_broadcast")
    assert all(new.kinds.index(kind) < begun for kind in ("set_delay", "freeze", "panic"))


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


async def test_an_engine_found_on_air_is_adopted_with_its_stream() -> None:
    engines, records = FakeEngines(), Records()
    stream = records.add()
    engines.prepare = on_air(stream)
    async with a_show(engines=engines, records=records) as show:
        state = await show.broadcast.adopt()
        assert state.phase is Phase.LIVE
        assert state.is_adopted
        assert state.stream == stream
        ended = await show.broadcast.end()
        assert ended.phase is Phase.ENDED
        assert engines.engine.state.broadcast is None
    assert records.streams[stream.id].state is StreamState.ENDED


async def test_adoption_works_while_the_server_is_down(expect_log: Callable[[str], None]) -> None:
    expect_log("the adopted stream cannot be read")
    engines, records = FakeEngines(), Records()
    stream = records.add()
    engines.prepare = on_air(stream)
    records.fails["read"] = DOWN
    async with a_show(engines=engines, records=records) as show:
        state = await show.broadcast.adopt()
        assert state.phase is Phase.LIVE
        assert (state.stream_id, state.title, state.stream) == (stream.id, stream.title, None)


async def test_an_adopted_broadcast_whose_stream_was_ended_is_stopped() -> None:
    engines, records = FakeEngines(), Records()
    stream = records.move(records.add().id, StreamState.SUSPENDED)
    engines.prepare = on_air(stream)
    async with a_show(engines=engines, records=records) as show:
        state = await show.broadcast.adopt()
        assert state.phase is Phase.ENDED
        assert state.error is not None
        assert engines.engine.state.broadcast is None


@pytest.mark.usefixtures("lost_engine")
async def test_an_adopted_broadcast_survives_the_loss_of_its_engine_as_well() -> None:
    engines, records = FakeEngines(), Records()
    stream = records.add()
    engines.prepare = on_air(stream)
    async with a_show(engines=engines, records=records) as show:
        await show.broadcast.adopt()
        engines.prepare = lambda engine: None
        engines.engine.die()
        new = await engines.number(2)
        await new.began()
        assert new.kinds == ["open_project", "set_project", "configure", "start_broadcast"]
        opened, start = new.commands[0], new.commands[3]
        assert isinstance(opened, OpenProject)
        assert opened.path == "my-scenes.json"
        assert isinstance(start, StartBroadcast)
        assert start.stream is not None
        assert start.stream.stream_id == stream.id


@pytest.mark.usefixtures("lost_engine")
async def test_a_lost_connection_to_a_living_engine_restarts_nothing() -> None:
    engines, records = FakeEngines(), Records()
    stream = records.add()
    engines.prepare = on_air(stream)
    async with a_show(engines=engines, records=records) as show:
        await show.broadcast.adopt()
        engines.engine.die()
        second = await engines.number(2)
        state = await show.until(Phase.LIVE)
        assert state.stream_id == stream.id
        assert second.kinds == []


async def test_nothing_on_air_is_nothing_to_adopt(show: Show) -> None:
    assert await show.broadcast.adopt() == GoLive()


async def test_a_broadcast_stopped_by_another_client_ends_with_a_word(show: Show) -> None:
    state = await show.live()
    show.engine.stops()
    ended = await show.until(Phase.ENDED)
    assert ended.error is not None
    assert ended.error.code == "STOPPED_ELSEWHERE"
    assert show.records.streams[state.stream_id or ""].state is StreamState.ENDED


async def test_a_stream_that_moderation_ends_is_stopped_here(show: Show) -> None:
    state = await show.live()
    gone = show.records.move(state.stream_id or "", StreamState.SUSPENDED)
    show.broadcast.stream_changed(gone)
    ended = await show.until(Phase.ENDED)
    assert ended.error is not None
    assert ended.error.code == "ENDED_BY_PLATFORM"
    assert show.engine.state.broadcast is None


async def test_panic_reaches_engine_and_platform(show: Show) -> None:
    state = await show.live()
    await show.broadcast.panic("word")
    assert show.engine.state.safety.panicked
    assert show.records.streams[state.stream_id or ""].state is StreamState.PANICKED
    await show.broadcast.reveal()
    assert not show.engine.state.safety.panicked
    assert show.records.calls == ["start", "panic", "reveal"]


async def test_panic_does_not_wait_for_the_server(
    show: Show, expect_log: Callable[[str], None]
) -> None:
    expect_log("the platform could not be told")
    await show.live()
    show.records.fails["panic"] = DOWN
    await show.broadcast.panic()
    assert show.engine.state.safety.panicked


async def test_panic_tells_the_platform_even_when_the_engine_cannot_be_told(show: Show) -> None:
    await show.live()
    show.engine.refuses["panic"] = Unavailable("Gone.", code="ENGINE_GONE")
    with pytest.raises(Unavailable):
        await show.broadcast.panic()
    assert "panic" in show.records.calls


async def test_no_engine_at_all_is_a_sentence(expect_log: Callable[[str], None]) -> None:
    expect_log("no engine: ENGINE_START")
    engines = FakeEngines()
    engines.fails = Unavailable("It did not start; its log is elsewhere.", code="ENGINE_START")
    host = EngineHost(engines, backoff=Backoff(base_s=0.01, cap_s=0.02))
    async with host:
        with pytest.raises(Unavailable) as caught:
            await host.ready(timeout_s=0.1)
        assert caught.value.code == "ENGINE_START"
        engines.fails = None
        await host.ready(timeout_s=5)
        assert host.error is None

"""Panic, freeze and reveal reach the platform, whoever moved the switch, and come back from it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from fakes.engine import FakeEngine, FakeEngines
from rules.noise import ExpectLog
from tools.waiting import until

from shared.backoff import Backoff
from shared.errors import Unavailable
from shared.ids import new_id
from shared.listeners import Listener, Unsubscribe
from shared.schemas.accounts import UserRef
from shared.schemas.moods import Mood
from shared.schemas.roles import Role
from shared.schemas.streams import Audience, Stream, StreamState
from studio.engine.protocol import Freeze, Panic, RtmpOutput, StartBroadcast, StreamIdentity
from studio.engine.protocol import Reveal as RevealCommand
from studio.live import EngineHost, GoLive, Phase
from studio.live.mirror import SafetyMirror

_STREAM = Stream(
    id=new_id(),
    creator=UserRef(id=new_id(), display_name="Ada", role=Role.CREATOR),
    title="Evening talk",
    tags=[],
    mood=Mood.CHILL,
    audience=Audience.PUBLIC,
    state=StreamState.LIVE,
    started_at=datetime(2026, 11, 20, 8, tzinfo=UTC),
)


class _Broadcast:
    """A broadcast that is live, and its record."""

    def __init__(self) -> None:
        self.state = GoLive(phase=Phase.LIVE, stream_id=_STREAM.id, stream=_STREAM)
        self._listeners: list[Listener[GoLive]] = []

    def on_changed(self, listener: Listener[GoLive]) -> Unsubscribe:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def stream_changed(self, stream: Stream) -> None:
        self.state = GoLive(phase=Phase.LIVE, stream_id=stream.id, stream=stream)
        for listener in list(self._listeners):
            listener(self.state)


class _Platform:
    """The platform's side of it."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.refusals = 0

    async def _move(self, name: str, state: StreamState) -> Stream:
        self.calls.append(name)
        if self.refusals:
            self.refusals -= 1
            raise Unavailable("The server cannot be reached.", code="SERVER_UNREACHABLE")
        return _STREAM.model_copy(update={"state": state})

    async def panic(self, stream_id: str) -> Stream:
        return await self._move("panic", StreamState.PANICKED)

    async def freeze(self, stream_id: str) -> Stream:
        return await self._move("freeze", StreamState.FROZEN)

    async def reveal(self, stream_id: str) -> Stream:
        return await self._move("reveal", StreamState.LIVE)


class _Show:
    """Everything around one mirror."""

    def __init__(self, engine: FakeEngine, broadcast: _Broadcast, platform: _Platform) -> None:
        self.engine, self.broadcast, self.platform = engine, broadcast, platform

    async def until_state(self, state: StreamState) -> None:
        def is_there() -> bool:
            stream = self.broadcast.state.stream
            return stream is not None and stream.state is state

        await until(is_there, f"the platform is {state.value}")


@pytest.fixture
async def show() -> AsyncIterator[_Show]:
    engines, platform, broadcast = FakeEngines(), _Platform(), _Broadcast()
    async with EngineHost(engines) as host:
        await host.ready()
        output = RtmpOutput(url="rtmp://localhost/live")
        identity = StreamIdentity(stream_id=_STREAM.id)
        await host.request(StartBroadcast(outputs=(output,), stream=identity))
        mirror = SafetyMirror(
            platform, broadcast=broadcast, engine=host, backoff=Backoff(base_s=0.01, cap_s=0.02)
        )
        async with mirror:
            yield _Show(engines.engine, broadcast, platform)


async def test_whoever_panics_the_platform_learns_of_it_and_of_the_reveal(show: _Show) -> None:
    await show.engine.request(Panic(reason="global key"))
    await show.until_state(StreamState.PANICKED)
    await show.engine.request(RevealCommand(confirmed=True))
    await show.until_state(StreamState.LIVE)
    assert show.platform.calls == ["panic", "reveal"]


async def test_a_freeze_below_a_panic_is_told_after_the_reveal(show: _Show) -> None:
    await show.engine.request(Freeze(frozen=True))
    await show.until_state(StreamState.FROZEN)
    await show.engine.request(Panic())
    await show.until_state(StreamState.PANICKED)
    await show.engine.request(RevealCommand(confirmed=True))
    await show.until_state(StreamState.FROZEN)
    await show.engine.request(Freeze(frozen=False))
    await show.until_state(StreamState.LIVE)
    assert show.platform.calls == ["freeze", "panic", "reveal", "freeze", "reveal"]


async def test_a_platform_that_is_away_is_told_again(show: _Show, expect_log: ExpectLog) -> None:
    expect_log("not in step")
    show.platform.refusals = 2
    await show.engine.request(Panic())
    await show.until_state(StreamState.PANICKED)
    assert show.platform.calls == ["panic"] * 3


async def test_the_safe_word_said_elsewhere_puts_the_slate_up_and_nobody_takes_it_away(
    show: _Show,
) -> None:
    show.broadcast.stream_changed(_STREAM.model_copy(update={"state": StreamState.PANICKED}))
    await until(lambda: show.engine.state.safety.panicked, "the slate is up")
    assert show.platform.calls == []
    await show.engine.request(RevealCommand(confirmed=True))
    await show.until_state(StreamState.LIVE)
    assert show.platform.calls == ["reveal"]


@pytest.mark.parametrize("state", [StreamState.SUSPENDED, StreamState.ENDED])
async def test_what_moderators_decided_is_left_alone(show: _Show, state: StreamState) -> None:
    show.broadcast.stream_changed(_STREAM.model_copy(update={"state": state}))
    await show.engine.request(Panic())
    await show.engine.request(RevealCommand(confirmed=True))
    show.broadcast.stream_changed(_STREAM)
    await show.engine.request(Freeze(frozen=True))
    await show.until_state(StreamState.FROZEN)
    assert show.platform.calls == ["freeze"]

"""Going live and ending, as one service: the server's record, the engine's outputs, their order."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from shared.api import ApiError
from shared.background import Background
from shared.errors import AppError, Unavailable
from shared.ids import new_id
from shared.listeners import Listener, Listeners, Unsubscribe
from shared.schemas.common import ErrorCode
from shared.schemas.streams import Stream, StreamStart, StreamStarted, StreamState
from studio.engine.protocol import (
    BroadcastEvent,
    BroadcastState,
    Configure,
    EngineState,
    Event,
    Freeze,
    OpenProject,
    Panic,
    Reveal,
    SetDelay,
    SetProject,
    StartBroadcast,
    StopBroadcast,
    StreamIdentity,
)
from studio.live.engine_host import EngineHost
from studio.live.phase import (
    Adopted,
    Asked,
    Dismissed,
    EndAsked,
    Ended,
    EngineLost,
    EngineTold,
    Failed,
    GoLive,
    GoLiveEvent,
    Phase,
    RecordMade,
    StreamChanged,
    step,
)
from studio.live.plan import (
    BroadcastSetup,
    OnAir,
    StreamRecords,
    plan_of,
    plan_of_adopted,
    renewed,
)

_log = logging.getLogger(__name__)
_STOP_TIMEOUT_S = 10.0
_PANIC_TIMEOUT_S = 3.0
_RESTART_PAUSE_S = 2.0
_OVER = frozenset({StreamState.ENDED, StreamState.SUSPENDED})


class Broadcast:
    """One broadcast at a time, from the button to its end. `state` says where it is.

    Nothing here raises for a failed broadcast: the state's `error` has the sentence. Open it with
    `async with`, inside that of its `EngineHost`.
    """

    def __init__(
        self,
        *,
        records: StreamRecords,
        engine: EngineHost,
        server_url: str,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._records = records
        self._engine = engine
        self._server_url = server_url
        self._now = now
        self._state = GoLive()
        self._changed = Listeners[GoLive]()
        self._on_air: OnAir | None = None
        self._turn = asyncio.Lock()
        self._starting: asyncio.Task[None] | None = None
        self._due = asyncio.Event()
        self._told = asyncio.Event()
        """The engine has said something of its broadcast."""
        self._was_ending = False
        """Somebody has ended the show, and viewers see what is held."""
        self._lost_engine: EngineState | None = None
        self._has_engine = False
        self._needs_restart = False
        self._reactor = Background("broadcast")
        self._unsubscribe: list[Unsubscribe] = []

    @property
    def state(self) -> GoLive:
        """Where the broadcast is."""
        return self._state

    def on_changed(self, listener: Listener[GoLive]) -> Unsubscribe:
        """Hear of every change of `state`."""
        return self._changed.add(listener)

    async def __aenter__(self) -> Self:
        self._unsubscribe = [
            self._engine.on_event(self._on_engine_event),
            self._engine.on_state(self._on_engine_state),
        ]
        self._has_engine = self._engine.state is not None
        self._reactor.start(self._react())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        await self._reactor.close()

    async def adopt(self) -> GoLive:
        """Take over what an engine already broadcasts; to be called once, at start."""
        async with self._turn:
            engine = await self._engine.ready()
            broadcast = engine.broadcast
            if broadcast is None or self._state.phase.is_on:
                return self._state
            if not any(output.kind == "rtmp" for output in broadcast.outputs):
                return self._state  # a recording without a show: nobody watches
            stream: Stream | None = None
            if broadcast.stream is not None:
                try:
                    stream = await self._records.read(broadcast.stream.stream_id)
                except AppError as error:
                    _log.warning("the adopted stream cannot be read: %s", error.code)
            self._was_ending = _is_ending(broadcast)
            self._apply(Adopted(broadcast, stream, self._now()))
            if stream is not None and stream.state in _OVER:
                await self._finish(_ended_elsewhere())
        return self._state

    async def go_live(self, request: StreamStart, setup: BroadcastSetup) -> GoLive:
        """Make the stream's record, start the engine's outputs; `state` tells the rest."""
        async with self._turn:
            if self._state.phase.is_on:
                return self._state
            self._was_ending = False
            self._apply(Asked(request.title))
            self._starting = asyncio.create_task(self._begin(request, setup), name="going live")
            try:
                await self._starting
            except asyncio.CancelledError:
                # Either `end` took it back, or the caller itself is cancelled and goes on so.
                self._starting.cancel()
                if self._state.phase is not Phase.ENDING:
                    raise
            finally:
                self._starting = None
        return self._state

    async def end(self) -> GoLive:
        """Stop sending and end the stream for everyone, also while it is only being prepared.

        What a safety delay holds is shown to viewers first, and this returns when they have seen
        it; `end_now` cuts that short.
        """
        if self._starting is not None:
            self._apply(EndAsked())
            self._starting.cancel()
        async with self._turn:
            if self._state.phase.is_on:
                self._apply(EndAsked())
                await self._finish(None, stop=self._play_out)
        return self._state

    async def end_now(self) -> None:
        """Throw away what viewers have not seen yet of a broadcast that is ending.

        Raises:
            AppError: the engine cannot be told.
        """
        if self._state.phase is Phase.ENDING and self._is_engine_on:
            await self._stop()

    async def panic(self, reason: str = "") -> None:
        """Slate and silence now; does not wait for anything else that is under way.

        The engine is told first. Then the platform takes away what viewers could still fetch; if
        that fails, what they see from now on is the slate all the same.

        Raises:
            AppError: the engine cannot be told; the platform was told nevertheless.
        """
        try:
            await self._engine.request(Panic(reason=reason), timeout_s=_PANIC_TIMEOUT_S)
        finally:
            await self._tell_platform(self._records.panic)

    async def reveal(self) -> None:
        """Show the scene again; the caller has asked the creator.

        Raises:
            AppError: the engine cannot be told; the slate stays.
        """
        await self._engine.request(Reveal(confirmed=True), timeout_s=_PANIC_TIMEOUT_S)
        await self._tell_platform(self._records.reveal)

    def stream_changed(self, stream: Stream) -> None:
        """The room tells how the stream is now; one that was ended elsewhere is stopped here."""
        self._apply(StreamChanged(stream))
        if self._was_ended_elsewhere():
            self._due.set()

    def dismiss(self) -> None:
        """The creator has seen how the last broadcast ended."""
        self._apply(Dismissed())

    # Inside

    async def _tell_platform(self, tell: Callable[[str], Awaitable[Stream]]) -> None:
        if self._state.stream_id is None or not self._state.phase.is_on:
            return
        try:
            self._apply(StreamChanged(await tell(self._state.stream_id)))
        except AppError as error:
            _log.warning("the platform could not be told: %s", error.code)

    async def _begin(self, request: StreamStart, setup: BroadcastSetup) -> None:
        try:
            started = await self._start_record(request)
        except AppError as error:
            self._apply(Failed(error))
            return
        self._apply(RecordMade(started.stream))
        self._on_air = plan_of(started, setup, self._server_url)
        try:
            await self._start_engine(self._on_air)
        except AppError as error:
            await self._abandon(error)

    async def _start_record(self, request: StreamStart) -> StreamStarted:
        key = new_id()
        try:
            return await self._records.start(request, key=key)
        except ApiError as error:
            left_over = error.meta.get("stream_id")
            if error.code != ErrorCode.ALREADY_LIVE or not isinstance(left_over, str):
                raise
            # A record of a broadcast that no engine feeds any more: a crash left it.
            _log.info("ending the stream that an earlier broadcast left")
            await self._records.end(left_over)
            return await self._records.start(request, key=new_id())

    async def _start_engine(self, plan: OnAir) -> None:
        await self._engine.ready()
        await self._engine.request(Configure(video=plan.video, audio=plan.audio))
        result = await self._engine.request(
            StartBroadcast(outputs=plan.outputs, stream=plan.identity)
        )
        state = getattr(result, "state", None)
        if isinstance(state, EngineState):
            self._apply(EngineTold(state.broadcast, self._now()))

    @property
    def _is_engine_on(self) -> bool:
        state = self._engine.state
        return state is not None and state.broadcast is not None

    async def _stop(self) -> None:
        await self._engine.request(StopBroadcast(), timeout_s=_STOP_TIMEOUT_S)

    async def _play_out(self) -> None:
        """Stop when viewers have seen what is held; at once where nothing is, or it takes too long.

        Raises:
            AppError: the engine cannot be told.
        """
        await self._engine.request(StopBroadcast(play_out=True), timeout_s=_STOP_TIMEOUT_S)
        state = self._engine.state
        broadcast = state.broadcast if state is not None else None
        if broadcast is None or broadcast.ending_s is None:
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(broadcast.ending_s + _STOP_TIMEOUT_S):
                while self._is_engine_on:
                    self._told.clear()
                    await self._told.wait()
        if self._is_engine_on:
            await self._stop()

    async def _finish(
        self, error: AppError | None, *, stop: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        """Stop the engine's broadcast and end the record, each even when the other fails."""
        failure = error
        if self._is_engine_on:
            try:
                await (stop or self._stop)()
            except AppError as problem:
                failure = failure or problem
        failure = await self._end_record() or failure
        self._on_air = None
        self._needs_restart = False
        self._apply(Ended(failure))

    async def _abandon(self, error: AppError) -> None:
        """It cannot go on: leave nothing behind, and say why."""
        if self._is_engine_on:
            try:
                await self._stop()
            except AppError as problem:
                _log.warning("the failed broadcast could not be stopped: %s", problem.code)
        await self._end_record()
        self._on_air = None
        self._needs_restart = False
        self._apply(Failed(error))

    async def _end_record(self) -> AppError | None:
        stream = self._state.stream
        if self._state.stream_id is None or (stream is not None and stream.state in _OVER):
            return None
        try:
            ended = await self._records.end(self._state.stream_id)
        except ApiError as error:
            if error.code in {ErrorCode.STREAM_ENDED, ErrorCode.NOT_FOUND}:
                return None
            return error
        except AppError as error:
            return error
        self._apply(StreamChanged(ended))
        return None

    async def _react(self) -> None:
        """Do what an event asks for, one after another, between the creator's own commands."""
        while True:
            # A restart that could not be done waits for nobody's event: it is tried again.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_RESTART_PAUSE_S if self._needs_restart else None):
                    await self._due.wait()
            self._due.clear()
            async with self._turn:
                if self._state.phase is Phase.FAILED and self._leaves_something():
                    await self._abandon(self._state.error or _stopped_itself())
                elif self._state.phase is Phase.ENDING:
                    await self._finish(None if self._was_ending else _stopped_itself())
                elif self._was_ended_elsewhere():
                    await self._finish(_ended_elsewhere())
                elif self._needs_restart and self._has_engine:
                    await self._restart()

    async def _restart(self) -> None:
        """Begin again on a new engine, after the old one was lost."""
        self._needs_restart = False
        if not self._state.phase.is_on:
            return
        try:
            plan = self._on_air = self._on_air or await self._plan_of_adopted()
            await self._restore_scenes()
            await self._start_engine(renewed(plan, self._now().astimezone()))
        except Unavailable as error:
            _log.warning("the broadcast could not be started again yet: %s", error.code)
            self._needs_restart = self._state.phase.is_on
        except AppError as error:
            await self._abandon(error)

    async def _restore_scenes(self) -> None:
        """Give the new engine what the lost one had: scenes with unsaved edits, and the slate."""
        last = self._lost_engine
        if last is None:
            return
        if last.project_path is not None:
            await self._engine.request(OpenProject(path=last.project_path))
        if self._engine.state is None or self._engine.state.project != last.project:
            await self._engine.request(SetProject(project=last.project))
        if last.safety.panicked:
            # Before the first frame leaves: only the creator may show the scene again.
            await self._engine.request(Panic(reason=last.safety.reason))
        if last.safety.frozen:
            await self._engine.request(Freeze(frozen=True))
        if last.safety.delay_s:
            await self._engine.request(SetDelay(seconds=last.safety.delay_s))

    async def _plan_of_adopted(self) -> OnAir:
        last, stream_id = self._lost_engine, self._state.stream_id
        if last is None or stream_id is None:
            raise _stopped_itself()
        identity = StreamIdentity(
            stream_id=stream_id, title=self._state.title, server_url=self._server_url
        )
        return plan_of_adopted(last, identity, await self._records.key())

    def _leaves_something(self) -> bool:
        return self._on_air is not None or self._is_engine_on

    def _on_engine_event(self, event: Event) -> None:
        if isinstance(event, BroadcastEvent):
            self._told.set()
            self._was_ending |= _is_ending(event.broadcast)
            self._apply(EngineTold(event.broadcast, self._now()))
            self._wake_if_over()

    def _on_engine_state(self, state: EngineState | None) -> None:
        had, self._has_engine = self._has_engine, state is not None
        self._told.set()
        if state is None:
            if had and self._state.phase.is_on:
                self._apply(EngineLost())
                self._needs_restart = self._state.phase is not Phase.ENDING
                self._lost_engine = self._engine.last_state
            return
        if state.broadcast is not None:
            self._needs_restart = False  # it was only the connection that was lost
            if not had:
                self._apply(EngineTold(state.broadcast, self._now()))
                self._wake_if_over()
        elif self._needs_restart:
            self._due.set()

    def _wake_if_over(self) -> None:
        state = self._engine.state
        plays_out = state is not None and _is_ending(state.broadcast)
        if self._state.phase is Phase.FAILED or (
            self._state.phase is Phase.ENDING and not plays_out
        ):
            self._due.set()

    def _was_ended_elsewhere(self) -> bool:
        stream = self._state.stream
        return self._state.phase.is_on and stream is not None and stream.state in _OVER

    def _apply(self, event: GoLiveEvent) -> None:
        state = step(self._state, event)
        if state != self._state:
            _log.info("broadcast: %s -> %s", self._state.phase, state.phase)
            self._state = state
            self._changed.tell(state)


def _is_ending(broadcast: BroadcastState | None) -> bool:
    return broadcast is not None and broadcast.ending_s is not None


def _stopped_itself() -> AppError:
    return AppError(
        "The broadcast was stopped outside this window; go live again when you are ready.",
        code="STOPPED_ELSEWHERE",
    )


def _ended_elsewhere() -> AppError:
    return AppError(
        "The platform ended the stream; look at your notices before you go live again.",
        code="ENDED_BY_PLATFORM",
    )

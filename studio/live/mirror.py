"""Keeps the platform's record in step with the engine's switches, whoever moved them."""

import asyncio
import contextlib
import logging
from types import TracebackType
from typing import Protocol, Self

from shared.background import Background
from shared.backoff import Backoff
from shared.errors import AppError
from shared.listeners import Listener, Unsubscribe
from shared.schemas.streams import Stream, StreamState
from studio.engine.protocol import Event, Panic, SafetyEvent, SafetyState
from studio.live.engine_host import EngineHost
from studio.live.phase import GoLive

_log = logging.getLogger(__name__)
_PANIC_TIMEOUT_S = 3.0
_SHOWN, _FROZEN, _HIDDEN = range(3)


class SafetyRecords(Protocol):
    """The server's records of streams, as `ApiClient.streams` is."""

    async def panic(self, stream_id: str) -> Stream:
        """Take away what viewers could still fetch."""
        ...

    async def freeze(self, stream_id: str) -> Stream:
        """Tell the room that the picture stands still on purpose."""
        ...

    async def reveal(self, stream_id: str) -> Stream:
        """Let viewers see again."""
        ...


class OnAirRecord(Protocol):
    """A broadcast with its record, as `Broadcast` is."""

    @property
    def state(self) -> GoLive:
        """Where the broadcast is."""
        ...

    def on_changed(self, listener: Listener[GoLive]) -> Unsubscribe:
        """Hear of every change of `state`."""
        ...

    def stream_changed(self, stream: Stream) -> None:
        """The platform told how the stream is now."""
        ...


class SafetyMirror:
    """Tells the platform of panic, freeze and reveal: a button, a global key, another client.

    The engine has acted already when this learns of it; a platform that cannot be reached is told
    as soon as it can be. A panic that began at the platform (the safe word, said elsewhere) puts
    the engine's slate up; only a reveal of the engine takes either away. Open it with
    `async with`, inside that of its `Broadcast`.
    """

    def __init__(
        self,
        records: SafetyRecords,
        *,
        broadcast: OnAirRecord,
        engine: EngineHost,
        backoff: Backoff | None = None,
    ) -> None:
        self._records = records
        self._broadcast = broadcast
        self._engine = engine
        self._backoff = backoff or Backoff(base_s=0.5, cap_s=5.0)
        self._level = _SHOWN
        self._may_reveal = False
        self._due = asyncio.Event()
        self._worker = Background("safety mirror")
        self._unsubscribe: list[Unsubscribe] = []

    async def __aenter__(self) -> Self:
        self._unsubscribe = [
            self._engine.on_event(self._on_event),
            self._broadcast.on_changed(lambda _: self._due.set()),
        ]
        if self._engine.state is not None:
            self._level = _level_of(self._engine.state.safety)
        self._due.set()
        self._worker.start(self._keep_in_step())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        await self._worker.close()

    def _on_event(self, event: Event) -> None:
        if isinstance(event, SafetyEvent):
            level = _level_of(event.safety)
            self._may_reveal = level < self._level or (self._may_reveal and level == self._level)
            self._level = level
            self._due.set()

    async def _keep_in_step(self) -> None:
        tries = 0
        while True:
            await self._due.wait()
            self._due.clear()
            try:
                has_more = await self._step()
            except AppError as error:
                _log.warning("engine and platform are not in step: %s", error.code)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._backoff.wait_s(tries)):
                        await self._due.wait()
                tries += 1
                self._due.set()
            else:
                tries = 0
                if has_more:
                    self._due.set()

    async def _step(self) -> bool:
        """Bring both one step nearer to each other; False when they are in step."""
        engine, live = self._engine.state, self._broadcast.state
        stream, records = live.stream, self._records
        if engine is None or engine.broadcast is None or stream is None or not live.phase.is_on:
            return False
        match stream.state:
            case StreamState.LIVE | StreamState.INTERRUPTED | StreamState.FROZEN if (
                self._level == _HIDDEN
            ):
                told = await records.panic(stream.id)
            case StreamState.LIVE if self._level == _FROZEN:
                told = await records.freeze(stream.id)
            case StreamState.FROZEN | StreamState.PANICKED if self._may_reveal:
                told = await records.reveal(stream.id)
                self._may_reveal = False
            case StreamState.PANICKED if self._level != _HIDDEN:
                await self._engine.request(Panic(reason="platform"), timeout_s=_PANIC_TIMEOUT_S)
                return False
            case _:
                return False
        self._broadcast.stream_changed(told)
        return True


def _level_of(safety: SafetyState) -> int:
    if safety.panicked:
        return _HIDDEN
    return _FROZEN if safety.frozen else _SHOWN

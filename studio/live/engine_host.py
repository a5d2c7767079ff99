"""The studio's hold on the broadcast engine: find or start it, follow it, come back to it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Protocol, Self

from shared.background import Background
from shared.backoff import Backoff
from shared.errors import AppError, Unavailable
from shared.listeners import Listener, Listeners, Unsubscribe
from studio.engine.protocol import (
    AdviceEvent,
    BroadcastEvent,
    ClosingEvent,
    Command,
    EngineState,
    Event,
    OpenProject,
    ProjectEvent,
    ProjectResult,
    Result,
    SafetyEvent,
    SourceEvent,
    StateResult,
    StatisticsEvent,
)

_log = logging.getLogger(__name__)


class Engine(Protocol):
    """A connected engine, as `studio.engine.client.EngineClient` is."""

    @property
    def state_at_hello(self) -> EngineState:
        """Everything the engine told when the connection was made."""
        ...

    @property
    def is_closed(self) -> bool:
        """The connection is over."""
        ...

    async def request(self, command: Command, *, timeout_s: float | None = None) -> Result:
        """Send a command and return the engine's result."""
        ...

    async def close(self) -> None:
        """Disconnect; the engine goes on."""
        ...


class ConnectEngine(Protocol):
    """Finds an engine or starts one, as `studio.engine.client.launch_or_adopt` does."""

    def __call__(
        self, *, on_event: Callable[[Event], None], on_closed: Callable[[], None]
    ) -> Awaitable[Engine]:
        """Return an open connection."""
        ...


class EngineHost:
    """Keeps one engine at hand: `state` follows its events, a lost engine is found or started anew.

    Open it with `async with`; that does not wait. Listeners run on the event loop.
    """

    def __init__(self, connect: ConnectEngine, *, backoff: Backoff | None = None) -> None:
        self._connect = connect
        self._backoff = backoff or Backoff(base_s=0.25, cap_s=5.0)
        self._engine: Engine | None = None
        self._state: EngineState | None = None
        self._last: EngineState | None = None
        self._error: AppError | None = None
        self._lost = asyncio.Event()
        self._connected = asyncio.Event()
        self._keeper = Background("engine host")
        self._on_event = Listeners[Event]()
        self._on_state = Listeners[EngineState | None]()

    @property
    def state(self) -> EngineState | None:
        """All the engine has told, up to date; None while there is no engine."""
        return self._state

    @property
    def last_state(self) -> EngineState | None:
        """What the engine, or the one that was lost, told last."""
        return self._last

    @property
    def error(self) -> AppError | None:
        """Why there is no engine, once a try has failed."""
        return self._error

    def on_event(self, listener: Listener[Event]) -> Unsubscribe:
        """Hear every event of the engine, after `state` has taken it in."""
        return self._on_event.add(listener)

    def on_state(self, listener: Listener[EngineState | None]) -> Unsubscribe:
        """Hear of an engine found (its state) and lost (None), and of replies with a state."""
        return self._on_state.add(listener)

    async def __aenter__(self) -> Self:
        self._keeper.start(self._keep())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._keeper.close()

    async def ready(self, *, timeout_s: float = 25.0) -> EngineState:
        """Wait for an engine.

        Raises:
            AppError: none could be found or started in time; says why.
        """
        await self._hold(timeout_s)
        if self._state is None:
            raise self._error or _no_engine()
        return self._state

    async def request(self, command: Command, *, timeout_s: float | None = None) -> Result:
        """Send a command to the engine, waiting for one when there is none just now.

        Raises:
            AppError: the engine refused, or there is none.
        """
        engine = await self._hold(25.0)
        result = await engine.request(command, timeout_s=timeout_s)
        match result:
            case StateResult(state=state):
                self._update(state)
                self._on_state.tell(state)
            case ProjectResult():
                self._merge_project(result)
                if isinstance(command, OpenProject) and self._state is not None:
                    self._update(self._state.model_copy(update={"project_path": command.path}))
            case _:
                pass
        return result

    async def _hold(self, timeout_s: float) -> Engine:
        try:
            async with asyncio.timeout(timeout_s):
                await self._connected.wait()
        except TimeoutError:
            raise self._error or _no_engine() from None
        if self._engine is None:
            raise self._error or _no_engine()
        return self._engine

    async def _keep(self) -> None:
        tries = 0
        while True:
            self._lost.clear()
            try:
                engine = await self._connect(on_event=self._take, on_closed=self._lost.set)
            except AppError as error:
                self._error = error
                _log.warning("no engine: %s", error.code)
                self._on_state.tell(None)
                await asyncio.sleep(self._backoff.wait_s(tries))
                tries += 1
                continue
            tries = 0
            self._error = None
            try:
                self._engine = engine
                self._update(engine.state_at_hello)
                self._connected.set()
                self._on_state.tell(self._state)
                await self._lost.wait()
            finally:
                self._connected.clear()
                self._engine = None
                self._state = None
                await engine.close()
            _log.warning("the engine is gone")
            self._on_state.tell(None)

    def _take(self, event: Event) -> None:
        state = self._state
        if state is not None:
            match event:
                case StatisticsEvent(statistics=statistics):
                    self._update(state.model_copy(update={"statistics": statistics}))
                case AdviceEvent(advice=advice):
                    known = state.statistics.model_copy(update={"advice": advice})
                    self._update(state.model_copy(update={"statistics": known}))
                case BroadcastEvent(broadcast=broadcast):
                    self._update(state.model_copy(update={"broadcast": broadcast}))
                case SafetyEvent(safety=safety):
                    self._update(state.model_copy(update={"safety": safety}))
                case SourceEvent(source=source):
                    others = [s for s in state.sources if s.source_id != source.source_id]
                    self._update(state.model_copy(update={"sources": (*others, source)}))
                case ProjectEvent():
                    self._merge_project(event)
                case ClosingEvent():
                    self._lost.set()
                case _:
                    pass
        self._on_event.tell(event)

    def _merge_project(self, told: ProjectEvent | ProjectResult) -> None:
        if self._state is not None:
            fields = ("project", "version", "can_undo", "can_redo")
            self._update(
                self._state.model_copy(update={name: getattr(told, name) for name in fields})
            )

    def _update(self, state: EngineState) -> None:
        self._state = self._last = state


def _no_engine() -> Unavailable:
    return Unavailable(
        "The broadcast engine did not start in time; try again, and restart the studio if it"
        " stays.",
        code="ENGINE_START",
    )

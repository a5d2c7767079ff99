"""A broadcast engine that does what it is told and can be lost, for tests of whoever holds one."""

import asyncio
from collections.abc import Callable

from shared.errors import AppError, Unavailable
from studio.engine.protocol import (
    AddOutput,
    AudioSettings,
    BroadcastEvent,
    BroadcastState,
    Command,
    Configure,
    Done,
    EngineState,
    Event,
    Freeze,
    OpenProject,
    OutputPhase,
    OutputSpec,
    OutputState,
    Panic,
    ProjectResult,
    RecordingOutput,
    RemoveOutput,
    Result,
    Reveal,
    SafetyEvent,
    SafetyState,
    SavedResult,
    SaveReplay,
    SetDelay,
    SetGlobalKeys,
    SetProject,
    StartBroadcast,
    StateResult,
    Statistics,
    StopBroadcast,
    VideoSettings,
)
from studio.project.model import empty_project


class FakeEngine:
    """One engine process. `says` puts its first output into a phase, `die` ends it."""

    def __init__(self, *, on_event: Callable[[Event], None], on_closed: Callable[[], None]) -> None:
        self._on_event = on_event
        self._on_closed = on_closed
        self._closed = False
        self._began = asyncio.Event()
        self.commands: list[Command] = []
        self.refuses: dict[str, AppError] = {}
        self.stuck: dict[str, asyncio.Event] = {}
        self.holds_s = 0.0
        """What a safety delay holds: an end that plays it out waits for `stops`."""
        self.state = EngineState(
            protocol=1,
            pid=1,
            project=empty_project(),
            version=0,
            project_path=None,
            can_undo=False,
            can_redo=False,
            video=VideoSettings(),
            audio=AudioSettings(),
            broadcast=None,
            sources=(),
            safety=SafetyState(),
            statistics=Statistics(),
        )

    @property
    def state_at_hello(self) -> EngineState:
        """Everything, as it is now."""
        return self.state

    @property
    def is_closed(self) -> bool:
        """The connection is over."""
        return self._closed

    @property
    def kinds(self) -> list[str]:
        """What it was told, by kind."""
        return [command.kind for command in self.commands]

    async def request(self, command: Command, *, timeout_s: float | None = None) -> Result:
        """Do it, refuse it, or be stuck with it, as the test has set."""
        self.commands.append(command)
        if stuck := self.stuck.get(command.kind):
            await stuck.wait()
        if self._closed:
            raise Unavailable("The engine is gone.", code="ENGINE_GONE")
        if error := self.refuses.get(command.kind):
            raise error
        match command:
            case Configure(video=video, audio=audio):
                self._set(video=video, audio=audio)
            case StartBroadcast():
                self._start(command)
            case StopBroadcast(play_out=True) if self.holds_s and self.state.broadcast:
                self._broadcast(self.state.broadcast.model_copy(update={"ending_s": self.holds_s}))
            case StopBroadcast():
                self._broadcast(None)
            case AddOutput(output=output):
                self._add(output)
            case RemoveOutput(output_id=output_id):
                self._remove(output_id)
            case SaveReplay(path=path):
                return SavedResult(path=path, seconds=29.6)
            case Panic(reason=reason):
                self._safety(panicked=True, reason=reason)
            case Reveal():
                self._safety(panicked=False, reason="")
            case Freeze(frozen=frozen):
                self._safety(frozen=frozen)
            case SetDelay(seconds=seconds):
                self._safety(delay_s=seconds)
            case SetGlobalKeys(keys=keys):
                self._safety(keys=keys)
            case OpenProject(path=path):
                self._set(project_path=path)
                return self._project()
            case SetProject(project=project):
                self._set(project=project)
                return self._project()
            case _:
                return Done()
        return StateResult(state=self.state)

    async def close(self) -> None:
        """The client lets go."""
        self._closed = True

    async def began(self) -> BroadcastState:
        """Wait until it was told to broadcast."""
        async with asyncio.timeout(5):
            await self._began.wait()
        assert self.state.broadcast is not None
        return self.state.broadcast

    def says(self, phase: OutputPhase, message: str | None = None, code: str | None = None) -> None:
        """The first output is in this phase now."""
        broadcast = self.state.broadcast
        assert broadcast is not None
        first = broadcast.outputs[0].model_copy(
            update={"phase": phase, "message": message, "code": code}
        )
        self._broadcast(broadcast.model_copy(update={"outputs": (first, *broadcast.outputs[1:])}))

    def tells(self, event: Event) -> None:
        """It says something of its own accord."""
        self._on_event(event)

    def stops(self) -> None:
        """Somebody else stopped the broadcast."""
        self._broadcast(None)

    def die(self) -> None:
        """kill -9."""
        self._closed = True
        for stuck in self.stuck.values():
            stuck.set()
        self._on_closed()

    def _project(self) -> ProjectResult:
        return ProjectResult(project=self.state.project, version=0, can_undo=False, can_redo=False)

    def _start(self, command: StartBroadcast) -> None:
        outputs = tuple(
            OutputState(
                id=output.id, kind=output.kind, name=output.name, target="host", phase="connecting"
            )
            for output in command.outputs
        )
        self._broadcast(
            BroadcastState(
                started_at="2026-11-20T08:00:00.000Z",
                elapsed_s=0.0,
                stream=command.stream,
                outputs=outputs,
            )
        )

    def _add(self, output: OutputSpec) -> None:
        broadcast = self.state.broadcast
        if broadcast is None:
            self._start(StartBroadcast(outputs=(output,)))
            return
        path = output.path if isinstance(output, RecordingOutput) else ""
        state = OutputState(
            id=output.id, kind=output.kind, name=output.name, target=path, phase="live"
        )
        self._broadcast(broadcast.model_copy(update={"outputs": (*broadcast.outputs, state)}))

    def _remove(self, output_id: str) -> None:
        assert self.state.broadcast is not None
        left = tuple(each for each in self.state.broadcast.outputs if each.id != output_id)
        self._broadcast(self.state.broadcast.model_copy(update={"outputs": left}) if left else None)

    def _broadcast(self, broadcast: BroadcastState | None) -> None:
        self._set(broadcast=broadcast)
        if broadcast is not None:
            self._began.set()
        self._on_event(BroadcastEvent(broadcast=broadcast))

    def _safety(self, **changes: object) -> None:
        safety = self.state.safety.model_copy(update=changes)
        self._set(safety=safety)
        self._on_event(SafetyEvent(safety=safety))

    def _set(self, **fields: object) -> None:
        self.state = self.state.model_copy(update=fields)


class FakeEngines:
    """What finds or starts engines; `engine` is the newest. One that died is never found again."""

    def __init__(self) -> None:
        self.started: list[FakeEngine] = []
        self.fails: AppError | None = None
        self.prepare: Callable[[FakeEngine], None] = lambda engine: None
        self._came = asyncio.Event()

    @property
    def engine(self) -> FakeEngine:
        """The newest one."""
        return self.started[-1]

    async def __call__(
        self, *, on_event: Callable[[Event], None], on_closed: Callable[[], None]
    ) -> FakeEngine:
        """Return an open connection."""
        if self.fails is not None:
            raise self.fails
        engine = FakeEngine(on_event=on_event, on_closed=on_closed)
        self.prepare(engine)
        self.started.append(engine)
        self._came.set()
        return engine

    async def number(self, count: int) -> FakeEngine:
        """Wait for the engine that makes them `count`."""
        async with asyncio.timeout(5):
            while len(self.started) < count:
                self._came.clear()
                await self._came.wait()
        return self.started[count - 1]

"""From the control socket to the engine: which command does what, and what it answers."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from shared.errors import InvalidInput, Unavailable
from shared.rtmp import RtmpAddress
from studio.engine.devices import list_devices
from studio.engine.engine import Engine
from studio.engine.output.trial import try_line
from studio.engine.outputs import RecordingOutputRunner, ReplayOutputRunner
from studio.engine.protocol import (
    AddOutput,
    Command,
    Configure,
    ControlMedia,
    Done,
    Dump,
    EditProject,
    EncodersResult,
    ForceKeyframe,
    Freeze,
    ListDevices,
    ListEncoders,
    MarkChapter,
    OpenProject,
    Panic,
    PauseRecording,
    PressAction,
    PreviewResult,
    ProjectResult,
    Redo,
    RemoveOutput,
    Result,
    Reveal,
    SavedResult,
    SaveReplay,
    SetBitrate,
    SetDelay,
    SetGlobalKeys,
    SetProject,
    Shutdown,
    StartBroadcast,
    StateResult,
    StopBroadcast,
    SubscribeMeters,
    SubscribePreview,
    SwitchScene,
    TryOutput,
    Undo,
    UnsubscribeMeters,
    UnsubscribePreview,
    UpdateOverlays,
)
from studio.engine.sources.media import MediaOrder
from studio.engine.video.encoder_probe import probe_encoders
from studio.engine.video.preview import LEASE_S

_NO_KEY = "none"
"""Trying a line needs no key."""


class Commands:
    """Carries a client's command out on the engine."""

    def __init__(self, engine: Engine, *, shutdown: Callable[[], None]) -> None:
        self._engine = engine
        self._shutdown = shutdown
        self._encoders: EncodersResult | None = None

    def left(self, client: int) -> None:
        """A client has gone, and with it what it had asked for."""
        self._engine.views.unsubscribe(client)
        self._engine.meters.unsubscribe(client)

    async def execute(self, client: int, command: Command) -> Result:
        """Carry a command out and return its result.

        Raises:
            AppError: it is refused.
        """
        engine = self._engine
        match command:
            case OpenProject() | SetProject() | EditProject() | Undo() | Redo() | SwitchScene():
                return await self._edit(command)
            case SubscribePreview():
                path = await engine.look(client, command)
                return PreviewResult(path=str(path), lease_s=LEASE_S)
            case UnsubscribePreview(view=view):
                engine.views.unsubscribe(client, view)
                return Done()
            case SubscribeMeters():
                engine.meters.subscribe(client)
                return Done()
            case UnsubscribeMeters():
                engine.meters.unsubscribe(client)
                return Done()
            case SaveReplay(output_id=output_id, path=path):
                return await self._save_replay(output_id, Path(path))
            case ForceKeyframe():
                engine.force_keyframe()
                return Done()
            case MarkChapter(title=title):
                engine.mark_chapter(title)
                return Done()
            case ControlMedia(source_id=source_id, action=action, seconds=seconds):
                show, order = engine.show, MediaOrder(action, seconds)
                if show is None or not show.stage.control(source_id, order):
                    raise InvalidInput("This file does not play now.", code="NOT_FOUND")
                return Done()
            case TryOutput(url=url):
                await try_line(RtmpAddress.parse(url, stream_key=_NO_KEY))
                return Done()
            case UpdateOverlays(updates=updates):
                engine.board.update(updates)
                return Done()
            case ListDevices():
                return await asyncio.to_thread(list_devices)
            case ListEncoders():
                if self._encoders is None:
                    self._encoders = await asyncio.to_thread(probe_encoders)
                return self._encoders
            case Shutdown(force=force):
                if engine.is_live and not force:
                    raise Unavailable(
                        "A broadcast is on air; end it before you stop the engine.",
                        code="ENGINE_LIVE",
                    )
                self._shutdown()
                return Done()
            case _:
                await self._change(command)
                return StateResult(state=engine.state())

    async def _change(self, command: Command) -> None:
        """Carry out a command that is answered with the whole state."""
        engine = self._engine
        match command:
            case Configure(video=video, audio=audio):
                await engine.configure(video, audio)
            case StartBroadcast():
                await engine.start_broadcast(command)
            case StopBroadcast(play_out=True):
                await engine.finish_broadcast()
            case StopBroadcast():
                await engine.stop_broadcast()
            case AddOutput(output=output):
                await engine.add_output(output)
            case RemoveOutput(output_id=output_id):
                await engine.remove_output(output_id)
            case PauseRecording(output_id=output_id, paused=paused):
                self._pause(output_id, paused=paused)
            case SetBitrate(bitrate_kbps=kbps):
                engine.set_bitrate(kbps)
            case (
                Panic()
                | Reveal()
                | Freeze()
                | SetDelay()
                | Dump()
                | SetGlobalKeys()
                | PressAction()
            ):
                await self._guard(command)
            case _:  # Hello, GetState: the state is the answer
                return

    async def _guard(
        self,
        command: Panic | Reveal | Freeze | SetDelay | Dump | SetGlobalKeys | PressAction,
    ) -> None:
        guard = self._engine.guard
        match command:
            case Panic(reason=reason):
                guard.panic(reason)
            case Reveal():
                guard.reveal()
            case Freeze(frozen=is_frozen):
                guard.freeze(is_frozen=is_frozen)
            case SetDelay(seconds=seconds):
                guard.set_delay(seconds)
            case Dump():
                guard.dump()
            case PressAction(action=action):
                guard.press(action)
            case SetGlobalKeys(keys=keys):
                await asyncio.to_thread(guard.set_keys, keys)

    def _pause(self, output_id: str, *, paused: bool) -> None:
        output = self._engine.output(output_id)
        if not isinstance(output, RecordingOutputRunner):
            raise InvalidInput("This recording is not running any more.", code="NOT_FOUND")
        if paused:
            output.recording.pause()
        else:
            output.recording.resume()
            self._engine.force_keyframe()

    async def _save_replay(self, output_id: str, path: Path) -> SavedResult:
        output = self._engine.output(output_id)
        if not isinstance(output, ReplayOutputRunner):
            raise InvalidInput("No replay is being kept; switch it on first.", code="NOT_FOUND")
        held_s = output.replay.held_s
        if held_s <= 0:
            raise Unavailable("There is nothing to replay yet; try again soon.", code="NO_REPLAY")
        await asyncio.to_thread(output.replay.save, path)
        return SavedResult(path=str(path), seconds=round(held_s, 3))

    async def _edit(
        self, command: OpenProject | SetProject | EditProject | Undo | Redo | SwitchScene
    ) -> ProjectResult:
        engine = self._engine
        match command:
            case OpenProject(path=path):
                await engine.open_project(Path(path))
            case SetProject(project=project, version=version):
                await engine.replace(project, version=version)
            case EditProject(edits=edits, version=version):
                await engine.edit(edits, version=version)
            case Undo():
                await engine.undo()
            case Redo():
                await engine.redo()
            case SwitchScene(scene_id=scene_id, transition=transition):
                await engine.switch(scene_id, transition)
        event = engine.project_event()
        return ProjectResult(
            project=event.project,
            version=event.version,
            can_undo=event.can_undo,
            can_redo=event.can_redo,
        )

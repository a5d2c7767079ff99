"""The engine: one project, one show, one broadcast, and every command that changes them.

It lives on the event loop; what takes time (opening devices, joining threads, the disk) is done
in a thread while a lock keeps commands in order. Panic waits for nothing.
"""

import asyncio
import logging
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

from shared.errors import AppError, InvalidInput, StorageError, Unavailable
from studio.engine.audio.feed import MeterFeed
from studio.engine.broadcast import Broadcast
from studio.engine.document import Document
from studio.engine.ending import PlayOut
from studio.engine.fitting import fitted_to
from studio.engine.marking import no_recording
from studio.engine.news import News
from studio.engine.outlook import Outlook
from studio.engine.outputs import Output, add_all, make_output
from studio.engine.overlays import OverlayBoard
from studio.engine.protocol import (
    PROTOCOL_VERSION,
    AudioSettings,
    BroadcastEvent,
    EngineState,
    Event,
    MonitorPhase,
    OutputSpec,
    ProjectEvent,
    StartBroadcast,
    Statistics,
    StatisticsEvent,
    SubscribePreview,
    VideoSettings,
)
from studio.engine.safety.control import SafetyControl
from studio.engine.show import Show
from studio.engine.source_care import SourceCare
from studio.engine.sources import paints_text
from studio.engine.viewing import Viewing
from studio.project.edits import Edit, SetProgramScene
from studio.project.model import Project
from studio.project.stage_edits import TakePreview
from studio.project.transitions import TransitionSettings

log = logging.getLogger(__name__)

_SETTLE_S = 2.0
_PANIC_NOTE = "panic"
_FINISHED = ("ended", "failed")


class Engine:
    """Everything the control socket can do; `tell` sends an event to every client."""

    def __init__(
        self,
        runtime_dir: Path,
        *,
        tell: Callable[[Event], None],
        tell_some: Callable[[Event, frozenset[int]], None],
    ) -> None:
        self._tell = tell
        self._news = News(tell, on_fault=self._spawn_stop)
        self._loop = asyncio.get_running_loop()
        self._lock = asyncio.Lock()
        self._document = Document()
        self._program = self.project.program
        self._video = VideoSettings()
        self._audio = AudioSettings()
        self.guard = SafetyControl(
            runtime_dir / _PANIC_NOTE,
            on_air=lambda: self._broadcast,
            tell=tell,
            mark_chapter=self.mark_chapter,
        )
        self.views = Viewing(runtime_dir)
        self.meters = MeterFeed(tell_some, monitor=self._monitor_phase)
        self.board = OverlayBoard()
        self._show: Show | None = None
        self._outlook = Outlook(self.guard.safety, tell)
        self._care: SourceCare | None = None
        self._broadcast: Broadcast | None = None
        self._play_out: PlayOut | None = None
        self.stops_when_alone = False

    @property
    def is_live(self) -> bool:
        """Something is being encoded."""
        return self._broadcast is not None

    @property
    def project(self) -> Project:
        """The document."""
        return self._document.project

    def state(self) -> EngineState:
        """Return everything."""
        broadcast = self._broadcast
        return EngineState(
            protocol=PROTOCOL_VERSION,
            pid=os.getpid(),
            project=self.project,
            version=self._document.version,
            project_path=str(self._document.path) if self._document.path else None,
            can_undo=self._document.history.can_undo,
            can_redo=self._document.history.can_redo,
            video=self._video,
            audio=self._audio,
            broadcast=broadcast.state() if broadcast else None,
            sources=self._show.stage.states() if self._show else (),
            safety=self.guard.state(),
            statistics=broadcast.statistics()
            if broadcast
            else Statistics(advice=self._outlook.advice),
        )

    def project_event(self) -> ProjectEvent:
        """Return the document, its version and what can be undone."""
        return self._document.event()

    # --- the document ---------------------------------------------------------------------

    async def edit(self, edits: tuple[Edit, ...], *, version: int | None) -> None:
        """Apply edits as one undoable step.

        Raises:
            InvalidInput: an edit does not fit, or `version` is not the present one.
        """
        async with self._lock:
            self._document.expect(version)
            self._document.history.apply(edits)
            await self._project_changed()

    async def replace(self, project: Project, *, version: int | None) -> None:
        """Replace the document as one undoable step.

        Raises:
            InvalidInput: `version` is not the present one.
        """
        async with self._lock:
            self._document.expect(version)
            self._document.history.replace(project)
            await self._project_changed()

    async def undo(self) -> None:
        """Take the last step back."""
        async with self._lock:
            self._document.history.undo()
            await self._project_changed()

    async def redo(self) -> None:
        """Do the step again that was taken back."""
        async with self._lock:
            self._document.history.redo()
            await self._project_changed()

    async def switch(self, scene_id: str | None, transition: TransitionSettings | None) -> None:
        """Put a scene on air, or the one in preview, as one undoable step.

        Raises:
            InvalidInput: there is no such scene, or nothing in preview.
        """
        async with self._lock:
            if scene_id is None and self.project.preview_scene_id is None:
                raise InvalidInput(
                    "Nothing is in preview; switch studio mode on first.", code="NOT_FOUND"
                )
            edit = TakePreview() if scene_id is None else SetProgramScene(scene_id=scene_id)
            self._document.history.apply((edit,))
            if self._show is not None:
                self._show.scenes.take_once(transition)
            await self._project_changed()

    async def open_project(self, path: Path) -> None:
        """Load a project, or begin a new one in that file; it is saved there from now on.

        Raises:
            AppError: the file cannot be read, or is damaged.
        """
        async with self._lock:
            await self._save()
            size = self._video
            await self._document.open(path, width=size.width, height=size.height)
            await self._project_changed()

    async def _project_changed(self) -> None:
        program, self._program = self._program, self.project.program
        if self._broadcast is not None and program.id != self._program.id:
            self._broadcast.begin_chapter(self._program.name)
        self._document.changed()
        if paints_text(self.project):
            from studio.engine.painting import prepare_fonts  # Qt: only a show with text pays

            self._fonts = prepare_fonts()
        if self._show is not None:
            await asyncio.to_thread(self._show.apply, self.project)
        self._tell(self.project_event())

    async def _save(self) -> None:
        """Save the document if it changed; a failure is told, and tried again with the next."""
        try:
            await self._document.save()
        except StorageError as error:
            self._news.notice(error)

    # --- the broadcast --------------------------------------------------------------------

    async def configure(self, video: VideoSettings, audio: AudioSettings) -> None:
        """Set what is encoded.

        Raises:
            Unavailable: a broadcast is on air.
        """
        async with self._lock:
            if self._broadcast is not None:
                raise Unavailable(
                    "Size and rate cannot change on air; end the broadcast first.",
                    code="ENGINE_LIVE",
                )
            self._video, self._audio = video, audio
            if self._show is not None and self._show.fps != video.fps:
                await self._close_show()
                await self._settle()

    async def start_broadcast(self, command: StartBroadcast) -> None:
        """Begin to encode and feed outputs.

        Raises:
            AppError: the encoder or an output cannot be opened; nothing is on air then.
        """
        async with self._lock:
            if self._broadcast is not None:
                raise Unavailable("A broadcast is on air already.", code="ENGINE_LIVE")
            await self._begin(command)
            self.stops_when_alone = command.stop_when_alone
        self._tell_broadcast()

    async def _begin(self, command: StartBroadcast) -> None:
        fit = fitted_to(command.outputs, self._video, self._audio)
        await self._open_show()
        assert self._show is not None  # noqa: S101 - opened the line before
        await self._news.settled(lambda: self._is_settled, patience_s=_SETTLE_S)
        broadcast = await asyncio.to_thread(
            Broadcast,
            self._show,
            video=fit.video,
            audio=fit.audio,
            stream=command.stream,
            safety=self.guard.safety,
            delay_s=self.guard.delay_s,
            on_failure=self._news.fault_from_thread,
            on_problem=self._news.notice_from_thread,
        )
        self._broadcast = broadcast
        try:
            add = partial(self._add, broadcast)
            await add_all(command.outputs, add, self._news.notice)
            await asyncio.to_thread(broadcast.start)
            broadcast.steering.start()
            if fit.notice is not None:
                self._tell(fit.notice)
        except BaseException:
            await self._end(broadcast)
            raise

    async def _add(self, broadcast: Broadcast, spec: OutputSpec) -> None:
        if self._play_out is not None:
            raise Unavailable("The broadcast is ending; begin another one.", code="ENDING")
        if any(state.id == spec.id for state in broadcast.fan_out.states()):
            raise InvalidInput("This output is on air already.", code="OUTPUT_EXISTS")
        output = make_output(
            spec,
            broadcast.description,
            on_change=self._outputs_changed,
            request_keyframe=broadcast.force_keyframe,
        )
        await output.start()
        output.mark(self.project.program.name, at_us=0)
        broadcast.fan_out.add(output)
        broadcast.force_keyframe()

    async def add_output(self, spec: OutputSpec) -> None:
        """Feed one more output; starts a broadcast when none is on air.

        Raises:
            AppError: it cannot be opened.
        """
        if self._broadcast is None:
            await self.start_broadcast(StartBroadcast(outputs=(spec,)))
            return
        async with self._lock:
            if self._broadcast is not None:
                await self._add(self._broadcast, spec)
        self._tell_broadcast()

    async def remove_output(self, output_id: str) -> None:
        """Stop one output, and the broadcast with the last.

        Raises:
            InvalidInput: there is no such output.
        """
        async with self._lock:
            broadcast = self._broadcast
            output = self.output(output_id)
            if broadcast is None or output is None:
                raise InvalidInput("This output is not on air any more.", code="NOT_FOUND")
            if len(broadcast.fan_out.outputs) == 1:
                await self._end(broadcast)
            else:
                broadcast.fan_out.remove(output)
                await output.stop()
        self._tell_broadcast()

    def output(self, output_id: str) -> Output | None:
        """Return an output on air."""
        outputs = self._broadcast.fan_out.outputs if self._broadcast else ()
        return next((output for output in outputs if output.state().id == output_id), None)

    async def stop_broadcast(self) -> None:
        """Stop the encoder and every output."""
        async with self._lock:
            if self._broadcast is not None:
                await self._end(self._broadcast)
        self._tell_broadcast()

    async def finish_broadcast(self) -> None:
        """Take in nothing more, and stop when viewers have seen what the safety delay holds."""
        async with self._lock:
            broadcast = self._broadcast
            if broadcast is None or self._play_out is not None:
                return
            if broadcast.held_s and not self.guard.safety.is_panicked:
                await asyncio.to_thread(broadcast.begin_ending)
                self._play_out = PlayOut(broadcast, on_over=self._spawn_stop)
            else:
                await self._end(broadcast)
        self._tell_broadcast()

    async def _end(self, broadcast: Broadcast) -> None:
        play_out, self._play_out = self._play_out, None
        if play_out is not None:
            await play_out.stop()
        await broadcast.steering.stop()
        await asyncio.to_thread(broadcast.stop)
        results = await asyncio.gather(
            *(output.stop() for output in broadcast.fan_out.outputs), return_exceptions=True
        )
        for result in results:
            if isinstance(result, Exception):
                log.error("an output did not stop cleanly", exc_info=result)
        if self._broadcast is broadcast:
            self._broadcast = None
        await self._settle()

    def set_bitrate(self, kbps: int) -> None:
        """Change the video rate on air.

        Raises:
            Unavailable: nothing is on air.
        """
        if self._broadcast is None:
            raise Unavailable("Nothing is on air.", code="NOT_LIVE")
        self._broadcast.set_bitrate(kbps)

    def mark_chapter(self, title: str = "") -> None:
        """Begin a chapter in what is being recorded; without a title, named by scene and time.

        Raises:
            Unavailable: nothing is being recorded.
        """
        if self._broadcast is None:
            raise no_recording()
        self._broadcast.mark_chapter(title, scene=self.project.program.name)

    def force_keyframe(self) -> None:
        """Make the next frame a keyframe."""
        if self._broadcast is not None:
            self._broadcast.force_keyframe()

    # --- the show -------------------------------------------------------------------------

    async def look(self, client: int, wanted: SubscribePreview) -> Path:
        """Give a client a lease on a view, or renew it; return its ring."""
        is_new = self.views.subscribe(client, wanted)
        if self._show is None or is_new:
            async with self._lock:
                await self._open_show()
                if is_new and self._show is not None:
                    await asyncio.to_thread(self._show.tidy)
        return self.views.path(wanted.view)

    @property
    def show(self) -> Show | None:
        """The show, while something is sent or looked at."""
        return self._show

    async def _open_show(self) -> None:
        if self._show is not None:
            return
        show = Show(
            self.project,
            fps=self._video.fps,
            preview=self.views.preview,
            safety=self.guard.safety,
            on_source_change=self._news.source_from_thread,
            on_failure=self._news.fault_from_thread,
            on_problem=self._news.notice_from_thread,
            looks=self.views.looks,
            board=self.board,
        )
        await asyncio.to_thread(show.start)
        self._show = show
        self.meters.use(show.mixer)
        self._outlook.use(show)
        self._care = SourceCare(show.stage)
        self._care.start()

    async def _close_show(self) -> None:
        show, self._show = self._show, None
        care, self._care = self._care, None
        if care is not None:
            await care.stop()
        if show is not None:
            self.meters.use(None)
            self._outlook.use(None)
            await asyncio.to_thread(show.close)

    def _monitor_phase(self) -> MonitorPhase:
        return self._show.monitor.phase if self._show is not None else "off"

    async def _settle(self) -> None:
        """Open or close the show as it is needed; the caller holds the lock."""
        if self._broadcast is not None or self.views.is_wanted:
            await self._open_show()
        else:
            await self._close_show()

    @property
    def _is_settled(self) -> bool:
        return self._show is None or self._show.stage.is_settled

    # --- what happens by itself -----------------------------------------------------------

    async def tick_second(self) -> None:
        """Measure, save, close what nobody needs; called once a second."""
        broadcast = self._broadcast
        if broadcast is not None:
            broadcast.tick_second()
            self._tell(
                StatisticsEvent(
                    statistics=broadcast.statistics(), outputs=broadcast.state().outputs
                )
            )
        self._outlook.step(is_on_air=broadcast is not None)
        async with self._lock:
            await self._save()
            self.views.end_if_unwanted()
            if self._show is not None and self._show.has_leftovers:
                await asyncio.to_thread(self._show.tidy)
            await self._settle()

    async def close(self) -> None:
        """End everything, outputs first."""
        await self.stop_broadcast()
        async with self._lock:
            await self._save()
            self.views.close()
            await self._close_show()
            self.guard.close()

    def _tell_broadcast(self) -> None:
        broadcast = self._broadcast
        self._tell(BroadcastEvent(broadcast=broadcast.state() if broadcast else None))

    def _outputs_changed(self) -> None:
        """An output changed its phase; with the last of them the broadcast ends."""
        broadcast = self._broadcast
        if broadcast is None:
            return
        states = broadcast.fan_out.states()
        self._tell_broadcast()
        if states and all(state.phase in _FINISHED for state in states):
            failed = next((state for state in states if state.phase == "failed"), None)
            if failed is not None and failed.message is not None:
                self._news.notice(AppError(failed.message, code=failed.code or "OUTPUT_FAILED"))
            self._spawn_stop()

    def _spawn_stop(self) -> None:
        task = self._loop.create_task(self.stop_broadcast(), name="stop-broadcast")
        self._stopping = task  # keeps the task alive until it is done

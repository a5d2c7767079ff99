"""Recording and replay: one switch each, files with names that sort, and where they are."""

import asyncio
from collections import deque
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices

from shared.errors import StorageError
from shared.qt import format as words
from shared.qt.errors import Notice, NoticeAction, Severity
from shared.qt.loop import App
from shared.qt.translations import tr
from shared.settings import SettingsFile
from studio.choices import OutputChoices
from studio.desk.air_desk import AirDesk
from studio.desk.output_plans import file_in, output_of, recording_of, size_text
from studio.engine.protocol import (
    AddOutput,
    Command,
    MarkChapter,
    OutputSpec,
    PauseRecording,
    RemoveOutput,
    ReplayOutput,
    Result,
    SavedResult,
    SaveReplay,
    SetDelay,
)
from studio.live import EngineHost, free_space
from studio.settings import StudioSettings

_TIMEOUT_S = 10.0
_LOOK_AT_DISK_S = 5.0
_REMEMBERED = 1000
"""Clips of one evening, and far more."""


class Recorder:
    """Works with or without a show on air."""

    def __init__(
        self,
        *,
        app: App,
        engine: EngineHost,
        air: AirDesk,
        settings: SettingsFile[StudioSettings],
    ) -> None:
        self._app = app
        self._engine = engine
        self._air = air
        self._settings = settings
        self._free: int | None = None
        self._looked_s: float | None = None
        self._saved: deque[tuple[datetime, Path]] = deque(maxlen=_REMEMBERED)

    @property
    def _choices(self) -> OutputChoices:
        return self._settings.value.outputs

    @property
    def folder(self) -> Path:
        """Where recordings and clips go."""
        if self._choices.recording.folder:
            return Path(self._choices.recording.folder)
        films = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MoviesLocation)
        return Path(films or Path.home()) / "Teezu Studio"

    @property
    def is_recording(self) -> bool:
        """Whether something is being recorded, paused or not."""
        return output_of(self._engine.state, "recording") is not None

    @property
    def room(self) -> str:
        """How much the disk takes, in words; empty before it was looked at."""
        return size_text(self._free) if self._free is not None else ""

    def record(self) -> None:
        """Begin a recording, or end it."""
        self._start(self._record(), "record")

    def pause(self) -> None:
        """Pause the recording, or go on."""
        running = output_of(self._engine.state, "recording")
        if running is not None:
            command = PauseRecording(output_id=running.id, paused=not running.paused)
            self._start(self._request(command), "pause recording")

    def mark_chapter(self) -> None:
        """Begin a chapter in the recording."""
        self._start(self._mark_chapter(), "mark chapter")

    def switch_replay(self) -> None:
        """Keep the last seconds from now on, or no more."""
        running = output_of(self._engine.state, "replay")
        if running is not None:
            self._start(self._request(RemoveOutput(output_id=running.id)), "replay")
        else:
            self._start(self._add(ReplayOutput(seconds=self._choices.replay.seconds)), "replay")

    def save_replay(self) -> None:
        """Save what the replay buffer holds."""
        running = output_of(self._engine.state, "replay")
        if running is None:
            self._app.errors.tell(
                Notice(tr("Switch the replay on first; then its last seconds can be saved."))
            )
            return
        self._start(self._save_replay(running.id), "save replay")

    def clips_since(self, began: datetime) -> tuple[Path, ...]:
        """The clips this window saved from then on, the oldest first."""
        return tuple(path for at, path in self._saved if at >= began)

    def open_folder(self) -> None:
        """Show recordings and clips in the system's file manager."""
        _open(QUrl.fromLocalFile(str(self.folder)))

    async def new_file(self, suffix: str, *, title: str = "") -> Path:
        """Return a file for a recording or a clip; its folder is made.

        Raises: StorageError when the folder cannot be made.
        """
        folder = self.folder
        try:
            await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(
                f"The folder {folder} cannot be made; choose another one in the output settings.",
                code="RECORDING_FOLDER",
            ) from error
        shown = title or self._air.live.title or tr("Recording")
        return file_in(folder, shown, suffix, at=datetime.now().astimezone())

    def look_at_disk(self, *, again: bool = False) -> None:
        """Look how much room there is, every few seconds."""
        now_s = asyncio.get_running_loop().time()
        if again or self._looked_s is None or now_s - self._looked_s >= _LOOK_AT_DISK_S:
            self._looked_s = now_s
            self._start(self._measure_disk(), "look at the disk")

    def text(self) -> str:
        """What is being recorded and how much room there is, in words."""
        running = output_of(self._engine.state, "recording")
        room = tr("{size} free", size=self.room) if self.room else ""
        if running is None:
            return room
        size = size_text(running.sent_bytes)
        text = tr("Paused at {size}", size=size) if running.paused else size
        return f"{text} \N{MIDDLE DOT} {room}" if room else text

    async def _record(self) -> None:
        running = output_of(self._engine.state, "recording")
        if running is not None:
            await self._request(RemoveOutput(output_id=running.id))
            self._tell_saved(tr("The recording is saved."), Path(running.target))
            return
        path = await self.new_file(self._choices.recording.container)
        await self._add(recording_of(self._choices.recording, path))

    async def _mark_chapter(self) -> None:
        await self._request(MarkChapter())
        self._app.errors.tell(Notice(tr("A chapter begins here."), Severity.SUCCESS))

    async def _save_replay(self, output_id: str) -> None:
        path = await self.new_file("mp4", title=tr("Clip"))
        result = await self._request(SaveReplay(output_id=output_id, path=str(path)))
        if isinstance(result, SavedResult):
            self._saved.append((datetime.now(UTC), Path(result.path)))
            n = words.number(round(result.seconds))
            self._tell_saved(tr("A clip of {n} s is saved.", n=n), Path(result.path))

    async def _add(self, output: OutputSpec) -> None:
        state = self._engine.state
        if state is None or state.broadcast is None:  # only a show for viewers is held back
            await self._request(SetDelay(seconds=0))
        await self._request(AddOutput(output=output))

    def _tell_saved(self, sentence: str, path: Path) -> None:
        url = QUrl.fromLocalFile(str(path.parent))
        action = NoticeAction(tr("Open the folder"), lambda: _open(url))
        self._app.errors.tell(Notice(sentence, Severity.SUCCESS, action, details=str(path)))

    async def _measure_disk(self) -> None:
        self._free = await asyncio.to_thread(free_space, self.folder)

    async def _request(self, command: Command) -> Result:
        return await self._engine.request(command, timeout_s=_TIMEOUT_S)

    def _start(self, work: Coroutine[Any, Any, object], name: str) -> None:
        self._app.scope.start(work, name=name)


def _open(url: QUrl) -> None:
    QDesktopServices.openUrl(url)

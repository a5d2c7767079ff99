"""After a crash, in safe mode, and when somebody needs help: what was found, kept and reported."""

import asyncio
import logging
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog

from shared.errors import AppError
from shared.files import generation
from shared.logs import log_folder
from shared.qt import format as words
from shared.qt.errors import Notice, NoticeAction, Severity
from shared.qt.loop import App
from shared.qt.translations import tr, tr_n
from shared.settings import SettingsFile
from studio.desk.memory import Memory
from studio.dialogs.recovery import RecoveryPanel
from studio.engine.protocol import OpenProject, SetProject
from studio.engine.runtime import default_runtime_dir
from studio.hotkeys import Action
from studio.live import EngineHost
from studio.live.diagnostics import save_bundle
from studio.main_window import StudioWindow
from studio.project.files import GENERATIONS, load_project, save_project
from studio.project.safe_copy import safe_copy
from studio.settings import StudioSettings

_log = logging.getLogger(__name__)
_LOGS_AT_MOST = 6
_OPEN_S = 20.0


class RecoveryDesk:
    """Offers what was found, earlier scenes, safe mode and a report."""

    def __init__(
        self,
        window: StudioWindow,
        *,
        app: App,
        engine: EngineHost,
        settings: SettingsFile[StudioSettings],
        memory: Memory,
        runtime_dir: Path | None,
        scenes: Path,
    ) -> None:
        self._window = window
        self._app = app
        self._engine = engine
        self._settings = settings
        self._memory = memory
        self._runtime_dir = runtime_dir
        self._scenes = scenes
        self._panel: RecoveryPanel | None = None

    def connect(self) -> None:
        """Offer it all among the actions."""
        self._window.shortcuts.add(
            (
                Action("earlier-scenes", tr("Earlier scenes"), self.show),
                Action("safe-mode", tr("Safe mode: without devices and filters"), self.go_safe),
                Action("report", tr("Save a report for support"), self.ask_report),
            )
        )

    def tell_of_crash(self) -> None:
        """Say that the window before did not end as it should, and offer what was found."""
        self._app.errors.tell(
            Notice(
                tr("The studio did not end as it should. Nothing you saved is lost."),
                Severity.WARNING,
                NoticeAction(tr("See what was found"), lambda: self.show(after_crash=True)),
                is_offer=True,
            )
        )

    def tell_of_safe_mode(self) -> None:
        """Say that devices and filters are left out."""
        self._app.errors.tell(
            Notice(
                tr("Safe mode: devices are left out and filters are off. Your scenes are kept."),
                Severity.INFO,
            )
        )

    @property
    def panel(self) -> RecoveryPanel:
        """The panel, made when it is first asked for."""
        if self._panel is None:
            panel = self._panel = RecoveryPanel(self._window.host)
            panel.version_chosen.connect(lambda path: self._start(self.take(Path(path))))
            panel.safe_mode_requested.connect(self.go_safe)
            panel.diagnostics_requested.connect(self.ask_report)
        return self._panel

    def show(self, *, after_crash: bool = False) -> None:
        """Say what there is."""
        self._window.bar.drop_offer()
        self._start(self._show(after_crash=after_crash))

    def go_safe(self) -> None:
        """Open a copy of the scenes without devices and filters."""
        self._start(self.open_safely())

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        self._app.scope.start(work, name="recovery")

    async def _show(self, *, after_crash: bool) -> None:
        state = await self._engine.ready()
        path = Path(state.project_path) if state.project_path else None
        versions = await asyncio.to_thread(earlier_versions, path) if path is not None else ()
        last = self._memory.last_state()
        found = [
            tr_n("{n} scene", "{n} scenes", len(state.project.scenes)),
            tr_n("{n} source", "{n} sources", len(state.project.sources)),
        ]
        if last is not None:
            found.append(tr_n("{n} message", "{n} messages", len(last.messages)))
        if state.is_live:
            found.append(tr("the broadcast, which is still on air"))
        sentence = tr("Found: {things}.", things=", ".join(found))
        self.panel.ask(sentence, versions, after_crash=after_crash)

    async def take(self, path: Path) -> None:
        """Put an earlier version of the scenes in place of these; it can be undone.

        Raises: AppError when it cannot be read.
        """
        project = await asyncio.to_thread(load_project, path)
        await self._engine.request(SetProject(project=project), timeout_s=_OPEN_S)
        self._app.errors.tell(
            Notice(tr("The earlier scenes are back. Undo takes them away."), Severity.SUCCESS)
        )

    async def open_safely(self) -> None:
        """Open a copy without devices and filters, beside the scenes, which stay as they are.

        Raises: AppError when a broadcast is on air, or the copy cannot be written.
        """
        state = await self._engine.ready()
        if state.is_live:
            self._app.errors.tell(
                Notice(tr("End the broadcast before you go to safe mode."), Severity.WARNING)
            )
            return
        copy = safe_copy(state.project, tr("{name} (safe mode)", name=state.project.name))
        await asyncio.to_thread(save_project, self._scenes / "safe" / "safe.json", copy)
        path = str(self._scenes / "safe" / "safe.json")
        await self._engine.request(OpenProject(path=path), timeout_s=_OPEN_S)
        self.tell_of_safe_mode()

    def ask_report(self) -> None:
        """Ask where the report goes, then write it."""
        picker = QFileDialog(self._window, tr("Save a report for support"))
        picker.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        picker.setDefaultSuffix("zip")
        picker.selectFile(f"teezu-report-{datetime.now(UTC):%Y%m%d}.zip")
        picker.fileSelected.connect(lambda path: self._start(self.report(Path(path))))
        picker.finished.connect(picker.deleteLater)
        picker.open()

    async def report(self, target: Path) -> None:
        """Write the report.

        Raises: StorageError when it cannot be written.
        """
        folders = [log_folder()]
        try:
            folders.append(self._runtime_dir or default_runtime_dir())
        except AppError as error:
            _log.info("the engine's log is left out: %s", error.code)
        logs = [path for folder in folders for path in sorted(folder.glob("*.log*"))]
        settings = self._settings.value
        await asyncio.to_thread(
            save_bundle,
            target,
            logs=logs[:_LOGS_AT_MOST],
            settings=settings.model_dump(mode="json"),
            engine=self._engine.last_state,
            secrets=(settings.email,),
        )
        self._app.errors.tell(
            Notice(tr("The report is saved as {name}.", name=target.name), Severity.SUCCESS)
        )


def earlier_versions(path: Path) -> tuple[tuple[str, str], ...]:
    """The kept versions of a scene file, newest first: path, and when it was saved."""
    found = []
    for number in range(1, GENERATIONS + 1):
        kept = generation(path, number)
        try:
            saved = datetime.fromtimestamp(kept.stat().st_mtime, UTC)
        except OSError:
            continue
        when = saved.astimezone().strftime("%d-%m-%Y") + " " + words.clock_time(saved)
        found.append((str(kept), when))
    return tuple(found)

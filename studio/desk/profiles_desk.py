"""Profiles in use: chosen ones take effect on the engine, the docks and the prompts at once."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from shared.qt.errors import Notice, Severity
from shared.qt.loop import App
from shared.qt.translations import tr
from shared.settings import SettingsFile
from studio.dialogs.profiles import ProfilesPanel
from studio.editor_undo import EditorUndo
from studio.engine.protocol import Configure
from studio.hotkeys import Action
from studio.live import EngineHost
from studio.live.profiles import (
    Changes,
    added,
    current,
    export_profile,
    import_profile,
    kept,
    removed,
    renamed,
    switched,
)
from studio.main_window import StudioWindow
from studio.settings import Profile, StudioSettings

_CONFIGURE_S = 5.0


class ProfilesDesk:
    """Carries out what the panel asks."""

    def __init__(
        self,
        window: StudioWindow,
        *,
        app: App,
        engine: EngineHost,
        settings: SettingsFile[StudioSettings],
        on_used: Callable[[], object],
    ) -> None:
        self._window = window
        self._app = app
        self._engine = engine
        self._settings = settings
        self._on_used = on_used
        self._panel: ProfilesPanel | None = None
        self._steps: EditorUndo | None = None

    def connect(self) -> None:
        """Offer the panel among the actions."""
        self._window.shortcuts.add((Action("profiles", tr("Profiles"), self.show),))

    @property
    def panel(self) -> ProfilesPanel:
        """The panel, made when it is first asked for."""
        if self._panel is None:
            panel = self._panel = ProfilesPanel(self._window.host)
            self._steps = EditorUndo(panel)
            panel.use_requested.connect(lambda name: self.use(switched(self._now(), name)))
            panel.new_requested.connect(self._on_new)
            panel.copy_requested.connect(self._on_copy)
            panel.rename_requested.connect(self._on_rename)
            panel.remove_requested.connect(lambda: self.use(removed(self._settings.value)))
            panel.import_requested.connect(self._on_import)
            panel.export_requested.connect(self._on_export)
        return self._panel

    def show(self) -> None:
        """List the profiles."""
        self._list()
        self.panel.ask()

    def use(self, changes: Changes) -> None:
        """Put changed settings in force, where there are any."""
        if not changes:
            return
        before = {name: getattr(self._settings.value, name) for name in changes}
        if self._steps is not None:
            self._steps.did(lambda: self._put(before), lambda: self._put(changes))
        self._put(changes)

    def _put(self, changes: Changes) -> None:
        self._settings.change(**changes)
        self._window.cockpit.docks.restore(self._settings.value.layout)
        self._on_used()
        self._list()
        self._app.scope.restart(self._configure(), name="configure profile")

    async def _configure(self) -> None:
        choice = self._settings.value.video
        state = await self._engine.ready()
        if choice is None:
            return
        if state.is_live:
            self._app.errors.tell(
                Notice(tr("Size and rate change when the broadcast has ended."), Severity.INFO)
            )
            return
        video = state.video.model_copy(update=choice.model_dump())
        await self._engine.request(
            Configure(video=video, audio=state.audio), timeout_s=_CONFIGURE_S
        )

    def _now(self) -> StudioSettings:
        """The settings with the layout of this moment."""
        return self._settings.change(layout=self._window.cockpit.docks.save())

    def _list(self) -> None:
        settings = self._settings.value
        self.panel.set_profiles([one.name for one in kept(settings)], settings.profile)

    def _name(self, title: str, first: str, then: Callable[[str], None]) -> None:
        self.panel.dismiss()
        self._window.cockpit.stage.bench.naming.ask(title, first, then)

    def _on_new(self) -> None:
        self._name(
            tr("Name of the profile"),
            tr("My profile"),
            lambda name: self.use(added(self._now(), Profile(name=name[:80]))),
        )

    def _on_copy(self) -> None:
        now = current(self._now())
        self._name(
            tr("Name of the profile"),
            f"{now.name} 2",
            lambda name: self.use(
                added(self._settings.value, now.model_copy(update={"name": name[:80]}))
            ),
        )

    def _on_rename(self) -> None:
        self._name(
            tr("Name of the profile"),
            self._settings.value.profile,
            lambda name: self.use(renamed(self._now(), name[:80])),
        )

    def _on_import(self) -> None:
        picker = QFileDialog(self._window, tr("Import a profile"))
        picker.setNameFilters([tr("Profiles") + " (*.json)", tr("All files") + " (*)"])
        picker.setFileMode(QFileDialog.FileMode.ExistingFile)
        picker.fileSelected.connect(
            lambda path: self._app.scope.start(self.import_file(Path(path)), name="import profile")
        )
        picker.finished.connect(picker.deleteLater)
        picker.open()

    async def import_file(self, path: Path) -> None:
        """Take a file in as a new profile and use it.

        Raises: AppError when it holds none.
        """
        self.use(added(self._now(), await asyncio.to_thread(import_profile, path)))

    def _on_export(self) -> None:
        picker = QFileDialog(self._window, tr("Export the profile"))
        picker.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        picker.setDefaultSuffix("json")
        picker.fileSelected.connect(
            lambda path: self._app.scope.start(self.export(Path(path)), name="export profile")
        )
        picker.finished.connect(picker.deleteLater)
        picker.open()

    async def export(self, path: Path) -> None:
        """Write the profile in use.

        Raises: StorageError when it cannot be written.
        """
        await asyncio.to_thread(export_profile, path, current(self._now()))

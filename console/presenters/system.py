"""The server for admins: read while somebody looks; backups, exports and checks on request."""

import asyncio
from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from console.presenters.surroundings import Surroundings
from console.screens import SystemScreen
from console.screens._export import export_words
from console.state.saving import whole_file
from shared.errors import AppError
from shared.qt.translations import tr, tr_error
from shared.schemas.administration import ExportKind
from shared.schemas.roles import Permission

_EVERY_S = 10.0
_EXPORT, _BACKUP, _VERIFY = "export", "backup", "server verdict"


class SystemPresenter:
    """What takes long is a task of its own: the screen goes on, and an export can be cancelled."""

    def __init__(self, around: Surroundings, *, permissions: frozenset[Permission]) -> None:
        self._around = around
        self._screen = around.workspace.screen_of(SystemScreen)
        self._screen.set_may_export(may_export=Permission.AUDIT_EXPORT in permissions)
        self._wake = asyncio.Event()
        self._screen.refresh_asked.connect(self._wake.set)
        self._screen.backup_asked.connect(self._on_backup_asked)
        self._screen.verify_asked.connect(self._on_verify_asked)
        self._screen.export_asked.connect(self._on_export_asked)
        self._screen.export_cancelled.connect(self._on_export_cancelled)
        around.workspace.screen_shown.connect(self._on_screen_shown)

    async def follow(self) -> None:
        """Read until cancelled; nothing while the screen is not shown."""
        while True:
            self._wake.clear()
            is_shown = self._around.workspace.current == "system"
            if is_shown:
                await self._read()
            try:
                async with asyncio.timeout(_EVERY_S if is_shown else None):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def _read(self) -> None:
        api = self._around.api
        try:
            health = await api.admin.health()
            self._screen.show_health(health, now=api.server_now())
            self._screen.show_backups((await api.admin.backups()).items)
        except AppError as error:
            self._screen.show_problem(tr_error(error))

    async def _back_up(self) -> None:
        self._screen.show_backing_up(is_running=True)
        try:
            backup = await self._around.api.admin.back_up()
        except AppError as error:
            self._around.tell_error(error)
        else:
            self._around.tell(tr("The backup {name} is made.", name=backup.name))
        finally:
            self._screen.show_backing_up(is_running=False)
        self._wake.set()

    async def _verify(self) -> None:
        self._screen.show_verifying()
        try:
            self._screen.show_verdict(await self._around.api.admin.verify_audit())
        except AppError as error:
            self._screen.show_unverified(tr_error(error))

    async def export(self, kind: ExportKind, target: Path) -> None:
        """Save a table; the file is there whole, or not at all."""
        received = 0

        try:
            with whole_file(target) as take:

                def keep(piece: bytes) -> None:
                    nonlocal received
                    take(piece)
                    received += len(piece)
                    self._screen.show_exporting(kind, received)

                await self._around.api.admin.receive_export(kind, keep)
        except AppError as error:
            self._screen.show_export_rest(tr_error(error))
        except asyncio.CancelledError:
            self._screen.show_export_rest(tr("The export was cancelled; no file was left."))
            raise
        else:
            what, name = export_words(kind), target.name
            self._screen.show_export_rest(tr("{what} are in {file}.", what=what, file=name))

    # -- what the person wants ---------------------------------------------------------------

    def _on_backup_asked(self) -> None:
        if not self._around.scope.running(_BACKUP):
            self._around.scope.start(self._back_up(), name=_BACKUP)

    def _on_verify_asked(self) -> None:
        if not self._around.scope.running(_VERIFY):
            self._around.scope.start(self._verify(), name=_VERIFY)

    def _on_export_asked(self, kind: ExportKind) -> None:
        dialog = QFileDialog(self._screen, tr("Save the table as"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.selectFile(f"{kind.value}.csv")
        dialog.fileSelected.connect(lambda path: self._start_export(kind, Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _start_export(self, kind: ExportKind, target: Path) -> None:
        if not self._around.scope.running(_EXPORT):
            self._screen.show_exporting(kind, 0)
            self._around.scope.start(self.export(kind, target), name=_EXPORT)

    def _on_export_cancelled(self) -> None:
        self._around.scope.cancel(_EXPORT)

    def _on_screen_shown(self, name: str) -> None:
        if name == "system":
            self._wake.set()

"""The audit log: read when its screen is shown, verified here, read again after every act."""

from PySide6.QtCore import QTimer

from console.main_window import Workspace
from console.screens import LogScreen
from console.state import AuditCheck, AuditView
from shared.api import ApiClient
from shared.audit import entry_hash
from shared.errors import AppError
from shared.qt.scope import TaskScope
from shared.qt.translations import tr_error
from shared.schemas.common import MAX_PAGE
from shared.schemas.roles import Permission

_AGAIN_MS = 2000


class LogPresenter:
    """Admins follow the whole chain; moderators see their own acts, each checked by itself."""

    def __init__(
        self,
        *,
        api: ApiClient,
        check: AuditCheck,
        permissions: frozenset[Permission],
        workspace: Workspace,
        scope: TaskScope,
    ) -> None:
        self._api = api
        self._check = check
        self._reads_all = Permission.AUDIT_READ in permissions
        self._workspace = workspace
        self._scope = scope
        self._log = workspace.screen_of(LogScreen)
        self._again = QTimer(self._log)
        self._again.setObjectName("logAgain")
        self._again.setSingleShot(True)
        self._again.setInterval(_AGAIN_MS)
        self._again.timeout.connect(self.read)
        self._log.verify_asked.connect(self.read)
        workspace.screen_shown.connect(self._on_screen_shown)

    def read(self) -> None:
        """Read and check now, unless that is under way."""
        if not self._scope.running("log"):
            self._scope.start(self._read(), name="log")

    def mark_stale(self) -> None:
        """Something was done that the log tells of: read it again soon, if anybody looks."""
        if self._workspace.current == "log" and not self._again.isActive():
            self._again.start()

    def show_view(self, view: AuditView) -> None:
        """Show the chain and what following it found."""
        verdict = view.verdict
        broken_at = verdict.broken_at if verdict is not None else None
        self._log.show_entries(view.entries, broken_at=broken_at)
        if view.is_running:
            self._log.show_checking(view.checked)
        elif view.error is not None:
            self._log.show_unchecked(tr_error(view.error))
        elif verdict is not None:
            self._log.show_verdict(verdict)

    async def _read(self) -> None:
        if self._reads_all:
            await self._check.verify()
            return
        self._log.show_checking()
        try:
            page = await self._api.moderation.log(limit=MAX_PAGE)
        except AppError as error:
            self._log.show_unchecked(tr_error(error))
            return
        faulty = [entry.seq for entry in page.items if entry.hash != entry_hash(entry)]
        self._log.show_entries(page.items)
        self._log.show_own_acts(faulty=min(faulty, default=None))

    def _on_screen_shown(self, name: str) -> None:
        if name == "log":
            self.read()

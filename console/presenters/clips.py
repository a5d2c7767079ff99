"""The clip of the open case: fetched once, shown blurred, unblurred within the shift's budget."""

from PySide6.QtGui import QImage

from console.main_window import Workspace
from console.screens import CaseScreen
from console.state import CaseView
from console.state.exposure import Exposure
from shared.api import ApiClient
from shared.clock import Clock
from shared.errors import AppError
from shared.qt.errors import MessageBar, Notice, Severity
from shared.qt.scope import TaskScope
from shared.qt.translations import tr, tr_error
from shared.schemas.common import ErrorCode


class ClipPresenter:
    """Watches the desk for cases about broadcasts."""

    def __init__(
        self,
        *,
        api: ApiClient,
        clock: Clock,
        workspace: Workspace,
        scope: TaskScope,
        bar: MessageBar,
    ) -> None:
        self._api = api
        self._scope = scope
        self._bar = bar
        self._exposure = Exposure(clock)
        self._case_id = ""
        self._is_missing = False
        self._screen = workspace.screen_of(CaseScreen)
        self._screen.reveal_asked.connect(self._on_reveal_asked)
        workspace.screen_shown.connect(self._on_screen_shown)
        workspace.ticked.connect(self._on_ticked)

    def show_view(self, view: CaseView) -> None:
        """Another case on the desk has another clip, or none."""
        case = view.case
        case_id = case.id if case is not None and case.stream_id is not None else ""
        if case_id == self._case_id:
            return
        self._look_away()
        self._case_id = case_id
        self._screen.show_clip(None, ())
        self._fetch()

    def _fetch(self) -> None:
        if self._case_id and not self._scope.running(f"clip {self._case_id}"):
            self._is_missing = False
            self._scope.start(self._read(self._case_id), name=f"clip {self._case_id}")

    async def _read(self, case_id: str) -> None:
        appeals = self._api.appeals
        try:
            clip = await appeals.clip(case_id)
            stills = [await appeals.clip_still(case_id, n) for n in range(clip.stills)]
        except AppError as error:
            # Some seconds after a report its clip is not there yet; later ones have none.
            self._is_missing = error.code == ErrorCode.NOT_FOUND
            if not self._is_missing:
                self._bar.show_notice(Notice(tr_error(error), Severity.WARNING))
            return
        if case_id == self._case_id:
            self._screen.show_clip(clip, [QImage.fromData(still) for still in stills])

    def _on_reveal_asked(self) -> None:
        if self._exposure.is_looking:
            self._look_away()
            return
        if not self._screen.has_stills:
            self._fetch()
            return
        if self._exposure.look():
            self._screen.show_clear(is_clear=True)
            return
        words = tr(
            "You have looked at unblurred evidence for ten minutes in this shift. Take a break, "
            "or hand the case on (R or E)."
        )
        self._bar.show_notice(Notice(words, Severity.INFO))

    def _look_away(self) -> None:
        if self._exposure.is_looking:
            self._exposure.look_away()
        self._screen.show_clear(is_clear=False)

    def _on_screen_shown(self, name: str) -> None:
        if name != "case":
            self._look_away()

    def _on_ticked(self) -> None:
        if self._exposure.is_over:
            self._look_away()

"""Keeps what a moderator drafts on disk while they write, and gives it back with the case."""

import asyncio

from PySide6.QtCore import QTimer

from console.presenters.surroundings import Surroundings
from console.state import CaseDesk, CaseView, Draft
from console.state.kept_drafts import KeptDrafts
from shared.errors import AppError
from shared.qt.errors import Severity
from shared.qt.translations import tr

_SAVED_WITHIN_MS = 1000


class DraftsPresenter:
    """On disk a second after the last change at the latest; gone once the case is decided."""

    def __init__(self, around: Surroundings, *, desk: CaseDesk, kept: KeptDrafts) -> None:
        self._around = around
        self._desk = desk
        self._kept = kept
        self._held = ""
        """The case whose claim was seen last: its draft was given back."""
        self._is_returning = False
        """Whether a draft is on its way to the desk: until then an empty one means nothing."""
        self._was_told = False
        self._timer = QTimer(around.workspace)
        self._timer.setObjectName("draftsSave")
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SAVED_WITHIN_MS)
        self._timer.timeout.connect(self._on_save)

    def show_view(self, view: CaseView) -> None:
        """Follow the desk."""
        case = view.case
        if case is None:
            self._held = ""
            return
        if view.decision is not None:
            self._keep(case.id, Draft())
        elif view.is_mine and case.id != self._held:
            self._held = case.id
            draft = self._kept.draft_of(case.id)
            if view.draft == Draft() and draft is not None:
                self._is_returning = True
                self._around.scope.start(self._give_back(case.id, draft), name=f"draft {case.id}")
        elif view.is_mine:
            if not self._is_returning:
                self._keep(case.id, view.draft)
        else:
            self._held = ""

    def _keep(self, case_id: str, draft: Draft) -> None:
        is_news = self._kept.keep(case_id, draft, self._around.api.server_now())
        if is_news and not self._timer.isActive():
            self._timer.start()

    async def _give_back(self, case_id: str, draft: Draft) -> None:
        self._is_returning = False
        view = self._desk.state
        is_still_so = view.is_mine and view.case is not None and view.case.id == case_id
        if is_still_so and view.draft == Draft():
            self._desk.write(draft)
            self._around.tell(tr("What you had drafted here is back."), Severity.INFO)

    def _on_save(self) -> None:
        self._around.scope.start(self._save(), name="drafts")

    async def _save(self) -> None:
        try:
            await asyncio.to_thread(self._kept.save)
        except AppError as error:
            if not self._was_told:
                self._was_told = True
                self._around.tell_error(error)

"""Appeals: read when the shift begins and after every gap, pushed in between, answered here."""

from console.main_window import Workspace
from console.screens import AppealsScreen
from console.screens.appeals import Judgement
from console.state.appeals import AppealsState
from shared.api import ApiClient
from shared.errors import AppError
from shared.qt.errors import MessageBar, Notice, Severity
from shared.qt.scope import TaskScope
from shared.qt.translations import tr, tr_error
from shared.schemas.appeals import AppealState
from shared.schemas.common import MAX_PAGE
from shared.schemas.realtime import RoomEvent


class AppealsPresenter:
    """Shows what waits for a second person, and sends what they answer."""

    def __init__(
        self, *, api: ApiClient, me: str, workspace: Workspace, scope: TaskScope, bar: MessageBar
    ) -> None:
        self._api = api
        self._me = me
        self._workspace = workspace
        self._scope = scope
        self._bar = bar
        self._state = AppealsState()
        self._screen = workspace.screen_of(AppealsScreen)
        self._screen.judged.connect(self._on_judged)
        workspace.screen_shown.connect(self._on_screen_shown)

    def read(self) -> None:
        """Read what waits, unless that is under way."""
        if not self._scope.running("appeals"):
            self._scope.start(self._read(), name="appeals")

    def apply(self, event: RoomEvent) -> None:
        """Take an event of the moderators' room."""
        if self._state.apply(event):
            self._show()

    def _show(self) -> None:
        appeals = self._state.appeals
        self._screen.show_appeals(appeals, me=self._me)
        self._workspace.rail.set_count("appeals", len(appeals))

    async def _read(self) -> None:
        try:
            page = await self._api.appeals.read(state=AppealState.OPEN, limit=MAX_PAGE)
        except AppError as error:
            if not self._state.appeals:
                title = tr("The appeals cannot be loaded")
                self._screen.show_unknown(title, tr_error(error))
            return
        self._state.load(page.items)
        self._show()

    async def _judge(self, judgement: Judgement) -> None:
        try:
            judged = await self._api.appeals.decide(judgement.appeal_id, judgement.request)
        except AppError as error:
            self._bar.show_notice(Notice(tr_error(error), Severity.WARNING))
            return
        self._screen.clear_words()
        self._state.take(judged)
        self._show()
        self._bar.show_notice(Notice(tr("Answered; both people are told."), Severity.SUCCESS))

    def _on_judged(self, judgement: Judgement) -> None:
        self._scope.start(self._judge(judgement), name="appeal answer")

    def _on_screen_shown(self, name: str) -> None:
        if name == "appeals":
            self.read()

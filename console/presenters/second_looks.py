"""Second looks: read when the shift begins and after decisions, answered by one key."""

from console.main_window import Workspace
from console.screens import SecondLooksScreen
from console.screens.second_looks import Opinion
from shared.api import ApiClient
from shared.errors import AppError
from shared.qt.errors import MessageBar, Notice, Severity
from shared.qt.scope import TaskScope
from shared.qt.translations import tr, tr_error
from shared.schemas.appeals import SecondLook
from shared.schemas.common import MAX_PAGE
from shared.schemas.moderation import CaseState
from shared.schemas.realtime import EventType, RoomEvent


class SecondLooksPresenter:
    """Shows decisions of others that were drawn, and sends what is thought of them."""

    def __init__(
        self, *, api: ApiClient, workspace: Workspace, scope: TaskScope, bar: MessageBar
    ) -> None:
        self._api = api
        self._workspace = workspace
        self._scope = scope
        self._bar = bar
        self._looks: list[SecondLook] = []
        self._is_stale = True
        self._screen = workspace.screen_of(SecondLooksScreen)
        self._screen.given.connect(self._on_given)
        workspace.screen_shown.connect(self._on_screen_shown)

    def read(self) -> None:
        """Read what was drawn, unless that is under way."""
        if not self._scope.running("second looks"):
            self._is_stale = False
            self._scope.start(self._read(), name="second looks")

    def apply(self, event: RoomEvent) -> None:
        """A decision may have been drawn: look when somebody looks here."""
        if event.type is EventType.CASE_UPDATED and event.data.get("state") == CaseState.DECIDED:
            self._is_stale = True
            if self._workspace.current == "looks":
                self.read()

    def _show(self) -> None:
        self._screen.show_looks(self._looks)
        self._workspace.rail.set_count("looks", len(self._looks))

    async def _read(self) -> None:
        try:
            page = await self._api.appeals.second_looks(limit=MAX_PAGE)
        except AppError as error:
            self._is_stale = True
            if not self._looks:
                title = tr("The second looks cannot be loaded")
                self._screen.show_unknown(title, tr_error(error))
            return
        self._looks = list(page.items)
        self._show()

    async def _give(self, opinion: Opinion) -> None:
        try:
            await self._api.appeals.judge_second_look(opinion.decision_id, opinion.request)
        except AppError as error:
            self._bar.show_notice(Notice(tr_error(error), Severity.WARNING))
            self.read()
            return
        self._screen.clear_note()
        self._looks = [look for look in self._looks if look.decision.id != opinion.decision_id]
        self._show()

    def _on_given(self, opinion: Opinion) -> None:
        name = f"second look {opinion.decision_id}"
        if not self._scope.running(name):
            self._scope.start(self._give(opinion), name=name)

    def _on_screen_shown(self, name: str) -> None:
        if name == "looks" and self._is_stale:
            self.read()

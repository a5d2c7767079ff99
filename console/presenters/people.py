"""People for admins: searched on the server, changed one at a time."""

from collections.abc import Sequence
from typing import override

from console.presenters.lists import ListPresenter
from console.presenters.surroundings import Surroundings
from console.screens import PeopleScreen
from console.screens.people import PeopleSearch, PersonChange
from shared.qt.translations import tr
from shared.schemas.administration import AdminUser
from shared.schemas.common import MAX_PAGE
from shared.schemas.roles import Role


class PeoplePresenter(ListPresenter[AdminUser]):
    """Shows the newest, or whom somebody searched for."""

    counts = False

    def __init__(self, around: Surroundings, *, role: Role) -> None:
        self._screen = around.workspace.screen_of(PeopleScreen)
        super().__init__(
            around, name="people", screen=self._screen, problem=tr("People cannot be loaded")
        )
        self._search = PeopleSearch()
        self._users: list[AdminUser] = []
        self._screen.set_role(role)
        self._screen.search_asked.connect(self._on_search_asked)
        self._screen.change_asked.connect(self._on_change_asked)

    @property
    @override
    def items(self) -> Sequence[AdminUser]:
        return self._users

    @override
    async def fetch(self) -> None:
        asked = None
        # Somebody may go on typing while the answer is under way: the last words count.
        while asked != self._search:
            asked = self._search
            page = await self._api.admin.users(asked.words or None, role=asked.role, limit=MAX_PAGE)
            self._users = list(page.items)

    def _on_search_asked(self, search: PeopleSearch) -> None:
        self._search = search
        self.read()

    def _on_change_asked(self, change: PersonChange) -> None:
        async def send() -> None:
            changed = await self._api.admin.change_user(change.user_id, change.patch)
            self._users = [changed if user.id == changed.id else user for user in self._users]

        def done() -> None:
            self._screen.forget_reason()
            self._around.tell(tr("Changed, and written to the log."))

        self.send(f"person {change.user_id}", send, done=done)

"""Second looks: read when the shift begins and after decisions, answered by one key."""

from collections.abc import Sequence
from typing import override

from console.presenters.lists import ListPresenter
from console.presenters.surroundings import Surroundings
from console.screens import SecondLooksScreen
from console.screens.second_looks import Opinion
from shared.qt.translations import tr
from shared.schemas.appeals import SecondLook
from shared.schemas.common import MAX_PAGE
from shared.schemas.moderation import CaseState
from shared.schemas.realtime import EventType, RoomEvent


class SecondLooksPresenter(ListPresenter[SecondLook]):
    """Shows decisions of others that were drawn, and sends what is thought of them."""

    def __init__(self, around: Surroundings) -> None:
        self._screen = around.workspace.screen_of(SecondLooksScreen)
        super().__init__(
            around,
            name="looks",
            screen=self._screen,
            problem=tr("The second looks cannot be loaded"),
        )
        self._looks: list[SecondLook] = []
        self._screen.given.connect(self._on_given)

    @property
    @override
    def items(self) -> Sequence[SecondLook]:
        return self._looks

    @override
    async def fetch(self) -> None:
        self._looks = list((await self._api.appeals.second_looks(limit=MAX_PAGE)).items)

    def apply(self, event: RoomEvent) -> None:
        """A decision may have been drawn: look while somebody looks here."""
        is_decision = event.type is EventType.CASE_UPDATED
        if is_decision and event.data.get("state") == CaseState.DECIDED and self.is_shown:
            self.read()

    def _on_given(self, opinion: Opinion) -> None:
        async def give() -> None:
            await self._api.appeals.judge_second_look(opinion.decision_id, opinion.request)

        def done() -> None:
            self._screen.forget_note(opinion.decision_id)
            self._looks = [look for look in self._looks if look.decision.id != opinion.decision_id]

        self.send(f"second look {opinion.decision_id}", give, done=done)

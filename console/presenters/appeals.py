"""Appeals: read when the shift begins and after every gap, pushed in between, answered here."""

from collections.abc import Sequence
from typing import override

from console.presenters.lists import ListPresenter
from console.presenters.surroundings import Surroundings
from console.screens import AppealsScreen
from console.screens.appeals import Judgement
from console.state.appeals import AppealsState
from shared.qt.translations import tr
from shared.schemas.appeals import Appeal, AppealState
from shared.schemas.common import MAX_PAGE
from shared.schemas.realtime import RoomEvent


class AppealsPresenter(ListPresenter[Appeal]):
    """Shows what waits for a second person, and sends what they answer."""

    def __init__(self, around: Surroundings, *, me: str) -> None:
        self._screen = around.workspace.screen_of(AppealsScreen)
        super().__init__(
            around, name="appeals", screen=self._screen, problem=tr("The appeals cannot be loaded")
        )
        self._state = AppealsState()
        self._screen.set_me(me)
        self._screen.judged.connect(self._on_judged)

    @property
    @override
    def items(self) -> Sequence[Appeal]:
        return self._state.appeals

    @override
    async def fetch(self) -> None:
        page = await self._api.appeals.read(state=AppealState.OPEN, limit=MAX_PAGE)
        self._state.load(page.items)

    def apply(self, event: RoomEvent) -> None:
        """Take an event of the moderators' room."""
        if self._state.apply(event):
            self.show()

    def _on_judged(self, judgement: Judgement) -> None:
        async def judge() -> None:
            appeal = await self._api.appeals.decide(judgement.appeal_id, judgement.request)
            self._state.take(appeal)

        def done() -> None:
            self._screen.forget_words(judgement.appeal_id)
            self._around.tell(tr("Answered; both people are told."))

        self.send(f"appeal {judgement.appeal_id}", judge, done=done)

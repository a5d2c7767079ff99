"""The compliance queues: one is shown, each verdict names the version it was given on."""

from collections.abc import Sequence
from typing import override

from console.presenters.lists import ListPresenter
from console.presenters.surroundings import Surroundings
from console.screens import ComplianceScreen
from console.screens.compliance import ComplianceVerdictGiven
from shared.qt.translations import tr
from shared.schemas.administration import ComplianceKind, ComplianceRecord, ComplianceState
from shared.schemas.common import MAX_PAGE


class CompliancePresenter(ListPresenter[ComplianceRecord]):
    """A verdict on a record that somebody else decided is refused, and the queue read again."""

    def __init__(self, around: Surroundings) -> None:
        self._screen = around.workspace.screen_of(ComplianceScreen)
        super().__init__(
            around,
            name="compliance",
            screen=self._screen,
            problem=tr("The records cannot be loaded"),
        )
        self._kind = self._screen.kind
        self._records: list[ComplianceRecord] = []
        self._screen.kind_asked.connect(self._on_kind_asked)
        self._screen.decided.connect(self._on_decided)

    @property
    @override
    def items(self) -> Sequence[ComplianceRecord]:
        return self._records

    @override
    async def fetch(self) -> None:
        asked = None
        while asked is not self._kind:
            asked = self._kind
            page = await self._api.admin.compliance(
                asked, state=ComplianceState.OPEN, limit=MAX_PAGE
            )
            self._records = list(page.items)

    def _on_kind_asked(self, kind: ComplianceKind) -> None:
        self._kind = kind
        self.read()

    def _on_decided(self, given: ComplianceVerdictGiven) -> None:
        record = given.record

        async def decide() -> None:
            await self._api.admin.decide_compliance(record.kind, record.id, given.request)
            self._records = [one for one in self._records if one.id != record.id]

        def done() -> None:
            self._screen.forget_reason()
            self._around.tell(tr("Decided; the person is told."))

        self.send(f"record {record.id}", decide, done=done)

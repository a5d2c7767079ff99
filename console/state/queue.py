"""The report queue as the server pushes it, in the order in which it is to be worked through."""

from collections.abc import Iterable

from pydantic import ValidationError

from shared.schemas.moderation import CaseState, CaseSummary
from shared.schemas.realtime import EventType, RoomEvent

CASE_EVENTS = frozenset({EventType.REPORT_FILED, EventType.CASE_UPDATED, EventType.CASE_CLAIMED})


class QueueState:
    """Undecided cases, most urgent first; at most `limit` of them, the least urgent go.

    It is loaded in pages while events go on arriving: call `begin_load`, then `load` with what was
    read. Whatever an event told in between wins when it is newer.
    """

    def __init__(self, *, limit: int = 2000) -> None:
        self._limit = limit
        self._cases: dict[str, CaseSummary] = {}
        self._told: dict[str, CaseSummary] | None = None
        self._ordered: tuple[CaseSummary, ...] | None = None

    @property
    def cases(self) -> tuple[CaseSummary, ...]:
        """The queue from its most urgent case on; equal ones in the order of their opening."""
        if self._ordered is None:
            self._ordered = tuple(sorted(self._cases.values(), key=_urgency))
        return self._ordered

    def get(self, case_id: str) -> CaseSummary | None:
        """A case that is in the queue."""
        return self._cases.get(case_id)

    def begin_load(self) -> None:
        """The queue is being read from the server from now on."""
        self._told = {}

    def load(self, cases: Iterable[CaseSummary]) -> None:
        """Take what was read; cases that are not in it are gone, unless an event told of them."""
        told, self._told = self._told or {}, None
        self._cases = {}
        for case in cases:
            self._put(case)
        for case in told.values():
            self._put(case)
        self._shed()

    def apply(self, event: RoomEvent) -> bool:
        """Take an event of the moderators' room; false when it changes nothing here."""
        if event.type not in CASE_EVENTS:
            return False
        try:
            case = CaseSummary.model_validate(event.data)
        except ValidationError:
            return False
        if self._told is not None:
            last = self._told.get(case.id)
            if last is None or case.version >= last.version:
                self._told[case.id] = case
        changed = self._put(case)
        self._shed()
        return changed

    def after(self, case_id: str | None, step: int) -> CaseSummary | None:
        """The case `step` places further down; from no case, the first or the last one."""
        cases = self.cases
        if not cases:
            return None
        places = {case.id: place for place, case in enumerate(cases)}
        here = places.get(case_id or "")
        if here is None:
            return cases[0] if step > 0 else cases[-1]
        return cases[max(0, min(len(cases) - 1, here + step))]

    def _put(self, case: CaseSummary) -> bool:
        known = self._cases.get(case.id)
        if known == case or (known is not None and case.version < known.version):
            return False
        self._ordered = None
        if case.state is CaseState.DECIDED:
            return self._cases.pop(case.id, None) is not None
        self._cases[case.id] = case
        return True

    def _shed(self) -> None:
        self._ordered = None
        if len(self._cases) > self._limit:
            for case in self.cases[self._limit :]:
                del self._cases[case.id]
            self._ordered = None


def _urgency(case: CaseSummary) -> tuple[float, float, str]:
    return (-case.priority, case.opened_at.timestamp(), case.id)

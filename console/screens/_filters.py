"""Which cases a moderator wants to see now, as a pure rule over the queue."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from shared.schemas.moderation import CaseState, CaseSummary, ReportReason


class Whose(StrEnum):
    """A cut of the queue by who has the case."""

    ALL = "all"
    FREE = "free"
    MINE = "mine"
    OTHERS = "others"
    ESCALATED = "escalated"


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Everything by default; `words` are looked for in subject, reasons and explanation.

    A `stream_id` keeps the cases about that stream or about somebody's words in its room.
    """

    whose: Whose = Whose.ALL
    reason: ReportReason | None = None
    words: str = ""
    stream_id: str = ""

    def keeps(self, case: CaseSummary, me: str) -> bool:
        """Whether a case is shown to the person `me`."""
        if not _belongs(case, self.whose, me):
            return False
        if self.stream_id and self.stream_id not in (case.stream_id, case.subject_id):
            return False
        if self.reason is not None and self.reason not in case.reasons:
            return False
        text = " ".join(
            (
                case.subject_label,
                *(reason.value.replace("_", " ") for reason in case.reasons),
                *(part.because for part in case.priority_parts),
            )
        ).casefold()
        return all(word in text for word in self.words.casefold().split())

    def apply(self, cases: Sequence[CaseSummary], me: str) -> tuple[CaseSummary, ...]:
        """The cases to show, in the order they came in."""
        return tuple(case for case in cases if self.keeps(case, me))


def _belongs(case: CaseSummary, whose: Whose, me: str) -> bool:
    held = case.state is CaseState.CLAIMED and case.claimed_by is not None
    mine = held and case.claimed_by is not None and case.claimed_by.id == me
    return {
        Whose.ALL: True,
        Whose.FREE: not held,
        Whose.MINE: mine,
        Whose.OTHERS: held and not mine,
        Whose.ESCALATED: case.state is CaseState.ESCALATED,
    }[whose]

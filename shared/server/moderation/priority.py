"""Why a case stands where it stands in the queue: points in parts, each with a sentence."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from shared.schemas.moderation import PriorityPart, ReportReason

SEVERITY: dict[ReportReason, float] = {
    ReportReason.MINOR_SAFETY: 60.0,
    ReportReason.NON_CONSENSUAL: 55.0,
    ReportReason.VIOLENCE: 45.0,
    ReportReason.HATE: 35.0,
    ReportReason.HARASSMENT: 30.0,
    ReportReason.PRIVACY: 30.0,
    ReportReason.FRAUD: 20.0,
    ReportReason.SPAM: 10.0,
    ReportReason.OTHER: 5.0,
}
"""Points for the gravest reason given. No sum of the other parts lifts spam above minor safety."""

_REPORTS_EACH, _REPORTS_MOST = 4.0, 16.0
_ACCURACY_SPAN = 10.0
_LIVE = 12.0
_ESCALATED = 10.0
_AGE_PER_HOUR, _AGE_MOST = 3.0, 12.0


@dataclass(frozen=True, slots=True)
class ReporterRecord:
    """How the earlier reports of a case's reporters turned out."""

    upheld: int = 0
    dismissed: int = 0

    @property
    def decided(self) -> int:
        """Reports with an outcome."""
        return self.upheld + self.dismissed

    @property
    def accuracy(self) -> float:
        """Share upheld, drawn to one half while little is known (Laplace's rule of succession)."""
        return (self.upheld + 1) / (self.decided + 2)


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What the priority is made from."""

    reasons: tuple[ReportReason, ...]
    report_count: int
    reporters: ReporterRecord
    is_live: bool
    is_escalated: bool
    age_s: float


def gravest(reasons: Iterable[ReportReason]) -> ReportReason:
    """The most severe of the reasons; `other` when there is none."""
    return max(reasons, key=SEVERITY.__getitem__, default=ReportReason.OTHER)


def priority_parts(facts: CaseFacts) -> list[PriorityPart]:
    """The parts, largest idea first; their points, each rounded to a tenth, add up to the whole."""
    worst = gravest(facts.reasons)
    parts = [
        _part("severity", SEVERITY[worst], f"Reported for {worst.value.replace('_', ' ')}."),
        _reports_part(facts.report_count),
        _accuracy_part(facts.reporters),
        _live_part(facts.is_live),
        _age_part(facts.age_s),
    ]
    if facts.is_escalated:
        parts.append(_part("escalated", _ESCALATED, "A moderator asked for a second decision."))
    return parts


def total(parts: Iterable[PriorityPart]) -> float:
    """The priority: the sum of its parts."""
    return round(sum(part.points for part in parts), 1)


def _part(name: str, points: float, because: str) -> PriorityPart:
    return PriorityPart(name=name, points=round(points, 1), because=because)


def _reports_part(count: int) -> PriorityPart:
    points = min(_REPORTS_MOST, _REPORTS_EACH * math.log2(max(1, count)))
    because = "One person reported it." if count <= 1 else f"{count} people reported it."
    return _part("reports", points, because)


def _accuracy_part(record: ReporterRecord) -> PriorityPart:
    points = (record.accuracy - 0.5) * 2 * _ACCURACY_SPAN
    if record.decided == 0:
        because = "Nothing is known yet about earlier reports of the reporters."
    else:
        because = f"{record.upheld} of {record.decided} earlier reports of the reporters held."
    return _part("reporter_accuracy", points, because)


def _live_part(is_live: bool) -> PriorityPart:
    if is_live:
        return _part("live_now", _LIVE, "It happens in a stream that is on air now.")
    return _part("live_now", 0.0, "The stream is not on air.")


def _age_part(age_s: float) -> PriorityPart:
    minutes = max(0, int(age_s // 60))
    points = min(_AGE_MOST, _AGE_PER_HOUR * minutes / 60)
    return _part("age", points, f"It has been waiting for {_spoken(minutes)}.")


def _spoken(minutes: int) -> str:
    if minutes < 1:
        return "less than a minute"
    if minutes < 120:
        return f"{minutes} minute{'s' if minutes != 1 else ''}"
    if minutes < 2 * 24 * 60:
        return f"{minutes // 60} hours"
    return f"{minutes // (24 * 60)} days"

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


@dataclass(frozen=True, slots=True)
class Points:
    """The points of each part, rounded to a tenth, so that they add up to the whole."""

    severity: float
    reports: float
    reporter_accuracy: float
    live_now: float
    age: float
    escalated: float

    @property
    def total(self) -> float:
        """The priority."""
        known = (self.severity, self.reports, self.reporter_accuracy, self.live_now)
        return round(sum(known) + self.age + self.escalated, 1)


def points_of(facts: CaseFacts) -> Points:
    """What each part is worth; cheap, for ordering many cases."""
    reports = min(_REPORTS_MOST, _REPORTS_EACH * math.log2(max(1, facts.report_count)))
    return Points(
        severity=SEVERITY[gravest(facts.reasons)],
        reports=round(reports, 1),
        reporter_accuracy=round((facts.reporters.accuracy - 0.5) * 2 * _ACCURACY_SPAN, 1),
        live_now=_LIVE if facts.is_live else 0.0,
        age=round(min(_AGE_MOST, _AGE_PER_HOUR * _minutes(facts.age_s) / 60), 1),
        escalated=_ESCALATED if facts.is_escalated else 0.0,
    )


def priority_parts(facts: CaseFacts) -> list[PriorityPart]:
    """The parts in words; their points add up to the priority."""
    points = points_of(facts)
    reason = gravest(facts.reasons).value.replace("_", " ")
    count, record = facts.report_count, facts.reporters
    if record.decided:
        known = f"{record.upheld} of {record.decided} earlier reports of the reporters held."
    else:
        known = "Nothing is known yet about earlier reports of the reporters."
    told = [
        ("severity", points.severity, f"Reported for {reason}."),
        (
            "reports",
            points.reports,
            _counted(count),
        ),
        ("reporter_accuracy", points.reporter_accuracy, known),
        (
            "live_now",
            points.live_now,
            "It happens in a stream that is on air now."
            if facts.is_live
            else "The stream is not on air.",
        ),
        ("age", points.age, f"It has been waiting for {_spoken(_minutes(facts.age_s))}."),
    ]
    if facts.is_escalated:
        because = "A moderator asked for a second decision."
        told.append(("escalated", points.escalated, because))
    return [PriorityPart(name=name, points=worth, because=because) for name, worth, because in told]


def _counted(reports: int) -> str:
    if reports == 0:
        return "Nobody reported it; signals in the room added up."
    return "One person reported it." if reports == 1 else f"{reports} people reported it."


def _minutes(age_s: float) -> int:
    return max(0, int(age_s // 60))


def _spoken(minutes: int) -> str:
    if minutes < 1:
        return "less than a minute"
    if minutes < 120:
        return f"{minutes} minute{'s' if minutes != 1 else ''}"
    if minutes < 2 * 24 * 60:
        return f"{minutes // 60} hours"
    return f"{minutes // (24 * 60)} days"

"""Priorities: the parts explain the whole, and graver, older, likelier cases stand higher."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from shared.schemas.moderation import ReportReason
from shared.server.moderation.priority import (
    SEVERITY,
    CaseFacts,
    ReporterRecord,
    gravest,
    points_of,
    priority_parts,
)

records = st.builds(ReporterRecord, upheld=st.integers(0, 500), dismissed=st.integers(0, 500))
facts = st.builds(
    CaseFacts,
    reasons=st.lists(st.sampled_from(ReportReason), min_size=1, max_size=5).map(tuple),
    report_count=st.integers(1, 10_000),
    reporters=records,
    is_live=st.booleans(),
    is_escalated=st.booleans(),
    age_s=st.floats(0, 1e7),
)


@given(facts)
def test_the_parts_sum_to_the_priority_and_each_says_why(case: CaseFacts) -> None:
    parts = priority_parts(case)
    assert points_of(case).total == round(sum(part.points for part in parts), 1)
    assert all(part.because.endswith(".") and part.name for part in parts)
    assert len({part.name for part in parts}) == len(parts)


@given(facts)
def test_a_live_older_escalated_more_reported_case_never_stands_lower(case: CaseFacts) -> None:
    points = points_of(case).total
    for worse in (
        replace(case, is_live=True),
        replace(case, is_escalated=True),
        replace(case, age_s=case.age_s + 3600),
        replace(case, report_count=case.report_count + 1),
        replace(case, reporters=replace(case.reporters, upheld=case.reporters.upheld + 1)),
    ):
        assert points_of(worse).total >= points


@given(facts, facts)
def test_no_circumstance_lifts_spam_above_minor_safety(grave: CaseFacts, light: CaseFacts) -> None:
    grave = replace(grave, reasons=(ReportReason.MINOR_SAFETY,), reporters=ReporterRecord())
    light = replace(light, reasons=(ReportReason.SPAM,), reporters=ReporterRecord())
    assert points_of(grave).total >= points_of(light).total


def test_the_gravest_reason_counts() -> None:
    assert gravest([ReportReason.SPAM, ReportReason.VIOLENCE]) is ReportReason.VIOLENCE
    assert set(SEVERITY) == set(ReportReason)


def test_little_is_concluded_from_few_reports() -> None:
    assert ReporterRecord().accuracy == 0.5
    assert ReporterRecord(upheld=1).accuracy < ReporterRecord(upheld=10).accuracy < 1

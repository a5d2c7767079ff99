"""The life of a case: every path through the table keeps its promises."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.schemas.moderation import CaseState
from shared.server.moderation.transitions import (
    LEASED_STAGES,
    OPEN_STAGES,
    TRANSITIONS,
    CaseEvent,
    CaseStage,
    next_stage,
    stage_now,
    wire_state,
)

paths = st.lists(st.sampled_from(CaseEvent), max_size=40)


def _walk(events: list[CaseEvent]) -> list[tuple[CaseStage, CaseEvent, CaseStage]]:
    stage = CaseStage.OPEN
    steps = []
    for event in events:
        after = next_stage(stage, event)
        if after is not None:
            steps.append((stage, event, after))
            stage = after
    return steps


@given(paths)
def test_only_reopening_follows_a_decision(events: list[CaseEvent]) -> None:
    for before, event, _ in _walk(events):
        assert (before is CaseStage.DECIDED) == (event is CaseEvent.REOPENED)


@given(paths)
def test_only_a_claimed_case_is_decided_escalated_released_or_skipped(
    events: list[CaseEvent],
) -> None:
    needs_lease = {
        CaseEvent.DECIDED,
        CaseEvent.ESCALATED,
        CaseEvent.RELEASED,
        CaseEvent.SKIPPED,
        CaseEvent.RENEWED,
        CaseEvent.LEASE_EXPIRED,
    }
    for before, event, _ in _walk(events):
        assert (event in needs_lease) <= (before in LEASED_STAGES)


@given(paths)
def test_an_escalation_is_never_forgotten(events: list[CaseEvent]) -> None:
    escalated = False
    for _, event, after in _walk(events):
        escalated = escalated or event is CaseEvent.ESCALATED
        if event is CaseEvent.REOPENED:
            escalated = False  # it begins anew
        if escalated and after is not CaseStage.DECIDED:
            assert after in {CaseStage.ESCALATED, CaseStage.ESCALATED_CLAIMED}


@given(paths)
def test_nobody_claims_a_claimed_case(events: list[CaseEvent]) -> None:
    for before, event, _ in _walk(events):
        if event is CaseEvent.CLAIMED:
            assert before not in LEASED_STAGES


@pytest.mark.parametrize("stage", list(CaseStage))
def test_reports_join_every_open_case_and_no_decided_one(stage: CaseStage) -> None:
    after = next_stage(stage, CaseEvent.REPORTED)
    assert after == (stage if stage in OPEN_STAGES else None)


@pytest.mark.parametrize("stage", list(CaseStage))
def test_every_stage_is_reachable_and_has_a_name_on_the_wire(stage: CaseStage) -> None:
    assert stage is CaseStage.OPEN or stage in TRANSITIONS.values()
    assert wire_state(stage) in CaseState


def test_a_claim_whose_lease_ran_out_is_no_claim() -> None:
    assert stage_now(CaseStage.CLAIMED, lease_is_over=True) is CaseStage.OPEN
    assert stage_now(CaseStage.ESCALATED_CLAIMED, lease_is_over=True) is CaseStage.ESCALATED
    assert stage_now(CaseStage.CLAIMED, lease_is_over=False) is CaseStage.CLAIMED
    assert stage_now(CaseStage.DECIDED, lease_is_over=True) is CaseStage.DECIDED

"""The life of a case as one pure table: which event leads from which stage to which."""

from enum import StrEnum

from shared.schemas.moderation import CaseState


class CaseStage(StrEnum):
    """Where a case is, in the server's own detail: a claim does not forget an escalation."""

    OPEN = "open"
    CLAIMED = "claimed"
    ESCALATED = "escalated"
    ESCALATED_CLAIMED = "escalated_claimed"
    DECIDED = "decided"


class CaseEvent(StrEnum):
    """What can happen to a case; the names are also those of the append-only event log."""

    REPORTED = "reported"
    CLAIMED = "claimed"
    RENEWED = "renewed"
    RELEASED = "released"
    SKIPPED = "skipped"
    LEASE_EXPIRED = "lease_expired"
    ESCALATED = "escalated"
    DECIDED = "decided"
    REVERSED = "reversed"
    REOPENED = "reopened"


_S, _E = CaseStage, CaseEvent

TRANSITIONS: dict[tuple[CaseStage, CaseEvent], CaseStage] = {
    (_S.OPEN, _E.REPORTED): _S.OPEN,
    (_S.OPEN, _E.CLAIMED): _S.CLAIMED,
    (_S.CLAIMED, _E.REPORTED): _S.CLAIMED,
    (_S.CLAIMED, _E.RENEWED): _S.CLAIMED,
    (_S.CLAIMED, _E.RELEASED): _S.OPEN,
    (_S.CLAIMED, _E.SKIPPED): _S.OPEN,
    (_S.CLAIMED, _E.LEASE_EXPIRED): _S.OPEN,
    (_S.CLAIMED, _E.ESCALATED): _S.ESCALATED,
    (_S.CLAIMED, _E.DECIDED): _S.DECIDED,
    (_S.ESCALATED, _E.REPORTED): _S.ESCALATED,
    (_S.ESCALATED, _E.CLAIMED): _S.ESCALATED_CLAIMED,
    (_S.ESCALATED_CLAIMED, _E.REPORTED): _S.ESCALATED_CLAIMED,
    (_S.ESCALATED_CLAIMED, _E.RENEWED): _S.ESCALATED_CLAIMED,
    (_S.ESCALATED_CLAIMED, _E.RELEASED): _S.ESCALATED,
    (_S.ESCALATED_CLAIMED, _E.SKIPPED): _S.ESCALATED,
    (_S.ESCALATED_CLAIMED, _E.LEASE_EXPIRED): _S.ESCALATED,
    (_S.ESCALATED_CLAIMED, _E.DECIDED): _S.DECIDED,
    (_S.DECIDED, _E.REOPENED): _S.OPEN,
}
"""Everything that moves a case; what is not here is refused. `reversed` is logged only: an action
may end at any time, whatever became of its case."""

OPEN_STAGES = frozenset(stage for stage in CaseStage if stage is not CaseStage.DECIDED)
LEASED_STAGES = frozenset({CaseStage.CLAIMED, CaseStage.ESCALATED_CLAIMED})

_WIRE: dict[CaseStage, CaseState] = {
    _S.OPEN: CaseState.OPEN,
    _S.CLAIMED: CaseState.CLAIMED,
    _S.ESCALATED: CaseState.ESCALATED,
    _S.ESCALATED_CLAIMED: CaseState.CLAIMED,
    _S.DECIDED: CaseState.DECIDED,
}


def next_stage(stage: CaseStage, event: CaseEvent) -> CaseStage | None:
    """Where the event leads from this stage; None when it may not happen there."""
    return TRANSITIONS.get((stage, event))


def stage_now(stage: CaseStage, *, lease_is_over: bool) -> CaseStage:
    """The stage in force: a claim whose lease ran out is no claim."""
    if stage in LEASED_STAGES and lease_is_over:
        return TRANSITIONS[stage, CaseEvent.LEASE_EXPIRED]
    return stage


def wire_state(stage: CaseStage) -> CaseState:
    """How the stage is named on the wire."""
    return _WIRE[stage]

"""What a moderator can do: every entry of the registry, by one suite."""

from datetime import UTC, datetime

import pytest
from fakes.cases import ME, OTHER, FakeCases, a_case

from console.actions import (
    ACTIONS,
    ClaimCase,
    Decide,
    EscalateCase,
    ModeratorAction,
    Need,
    OpenCase,
    ReleaseCase,
    Situation,
    SkipCase,
    ToggleAction,
    perform,
)
from console.state import CaseDesk, CaseView, Draft, LeaseState, QueueState
from shared.clock import SystemClock
from shared.schemas.moderation import (
    ActionKind,
    ActionRequest,
    CaseDetail,
    CaseState,
    SubjectType,
)

BY_NAME = {action.name: action for action in ACTIONS}
LEASE = LeaseState(token=1, ends_ns=10**18, length_s=60)
COMPLETE = Draft(
    actions=(ActionRequest(kind=ActionKind.BAN),),
    policy="conduct.harassment",
    statement="Insulted others again and again.",
)


def queue_of(*cases: CaseDetail) -> QueueState:
    queue = QueueState()
    queue.begin_load()
    queue.load(cases)
    return queue


def everything(case: CaseDetail) -> Situation:
    """A case that is claimed here, with a decision ready and another case behind it."""
    view = CaseView(case=case, lease=LEASE, draft=COMPLETE)
    return Situation(queue=queue_of(case, a_case(0.5)), view=view, me=ME.id)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_every_action_is_whole(action: ModeratorAction) -> None:
    assert action.label[0].isupper()
    assert action.key
    assert action.needs <= set(Need)
    assert not action.is_possible(Situation()), "with nothing to act on nothing is possible"
    assert action.intent(Situation()) is None


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
async def test_every_intent_reaches_the_desk(action: ModeratorAction) -> None:
    case = a_case(1, minute=1)
    before, behind = a_case(2), a_case(0.5)
    cases = FakeCases(before, case, behind)
    desk = CaseDesk(
        cases=cases, clock=SystemClock(), server_now=lambda: datetime.now(UTC), me=ME.id
    )
    if action.name != "claim":
        await desk.claim(case.id)
    desk.write(COMPLETE)
    if action.name == "undo":
        await desk.decide()
    cases.calls.clear()
    shown = desk.state
    situation = Situation(
        queue=queue_of(before, case, behind), chosen=case, view=desk.state, me=ME.id
    )
    intent = action.intent(situation)
    assert intent is not None
    await perform(intent, desk)
    assert desk.state.error is None
    assert cases.calls or desk.state.draft != shown.draft


def test_names_and_keys_are_unique() -> None:
    assert len({action.name for action in ACTIONS}) == len(ACTIONS)
    assert len({action.key for action in ACTIONS}) == len(ACTIONS)


def test_each_action_means_what_it_says() -> None:
    case = a_case(1)
    meant = {name: action.intent(everything(case)) for name, action in BY_NAME.items()}
    hour, day = 3600, 86_400
    assert isinstance(meant["next"], OpenCase)
    assert meant["previous"] is None, "there is nothing above the first case"
    assert meant["claim"] is None, "what is held is not claimed again"
    assert meant["release"] == ReleaseCase()
    assert meant["skip"] == SkipCase()
    assert meant["escalate"] == EscalateCase()
    assert meant["decide"] == Decide()
    assert meant["undo"] is None, "nothing is decided that could be undone"
    assert meant["delete_message"] == ToggleAction(ActionRequest(kind=ActionKind.DELETE_MESSAGE))
    assert meant["mute_hour"] == ToggleAction(ActionRequest(kind=ActionKind.MUTE, duration_s=hour))
    assert meant["ban_day"] == ToggleAction(ActionRequest(kind=ActionKind.BAN, duration_s=day))
    assert meant["ban"] == ToggleAction(ActionRequest(kind=ActionKind.BAN))
    assert meant["no_violation"] == ToggleAction(ActionRequest(kind=ActionKind.NO_VIOLATION))
    assert meant["warn"] == ToggleAction(ActionRequest(kind=ActionKind.WARN))
    pause = ActionRequest(kind=ActionKind.TIMEOUT, duration_s=600)
    assert meant["timeout"] == ToggleAction(pause)
    assert meant["restrict"] == ToggleAction(
        ActionRequest(kind=ActionKind.RESTRICT, duration_s=day)
    )
    assert meant["hold_payout"] == ToggleAction(ActionRequest(kind=ActionKind.HOLD_PAYOUT))


def test_only_free_cases_can_be_claimed() -> None:
    free = a_case()
    claim = BY_NAME["claim"]
    assert claim.intent(Situation(chosen=free, me=ME.id)) == ClaimCase(free.id)
    mine = a_case(state=CaseState.CLAIMED, claimed_by=ME)
    assert claim.is_possible(Situation(chosen=mine, me=ME.id)), "a lease of mine from elsewhere"
    for taken in (
        a_case(state=CaseState.CLAIMED, claimed_by=OTHER),
        a_case(state=CaseState.DECIDED),
    ):
        assert not claim.is_possible(Situation(chosen=taken, me=ME.id))


def test_a_message_can_only_be_deleted_where_there_is_one() -> None:
    about_person = a_case(subject_type=SubjectType.USER)
    assert not BY_NAME["delete_message"].is_possible(everything(about_person))
    assert BY_NAME["ban"].is_possible(everything(about_person))


def test_an_incomplete_decision_is_not_sent() -> None:
    view = CaseView(case=a_case(), lease=LEASE, draft=Draft(actions=COMPLETE.actions))
    assert BY_NAME["decide"].intent(Situation(view=view, me=ME.id)) is None

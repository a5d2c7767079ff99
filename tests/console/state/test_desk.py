"""The case on the desk: claiming, renewing, losing, deciding."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from fakes.cases import ME, OTHER, POLICIES, FakeCases, a_case, refusal, summary, told

from console.state import CaseDesk, CaseView, Draft, LeaseState
from shared.clock import SystemClock
from shared.errors import Unavailable
from shared.schemas.common import ErrorCode
from shared.schemas.moderation import ActionKind, ActionRequest, CaseState, Lease
from shared.schemas.realtime import EventType

DELETE = ActionRequest(kind=ActionKind.DELETE_MESSAGE)
MUTE = ActionRequest(kind=ActionKind.MUTE, duration_s=3600)
NOTHING_WRONG = ActionRequest(kind=ActionKind.NO_VIOLATION)
STATEMENT = "The message insulted another viewer."


@asynccontextmanager
async def a_desk(
    cases: FakeCases, *, idle_s: float = 60.0, skew: timedelta = timedelta()
) -> AsyncIterator[CaseDesk]:
    cases.now = lambda: datetime.now(UTC) + skew
    desk = CaseDesk(
        cases=cases,
        clock=SystemClock(),
        server_now=cases.now,
        me=ME.id,
        idle_s=idle_s,
    )
    async with desk:
        yield desk


async def until(desk: CaseDesk, is_so: Callable[[CaseView], bool]) -> CaseView:
    reached = asyncio.Event()

    def check(view: CaseView) -> None:
        if is_so(view):
            reached.set()

    unsubscribe = desk.on_changed(check)
    check(desk.state)
    try:
        async with asyncio.timeout(8):
            await reached.wait()
    finally:
        unsubscribe()
    return desk.state


async def test_a_case_is_looked_at_claimed_and_decided() -> None:
    case = a_case()
    cases = FakeCases(case)
    async with a_desk(cases) as desk:
        seen = await desk.open(case.id)
        assert seen.case == case
        assert not seen.is_mine
        held = await desk.claim(case.id)
        assert held.is_mine
        assert 55 < desk.remaining_s() <= 60
        desk.toggle(DELETE)
        desk.toggle(MUTE)
        assert desk.state.draft.policy == "conduct.harassment", "proposed by the case's reason"
        desk.write(desk.state.draft.with_statement(STATEMENT))
        decided = await desk.decide()
        assert decided.error is None
        assert decided.decision is not None
        assert [a.kind for a in decided.decision.actions] == [DELETE.kind, MUTE.kind]
        assert not decided.is_mine
        assert desk.remaining_s() == 0
        assert cases.keys[0] is not None


async def test_somebody_elses_case_cannot_be_claimed() -> None:
    case = a_case(state=CaseState.CLAIMED, claimed_by=OTHER)
    async with a_desk(FakeCases(case)) as desk:
        view = await desk.claim(case.id)
        assert not view.is_mine
        assert view.error is not None
        assert view.error.message == "Olga has this case."


async def test_an_incomplete_decision_says_what_is_missing() -> None:
    case = a_case()
    cases = FakeCases(case)
    async with a_desk(cases) as desk:
        assert (await desk.decide()).error is not None
        await desk.claim(case.id)
        problems = []
        for change in (
            lambda: None,
            lambda: desk.write(Draft(actions=(DELETE,))),
            lambda: desk.write(desk.state.draft.with_policy("conduct.harassment")),
        ):
            change()
            error = (await desk.decide()).error
            problems.append(error.message if error else "")
        assert len(set(problems)) == 3
        assert "decide" not in cases.calls


async def test_the_lease_is_renewed_while_somebody_works() -> None:
    case = a_case()
    cases = FakeCases(case, lease_s=0.4)
    async with a_desk(cases) as desk:
        await desk.claim(case.id)
        desk.write(Draft(statement="half a sentence"))
        await cases.count("claim", 4)
        assert desk.state.is_mine
        assert desk.state.draft.statement == "half a sentence"
        assert desk.state.case is not None
        assert desk.state.case.version == cases.cases[case.id].version


async def test_an_idle_moderators_lease_runs_out() -> None:
    case = a_case()
    cases = FakeCases(case, lease_s=0.3)
    async with a_desk(cases, idle_s=0.0) as desk:
        await desk.claim(case.id)
        view = await until(desk, lambda v: v.lease is None)
        assert view.error is not None
        assert view.error.code == ErrorCode.LEASE_LOST
        assert cases.calls.count("claim") == 1


async def test_a_wrong_wall_clock_does_not_shorten_a_lease() -> None:
    case = a_case()
    async with a_desk(FakeCases(case), skew=timedelta(hours=-3)) as desk:
        await desk.claim(case.id)
        assert 55 < desk.remaining_s() <= 60


async def test_a_renewal_that_is_refused_loses_the_case_and_keeps_the_draft() -> None:
    case = a_case()
    cases = FakeCases(case, lease_s=0.4)
    async with a_desk(cases) as desk:
        await desk.claim(case.id)
        desk.write(Draft(statement="my words"))
        cases.change(case.id, claimed_by=OTHER)
        view = await until(desk, lambda v: v.lease is None)
        assert view.error is not None
        assert view.error.code == ErrorCode.CASE_CLAIMED
        assert view.draft.statement == "my words"


async def test_a_renewal_survives_a_server_that_is_away_for_a_moment() -> None:
    case = a_case()
    cases = FakeCases(case, lease_s=6.0)
    async with a_desk(cases) as desk:
        await desk.claim(case.id)
        cases.fails["claim"] = Unavailable("Away.", code="SERVER_UNREACHABLE")
        await cases.count("claim", 3, timeout_s=8)
        assert desk.state.is_mine


async def test_an_event_of_another_claim_takes_the_case_away() -> None:
    case = a_case()
    cases = FakeCases(case)
    async with a_desk(cases) as desk:
        await desk.claim(case.id)
        theirs = cases.change(case.id, claimed_by=OTHER)
        desk.apply(told(theirs, EventType.CASE_CLAIMED))
        assert desk.state.lease is None
        assert desk.state.error is not None
        view = await until(desk, lambda v: v.case is not None and v.case.claimed_by == OTHER)
        assert view.case == cases.cases[case.id]


async def test_news_of_the_open_case_is_read_at_once() -> None:
    case = a_case()
    cases = FakeCases(case)
    async with a_desk(cases) as desk:
        await desk.open(case.id)
        changed = cases.change(case.id, report_count=5)
        desk.apply(told(a_case()))
        assert cases.calls.count("case") == 1, "other cases are none of its business"
        desk.apply(told(changed, EventType.REPORT_FILED))
        view = await until(desk, lambda v: v.case is not None and v.case.report_count == 5)
        assert not view.is_mine


async def test_a_decision_is_taken_back_action_by_action() -> None:
    case = a_case()
    cases = FakeCases(case)
    async with a_desk(cases) as desk:
        nothing = await desk.undo()
        assert nothing.error is not None
        assert nothing.error.code == "CASE_NOT_DECIDED"
        await desk.claim(case.id)
        desk.toggle(DELETE)
        desk.toggle(MUTE)
        desk.write(desk.state.draft.with_statement(STATEMENT))
        assert (await desk.decide()).is_undoable
        undone = await desk.undo()
        assert undone.error is None
        assert cases.calls.count("reverse") == 2
        assert not undone.is_undoable


async def test_a_case_that_changed_meanwhile_is_shown_again_and_can_then_be_decided() -> None:
    case = a_case()
    cases = FakeCases(case)
    async with a_desk(cases) as desk:
        await desk.claim(case.id)
        cases.change(case.id, report_count=2)
        desk.toggle(NOTHING_WRONG)
        desk.write(desk.state.draft.with_statement(STATEMENT))
        conflict = await desk.decide()
        assert conflict.error is not None
        assert conflict.error.code == ErrorCode.VERSION_CONFLICT
        assert conflict.draft.has(ActionKind.NO_VIOLATION)
        await until(desk, lambda v: v.case is not None and v.case.report_count == 2)
        assert desk.state.is_mine
        assert (await desk.decide()).decision is not None


async def test_taking_another_case_gives_the_first_one_back() -> None:
    first, second = a_case(), a_case()
    cases = FakeCases(first, second)
    async with a_desk(cases) as desk:
        await desk.claim(first.id)
        await desk.claim(second.id)
        assert cases.cases[first.id].claimed_by is None
        assert desk.state.case is not None
        assert desk.state.case.id == second.id
        assert desk.state.draft == Draft()
        await desk.open(first.id)
        assert cases.cases[second.id].claimed_by is None


@pytest.mark.parametrize("way", ["release", "skip", "escalate"])
async def test_ways_to_give_a_case_up(way: str) -> None:
    case = a_case()
    cases = FakeCases(case)
    async with a_desk(cases) as desk:
        await desk.claim(case.id)
        view = await {
            "release": desk.release,
            "skip": desk.skip,
            "escalate": lambda: desk.escalate("please look"),
        }[way]()
        assert view.error is None
        assert view.lease is None
        assert cases.cases[case.id].claimed_by is None
        if way != "release":
            assert (await desk.skip()).error is not None, "what is given up is not held"


async def test_a_lost_lease_at_the_decision_is_told() -> None:
    case = a_case()
    cases = FakeCases(case)
    async with a_desk(cases) as desk:
        await desk.claim(case.id)
        desk.toggle(DELETE)
        desk.write(desk.state.draft.with_statement(STATEMENT))
        cases.fails["decide"] = refusal(ErrorCode.LEASE_LOST, "Your claim ran out.")
        view = await desk.decide()
        assert view.lease is None
        assert view.error is not None
        assert view.draft.statement == STATEMENT


async def test_busy_is_shown_while_the_server_is_asked() -> None:
    case = a_case()
    seen: list[str] = []
    async with a_desk(FakeCases(case)) as desk:
        desk.on_changed(lambda view: seen.append(view.busy))
        await desk.claim(case.id)
    assert "claim" in seen
    assert seen[-1] == ""


def test_actions_of_a_draft_exclude_what_contradicts_them() -> None:
    draft = Draft().toggled(DELETE).toggled(MUTE)
    assert draft.actions == (DELETE, MUTE)
    day = ActionRequest(kind=ActionKind.MUTE, duration_s=86_400)
    assert draft.toggled(day).actions == (DELETE, day), "one mute at a time"
    assert draft.toggled(DELETE).actions == (MUTE,)
    clean = draft.toggled(NOTHING_WRONG)
    assert clean.actions == (NOTHING_WRONG,)
    assert clean.toggled(DELETE).actions == (DELETE,)


def test_the_policy_follows_the_actions_until_a_person_chose_one() -> None:
    case = a_case()
    desk = CaseDesk(
        cases=FakeCases(case), clock=SystemClock(), server_now=lambda: datetime.now(UTC), me=ME.id
    )
    desk._show(CaseView(case=case, policies=POLICIES))
    desk.toggle(DELETE)
    assert desk.state.draft.policy == "conduct.harassment"
    desk.toggle(NOTHING_WRONG)
    assert desk.state.draft.policy == "none"
    desk.write(desk.state.draft.with_policy("custom"))
    desk.toggle(DELETE)
    assert desk.state.draft.policy == "custom"


def test_a_lease_counts_down_on_the_monotonic_clock() -> None:
    case = a_case()
    now = datetime(2026, 11, 20, 8, tzinfo=UTC)
    lease = Lease(case=case, token=3, expires_at=now + timedelta(seconds=60))
    state = LeaseState.of(lease, server_now=now, monotonic_ns=1_000_000_000)
    assert state.remaining_s(1_000_000_000) == 60
    assert state.renew_in_s(1_000_000_000) == 30
    assert state.remaining_s(31_000_000_000) == 30
    assert state.renew_in_s(40_000_000_000) == 0
    assert state.is_over(61_000_000_000)
    assert state.remaining_s(99_000_000_000) == 0
    assert summary(case).id == case.id


async def test_a_decision_whose_answer_was_lost_is_sent_again_as_the_same_one() -> None:
    case = a_case()
    cases = FakeCases(case)
    async with a_desk(cases) as desk:
        await desk.claim(case.id)
        desk.write(Draft((DELETE,), "conduct.harassment", STATEMENT))
        cases.fails["decide"] = Unavailable("The line was cut.", code="SERVER_UNREACHABLE")
        assert (await desk.decide()).error is not None
        assert (await desk.decide()).decision is not None
        first, second = cases.keys
        assert first == second


async def test_another_decision_has_another_key() -> None:
    case = a_case()
    cases = FakeCases(case)
    async with a_desk(cases) as desk:
        await desk.claim(case.id)
        desk.write(Draft((DELETE,), "conduct.harassment", STATEMENT))
        cases.fails["decide"] = Unavailable("The line was cut.", code="SERVER_UNREACHABLE")
        await desk.decide()
        desk.write(Draft((MUTE,), "conduct.harassment", STATEMENT))
        await desk.decide()
        first, second = cases.keys
        assert first != second


async def test_after_a_lost_line_the_open_case_is_read_again() -> None:
    case = a_case()
    cases = FakeCases(case)
    async with a_desk(cases) as desk:
        await desk.open(case.id)
        cases.change(case.id, claimed_by=OTHER, state=CaseState.CLAIMED)
        desk.look_again()
        view = await until(desk, lambda view: view.case is not None and view.case.version == 2)
        assert view.case is not None
        assert view.case.claimed_by == OTHER

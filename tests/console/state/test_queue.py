"""The queue: pushed, loaded in pages meanwhile, always in the order of work."""

from typing import Any

from fakes.cases import OTHER, a_case, summary, told
from hypothesis import given
from hypothesis import strategies as st

from console.state import QueueState
from shared.schemas.moderation import CaseState, CaseSummary
from shared.schemas.realtime import EventType, RoomEvent


def ids(queue: QueueState) -> list[str]:
    return [case.id for case in queue.cases]


def test_the_most_urgent_comes_first_and_equals_by_age() -> None:
    low, high = a_case(1), a_case(9)
    young, old = a_case(5, minute=2), a_case(5, minute=1)
    queue = QueueState()
    queue.begin_load()
    queue.load([low, young, old, high])
    assert ids(queue) == [high.id, old.id, young.id, low.id]


def test_reports_arrive_change_and_leave() -> None:
    queue = QueueState()
    case = a_case(3)
    assert queue.apply(told(case, EventType.REPORT_FILED))
    assert not queue.apply(told(case)), "the same again is no news"
    held = summary(case, version=2, state=CaseState.CLAIMED, claimed_by=OTHER)
    assert queue.apply(told(held, EventType.CASE_CLAIMED))
    assert queue.get(case.id) == held
    assert not queue.apply(told(case)), "an older version changes nothing"
    assert queue.apply(told(summary(case, version=3, state=CaseState.DECIDED)))
    assert ids(queue) == []


def test_what_is_not_about_cases_or_not_understood_is_left_alone() -> None:
    queue = QueueState()
    tip = RoomEvent(seq=1, type=EventType.TIP_RECEIVED, at=a_case().opened_at, data={})
    assert not queue.apply(tip)
    broken = RoomEvent(seq=1, type=EventType.CASE_UPDATED, at=a_case().opened_at, data={"id": 3})
    assert not queue.apply(broken)


def test_what_is_told_while_loading_wins_over_what_was_read() -> None:
    decided, changed, gone, new = a_case(1), a_case(2), a_case(3), a_case(4)
    queue = QueueState()
    queue.begin_load()
    queue.load([gone])
    queue.begin_load()
    queue.apply(told(summary(decided, version=2, state=CaseState.DECIDED)))
    queue.apply(told(summary(changed, version=5, priority=8)))
    queue.apply(told(new))
    queue.load([decided, changed])
    assert ids(queue) == [changed.id, new.id]
    assert queue.cases[0].priority == 8


def test_walking_stays_inside() -> None:
    first, second, third = a_case(3), a_case(2), a_case(1)
    queue = QueueState()
    queue.begin_load()
    queue.load([first, second, third])

    def step(from_id: str | None, by: int) -> str:
        found = queue.after(from_id, by)
        assert found is not None
        return found.id

    assert step(None, 1) == first.id
    assert step(None, -1) == third.id
    assert step(first.id, 1) == second.id
    assert step(first.id, -1) == first.id
    assert step(third.id, 1) == third.id
    assert step("gone", 1) == first.id
    assert QueueState().after(None, 1) is None


CASES = [a_case(float(n % 4), minute=n) for n in range(8)]
ROWS = st.builds(
    lambda n, version, state, priority: summary(
        CASES[n], version=version, state=state, priority=float(priority)
    ),
    st.integers(0, 7),
    st.integers(1, 6),
    st.sampled_from([CaseState.OPEN, CaseState.ESCALATED]),
    st.integers(0, 9),
)


@given(st.lists(ROWS, max_size=40), st.integers(1, 9))
def test_any_events_leave_a_bounded_ordered_queue_of_the_newest(
    rows: list[CaseSummary], limit: int
) -> None:
    queue = QueueState(limit=limit)
    everything = QueueState()
    newest: dict[str, CaseSummary] = {}
    for row in rows:
        queue.apply(told(row))
        everything.apply(told(row))
        known = newest.get(row.id)
        if known is None or row.version >= known.version:
            newest[row.id] = row
    keys: list[Any] = [(-c.priority, c.opened_at, c.id) for c in queue.cases]
    assert keys == sorted(keys)
    assert len(queue.cases) <= limit
    assert {case.id: case for case in everything.cases} == newest

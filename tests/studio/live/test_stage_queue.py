"""The action queue: its clock stands still while paused, and skipping loses nothing."""

from datetime import UTC, datetime

from shared.schemas.stage import ActionSource, StageAction
from studio.live.stage_queue import StageQueue

_NOW = datetime(2026, 11, 20, tzinfo=UTC)


def action(name: str, *, seconds: int = 60, is_done: bool = False) -> StageAction:
    return StageAction(
        id=f"0192d3b4-5c6d-7e8f-9a0b-{name:>012}",
        stream_id="0192d3b4-5c6d-7e8f-9a0b-000000000001",
        source=ActionSource.TIP,
        title=name,
        duration_s=seconds,
        queued_at=_NOW,
        done_at=_NOW if is_done else None,
    )


def names(queue: StageQueue) -> list[str]:
    return [one.title for one in queue.waiting]


def test_the_clock_runs_pauses_and_goes_below_zero() -> None:
    queue = StageQueue()
    one = action("a", seconds=30)
    queue.add(one)
    queue.start(one.id, 100.0)
    running = queue.running(110.0)
    assert running is not None
    assert running.left_s == 20.0
    queue.pause(110.0)
    paused = queue.running(500.0)
    assert paused is not None
    assert (paused.left_s, paused.is_paused) == (20.0, True)
    queue.pause(500.0)
    late = queue.running(540.0)
    assert late is not None
    assert late.left_s == -20.0
    assert names(queue) == []


def test_what_is_done_is_gone_and_what_is_skipped_comes_last() -> None:
    queue = StageQueue()
    first, second, third = action("a"), action("b"), action("c")
    for one in (first, second, third, second):
        queue.add(one)
    queue.start(first.id, 0.0)
    queue.skip(first.id)
    assert queue.running(1.0) is None
    assert names(queue) == ["b", "c", "a"]
    queue.done(second.id)
    assert names(queue) == ["c", "a"]


def test_the_platforms_queue_keeps_the_creators_order_and_what_runs() -> None:
    queue = StageQueue()
    first, second = action("a"), action("b")
    queue.replace([first, second])
    queue.skip(first.id)
    queue.start(second.id, 0.0)
    queue.replace([first, second, action("c"), action("d", is_done=True)])
    assert names(queue) == ["a", "c"]
    running = queue.running(1.0)
    assert running is not None
    assert running.action.title == "b"
    queue.replace([first])
    assert queue.running(2.0) is None

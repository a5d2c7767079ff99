"""Why ticks are late: told apart by the time the process had, on clocks that a test drives."""

import gc

import pytest

from studio.engine.video.lateness import Cause, Clocks, Lateness, cause_of


@pytest.mark.parametrize(
    ("span", "cause"),
    [
        (Clocks(0.1, 0.09, 0.08), "own"),  # the tick before took long
        (Clocks(0.1, 0.08, 0.01, garbage_s=0.05), "own"),  # the garbage was collected
        (Clocks(0.1, 0.19, 0.01), "own"),  # our threads filled both processors
        (Clocks(0.1, 0.01, 0.005), "machine"),  # another program had them
        (Clocks(0.1, 0.08, 0.01), "machine"),
        (Clocks(1.9, 0.0, 0.0), "machine"),
        (Clocks(3.0, 0.01, 0.01), "pause"),  # the host of a virtual machine stopped it
        (Clocks(3.0, 2.9, 2.9), "own"),
    ],
)
def test_the_cause_is_told_by_who_had_the_processor(span: Clocks, cause: Cause) -> None:
    assert cause_of(span, processors=2) == cause


class _Driven:
    """Clocks that go on as told."""

    def __init__(self) -> None:
        self.now = Clocks(0.0, 0.0, 0.0)

    def __call__(self, garbage_s: float) -> Clocks:
        return self.now

    def go(self, wall_s: float, process_s: float, thread_s: float) -> None:
        now = self.now
        self.now = Clocks(now.wall_s + wall_s, now.process_s + process_s, now.thread_s + thread_s)


def test_each_missed_tick_is_counted_once_under_its_cause() -> None:
    clocks = _Driven()
    late = Lateness(processors=2, clocks=clocks)
    assert late.woke() is None
    for spent, missed in (
        ((0.033, 0.02, 0.01), 0),
        ((0.1, 0.01, 0.01), 2),
        ((0.2, 0.19, 0.19), 5),
        ((4.0, 0.0, 0.0), 119),
    ):
        clocks.go(*spent)
        late.note(missed, late.woke())
    assert (late.by_machine, late.by_pause) == (2, 119)
    assert late.paused_s == pytest.approx(4.0)


def test_collections_of_garbage_are_timed_while_it_is_watched() -> None:
    late = Lateness(processors=2)
    late.watch()
    late.woke()
    gc.collect()
    span = late.woke()
    late.close()
    assert span is not None
    assert span.garbage_s > 0
    gc.collect()
    after = late.woke()
    assert after is not None
    assert after.garbage_s == 0

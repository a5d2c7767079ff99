"""The ladder of an overloaded encoder: down after three seconds, up after ease, later each time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.engine.protocol import VideoSettings
from studio.engine.video.overload import OverloadLadder, rungs_of

SETTINGS = VideoSettings(width=1920, height=1080, fps=60, preset="veryfast")


def test_the_ladder_gives_way_in_the_order_preset_rate_size() -> None:
    found = [
        (rung.settings.preset, rung.every, rung.settings.height) for rung in rungs_of(SETTINGS)
    ]
    assert found == [
        ("veryfast", 1, 1080),
        ("superfast", 1, 1080),
        ("ultrafast", 1, 1080),
        ("ultrafast", 2, 1080),
        ("ultrafast", 2, 720),
    ]


def test_small_and_light_settings_have_little_to_give() -> None:
    light = VideoSettings(width=640, height=360, fps=15, preset="ultrafast")
    assert len(rungs_of(light)) == 1


def test_one_hard_second_changes_nothing_three_do() -> None:
    ladder = OverloadLadder(SETTINGS)
    assert not ladder.step(0, busy=1.0, skipped=2)
    assert not ladder.step(1, busy=0.3, skipped=0)
    changes = [ladder.step(2 + second, busy=0.99, skipped=0) for second in range(3)]
    assert changes == [False, False, True]
    assert ladder.rung.settings.preset == "superfast"


@pytest.mark.parametrize("busy", [0.6, 0.9])
def test_without_ease_it_stays(busy: float) -> None:
    ladder = OverloadLadder(SETTINGS)
    for second in range(3):
        ladder.step(second, busy=1.0, skipped=1)
    for second in range(3, 300):
        assert not ladder.step(second, busy=busy, skipped=0)


def test_it_climbs_back_and_waits_longer_when_that_was_too_early() -> None:
    ladder = OverloadLadder(SETTINGS)
    climbs, now = [], 0.0
    for _ in range(3):
        for _ in range(3):
            now += 1
            ladder.step(now, busy=1.0, skipped=1)
        assert ladder.is_lowered
        down_at = now
        while ladder.is_lowered:
            now += 1
            ladder.step(now, busy=0.3, skipped=0)
        climbs.append(now - down_at)
    assert climbs[0] == pytest.approx(31, abs=1)
    assert climbs[1] == pytest.approx(61, abs=1)
    assert climbs[2] == pytest.approx(121, abs=1)


@given(st.lists(st.tuples(st.floats(0, 2), st.integers(0, 30)), max_size=200))
def test_it_never_leaves_the_ladder(seconds: list[tuple[float, int]]) -> None:
    ladder = OverloadLadder(SETTINGS)
    for now, (busy, skipped) in enumerate(seconds):
        before = ladder.rung
        changed = ladder.step(float(now), busy=busy, skipped=skipped)
        assert changed == (ladder.rung is not before)
        assert ladder.rung in ladder.rungs

"""The filters of a source while they change: state kept, nothing clicks, a fault is left out."""

import numpy as np
import pytest
from rules.noise import ExpectLog

from studio.engine.audio.chain import FilterChain
from studio.engine.audio.track import BLOCK, Samples
from studio.project.filters import Filter, FilterSettings

_STEADY = np.full((BLOCK, 2), 0.5, np.float32)


class _Worker:
    """Counts blocks and multiplies; or fails as told."""

    latency_samples = 100

    def __init__(self, settings: FilterSettings) -> None:
        self.settings = settings
        self.blocks = 0
        self.failure: Exception | None = None

    def configure(self, settings: FilterSettings) -> None:
        self.settings = settings

    def process(self, block: Samples) -> Samples:
        self.blocks += 1
        if self.failure is not None:
            raise self.failure
        return block * np.float32(10 ** (self.settings.gain_db / 20))  # type: ignore[attr-defined]


class _Chain:
    def __init__(self) -> None:
        self.workers: list[_Worker] = []
        self.chain = FilterChain(self._make)

    def _make(self, kind: str, settings: FilterSettings) -> _Worker:
        self.workers.append(_Worker(settings))
        return self.workers[-1]


def _gain(filter_id: str, gain_db: float, *, enabled: bool = True) -> Filter:
    return Filter(id=filter_id, kind="gain", enabled=enabled, settings={"gain_db": gain_db})


def test_filters_run_in_their_order_and_add_their_delays() -> None:
    chain = FilterChain()
    chain.set_filters([_gain("a", -6.0), Filter(kind="limiter", settings={"ceiling_db": -20.0})])
    assert chain.latency_samples == 32
    for _ in range(40):
        out = chain.process(_STEADY)
    assert np.allclose(out, 0.1, atol=1e-4)


def test_a_change_of_settings_keeps_what_the_filter_knows() -> None:
    made = _Chain()
    made.chain.set_filters([_gain("a", -6.0)])
    made.chain.process(_STEADY)
    made.chain.set_filters([_gain("a", 0.0)])
    assert np.allclose(made.chain.process(_STEADY), 0.5)
    assert [worker.blocks for worker in made.workers] == [2]


def test_a_filter_comes_and_goes_without_a_click() -> None:
    chain = FilterChain()
    blocks = [chain.process(_STEADY)]
    for filters in ([_gain("a", -20.0)], [_gain("a", -20.0)], [], []):
        chain.set_filters(filters)
        blocks.append(chain.process(_STEADY))
    assert np.abs(np.diff(np.concatenate(blocks), axis=0)).max() < 0.5 / BLOCK
    assert np.allclose(blocks[2], 0.05, atol=1e-6)
    assert np.allclose(blocks[4], 0.5)
    assert not chain.is_active


def test_what_is_off_or_for_the_picture_does_not_run() -> None:
    chain = FilterChain()
    chain.set_filters([_gain("a", -20.0, enabled=False), Filter(kind="blur")])
    assert not chain.is_active


def test_settings_nobody_can_use_cost_that_filter_only(expect_log: ExpectLog) -> None:
    expect_log("a filter is left out: FILTER_SETTINGS")
    chain = FilterChain()
    chain.set_filters([_gain("a", 1e9), _gain("b", -6.0206)])
    chain.process(_STEADY)
    assert np.allclose(chain.process(_STEADY), 0.25, atol=1e-4)


@pytest.mark.parametrize("failure", [ValueError("x"), RuntimeError("x"), ZeroDivisionError()])
def test_a_filter_that_fails_is_left_out_and_the_sound_goes_on(
    expect_log: ExpectLog, failure: Exception
) -> None:
    expect_log("the filter gain failed and is left out")
    made = _Chain()
    made.chain.set_filters([_gain("a", -6.0)])
    made.chain.process(_STEADY)
    made.workers[0].failure = failure
    assert np.allclose(made.chain.process(_STEADY), 0.5)
    assert np.allclose(made.chain.process(_STEADY), 0.5)
    assert made.workers[0].blocks == 2

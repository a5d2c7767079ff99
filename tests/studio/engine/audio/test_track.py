"""The sound of a source on the master clock: in place, without drift, whatever its device does."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.engine.audio.mixing import MixDesk, Strip
from studio.engine.audio.track import BLOCK, SAMPLE_RATE, AudioTrack, Samples

_NS = 1_000_000_000
_START_NS = 50 * _NS


def _ns(samples: float) -> int:
    return _START_NS + round(samples * _NS / SAMPLE_RATE)


def _ramp(start: int, count: int) -> Samples:
    values = (np.arange(start, start + count) % 30_000).astype(np.float32) / 30_000
    return np.repeat(values[:, None], 2, axis=1)


def test_what_was_written_is_read_at_its_time() -> None:
    track = AudioTrack()
    track.write(_ramp(0, 4800), heard_ns=_ns(0))
    block = track.read(_ns(1000))
    assert block is not None
    assert np.allclose(block, _ramp(1000, BLOCK), atol=1e-6)


def test_before_the_first_sound_there_is_nothing() -> None:
    track = AudioTrack()
    assert track.read(_ns(0)) is None
    track.write(_ramp(0, 4800), heard_ns=_ns(4800))
    assert track.read(_ns(0)) is None


def test_a_gap_of_the_device_is_silence_and_what_follows_is_in_place() -> None:
    track = AudioTrack()
    track.write(_ramp(0, 4800), heard_ns=_ns(0))
    track.write(_ramp(24_000, 4800), heard_ns=_ns(24_000))
    assert np.allclose(track.read(_ns(10_000)), 0.0)
    block = track.read(_ns(24_500))
    assert block is not None
    assert np.allclose(block, _ramp(24_500, BLOCK), atol=1e-3)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 3000), min_size=1, max_size=60))
def test_pieces_of_any_size_give_the_same_sound(sizes: list[int]) -> None:
    track = AudioTrack()
    written = 0
    for size in sizes:
        track.write(_ramp(written, size), heard_ns=_ns(written))
        written += size
    for start in range(0, written - BLOCK, BLOCK):
        block = track.read(_ns(start))
        assert block is not None
        assert np.allclose(block, _ramp(start, BLOCK), atol=1e-5)


@pytest.mark.parametrize("ppm", [-500, -200, -20, 0, 20, 200, 500])
def test_a_device_clock_that_is_off_does_not_drift(ppm: int) -> None:
    """An hour of a device that runs fast or slow: the sound stays within 2 ms of its place."""
    track = AudioTrack()
    rate = SAMPLE_RATE * (1 + ppm / 1e6)
    written, read_at = 0, 0
    rng = np.random.default_rng(1)
    worst = 0.0
    for step in range(20_000):
        while written / rate < (read_at + 4 * BLOCK) / SAMPLE_RATE:
            at_s = written / rate + rng.normal(0, 0.0003)
            track.write(np.zeros((480, 2), np.float32), heard_ns=_START_NS + int(at_s * _NS))
            written += 480
        assert track.read(_ns(read_at)) is not None
        read_at += BLOCK
        if step > 500:
            worst = max(worst, abs(track.drift_ms))
    assert worst < 2.0


def test_a_late_device_is_played_later_and_says_so() -> None:
    """Data that arrives 100 ms after it was heard: starves first, then plays without a gap."""
    track = AudioTrack()
    missing = 0
    for step in range(100):
        end = (step + 1) * BLOCK - 4800
        if end > 0:
            track.write(np.ones((BLOCK, 2), np.float32), heard_ns=_ns(end - BLOCK))
        missing += track.read(_ns(step * BLOCK)) is None
    assert missing < 20
    assert 80 < track.drift_ms < 160


def test_after_a_hiccup_the_sound_comes_back_to_its_place() -> None:
    """A device that was late for a second is not played late for ever."""
    track = AudioTrack()
    written = step = 0
    lags: list[float] = []

    def seconds(count: int, *, late: int) -> None:
        nonlocal written, step
        for _ in range(count * SAMPLE_RATE // BLOCK):
            while written + BLOCK <= (step + 3) * BLOCK - late:
                track.write(np.ones((BLOCK, 2), np.float32), heard_ns=_ns(written))
                written += BLOCK
            track.read(_ns(step * BLOCK))
            lags.append(track.drift_ms)
            step += 1

    seconds(1, late=0)
    assert abs(lags[-1]) < 1
    seconds(1, late=6000)
    assert lags[-1] > 60
    seconds(60, late=0)
    assert abs(lags[-1]) < 5


def _desk(*strips: Strip, silenced: bool = False) -> MixDesk:
    return MixDesk(strips=lambda: strips, is_silenced=lambda: silenced)


def _constant(level: float) -> AudioTrack:
    track = AudioTrack()
    track.write(np.full((9600, 2), level, np.float32), heard_ns=_START_NS)
    return track


def test_the_mix_is_the_sum_with_gains() -> None:
    strips = (Strip(_constant(0.25), 1.0, 0), Strip(_constant(0.5), 0.5, 0))
    assert np.allclose(_desk(*strips).mix(_START_NS).program, 0.5)


def test_the_mix_never_exceeds_full_scale() -> None:
    strips = (Strip(_constant(0.9), 1.0, 0), Strip(_constant(0.9), 1.0, 0))
    assert _desk(*strips).mix(_START_NS).program.max() == 1.0


def test_panic_silences_the_mix() -> None:
    desk = _desk(Strip(_constant(0.9), 1.0, 0), silenced=True)
    assert not desk.mix(_START_NS).program.any()


def test_a_sync_offset_moves_the_sound() -> None:
    track = AudioTrack()
    track.write(_ramp(0, 9600), heard_ns=_START_NS)
    block = _desk(Strip(track, 1.0, 20_000_000)).mix(_ns(2000)).program
    assert np.allclose(block, _ramp(2000 - 960, BLOCK), atol=1e-5)


def test_nothing_to_mix_is_silence() -> None:
    assert not _desk().mix(_START_NS).program.any()


def test_the_loudest_of_the_last_samples_is_told_also_when_nobody_reads() -> None:
    track = AudioTrack(capacity_s=1.0)
    assert track.loudest(1.0) == 0.0
    samples = np.zeros((3 * SAMPLE_RATE, 2), np.float32)
    samples[SAMPLE_RATE // 2, 1] = -0.9  # too long ago
    samples[5 * SAMPLE_RATE // 2, 0] = -0.5
    track.write(samples, heard_ns=0)
    assert track.loudest(1.0) == pytest.approx(0.5)
    assert track.loudest(0.25) == 0.0

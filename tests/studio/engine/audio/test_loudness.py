"""Meters against signals whose level is known: EBU Tech 3341, BS.1770, and plain arithmetic."""

import numpy as np
import pytest

from studio.engine.audio.levels import LevelMeter
from studio.engine.audio.loudness import LoudnessMeter, TruePeakMeter
from studio.engine.audio.recursion import Cascade
from studio.engine.audio.track import BLOCK, SAMPLE_RATE, Samples


def _sine(frequency_hz: float, db: float, seconds: float, *, phase: float = 0.0) -> Samples:
    count = round(seconds * SAMPLE_RATE / BLOCK) * BLOCK
    turns = 2 * np.pi * frequency_hz * np.arange(count) / SAMPLE_RATE + phase
    wave = (10 ** (db / 20) * np.sin(turns)).astype(np.float32)
    return np.repeat(wave[:, None], 2, axis=1)


def _blocks(sound: Samples) -> list[Samples]:
    return [sound[at : at + BLOCK] for at in range(0, len(sound), BLOCK)]


def _measured(*sounds: Samples) -> LoudnessMeter:
    meter = LoudnessMeter()
    for sound in sounds:
        for block in _blocks(sound):
            meter.add(block)
    return meter


@pytest.mark.parametrize("level_db", [-23.0, -33.0])
def test_a_sine_in_both_channels_is_as_loud_as_its_peak(level_db: float) -> None:
    """EBU Tech 3341, cases 1 and 2: 1 kHz at -23 dBFS is -23.0 LUFS within 0.1 LU."""
    loudness = _measured(_sine(1000, level_db, 6)).loudness()
    assert loudness.momentary == pytest.approx(level_db, abs=0.1)
    assert loudness.short_term == pytest.approx(level_db, abs=0.1)
    assert loudness.integrated == pytest.approx(level_db, abs=0.1)


def test_997_hz_in_one_channel_at_full_scale_is_minus_three() -> None:
    """BS.1770: 0 dBFS, 997 Hz, one front channel reads -3.01 LKFS."""
    sound = _sine(997, 0.0, 4)
    sound[:, 1] = 0.0
    assert _measured(sound).loudness().integrated == pytest.approx(-3.01, abs=0.05)


def test_soft_passages_are_gated_out() -> None:
    """EBU Tech 3341, case 3 in small: -36, -23, -36 dBFS is -23 LUFS."""
    meter = _measured(_sine(1000, -36, 2), _sine(1000, -23, 12), _sine(1000, -36, 2))
    assert meter.loudness().integrated == pytest.approx(-23.0, abs=0.1)


def test_a_new_broadcast_begins_to_measure_anew() -> None:
    meter = _measured(_sine(1000, -10, 3))
    meter.reset()
    assert meter.loudness().integrated == -96.0
    for block in _blocks(_sine(1000, -23, 3)):
        meter.add(block)
    assert meter.loudness().short_term == pytest.approx(-23.0, abs=0.2)


def test_silence_has_no_loudness() -> None:
    loudness = _measured(np.zeros((SAMPLE_RATE // BLOCK * BLOCK, 2), np.float32)).loudness()
    assert (loudness.momentary, loudness.short_term, loudness.integrated) == (-96.0, -96.0, -96.0)


def test_the_peak_between_the_samples_is_seen() -> None:
    """EBU Tech 3341, case 15 and on: a quarter of the rate at 45 degrees hides 3 dB."""
    meter, peak = TruePeakMeter(), LevelMeter()
    sound = _sine(SAMPLE_RATE / 4, -6.0, 1.0, phase=np.pi / 4)
    for block in _blocks(sound)[1:]:
        meter.add(block)
        peak.add(block)
    assert peak.take().peak_db[0] == pytest.approx(-9.01, abs=0.02)
    assert meter.take_db() == pytest.approx(-6.0, abs=0.4)
    assert meter.take_db() == -96.0


def test_peak_and_magnitude_of_a_sine() -> None:
    meter = LevelMeter()
    for block in _blocks(_sine(997, -20, 1)):
        meter.add(block)
    level = meter.take()
    assert level.peak_db == pytest.approx((-20.0, -20.0), abs=0.01)
    assert level.magnitude_db == pytest.approx((-23.01, -23.01), abs=0.05)
    assert meter.take().peak_db == (-96.0, -96.0)


def test_the_magnitude_forgets_after_300_ms() -> None:
    meter = LevelMeter()
    meter.add(_sine(997, 0, 1)[:BLOCK])
    for _ in range(13):
        meter.add_silence()
    assert meter.take().magnitude_db[0] > -20
    meter.add_silence()
    assert meter.take().magnitude_db == (-96.0, -96.0)


def test_sections_in_a_row_give_what_sample_by_sample_gives() -> None:
    sections = (
        (0.8, -0.3, 0.2, -1.6, 0.7),
        (0.5, 0.4, -0.1, -0.9, 0.3),
        (1.2, -1.0, 0.1, 0.2, 0.1),
    )
    cascade = Cascade(sections, channels=2)
    given = np.random.default_rng(3).standard_normal((2 * BLOCK, 2))
    got = np.concatenate([cascade.process(given[:BLOCK]), cascade.process(given[BLOCK:])])
    expected = given
    for section in sections:
        expected = _sample_by_sample(section, expected)
    assert np.allclose(got, expected, atol=1e-9)


def _sample_by_sample(section: tuple[float, ...], given: np.ndarray) -> np.ndarray:
    b0, b1, b2, a1, a2 = section
    out = np.zeros((len(given) + 2, given.shape[1]))
    padded = np.concatenate((np.zeros((2, given.shape[1])), given))
    for n in range(2, len(out)):
        out[n] = b0 * padded[n] + b1 * padded[n - 1] + b2 * padded[n - 2]
        out[n] -= a1 * out[n - 1] + a2 * out[n - 2]
    return out[2:]

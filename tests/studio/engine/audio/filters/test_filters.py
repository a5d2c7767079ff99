"""What each filter for sound does, to a fraction of a decibel."""

import numpy as np
import pytest

from studio.engine.audio.filters.dynamics import Compressor, Expander, Limiter
from studio.engine.audio.filters.equalizer import Equalizer
from studio.engine.audio.filters.gain import Gain
from studio.engine.audio.filters.gate import NoiseGate
from studio.engine.audio.filters.suppression import NoiseSuppression
from studio.engine.audio.filters.voice import PRESETS, VoiceChanger
from studio.engine.audio.track import BLOCK, SAMPLE_RATE, Samples
from studio.project.filters_audio import (
    CompressorSettings,
    EqualizerSettings,
    ExpanderSettings,
    GainSettings,
    LimiterSettings,
    NoiseGateSettings,
    NoiseSuppressionSettings,
    VoiceChangerSettings,
)


def _times(seconds: float) -> np.ndarray:
    return np.arange(round(seconds * SAMPLE_RATE / BLOCK) * BLOCK) / SAMPLE_RATE


def _sine(frequency_hz: float, level_db: float, seconds: float = 1.0) -> Samples:
    wave = 10 ** (level_db / 20) * np.sin(2 * np.pi * frequency_hz * _times(seconds))
    return np.repeat(wave[:, None], 2, axis=1).astype(np.float32)


def _voice(seconds: float, pitch_hz: float = 150.0) -> Samples:
    """Harmonics of a low voice under the formants of an "a"."""
    wave = np.zeros(len(_times(seconds)))
    for number in range(1, 30):
        at_hz = number * pitch_hz
        size = sum(np.exp(-(((at_hz - f) / 220) ** 2)) for f in (700, 1200, 2600)) + 0.02
        wave += size * np.sin(2 * np.pi * at_hz * _times(seconds) + number**2)
    return np.repeat((wave / 20)[:, None], 2, axis=1).astype(np.float32)


def _run(worker: object, sound: Samples) -> Samples:
    blocks = [worker.process(sound[at : at + BLOCK]) for at in range(0, len(sound), BLOCK)]  # type: ignore[attr-defined]
    return np.concatenate(blocks)


def _db(sound: Samples) -> float:
    """The level of the second half as that of a sine with the same power."""
    power = np.mean(np.square(sound[len(sound) // 2 :, 0], dtype=np.float64))
    return float(10 * np.log10(2 * power + 1e-20))


def test_gain_is_exact_and_a_change_does_not_click() -> None:
    worker = Gain(GainSettings(gain_db=-6.0))
    assert _db(_run(worker, _sine(997, -12))) == pytest.approx(-18.0, abs=0.01)
    steady = np.full((BLOCK, 2), 0.5, np.float32)
    before = worker.process(steady)
    worker.configure(GainSettings(gain_db=0.0))
    during, after = worker.process(steady), worker.process(steady)
    joined = np.concatenate((before, during, after))
    assert np.abs(np.diff(joined, axis=0)).max() < 0.5 / BLOCK
    assert np.allclose(after, 0.5)


@pytest.mark.parametrize("level_db", [-40.0, -18.0, -12.0, -6.0, 0.0])
def test_the_compressor_keeps_its_curve(level_db: float) -> None:
    settings = CompressorSettings(ratio=4, threshold_db=-18, output_gain_db=2)
    got = _db(_run(Compressor(settings), _sine(997, level_db)))
    over = max(0.0, level_db + 18)
    assert got == pytest.approx(level_db - over * 0.75 + 2, abs=0.1)


def test_the_compressor_does_not_move_the_middle() -> None:
    sound = _sine(997, -3)
    sound[:, 1] *= 0.25
    out = _run(Compressor(CompressorSettings()), sound)[SAMPLE_RATE // 2 :]
    assert np.allclose(out[:, 1], out[:, 0] * 0.25, atol=1e-6)


@pytest.mark.parametrize("level_db", [-59.0, -50.0, -45.0, -39.0, -20.0])
def test_the_expander_keeps_its_curve(level_db: float) -> None:
    settings = ExpanderSettings(ratio=3, threshold_db=-40)
    got = _db(_run(Expander(settings), _sine(997, level_db)))
    under = max(0.0, -40 - level_db)
    assert got == pytest.approx(level_db - min(60.0, under * 2), abs=0.1)


@pytest.mark.parametrize("ceiling_db", [0.0, -6.0, -20.0])
def test_nothing_passes_the_limiters_ceiling(ceiling_db: float) -> None:
    chance = np.random.default_rng(7)
    sound = chance.standard_normal((40 * BLOCK, 2)).astype(np.float32)
    sound *= np.repeat(10 ** chance.uniform(-3, 1, 40 * 16), 64)[:, None].astype(np.float32)
    out = _run(Limiter(LimiterSettings(ceiling_db=ceiling_db)), sound)
    ceiling = 10 ** (ceiling_db / 20)
    assert np.abs(out).max() <= ceiling
    assert np.abs(out).max() > ceiling * 0.99


def test_what_is_below_the_ceiling_passes_the_limiter_untouched() -> None:
    worker = Limiter(LimiterSettings(ceiling_db=-6))
    sound = _sine(440, -7)
    out = _run(worker, sound)
    late = worker.latency_samples
    assert np.array_equal(out[late:], sound[: len(sound) - late])


def test_the_gate_opens_above_one_level_and_closes_below_another() -> None:
    settings = NoiseGateSettings(open_db=-30, close_db=-40, attack_ms=5, hold_ms=50, release_ms=20)
    worker = NoiseGate(settings)
    assert not _run(worker, _sine(997, -31)).any()
    assert _db(_run(worker, _sine(997, -29))) == pytest.approx(-29, abs=0.01)
    assert _db(_run(worker, _sine(997, -39))) == pytest.approx(-39, abs=0.01)
    assert not _run(worker, _sine(997, -41))[SAMPLE_RATE // 4 :].any()
    assert not _run(worker, _sine(997, -31)).any()


def test_the_gate_holds_before_it_closes() -> None:
    worker = NoiseGate(NoiseGateSettings(hold_ms=300, release_ms=10))
    _run(worker, _sine(997, -6))
    after = _run(worker, _sine(997, -50))
    heard = np.flatnonzero(np.abs(after[:, 0]) > 1e-4)[-1] / SAMPLE_RATE
    assert 0.3 < heard < 0.42


@pytest.mark.parametrize(
    ("band", "at_hz"), [("low_db", 100), ("middle_db", 1000), ("high_db", 8000)]
)
@pytest.mark.parametrize("gain_db", [-12.0, 12.0])
def test_a_band_of_the_equalizer_changes_its_own_frequencies(
    band: str, at_hz: int, gain_db: float
) -> None:
    settings = EqualizerSettings(**{band: gain_db})
    for frequency_hz in (100, 1000, 8000):
        wanted = gain_db if frequency_hz == at_hz else 0.0
        got = _db(_run(Equalizer(settings), _sine(frequency_hz, -20))) + 20
        assert got == pytest.approx(wanted, abs=0.6), frequency_hz


def test_a_neutral_equalizer_changes_nothing() -> None:
    sound = _voice(0.5)
    assert np.allclose(_run(Equalizer(EqualizerSettings()), sound), sound, atol=1e-6)


def test_steady_noise_goes_and_the_voice_stays() -> None:
    chance = np.random.default_rng(11)
    noise = (chance.standard_normal((len(_times(5)), 2)) * 0.01).astype(np.float32)
    speaks = (np.sin(2 * np.pi * 1.5 * _times(5)) > 0)[:, None]
    voice = (_voice(5) * speaks).astype(np.float32)
    worker = NoiseSuppression(NoiseSuppressionSettings(method="spectral", strength_db=-30))
    late = worker.latency_samples
    out = _run(worker, voice + noise)[late:]
    voice, noise, speaks = voice[:-late], noise[:-late], speaks[:-late, 0]
    later = np.arange(len(out)) > 2 * SAMPLE_RATE
    pauses, words = later & ~speaks, later & speaks

    def power_db(sound: Samples) -> float:
        return float(10 * np.log10(np.mean(np.square(sound)) + 1e-20))

    assert power_db(out[pauses]) < power_db(noise[pauses]) - 15
    assert power_db(out[words]) == pytest.approx(power_db(voice[words]), abs=1.5)
    assert power_db((out - voice)[words]) < power_db(noise[words])


@pytest.mark.parametrize("semitones", [-7.0, -3.0, 4.0, 7.0])
def test_the_pitch_moves_and_the_loudness_stays(semitones: float) -> None:
    sound = _voice(2)
    out = _run(VoiceChanger(VoiceChangerSettings(pitch_semitones=semitones)), sound)
    wanted_hz = 150 * 2 ** (semitones / 12)
    assert _harmonic_share(out, wanted_hz) > 0.9
    assert _harmonic_share(out, wanted_hz * 0.955) < 0.5, "a semitone lower is another pitch"
    assert _harmonic_share(out, wanted_hz * 1.047) < 0.5
    assert _db(out) == pytest.approx(_db(sound), abs=1.0)


def test_the_timbre_moves_and_the_pitch_stays() -> None:
    sound = _voice(2)
    out = _run(VoiceChanger(VoiceChangerSettings(formant_semitones=6)), sound)
    assert _harmonic_share(out, 150) > 0.9
    assert _centre_hz(out) > _centre_hz(sound) * 1.2


def test_ones_own_voice_is_only_late() -> None:
    sound = _voice(0.5)
    worker = VoiceChanger(VoiceChangerSettings())
    out = _run(worker, sound)
    late = worker.latency_samples
    assert np.array_equal(out[late:], sound[: len(sound) - late])


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_every_voice_is_another(preset: str) -> None:
    sound = _voice(1)
    out = _run(VoiceChanger(VoiceChangerSettings.model_validate({"preset": preset})), sound)
    late = VoiceChanger.latency_samples
    difference = out[late:] - sound[: len(sound) - late]
    assert _db(difference) > _db(sound) - 10
    assert _db(out) == pytest.approx(_db(sound), abs=1.0)


def _spectrum(sound: Samples) -> np.ndarray:
    last = sound[-SAMPLE_RATE:, 0].astype(np.float64)
    return np.abs(np.fft.rfft(last * np.hanning(len(last)), 4 * SAMPLE_RATE))


def _harmonic_share(sound: Samples, pitch_hz: float) -> float:
    """How much of the power lies within 3 % of a multiple of the pitch."""
    powers = _spectrum(sound) ** 2
    numbers = np.arange(len(powers)) / 4 / pitch_hz
    near = (np.abs(numbers - np.rint(numbers)) < 0.03) & (numbers > 0.5)
    return float(powers[near].sum() / powers.sum())


def _centre_hz(sound: Samples) -> float:
    sizes = _spectrum(sound) ** 2
    return float((sizes * np.arange(len(sizes))).sum() / sizes.sum() / 4)

"""Noise suppression by a model of speech: frames of 480 from blocks of 1024, all in their place."""

import ctypes
from pathlib import Path

import numpy as np
import pytest

from studio.engine.audio.filters import speech_model
from studio.engine.audio.filters.speech_model import FRAME, SpeechSuppression, find_rnnoise
from studio.engine.audio.filters.suppression import NoiseSuppression, SpectralSuppression
from studio.engine.audio.track import BLOCK, Samples
from studio.project.filters_audio import NoiseSuppressionSettings


class _Model:
    """Gives every frame half as loud and one frame late, as RNNoise is late."""

    def __init__(self) -> None:
        self.frames = 0
        self._before: Samples = np.zeros(FRAME, np.float32)

    def clean(self, frame: Samples) -> None:
        assert frame.shape == (FRAME,)
        assert frame.flags["C_CONTIGUOUS"]
        self.frames += 1
        self._before, frame[:] = frame.copy(), self._before / 2


class _Models:
    def __init__(self) -> None:
        self.made: list[_Model] = []

    def __call__(self) -> _Model:
        self.made.append(_Model())
        return self.made[-1]


def _noise(blocks: int, *, is_mono: bool) -> Samples:
    chance = np.random.default_rng(5)
    sound = chance.uniform(-0.5, 0.5, (blocks * BLOCK, 2)).astype(np.float32)
    if is_mono:
        sound[:, 1] = sound[:, 0]
    return sound


@pytest.mark.parametrize("is_mono", [True, False])
def test_every_sample_passes_the_model_once_and_comes_when_said(*, is_mono: bool) -> None:
    models = _Models()
    worker = SpeechSuppression(models, least_gain=0.0)
    sound = _noise(15, is_mono=is_mono)
    out = np.concatenate([worker.process(sound[at : at + BLOCK]) for at in range(0, 15360, BLOCK)])
    late = worker.latency_samples
    assert not out[:late].any()
    assert np.allclose(out[late:], sound[:-late] / 2, atol=1e-6)
    frames = [model.frames for model in models.made]
    assert frames == ([32, 0] if is_mono else [32, 32])


def test_the_strength_says_how_much_noise_is_left() -> None:
    models = _Models()
    settings = NoiseSuppressionSettings(strength_db=-20)
    worker = NoiseSuppression(settings, find=lambda: models)
    sound = _noise(8, is_mono=True)
    out = np.concatenate([worker.process(sound[at : at + BLOCK]) for at in range(0, 8192, BLOCK)])
    late = worker.latency_samples
    assert np.allclose(out[late:], sound[:-late] * 0.6, atol=1e-5)


def test_without_a_library_or_when_chosen_the_spectral_way_is_taken() -> None:
    automatic, spectral = (
        NoiseSuppressionSettings(method="automatic"),
        NoiseSuppressionSettings(method="spectral"),
    )
    assert NoiseSuppression(automatic, find=lambda: None).latency_samples == 512
    worker = NoiseSuppression(spectral, find=_Models)
    assert worker.latency_samples == SpectralSuppression.latency_samples
    worker.configure(automatic)
    assert worker.latency_samples == SpeechSuppression.latency_samples


def test_a_library_that_is_none_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rubbish = tmp_path / "librnnoise.so"
    rubbish.write_bytes(b"not a library")
    for path in (None, str(rubbish), ctypes.util.find_library("c")):
        monkeypatch.setattr(speech_model, "_library_path", lambda found=path: found)
        assert find_rnnoise() is None

"""Noise suppression: by a model of speech where it is installed, else by the spectrum of the noise.

The spectral way finds what is always there, and takes it away. The noise in each band is the least
power it had in the last seconds (R. Martin, "Noise power spectral density estimation based on
optimal smoothing and minimum statistics", 2001, simplified); the gain follows the decision-directed
rule of Ephraim and Malah (1984).
"""

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

from studio.engine.audio.filters.curves import to_gain
from studio.engine.audio.filters.speech_model import (
    SpeechModel,
    SpeechSuppression,
    find_rnnoise,
)
from studio.engine.audio.track import BLOCK, SAMPLE_RATE, Samples
from studio.project.filters_audio import NoiseSuppressionSettings

_SIZE: Final = 1024
_HOP: Final = _SIZE // 2
_BINS: Final = _SIZE // 2 + 1
_WINDOW = np.sqrt(0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_SIZE) / _SIZE))
_POWER_SMOOTHING: Final = 0.85
_MEMORY_FRAMES: Final = round(0.4 * SAMPLE_RATE / _HOP)
_MEMORIES: Final = 4
"""The least power is that of the last 1.6 s, in four parts."""
_BIAS: Final = 2.2
"""A minimum of a smoothed power lies below its mean by so much."""
_DIRECTED: Final = 0.96
_NOTHING: Final = 1e-10
_SPREAD = np.array([0.25, 0.5, 0.25])

Powers = npt.NDArray[np.float64]


class NoiseSuppression:
    """Chooses the way by the settings; `find` returns what makes models of speech, if anything."""

    def __init__(
        self,
        settings: NoiseSuppressionSettings,
        find: Callable[[], Callable[[], SpeechModel] | None] | None = None,
    ) -> None:
        self._find = find or find_rnnoise
        self._method = settings.method
        self._way = self._made(settings)

    @property
    def latency_samples(self) -> int:
        """How much later sound comes out: 20 ms by the model, 10.7 ms by the spectrum."""
        return self._way.latency_samples

    def configure(self, settings: NoiseSuppressionSettings) -> None:
        """Take another strength, or the other way."""
        if settings.method != self._method:
            self._method = settings.method
            self._way = self._made(settings)
        self._way.least_gain = to_gain(settings.strength_db)

    def process(self, block: Samples) -> Samples:
        """Return the sound with less noise, so much later."""
        return self._way.process(block)

    def _made(
        self, settings: NoiseSuppressionSettings
    ) -> "SpectralSuppression | SpeechSuppression":
        least_gain = to_gain(settings.strength_db)
        make = self._find() if settings.method == "automatic" else None
        if make is not None:
            return SpeechSuppression(make, least_gain=least_gain)
        return SpectralSuppression(least_gain=least_gain)


class SpectralSuppression:
    """One gain for each band and both channels; sound comes out 10.7 ms later."""

    latency_samples = _HOP

    def __init__(self, *, least_gain: float) -> None:
        self.least_gain = least_gain
        self._held: Powers = np.zeros((_HOP, 2))
        self._overlap: Powers = np.zeros((_HOP, 2))
        self._power: Powers | None = None
        self._least: list[Powers] = []
        self._frames = 0
        self._clean: Powers = np.zeros(_BINS)
        self._gains: Powers = np.ones(_BINS)

    def process(self, block: Samples) -> Samples:
        """Return the block that was given half a window ago, with less noise."""
        joined = np.concatenate((self._held, block.astype(np.float64)))
        self._held = joined[BLOCK:]
        out = np.zeros((BLOCK + _HOP, 2))
        out[:_HOP] = self._overlap
        for start in range(0, BLOCK, _HOP):
            spectrum = np.fft.rfft(joined[start : start + _SIZE] * _WINDOW[:, None], axis=0)
            gains = self._gains_for(spectrum)
            cleaned = np.fft.irfft(spectrum * gains[:, None], axis=0)
            out[start : start + _SIZE] += cleaned * _WINDOW[:, None]
        self._overlap = out[BLOCK:]
        return out[:BLOCK].astype(np.float32)

    def _gains_for(self, spectrum: npt.NDArray[np.complex128]) -> Powers:
        power: Powers = (spectrum.real**2 + spectrum.imag**2).sum(axis=1) + _NOTHING
        noise = self._noise(power)
        posterior = power / noise
        prior = _DIRECTED * self._clean / noise + (1 - _DIRECTED) * np.maximum(posterior - 1, 0)
        gains = np.maximum(prior / (1 + prior), self.least_gain)
        gains = np.convolve(np.pad(gains, 1, mode="edge"), _SPREAD, mode="valid")
        self._clean = gains**2 * power
        return gains

    def _noise(self, power: Powers) -> Powers:
        """Return the power of the noise in each band, as far as it is known."""
        if self._power is None:
            self._power = power.copy()
            self._least = [power.copy()]
        self._power = _POWER_SMOOTHING * self._power + (1 - _POWER_SMOOTHING) * power
        if self._frames % _MEMORY_FRAMES == 0:
            self._least = [*self._least[-(_MEMORIES - 1) :], self._power.copy()]
        self._frames += 1
        np.minimum(self._least[-1], self._power, out=self._least[-1])
        noise: Powers = np.minimum.reduce(self._least) * _BIAS + _NOTHING
        return noise

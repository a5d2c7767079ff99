"""Three bands: a low shelf, a bell at 1 kHz, a high shelf."""

import math

import numpy as np

from studio.engine.audio.recursion import Cascade, Coefficients
from studio.engine.audio.track import SAMPLE_RATE, Samples
from studio.project.filters_audio import EqualizerSettings

_LOW_HZ, _MIDDLE_HZ, _HIGH_HZ = 280.0, 1000.0, 3600.0
_MIDDLE_Q = 0.7


class Equalizer:
    """Its curves are those of R. Bristow-Johnson's cookbook (W3C Audio EQ Cookbook)."""

    latency_samples = 0

    def __init__(self, settings: EqualizerSettings) -> None:
        self._settings = self._known = settings
        self._cascade = Cascade(_sections(settings), channels=2)

    def configure(self, settings: EqualizerSettings) -> None:
        """Take other gains."""
        self._settings = settings

    def process(self, block: Samples) -> Samples:
        """Return the block with its bands louder or softer."""
        if self._settings != self._known:
            self._known = self._settings
            self._cascade.change(_sections(self._known))
        return self._cascade.process(block.astype(np.float64)).astype(np.float32)


def _sections(settings: EqualizerSettings) -> tuple[Coefficients, ...]:
    return (
        _shelf(_LOW_HZ, settings.low_db, side=-1),
        _bell(_MIDDLE_HZ, settings.middle_db),
        _shelf(_HIGH_HZ, settings.high_db, side=1),
    )


def _bell(frequency_hz: float, gain_db: float) -> Coefficients:
    amplitude = 10 ** (gain_db / 40)
    turn = 2 * math.pi * frequency_hz / SAMPLE_RATE
    alpha = math.sin(turn) / (2 * _MIDDLE_Q)
    scale = 1 + alpha / amplitude
    return (
        (1 + alpha * amplitude) / scale,
        -2 * math.cos(turn) / scale,
        (1 - alpha * amplitude) / scale,
        -2 * math.cos(turn) / scale,
        (1 - alpha / amplitude) / scale,
    )


def _shelf(frequency_hz: float, gain_db: float, *, side: int) -> Coefficients:
    """A shelf of slope 1; `side` is -1 for the low one, 1 for the high one."""
    a = 10 ** (gain_db / 40)
    turn = 2 * math.pi * frequency_hz / SAMPLE_RATE
    cosine = -side * math.cos(turn)
    root = math.sqrt(2 * a) * math.sin(turn)
    plus, minus = a + 1, a - 1
    scale = plus + minus * cosine + root
    sign = -side
    return (
        a * (plus - minus * cosine + root) / scale,
        sign * 2 * a * (minus - plus * cosine) / scale,
        a * (plus - minus * cosine - root) / scale,
        sign * -2 * (minus + plus * cosine) / scale,
        (plus + minus * cosine - root) / scale,
    )

"""Silence and a steady tone: sound without a device."""

import numpy as np

from studio.engine.audio.track import BLOCK, SAMPLE_RATE, Samples
from studio.engine.schedule import NS
from studio.engine.sources.base import Sink
from studio.project.model import SilenceSource, ToneSource

_AHEAD_NS = 200_000_000


class ToneCapture:
    """Writes a sine a little ahead of time."""

    def __init__(self, settings: ToneSource) -> None:
        self._settings = settings

    def run(self, sink: Sink) -> None:
        """Sound until told to stop."""
        amplitude = 10 ** (self._settings.level_db / 20)
        _sound_ahead(sink, amplitude=amplitude, frequency_hz=self._settings.frequency_hz)


class SilenceCapture:
    """Writes zeros a little ahead of time."""

    def __init__(self, settings: SilenceSource) -> None:
        self._settings = settings

    def run(self, sink: Sink) -> None:
        """Be silent until told to stop."""
        _sound_ahead(sink, amplitude=0.0, frequency_hz=0.0)


def _sound_ahead(sink: Sink, *, amplitude: float, frequency_hz: float) -> None:
    origin_ns = sink.schedule.at(sink.schedule.first_from(sink.schedule.origin_ns))
    position = 0
    while True:
        heard_ns = origin_ns + position * NS // SAMPLE_RATE
        if not sink.stop.wait_until(heard_ns - _AHEAD_NS):
            return
        sink.sound(
            _sine(position, amplitude=amplitude, frequency_hz=frequency_hz), heard_ns=heard_ns
        )
        position += BLOCK


def _sine(position: int, *, amplitude: float, frequency_hz: float) -> Samples:
    if amplitude == 0.0:
        return np.zeros((BLOCK, 2), dtype=np.float32)
    seconds = (position + np.arange(BLOCK)) / SAMPLE_RATE
    wave = (amplitude * np.sin(2 * np.pi * frequency_hz * seconds)).astype(np.float32)
    return np.repeat(wave[:, None], 2, axis=1)

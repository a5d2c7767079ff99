"""Louder or softer."""

import numpy as np

from studio.engine.audio.track import BLOCK, Samples
from studio.project.filters_audio import GainSettings

_FADE = np.linspace(0.0, 1.0, BLOCK, dtype=np.float32)[:, None]


class Gain:
    """Multiplies; a change is faded over one block."""

    latency_samples = 0

    def __init__(self, settings: GainSettings) -> None:
        self._target = 10 ** (settings.gain_db / 20)
        self._gain = self._target

    def configure(self, settings: GainSettings) -> None:
        """Take another gain."""
        self._target = 10 ** (settings.gain_db / 20)

    def process(self, block: Samples) -> Samples:
        """Return the block louder or softer."""
        before, self._gain = self._gain, self._target
        if before == self._gain:
            return block * np.float32(before)
        faded: Samples = block * (np.float32(before) + np.float32(self._gain - before) * _FADE)
        return faded

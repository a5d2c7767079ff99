"""How loud a strip is: peaks and magnitude, block by block, for meters and for alarms."""

import math
from collections import deque
from dataclasses import dataclass

import numpy as np

from studio.engine.audio.track import BLOCK, SAMPLE_RATE, Samples

SILENT_DB = -96.0
_MAGNITUDE_BLOCKS = round(0.3 * SAMPLE_RATE / BLOCK)
"""The magnitude is the RMS of 300 ms."""


def decibels(amplitude: float) -> float:
    """Return an amplitude in dB of full scale, -96 at least."""
    return max(SILENT_DB, 20 * math.log10(amplitude)) if amplitude > 0.0 else SILENT_DB


@dataclass(frozen=True, slots=True)
class Level:
    """One strip since it was asked for last: left and right, in dB of full scale."""

    peak_db: tuple[float, float] = (SILENT_DB, SILENT_DB)
    magnitude_db: tuple[float, float] = (SILENT_DB, SILENT_DB)


class LevelMeter:
    """Measures `(1024, 2)` blocks; `scale` is the fader's gain, so that nothing is multiplied."""

    def __init__(self) -> None:
        self._peaks = (0.0, 0.0)
        self._powers: deque[tuple[float, float]] = deque(maxlen=_MAGNITUDE_BLOCKS)

    def add(self, block: Samples, scale: tuple[float, float] = (1.0, 1.0)) -> None:
        """Take a block in."""
        left, right = block[:, 0], block[:, 1]  # four times faster than along both at once
        peak_left = max(float(left.max()), -float(left.min())) * scale[0]
        peak_right = max(float(right.max()), -float(right.min())) * scale[1]
        self._peaks = (max(self._peaks[0], peak_left), max(self._peaks[1], peak_right))
        self._powers.append(
            (
                float(np.dot(left, left)) / len(block) * scale[0] ** 2,
                float(np.dot(right, right)) / len(block) * scale[1] ** 2,
            )
        )

    def add_silence(self) -> None:
        """Take a block in that has no sound."""
        self._powers.append((0.0, 0.0))

    def take(self) -> Level:
        """Return the level, and begin to look for new peaks."""
        peaks, self._peaks = self._peaks, (0.0, 0.0)
        count = max(1, len(self._powers))
        left = sum(power[0] for power in self._powers) / count
        right = sum(power[1] for power in self._powers) / count
        return Level(
            (decibels(peaks[0]), decibels(peaks[1])),
            (decibels(math.sqrt(left)), decibels(math.sqrt(right))),
        )

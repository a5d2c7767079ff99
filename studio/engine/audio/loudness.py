"""Loudness and true peak of the mix, as ITU-R BS.1770-5 and EBU R 128 define them."""

import math
from collections import deque
from dataclasses import dataclass
from typing import Final

import numpy as np

from studio.engine.audio.levels import SILENT_DB, decibels
from studio.engine.audio.recursion import Cascade, Floats
from studio.engine.audio.track import SAMPLE_RATE, Samples

# BS.1770, tables 1 and 2, for 48 kHz: the shelf of a head, then the RLB high pass.
_SHELF: Final = (
    *(1.53512485958697, -2.69169618940638, 1.19839281085285),
    *(-1.69065929318241, 0.73248077421585),
)
_HIGH_PASS: Final = (1.0, -2.0, 1.0, -1.99004745483398, 0.99007225036621)
_OFFSET_LU: Final = -0.691
_STEP_SAMPLES: Final = SAMPLE_RATE // 10
_MOMENTARY_STEPS: Final = 4
_SHORT_STEPS: Final = 30
_ABSOLUTE_GATE_LUFS: Final = -70.0
_RELATIVE_GATE_LU: Final = -10.0
_HISTOGRAM_STEP_LU: Final = 0.1
_HISTOGRAM_TOP_LUFS: Final = 10.0
_BINS: Final = round((_HISTOGRAM_TOP_LUFS - _ABSOLUTE_GATE_LUFS) / _HISTOGRAM_STEP_LU)

# BS.1770, annex 2: the interpolation to four times the rate; the last two phases mirror these.
_PHASE_0: Final = (
    *(0.0017089843750, 0.0109863281250, -0.0196533203125, 0.0332031250000),
    *(-0.0594482421875, 0.1373291015625, 0.9721679687500, -0.1022949218750),
    *(0.0476074218750, -0.0266113281250, 0.0148925781250, -0.0083007812500),
)
_PHASE_1: Final = (
    *(-0.0291748046875, 0.0292968750000, -0.0517578125000, 0.0891113281250),
    *(-0.1665039062500, 0.4650878906250, 0.7797851562500, -0.2003173828125),
    *(0.1015625000000, -0.0582275390625, 0.0330810546875, -0.0189208984375),
)
_TAPS: Final = len(_PHASE_0)
_PHASES = np.array([_PHASE_0, _PHASE_1, _PHASE_1[::-1], _PHASE_0[::-1]], dtype=np.float32)


class TruePeakMeter:
    """The highest level between the samples, too: four times oversampled."""

    def __init__(self) -> None:
        self._tail: Samples = np.zeros((_TAPS - 1, 2), dtype=np.float32)
        self._peak = 0.0

    def add(self, block: Samples) -> None:
        """Take `(n, 2)` samples in."""
        joined = np.concatenate((self._tail, block))
        self._tail = joined[-(_TAPS - 1) :]
        windows = np.lib.stride_tricks.sliding_window_view(joined, _TAPS, axis=0)
        between = windows.reshape(-1, _TAPS) @ _PHASES[:, ::-1].T
        self._peak = max(self._peak, float(between.max()), -float(between.min()))

    def take_db(self) -> float:
        """Return the true peak since this was asked last, in dBTP."""
        peak, self._peak = self._peak, 0.0
        return decibels(peak)


@dataclass(frozen=True, slots=True)
class Loudness:
    """In LUFS; -96 where there has been nothing to measure yet."""

    momentary: float = SILENT_DB
    short_term: float = SILENT_DB
    integrated: float = SILENT_DB


class LoudnessMeter:
    """Momentary (400 ms), short-term (3 s) and integrated loudness of a stereo mix.

    The integrated loudness is gated over all of the show in a histogram of 0.1 LU, so that hours
    need no more memory than minutes.
    """

    def __init__(self) -> None:
        self._weighting = Cascade((_SHELF, _HIGH_PASS), channels=2)
        self._steps: deque[float] = deque(maxlen=_SHORT_STEPS)
        self._sum = 0.0
        self._count = 0
        self._histogram = np.zeros(_BINS, dtype=np.int64)
        self._energies: Floats = np.zeros(_BINS)

    def add(self, block: Samples) -> None:
        """Take `(n, 2)` samples in, `n` a multiple of 64."""
        weighted = self._weighting.process(block.astype(np.float64))
        powers = np.einsum("ij,ij->i", weighted, weighted)
        start = 0
        while start < len(powers):
            end = min(len(powers), start + _STEP_SAMPLES - self._count)
            self._sum += float(powers[start:end].sum())
            self._count += end - start
            start = end
            if self._count == _STEP_SAMPLES:
                self._end_step()

    def _end_step(self) -> None:
        self._steps.append(self._sum / _STEP_SAMPLES)
        self._sum, self._count = 0.0, 0
        if len(self._steps) < _MOMENTARY_STEPS:
            return
        power = self._mean_power(_MOMENTARY_STEPS)
        loudness = _lufs(power)
        if loudness >= _ABSOLUTE_GATE_LUFS:
            place = int((loudness - _ABSOLUTE_GATE_LUFS) / _HISTOGRAM_STEP_LU)
            place = min(_BINS - 1, place)
            self._histogram[place] += 1
            self._energies[place] += power

    def _mean_power(self, steps: int) -> float:
        latest = list(self._steps)[-steps:]
        return sum(latest) / len(latest) if latest else 0.0

    def reset(self) -> None:
        """Begin anew."""
        self._steps.clear()
        self._sum, self._count = 0.0, 0
        self._histogram[:] = 0
        self._energies[:] = 0.0

    def loudness(self) -> Loudness:
        """Return the loudness as it is now."""
        return Loudness(
            _lufs(self._mean_power(_MOMENTARY_STEPS)),
            _lufs(self._mean_power(_SHORT_STEPS)),
            self._integrated(),
        )

    def _integrated(self) -> float:
        count = int(self._histogram.sum())
        if count == 0:
            return SILENT_DB
        gate = _lufs(float(self._energies.sum()) / count) + _RELATIVE_GATE_LU
        first = max(0, math.ceil((gate - _ABSOLUTE_GATE_LUFS) / _HISTOGRAM_STEP_LU))
        kept = int(self._histogram[first:].sum())
        return _lufs(float(self._energies[first:].sum()) / kept) if kept else SILENT_DB


def _lufs(power: float) -> float:
    """Return the loudness of a mean power, the sum of both channels."""
    return max(SILENT_DB, _OFFSET_LU + 10 * math.log10(power)) if power > 0.0 else SILENT_DB

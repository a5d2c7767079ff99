"""The sound of one source on the master clock: written by its capture, read by the mixer.

Samples are `(n, 2) float32` at 48 kHz. A writer says when its first sample was heard; the track
learns how the device's clock runs against ours and the reader stretches what it takes by a few
samples a block, so that a clock that is off by some hundred ppm never drifts audibly.

What a driver says of when a piece was heard is noisy: a sound server hands over pieces of one to
some hundred samples, in bursts, up to 10 ms off. A piece therefore counts by its length, averaged
over seconds, and the stretch stays below what an ear takes for a change of pitch (5 cents).
"""

import threading

import numpy as np
import numpy.typing as npt

SAMPLE_RATE = 48_000
BLOCK = 1024
Samples = npt.NDArray[np.float32]

_NS = 1_000_000_000
_RESYNC_SAMPLES = SAMPLE_RATE // 12
_MAX_STRETCH_SAMPLES = 3
"""Of 1024: 0.29 %, or 5 cents, about the least change of pitch a listener can tell."""
_STRETCH_PER_SAMPLE = 1 / 48
_SMOOTHING_SAMPLES = 4 * SAMPLE_RATE
"""Over how much sound the place on the master clock is averaged, once so much has been heard."""
_MAX_LAG_SAMPLES = 3 * SAMPLE_RATE
_WINDOW_BLOCKS = 5 * SAMPLE_RATE // BLOCK
_SPARE_SAMPLES = SAMPLE_RATE // 50
_CATCH_UP_SAMPLES = _MAX_STRETCH_SAMPLES * _WINDOW_BLOCKS // 2
"""Half of what can be caught up by stretching before it is looked at again."""


class AudioTrack:
    """A ring of samples with a place on the master clock; one writer thread, one reader thread."""

    def __init__(self, *, capacity_s: float = 6.0) -> None:
        self._ring: Samples = np.zeros((int(capacity_s * SAMPLE_RATE), 2), dtype=np.float32)
        self._lock = threading.Lock()
        self._written = 0
        self._steady = 0
        """How many samples came since the place on the master clock was last set anew."""
        self._oldest = 0
        self._anchor_ns: float | None = None
        """When the sample with index 0 was, or would have been, heard."""
        self._read_at: float | None = None
        self._lag = 0
        self._least_surplus = _MAX_LAG_SAMPLES
        self._window = 0
        self.drift_ms = 0.0
        """How much later than its picture the sound is being played; for the statistics."""
        self.starved_blocks = 0

    def write(self, samples: Samples, *, heard_ns: int) -> None:
        """Append samples whose first was heard at `heard_ns`; gaps are filled with silence."""
        count = len(samples)
        if count == 0:
            return
        with self._lock:
            if self._anchor_ns is None:
                self._anchor_ns = heard_ns - self._written * _NS / SAMPLE_RATE
            expected_ns = self._anchor_ns + self._written * _NS / SAMPLE_RATE
            error = (heard_ns - expected_ns) * SAMPLE_RATE / _NS
            if error > _RESYNC_SAMPLES:
                self._append_silence(int(error))
                self._steady = 0
            elif error < -_RESYNC_SAMPLES:
                self._anchor_ns += error * _NS / SAMPLE_RATE
                self._read_at = None
                self._steady = 0
            else:
                weight = count / (min(self._steady, _SMOOTHING_SAMPLES) + count)
                self._anchor_ns += error * _NS / SAMPLE_RATE * weight
            self._steady += count
            self._append(samples)

    def _append(self, samples: Samples) -> None:
        size = len(self._ring)
        samples = samples[-size:]
        start = self._written % size
        first = min(len(samples), size - start)
        self._ring[start : start + first] = samples[:first]
        self._ring[: len(samples) - first] = samples[first:]
        self._written += len(samples)
        self._oldest = max(self._oldest, self._written - size)

    def _append_silence(self, count: int) -> None:
        if count >= len(self._ring):
            self._ring[:] = 0.0
            self._written += count
            self._oldest = self._written - len(self._ring)
        else:
            self._append(np.zeros((count, 2), dtype=np.float32))

    def read(self, start_ns: int, count: int = BLOCK) -> Samples | None:
        """Return what was heard from `start_ns` on, or None where there is nothing yet."""
        with self._lock:
            if self._anchor_ns is None:
                return None
            wanted = (start_ns - self._anchor_ns) * SAMPLE_RATE / _NS - self._lag
            if self._read_at is None or abs(wanted - self._read_at) > _RESYNC_SAMPLES:
                self._read_at = wanted
            drift = wanted - self._read_at
            correction = int(drift * _STRETCH_PER_SAMPLE)
            taken = count + max(-_MAX_STRETCH_SAMPLES, min(correction, _MAX_STRETCH_SAMPLES))
            begin = round(self._read_at)
            end = begin + taken
            if end > self._written:
                self._starve(end - self._written)
                return None
            self.drift_ms = (drift + self._lag) * 1000 / SAMPLE_RATE
            self._catch_up(self._written - end)
            if end <= self._oldest:
                self._read_at += taken
                return None
            block = self._copy(begin, taken)
            self._read_at += taken
        return block if taken == count else _stretched(block, count)

    def jump(self) -> None:
        """The reader goes on at another moment: read there at once, without stretching."""
        with self._lock:
            self._read_at = None

    def _starve(self, missing: int) -> None:
        """Data comes later than it is needed: play this source later from now on."""
        self.starved_blocks += 1
        self._read_at = None
        self._window, self._least_surplus = 0, _MAX_LAG_SAMPLES
        if self._written and missing < _RESYNC_SAMPLES * 4:
            self._lag = min(self._lag + max(missing, BLOCK // 2), _MAX_LAG_SAMPLES)

    def _catch_up(self, surplus: int) -> None:
        """Where data has come in good time for five seconds, play less late.

        Little by little; a delay too long for that is left out at once.
        """
        self._least_surplus = min(self._least_surplus, surplus)
        self._window += 1
        if self._window < _WINDOW_BLOCKS:
            return
        spare = self._least_surplus - _SPARE_SAMPLES
        if self._lag > 0 and spare > 0:
            less = min(self._lag, spare)
            self._lag -= less if less > _RESYNC_SAMPLES else min(less, _CATCH_UP_SAMPLES)
        self._window, self._least_surplus = 0, _MAX_LAG_SAMPLES

    def _copy(self, begin: int, count: int) -> Samples:
        size = len(self._ring)
        block = np.zeros((count, 2), dtype=np.float32)
        skip = max(0, self._oldest - begin)
        position = begin + skip
        left = count - skip
        start = position % size
        first = min(left, size - start)
        block[skip : skip + first] = self._ring[start : start + first]
        block[skip + first :] = self._ring[: left - first]
        return block

    def loudest(self, seconds: float) -> float:
        """Return the highest of the last samples that were written; 0 where there are none."""
        with self._lock:
            count = min(int(seconds * SAMPLE_RATE), self._written - self._oldest)
            block = self._copy(self._written - count, count) if count > 0 else None
        return float(np.max(np.abs(block))) if block is not None else 0.0

    def buffered_until_ns(self) -> int:
        """Return up to when sound has been written; 0 before the first."""
        with self._lock:
            if self._anchor_ns is None:
                return 0
            return int(self._anchor_ns + self._written * _NS / SAMPLE_RATE)


def _stretched(block: Samples, count: int) -> Samples:
    """Return a block resampled to `count` rows by linear interpolation."""
    positions = np.linspace(0, len(block) - 1, count)
    out = np.empty((count, 2), dtype=np.float32)
    base = np.arange(len(block))
    for channel in range(2):
        out[:, channel] = np.interp(positions, base, block[:, channel])
    return out

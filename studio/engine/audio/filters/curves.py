"""What filters of loudness share: levels in pieces of a block, and a gain spread over samples.

A block of 1024 samples is looked at in 32 pieces (0.67 ms each). Both channels count together, so
that the picture of the sound does not wander to one side.
"""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from studio.engine.audio.track import BLOCK, SAMPLE_RATE, Samples

PIECE: Final = 32
PIECES: Final = BLOCK // PIECE
PIECE_MS: Final = PIECE * 1000 / SAMPLE_RATE
_FLOOR: Final = 1e-7
_RISE = np.arange(1, PIECE + 1, dtype=np.float32) / PIECE


def piece_peaks(block: Samples) -> list[float]:
    """Return the highest sample of each piece, of both channels."""
    peaks: list[float] = np.abs(block.reshape(PIECES, PIECE * 2)).max(axis=1).tolist()
    return peaks


def with_gains(block: Samples, before: float, gains: Sequence[float]) -> Samples:
    """Return a block whose gain goes in straight lines from `before` to each piece's gain."""
    ends = np.array(gains, dtype=np.float32)
    starts = np.concatenate((np.array([before], np.float32), ends[:-1]))
    curve = starts[:, None] + (ends - starts)[:, None] * _RISE
    changed: Samples = block * curve.reshape(BLOCK, 1).astype(np.float32, copy=False)
    return changed


def to_db(amplitude: float) -> float:
    """Return an amplitude in dB, -140 at least."""
    return 20 * math.log10(max(amplitude, _FLOOR))


def to_gain(db: float) -> float:
    """Return dB as a factor."""
    return float(10 ** (db / 20))


def approach(milliseconds: float) -> float:
    """Return how much of the way is left after one piece, for a time constant."""
    return math.exp(-PIECE_MS / max(milliseconds, 1e-3))

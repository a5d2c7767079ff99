"""Takes planes from the colours a picture came in to ours: BT.709, limited.

Between two YUV matrices grey stays grey, so chroma depends on chroma alone and luma gets a share of
it; that is four sums of two planes, where libav's scaler goes through RGB at ten times the cost.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.engine.pixels import BT601, BT709, FULL, Plane

_SHARES: Final = {BT709: (0.2126, 0.0722), BT601: (0.299, 0.114), 6: (0.299, 0.114)}
"""What red and blue weigh in luma; 6 is BT.601 in the words of 525 lines."""

_FINE = 2.0
"""Luma's share of chroma is kept in half levels; it is never more than 50."""

type _Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Recolouring:
    """`y' = luma (Y, U, V, 1)`, and the same for chroma without Y: rows of factors."""

    luma: tuple[float, float, float, float]
    u: tuple[float, float, float]
    v: tuple[float, float, float]

    def apply(self, y: Plane, u: Plane, v: Plane, *, into: tuple[Plane, Plane, Plane]) -> None:
        """Fill three planes of the same sizes, chroma halved; `into` may not share the sources."""
        scale, of_u, of_v, offset = self.luma
        grey = 128.0 * (of_u + of_v)
        small = cv2.addWeighted(u, of_u * _FINE, v, of_v * _FINE, 128.0 - grey * _FINE)
        size = (y.shape[1], y.shape[0])
        share = cv2.resize(small, size, interpolation=cv2.INTER_LINEAR)
        cv2.addWeighted(y, scale, share, 1 / _FINE, offset + grey - 128.0 / _FINE, dst=into[0])
        for plane, (first, second, constant) in ((into[1], self.u), (into[2], self.v)):
            cv2.addWeighted(u, first, v, second, constant, dst=plane)


def recolouring(matrix: int, colour_range: int) -> Recolouring | None:
    """Return what makes our colours of these; None for a matrix that is not known here."""
    shares = _SHARES.get(matrix)
    if shares is None:
        return None
    to_rgb = np.linalg.inv(_from_rgb(*shares))
    whole = _from_rgb(*_SHARES[BT709]) @ to_rgb
    # Codes to signal, through the matrices, and to codes again.
    luma_in, chroma_in = (255.0, 255.0) if colour_range == FULL else (219.0, 224.0)
    black_in = 0.0 if colour_range == FULL else 16.0
    scaled = np.diag([219.0, 224.0, 224.0]) @ whole @ np.diag([1 / luma_in, *[1 / chroma_in] * 2])
    first = scaled[0]
    return Recolouring(
        luma=(
            float(first[0]),
            float(first[1]),
            float(first[2]),
            float(16 - first[0] * black_in - 128 * (first[1] + first[2])),
        ),
        u=_chroma(scaled[1]),
        v=_chroma(scaled[2]),
    )


def _from_rgb(red: float, blue: float) -> _Matrix:
    """RGB to Y' in 0..1 and colour differences in -0.5..0.5."""
    luma = np.array([red, 1 - red - blue, blue])
    return np.stack(
        [
            luma,
            (np.array([0.0, 0.0, 1.0]) - luma) / (2 * (1 - blue)),
            (np.array([1.0, 0.0, 0.0]) - luma) / (2 * (1 - red)),
        ]
    )


def _chroma(row: _Matrix) -> tuple[float, float, float]:
    return float(row[1]), float(row[2]), float(128 - 128 * (row[1] + row[2]))

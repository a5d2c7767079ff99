"""Recursive filters on whole blocks: the same result as sample by sample, by matrix products.

Sections of second order one after the other are a linear system with two states a section. What a
piece of `_PIECE` samples gives depends on its input (a triangular matrix) and on the states before
it; the states at the ends of pieces are the only thing that goes step by step.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Coefficients = tuple[float, float, float, float, float]
"""`b0, b1, b2, a1, a2` with `a0 = 1`."""

_PIECE: Final = 64


class Cascade:
    """Sections of second order for a number of channels; keeps its state between blocks."""

    def __init__(self, sections: Sequence[Coefficients], *, channels: int) -> None:
        self._channels = channels
        self._state: Floats = np.zeros((2 * len(sections), channels))
        self.change(sections)

    def change(self, sections: Sequence[Coefficients]) -> None:
        """Take other coefficients for as many sections, and keep the state."""
        step, into, out, direct = _system(sections)
        powers = [np.eye(len(step))]
        for _ in range(_PIECE):
            powers.append(step @ powers[-1])
        response = np.array([direct, *(out @ powers[n] @ into for n in range(_PIECE - 1))])
        lags = np.arange(_PIECE)[:, None] - np.arange(_PIECE)[None, :]
        self._direct: Floats = np.where(lags >= 0, response[np.maximum(lags, 0)], 0.0)
        self._from_state: Floats = np.array([out @ powers[n] for n in range(_PIECE)])
        self._to_state: Floats = np.array(
            [powers[_PIECE - 1 - n] @ into for n in range(_PIECE)]
        ).T.copy()
        self._step: Floats = powers[_PIECE]

    def process(self, block: Floats) -> Floats:
        """Filter `(n, channels)` samples, `n` a multiple of 64, and return as many."""
        count = len(block) // _PIECE
        pieces = block.reshape(count, _PIECE, self._channels)
        fed = np.matmul(self._to_state, pieces)
        states = np.empty((count, *self._state.shape))
        state = self._state
        for number in range(count):
            states[number] = state
            state = self._step @ state + fed[number]
        self._state = state
        out: Floats = np.matmul(self._direct, pieces)
        out += np.matmul(self._from_state, states)
        return out.reshape(block.shape)


def _system(sections: Sequence[Coefficients]) -> tuple[Floats, Floats, Floats, float]:
    """Return the sections in a row as `x' = A x + b u`, `y = c x + d u`."""
    count = 2 * len(sections)
    step: Floats = np.zeros((count, count))
    into: Floats = np.zeros(count)
    out: Floats = np.zeros(count)
    direct = 1.0
    for number, (b0, b1, b2, a1, a2) in enumerate(sections):
        mine = slice(2 * number, 2 * number + 2)
        fed = np.array([b1 - a1 * b0, b2 - a2 * b0])
        step[mine, :] = np.outer(fed, out)  # what comes out of the sections before goes in
        step[mine, mine] = [[-a1, 1.0], [-a2, 0.0]]
        into[mine] = fed * direct
        out = out * b0
        out[2 * number] = 1.0
        direct *= b0
    return step, into, out, direct

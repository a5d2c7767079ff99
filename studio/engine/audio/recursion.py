"""Recursive filters on whole blocks: the same result as sample by sample, by matrix products.

A filter of second order is a linear system with two states. What a piece of `_PIECE` samples gives
depends on its input (a triangular matrix) and on the states before it; the states at the ends of
pieces are the only thing that goes step by step.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Coefficients = tuple[float, float, float, float, float]
"""`b0, b1, b2, a1, a2` with `a0 = 1`."""

_PIECE: Final = 64


class Biquad:
    """One section of second order for a number of channels; keeps its state between blocks."""

    def __init__(self, coefficients: Coefficients, *, channels: int) -> None:
        self._channels = channels
        self._state: Floats = np.zeros((2, channels))
        self._set(coefficients)

    def _set(self, coefficients: Coefficients) -> None:
        """Make the matrices; direct form II transposed."""
        b0, b1, b2, a1, a2 = coefficients
        step = np.array([[-a1, 1.0], [-a2, 0.0]])
        into = np.array([b1 - a1 * b0, b2 - a2 * b0])
        powers = [np.eye(2)]
        for _ in range(_PIECE):
            powers.append(step @ powers[-1])
        response = np.array([b0, *(float((powers[n] @ into)[0]) for n in range(_PIECE - 1))])
        lags = np.arange(_PIECE)[:, None] - np.arange(_PIECE)[None, :]
        self._direct: Floats = np.where(lags >= 0, response[np.maximum(lags, 0)], 0.0)
        self._from_state: Floats = np.array([powers[n][0] for n in range(_PIECE)])
        self._to_state: Floats = np.array(
            [powers[_PIECE - 1 - n] @ into for n in range(_PIECE)]
        ).T.copy()
        self._step: Floats = powers[_PIECE]

    def process(self, block: Floats) -> Floats:
        """Filter `(n, channels)` samples, `n` a multiple of 64, and return as many."""
        count = len(block) // _PIECE
        pieces = block.reshape(count, _PIECE, self._channels)
        fed = np.einsum("sp,npc->nsc", self._to_state, pieces)
        states = np.empty((count, 2, self._channels))
        state = self._state
        for number in range(count):
            states[number] = state
            state = self._step @ state + fed[number]
        self._state = state
        out: Floats = np.matmul(self._direct, pieces) + np.matmul(self._from_state, states)
        return out.reshape(block.shape)


class Cascade:
    """Sections one after the other."""

    def __init__(self, sections: Sequence[Coefficients], *, channels: int) -> None:
        self._sections = [Biquad(one, channels=channels) for one in sections]

    def process(self, block: Floats) -> Floats:
        """Filter `(n, channels)` samples, `n` a multiple of 64."""
        for section in self._sections:
            block = section.process(block)
        return block

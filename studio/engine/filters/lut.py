"""Gives the picture a look, one of ours or from a `.cube` file."""

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from studio.engine.filters.base import FilterClock, FilterFrame, Pixels, PlainFilter, as_pixels
from studio.engine.filters.cube import Cube, Table, read_cube
from studio.engine.filters.looks import look
from studio.project.filters_video import LutSettings

_BITS = 7
_CELLS = 1 << _BITS
_BAND_ROWS = 64

_Words = npt.NDArray[np.uint32]


class Lut(PlainFilter):
    """A table of 256 entries a channel, or of 128 a channel for colours that change each other.

    The larger table has what the file says for the middle of each cell of two levels, so that one
    look-up a pixel is right to half a level where the look is not very steep.
    """

    def __init__(self, settings: LutSettings, clock: FilterClock) -> None:
        self._curves: Pixels | None = None
        self._table: _Words | None = None
        cube = _cube(settings)
        if cube is None or settings.amount <= 0.0:
            return
        if cube.is_3d:
            self._table = _baked(cube, settings.amount)
        else:
            self._curves = _curves(cube, settings.amount)

    def apply(self, frame: FilterFrame) -> FilterFrame:
        """Return the frame with the look; the same one without a file."""
        if self._curves is not None:
            return frame.with_colour(as_pixels(cv2.LUT(frame.colour, self._curves)))
        if self._table is None:
            return frame
        return frame.with_colour(_looked_up(frame.colour, self._table))


def _cube(settings: LutSettings) -> Cube | None:
    if settings.look != "file":
        return look(settings.look)
    return read_cube(Path(settings.path)) if settings.path else None


def _curves(cube: Cube, amount: float) -> Pixels:
    levels = np.linspace(0.0, 1.0, 256)
    columns = []
    for channel in (2, 1, 0):
        inputs = np.linspace(cube.low[channel], cube.high[channel], len(cube.table))
        looked = np.interp(levels, inputs, cube.table[:, channel])
        columns.append(levels + (looked - levels) * amount)
    table = np.clip(np.stack(columns, axis=-1), 0.0, 1.0)
    return np.rint(table * 255.0).astype(np.uint8)[None]


def _baked(cube: Cube, amount: float) -> _Words:
    """The look for every cell, interpolated along each axis, as words of blue, green, red.

    The index has red in its highest bits and blue in its lowest.
    """
    centres = ((np.arange(_CELLS) * 2 + 0.5) / 255.0).astype(np.float32)
    looked = cube.table.transpose(2, 1, 0, 3)
    for axis in range(3):
        looked = _finer(looked, axis, centres, cube.low[axis], cube.high[axis])
    looked *= np.float32(255.0 * amount)
    plain = centres * np.float32(255.0 * (1.0 - amount)) + np.float32(0.5)
    looked[..., 0] += plain[:, None, None]
    looked[..., 1] += plain[:, None]
    looked[..., 2] += plain
    np.clip(looked, 0.0, 255.0, out=looked)
    levels = np.zeros((_CELLS, _CELLS, _CELLS, 4), dtype=np.uint8)
    for channel in range(3):
        levels[..., 2 - channel] = looked[..., channel]
    return levels.view(np.uint32).reshape(-1)


def _finer(
    table: Table, axis: int, inputs: npt.NDArray[np.float32], low: float, high: float
) -> Table:
    """A table with an entry for each input along one axis, between those it has.

    Not as a product of matrices: libraries for those take every processor for so little work.
    """
    size = table.shape[axis]
    place = np.clip((inputs - low) / (high - low), 0.0, 1.0) * (size - 1)
    below = np.minimum(place.astype(np.intp), size - 2)
    share = (place - below).astype(np.float32)
    first: Table = np.take(table, below, axis=axis)
    made: Table = np.take(table, below + 1, axis=axis)
    made -= first
    made *= share.reshape([-1 if index == axis else 1 for index in range(table.ndim)])
    made += first
    return made


def _looked_up(colour: Pixels, table: _Words) -> Pixels:
    words = as_pixels(cv2.cvtColor(colour, cv2.COLOR_BGR2BGRA)).view(np.uint32)[..., 0]
    for top in range(0, len(words), _BAND_ROWS):  # bands that stay in the processor's cache
        band = words[top : top + _BAND_ROWS]
        index = (band >> 1) & 0x7F
        index |= (band >> 2) & 0x3F80
        index |= (band >> 3) & 0x1FC000
        np.take(table, index, out=band, mode="clip")
    pixels = words.view(np.uint8).reshape(*words.shape, 4)
    return as_pixels(cv2.cvtColor(pixels, cv2.COLOR_BGRA2BGR))

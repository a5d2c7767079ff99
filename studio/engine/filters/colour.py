"""Colour correction: one table a channel, or one matrix where channels mix."""

import math

import cv2
import numpy as np
import numpy.typing as npt

from studio.engine.filters.base import FilterClock, FilterFrame, Pixels, PlainFilter, as_pixels
from studio.engine.filters.blending import alpha_times, dimmed, parse_colour
from studio.project.filters_video import ColourSettings

_Matrix = npt.NDArray[np.float64]

# Rec. 709 luma, blue first.
_LUMA = np.array([0.0722, 0.7152, 0.2126])


class ColourCorrection(PlainFilter):
    """Gamma first, then contrast, brightness, saturation, hue, the factor and the summand."""

    def __init__(self, settings: ColourSettings, clock: FilterClock) -> None:
        self._opacity = settings.opacity
        matrix, summand = _linear(settings)
        curve = np.linspace(0.0, 1.0, 256) ** _exponent(settings.gamma)
        is_separate = np.count_nonzero(matrix - np.diag(np.diag(matrix))) == 0
        self._matrix: npt.NDArray[np.float32] | None = None
        self._table: Pixels | None = None
        if is_separate:
            table = curve[:, None] * np.diag(matrix) + summand
            self._table = _bytes(table)[None]
        else:
            if settings.gamma:
                self._table = np.repeat(_bytes(curve)[:, None], 3, axis=1)[None]
            self._matrix = np.column_stack([matrix, summand * 255.0]).astype(np.float32)
        if self._table is not None and np.array_equal(self._table, _IDENTITY):
            self._table = None

    def apply(self, frame: FilterFrame) -> FilterFrame:
        """Return the frame with other colours; the same one with neutral settings."""
        colour = frame.colour
        if self._table is not None:
            colour = as_pixels(cv2.LUT(colour, self._table))
        if self._matrix is not None:
            colour = as_pixels(cv2.transform(colour, self._matrix))
        if colour is not frame.colour:
            frame = frame.with_colour(colour)
        if self._opacity < 1.0:
            full = np.full(colour.shape[:2], 255, np.uint8)
            frame = frame.with_alpha(alpha_times(frame.alpha, dimmed(full, self._opacity)))
        return frame


_IDENTITY = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)[None]


def _bytes(values: _Matrix) -> Pixels:
    return np.rint(np.clip(values, 0.0, 1.0) * 255.0).astype(np.uint8)


def _exponent(gamma: float) -> float:
    """More than none is brighter."""
    return 1.0 - gamma if gamma < 0 else 1.0 / (1.0 + gamma)


def _linear(settings: ColourSettings) -> tuple[_Matrix, _Matrix]:
    """All steps but gamma as `matrix @ colour + summand`, blue first, colours of 0 to 1."""
    contrast = 1.0 + settings.contrast
    matrix = np.eye(3) * contrast
    summand = np.full(3, 0.5 * (1.0 - contrast) + settings.brightness)
    for step in (_saturation(1.0 + settings.saturation), _hue(settings.hue_degrees)):
        matrix, summand = step @ matrix, step @ summand
    factor = np.array(parse_colour(settings.multiply)) / 255.0
    added = np.array(parse_colour(settings.add)) / 255.0
    return factor[:, None] * matrix, factor * summand + added


def _saturation(amount: float) -> _Matrix:
    if amount == 1.0:
        return np.eye(3)
    return amount * np.eye(3) + (1.0 - amount) * np.tile(_LUMA, (3, 1))


def _hue(degrees: float) -> _Matrix:
    """A turn of the colours around grey, with the luma kept: the matrix of SVG's feColorMatrix."""
    if not degrees:
        return np.eye(3)
    angle = math.radians(degrees)
    sideways = np.array(  # blue first
        [[0.0722, 0.715, -0.787], [-0.283, 0.140, 0.143], [0.928, -0.715, -0.213]]
    )
    grey = np.tile(_LUMA, (3, 1))
    turned: _Matrix = grey + math.cos(angle) * (np.eye(3) - grey) + math.sin(angle) * sideways
    return turned

"""Cuts pixels away at the sides, or adds transparent ones."""

import cv2
import numpy as np

from studio.engine.filters.base import FilterClock, FilterFrame, PlainFilter, as_pixels
from studio.project.filters_video import CropPadSettings

_SMALLEST = 2


class CropPad(PlainFilter):
    """At least two pixels are left, whatever is asked for."""

    def __init__(self, settings: CropPadSettings, clock: FilterClock) -> None:
        sides = (settings.left, settings.top, settings.right, settings.bottom)
        self._cut = tuple(max(0, side) for side in sides)
        self._pad = tuple(max(0, -side) for side in sides)

    def apply(self, frame: FilterFrame) -> FilterFrame:
        """Return the part of the frame; the same one with nothing to cut or add."""
        if not any(self._cut) and not any(self._pad):
            return frame
        left, top, right, bottom = self._cut
        left, right = _within(left, right, frame.width)
        top, bottom = _within(top, bottom, frame.height)
        box = (slice(top, frame.height - bottom), slice(left, frame.width - right))
        colour = frame.colour[box]
        alpha = None if frame.alpha is None else frame.alpha[box]
        if any(self._pad):
            left, top, right, bottom = self._pad
            if alpha is None:
                alpha = np.full(colour.shape[:2], 255, np.uint8)
            edges = (top, bottom, left, right)
            colour = as_pixels(cv2.copyMakeBorder(colour, *edges, cv2.BORDER_CONSTANT, value=0))
            alpha = as_pixels(cv2.copyMakeBorder(alpha, *edges, cv2.BORDER_CONSTANT, value=0))
        return FilterFrame(colour, alpha, frame.captured_ns)


def _within(first: int, last: int, size: int) -> tuple[int, int]:
    """Cuts at both ends that leave something."""
    first = min(first, max(0, size - _SMALLEST))
    return first, min(last, max(0, size - _SMALLEST - first))

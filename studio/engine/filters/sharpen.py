"""Makes edges crisper."""

import cv2

from studio.engine.filters.base import FilterClock, FilterFrame, PlainFilter, as_pixels
from studio.project.filters_video import SharpenSettings

_SIGMA = 1.0


class Sharpen(PlainFilter):
    """Adds what a small blur takes away (an unsharp mask)."""

    def __init__(self, settings: SharpenSettings, clock: FilterClock) -> None:
        self._amount = settings.amount

    def apply(self, frame: FilterFrame) -> FilterFrame:
        """Return the frame sharpened; the same one with an amount of none."""
        if self._amount <= 0.0:
            return frame
        soft = cv2.GaussianBlur(frame.colour, (3, 3), _SIGMA)
        sharp = cv2.addWeighted(frame.colour, 1.0 + self._amount, soft, -self._amount, 0.0)
        return frame.with_colour(as_pixels(sharp))

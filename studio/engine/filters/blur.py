"""Softens the picture."""

from collections.abc import Callable

import cv2

from studio.engine.filters.base import FilterClock, FilterFrame, Pixels, PlainFilter, as_pixels
from studio.engine.filters.blending import premultiplied, sized, straight
from studio.project.filters_video import BlurSettings

_SHARPEST_SIGMA = 3.0
"""A wider blur is made in a smaller picture: nobody sees the difference, and it costs less."""


class Blur(PlainFilter):
    """Gaussian with half the radius as its standard deviation, or a box."""

    def __init__(self, settings: BlurSettings, clock: FilterClock) -> None:
        self._settings = settings

    def apply(self, frame: FilterFrame) -> FilterFrame:
        """Return the frame blurred; the same one with a radius of none."""
        radius = self._settings.radius_px
        if not radius:
            return frame
        if self._settings.shape == "box":
            return _each(frame, lambda plane: box_blurred(plane, radius))
        return _each(frame, lambda plane: blurred(plane, radius))


def _each(frame: FilterFrame, blur: Callable[[Pixels], Pixels]) -> FilterFrame:
    if frame.alpha is None:
        return frame.with_colour(blur(frame.colour))
    alpha = blur(frame.alpha)
    colour = blur(premultiplied(frame.colour, frame.alpha))
    return FilterFrame(straight(colour, alpha), alpha, frame.captured_ns)


def box_blurred(picture: Pixels, radius_px: int) -> Pixels:
    """Return the mean of the square around each pixel."""
    side = 2 * radius_px + 1
    return as_pixels(cv2.blur(picture, (side, side), borderType=cv2.BORDER_REPLICATE))


def blurred(picture: Pixels, radius_px: float) -> Pixels:
    """Return a picture softened as by a Gaussian of half this radius."""
    sigma = radius_px / 2
    height, width = picture.shape[:2]
    factor = 1
    while sigma / factor > _SHARPEST_SIGMA and min(width, height) // (factor * 2) >= 8:
        factor *= 2
    small = sized(picture, max(1, width // factor), max(1, height // factor))
    sigma /= factor
    soft = cv2.GaussianBlur(small, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
    return sized(as_pixels(soft), width, height)

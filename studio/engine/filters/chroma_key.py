"""Makes one colour transparent, by its distance in the plane of the two colour differences."""

import cv2
import numpy as np
import numpy.typing as npt

from studio.engine.filters.base import FilterClock, FilterFrame, Pixels, PlainFilter, as_pixels
from studio.engine.filters.blending import (
    alpha_times,
    dimmed,
    mixed,
    parse_colour,
    sized,
    three,
)
from studio.project.filters_video import ChromaKeySettings

_LEAST = 1e-3

_Distances = npt.NDArray[np.float32]


class ChromaKey(PlainFilter):
    """Works at half size, as the colour of cameras does; edges are interpolated.

    What is nearer to the key than `similarity` is gone; from there it comes back over
    `smoothness`. Over `spill` the colour itself comes back out of grey.
    """

    def __init__(self, settings: ChromaKeySettings, clock: FilterClock) -> None:
        self._settings = settings
        key = np.array([[parse_colour(settings.colour)]], dtype=np.uint8)
        _, red, blue = as_pixels(cv2.cvtColor(key, cv2.COLOR_BGR2YCrCb))[0, 0]
        self._squares = _squares(int(red)), _squares(int(blue))

    def apply(self, frame: FilterFrame) -> FilterFrame:
        """Return the frame without its background."""
        settings = self._settings
        width, height = frame.width, frame.height
        small = sized(frame.colour, max(1, width // 2), max(1, height // 2))
        beyond = self._distances(small) - np.float32(settings.similarity)
        shows = sized(_share(beyond, settings.smoothness), width, height)
        colour = frame.colour
        if settings.spill > 0.0:
            keeps = _share(beyond, settings.spill)
            if keeps.min() < 255:
                grey = three(as_pixels(cv2.cvtColor(colour, cv2.COLOR_BGR2GRAY)))
                colour = mixed(colour, grey, sized(keeps, width, height))
        alpha = alpha_times(frame.alpha, dimmed(shows, settings.opacity))
        return FilterFrame(colour, alpha, frame.captured_ns)

    def _distances(self, colour: Pixels) -> _Distances:
        """How far each pixel's colour is from the key; 0.71 is as far as can be from grey."""
        planes = cv2.cvtColor(colour, cv2.COLOR_BGR2YCrCb)
        red = cv2.LUT(cv2.extractChannel(planes, 1), self._squares[0])
        blue = cv2.LUT(cv2.extractChannel(planes, 2), self._squares[1])
        return np.asarray(cv2.sqrt(cv2.add(red, blue)), dtype=np.float32)


def _squares(centre: int) -> _Distances:
    """The square of the distance of each level of one difference from the key's."""
    levels = (np.arange(256, dtype=np.float32) - centre) / np.float32(255.0)
    return np.ascontiguousarray(levels**2)


def _share(beyond: _Distances, width: float) -> Pixels:
    """0 where a distance is not beyond the limit, 255 from `width` behind it on, eased between."""
    ramp = np.clip(beyond / np.float32(max(width, _LEAST)), 0.0, 1.0)
    return as_pixels(cv2.convertScaleAbs(ramp * np.sqrt(ramp), alpha=255.0))

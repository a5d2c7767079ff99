"""Changes what is behind a person: blurred, a colour, a picture, or nothing."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from studio.engine.filters.base import (
    FilterClock,
    FilterFrame,
    Pixels,
    PlainFilter,
    VideoFilter,
    as_pixels,
)
from studio.engine.filters.blending import alpha_times, filled, mixed, parse_colour, sized
from studio.engine.filters.models import Values
from studio.engine.filters.person import PersonFinder, SelfieFinder
from studio.engine.filters.pictures import read_picture
from studio.project.filters_video import BackgroundSettings

_NEW_SHARE = 0.65
"""How much of a new mask is taken at once; the rest keeps the edge from trembling."""
_PAUSE_FACTOR = 3
_LONGEST_PAUSE_NS = 100_000_000
_BLUR_WIDTH = 320
_HARDEST = 1 / 255


class Background(PlainFilter):
    """Finds the person at a rate of its own: at most a quarter of its time goes into that.

    Between two looks, and never for longer than a tenth of a second, the last mask serves.
    """

    def __init__(
        self,
        settings: BackgroundSettings,
        clock: FilterClock,
        *,
        finder: Callable[[], PersonFinder] = SelfieFinder,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._make_finder = finder
        self._finder: PersonFinder | None = None
        self._image: Pixels | None = None
        if settings.mode == "image" and settings.path:
            self._image = read_picture(Path(settings.path))[0]
        self._behind: Pixels | None = None
        self._person: Values | None = None
        self._looked_ns = self._cost_ns = 0
        self._curve = _curve(settings.threshold, settings.softness)

    def take_over(self, previous: VideoFilter) -> None:
        """Keep the loaded model and what it saw last."""
        if isinstance(previous, Background):
            self._finder, self._person = previous._finder, previous._person
            self._looked_ns, self._cost_ns = previous._looked_ns, previous._cost_ns

    def apply(self, frame: FilterFrame) -> FilterFrame:
        """Return the frame with another background.

        Raises:
            Unavailable: the model cannot be run here.
        """
        small = as_pixels(cv2.LUT(self._found(frame.colour), self._curve))
        share = sized(small, frame.width, frame.height)
        if self._settings.mode == "transparent":
            return frame.with_alpha(alpha_times(frame.alpha, share))
        return frame.with_colour(mixed(frame.colour, self._background(frame, small), share))

    def _found(self, colour: Pixels) -> Pixels:
        """Where the person is, as bytes in the model's size."""
        began_ns = self._clock.now_ns()
        pause_ns = min(_PAUSE_FACTOR * self._cost_ns, _LONGEST_PAUSE_NS)
        if self._person is None or began_ns - self._looked_ns >= pause_ns:
            if self._finder is None:
                self._finder = self._make_finder()
            found = self._finder.find(colour)
            before = self._person
            if before is not None and before.shape == found.shape:
                found = before + np.float32(_NEW_SHARE) * (found - before)
            self._person = found
            self._looked_ns = began_ns
            self._cost_ns = self._clock.now_ns() - began_ns
        return as_pixels(cv2.convertScaleAbs(self._person, alpha=255.0))

    def _background(self, frame: FilterFrame, person: Pixels) -> Pixels:
        if self._settings.mode == "blur":
            return _blurred_behind(frame.colour, person, self._settings.radius_px)
        behind = self._behind
        if behind is None or behind.shape != frame.colour.shape:
            if self._image is None:
                behind = filled(frame.colour, parse_colour(self._settings.colour))
            else:
                behind = covering(self._image, frame.width, frame.height)
            self._behind = behind
        return behind


def _curve(threshold: float, softness: float) -> Pixels:
    """From how sure the model is to how much shows."""
    width = max(softness, _HARDEST)
    ramp = (np.linspace(0.0, 1.0, 256) - threshold) / width + 0.5
    return np.rint(np.clip(ramp, 0.0, 1.0) * 255.0).astype(np.uint8)


def _blurred_behind(colour: Pixels, person: Pixels, radius_px: int) -> Pixels:
    """The picture blurred as if the person were not there, so that they leave no shine around."""
    height, width = colour.shape[:2]
    small_width = min(width, _BLUR_WIDTH)
    factor = small_width / width
    size = (small_width, max(1, round(height * factor)))
    small = sized(colour, *size).astype(np.float32)
    behind = (255 - sized(person, *size)).astype(np.float32) + np.float32(1.0)
    sigma = max(0.3, radius_px / 2 * factor)
    weights = cv2.GaussianBlur(behind, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
    summed = cv2.GaussianBlur(
        small * behind[:, :, None], (0, 0), sigma, borderType=cv2.BORDER_REPLICATE
    )
    soft = np.clip(summed / weights[:, :, None], 0.0, 255.0).astype(np.uint8)
    return sized(soft, width, height)


def covering(picture: Pixels, width: int, height: int) -> Pixels:
    """Return the middle of a picture, scaled so that it fills a size."""
    rows, columns = picture.shape[:2]
    scale = max(width / columns, height / rows)
    kept_columns = min(columns, max(1, round(width / scale)))
    kept_rows = min(rows, max(1, round(height / scale)))
    left, top = (columns - kept_columns) // 2, (rows - kept_rows) // 2
    part = picture[top : top + kept_rows, left : left + kept_columns]
    return sized(np.ascontiguousarray(part), width, height)

"""A picture that decides what shows of another, or that is multiplied with it or added to it."""

from dataclasses import dataclass
from pathlib import Path

import cv2

from studio.engine.filters.base import FilterClock, FilterFrame, Pixels, PlainFilter, as_pixels
from studio.engine.filters.blending import alpha_times, filled, mixed, sized, three, times
from studio.engine.filters.pictures import read_picture
from studio.project.filters_video import MaskSettings

_WHITE = (255, 255, 255)


@dataclass(frozen=True, slots=True)
class _Fitted:
    """The mask in the size of the picture."""

    colour: Pixels
    share: Pixels


class Mask(PlainFilter):
    """Stretches its picture over the whole frame."""

    def __init__(self, settings: MaskSettings, clock: FilterClock) -> None:
        self._settings = settings
        self._picture = read_picture(Path(settings.path)) if settings.path else None
        self._fitted: _Fitted | None = None

    def apply(self, frame: FilterFrame) -> FilterFrame:
        """Return the frame masked or blended; the same one without a picture."""
        if self._picture is None:
            return frame
        fitted = self._fitted
        if fitted is None or fitted.share.shape != frame.colour.shape[:2]:
            fitted = self._fitted = self._fit(*self._picture, frame.width, frame.height)
        match self._settings.mode:
            case "multiply":
                return frame.with_colour(times(frame.colour, fitted.colour))
            case "add":
                return frame.with_colour(as_pixels(cv2.add(frame.colour, fitted.colour)))
            case _:
                return frame.with_alpha(alpha_times(frame.alpha, fitted.share))

    def _fit(self, colour: Pixels, alpha: Pixels, width: int, height: int) -> _Fitted:
        """Make the mask as large as the frame, and all that the settings say of it."""
        settings = self._settings
        colour, alpha = sized(colour, width, height), sized(alpha, width, height)
        share = alpha
        if settings.mode == "luma":
            share = times(as_pixels(cv2.cvtColor(colour, cv2.COLOR_BGR2GRAY)), alpha)
        if settings.invert:
            share = as_pixels(cv2.bitwise_not(share))
            colour = as_pixels(cv2.bitwise_not(colour))
        weight = as_pixels(cv2.convertScaleAbs(alpha, alpha=settings.opacity))
        # 255 - (255 - share) * opacity: with less of it, more shows.
        share = as_pixels(
            cv2.convertScaleAbs(share, alpha=settings.opacity, beta=255 * (1 - settings.opacity))
        )
        if settings.mode == "multiply":
            colour = mixed(colour, filled(colour, _WHITE), weight)
        elif settings.mode == "add":
            colour = times(colour, three(weight))
        return _Fitted(colour, share)

"""Fades: into the other picture, or through a colour."""

import av

from studio.engine.pixels import new_frame, parse_colour
from studio.engine.transitions.base import Moment, Stateless, mixed, planes_of
from studio.engine.video.blending import yuv_of
from studio.project.transitions import ColourTransition, FadeTransition


class Fade(Stateless):
    """One picture becomes the other, evenly."""

    def __init__(self, settings: FadeTransition, width: int, height: int) -> None:
        """Make it; a fade needs to know nothing."""

    def mix(self, first: av.VideoFrame, second: av.VideoFrame, moment: Moment) -> av.VideoFrame:
        """Return the mixture."""
        return mixed(first, second, moment.progress)


class FadeToColour(Stateless):
    """The first picture fades to a colour, the second out of it."""

    def __init__(self, settings: ColourTransition, width: int, height: int) -> None:
        self._peak = settings.peak_percent / 100
        red, green, blue, alpha = parse_colour(settings.colour)
        self._colour = new_frame(width, height)
        share = alpha / 255
        values = yuv_of(red * share, green * share, blue * share)
        for plane, value in zip(planes_of(self._colour), values, strict=True):
            plane[:] = round(value)

    def mix(self, first: av.VideoFrame, second: av.VideoFrame, moment: Moment) -> av.VideoFrame:
        """Return the first picture or the second, with its share of the colour."""
        if moment.progress < self._peak:
            return mixed(first, self._colour, moment.progress / self._peak)
        return mixed(self._colour, second, (moment.progress - self._peak) / (1.0 - self._peak))

"""Transitions that move pictures: the slide pushes, the swipe covers or uncovers."""

import av

from studio.engine.pixels import new_frame
from studio.engine.transitions.base import Moment, Stateless, eased, paste
from studio.engine.video.compositor import copied
from studio.project.transitions import Direction, SlideTransition, SwipeTransition

_VECTORS: dict[Direction, tuple[int, int]] = {
    "left": (-1, 0),
    "right": (1, 0),
    "up": (0, -1),
    "down": (0, 1),
}


def _offset(direction: Direction, width: int, height: int, share: float) -> tuple[int, int]:
    """How far a picture has moved, in even pixels."""
    across, down = _VECTORS[direction]
    return round(across * width * share / 2) * 2, round(down * height * share / 2) * 2


class Slide(Stateless):
    """Both pictures move; the second pushes the first out."""

    def __init__(self, settings: SlideTransition, width: int, height: int) -> None:
        self._direction = settings.direction

    def mix(self, first: av.VideoFrame, second: av.VideoFrame, moment: Moment) -> av.VideoFrame:
        """Return both, moved."""
        width, height = first.width, first.height
        dx, dy = _offset(self._direction, width, height, eased(moment.progress))
        across, down = _VECTORS[self._direction]
        made = new_frame(width, height)
        paste(made, first, dx, dy)
        paste(made, second, dx - across * width, dy - down * height)
        return made


class Swipe(Stateless):
    """One picture moves over the other."""

    def __init__(self, settings: SwipeTransition, width: int, height: int) -> None:
        self._direction = settings.direction
        self._is_in = settings.swipe_in

    def mix(self, first: av.VideoFrame, second: av.VideoFrame, moment: Moment) -> av.VideoFrame:
        """Return one picture with the other over a part of it."""
        width, height = first.width, first.height
        dx, dy = _offset(self._direction, width, height, eased(moment.progress))
        if not self._is_in:
            made = copied(second)
            paste(made, first, dx, dy)
            return made
        across, down = _VECTORS[self._direction]
        made = copied(first)
        paste(made, second, dx - across * width, dy - down * height)
        return made

"""The cut: no picture between the two."""

import av

from studio.engine.transitions.base import Moment, Stateless
from studio.project.transitions import CutTransition


class Cut(Stateless):
    """At once; it takes no time."""

    def __init__(self, settings: CutTransition, width: int, height: int) -> None:
        """Make it; a cut needs to know nothing."""

    @property
    def length_ns(self) -> int | None:
        """No time at all."""
        return 0

    def mix(self, first: av.VideoFrame, second: av.VideoFrame, moment: Moment) -> av.VideoFrame:
        """Return the second picture."""
        return second

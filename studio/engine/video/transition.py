"""What the program asks of a transition; the kinds are in `studio.engine.transitions`."""

from dataclasses import dataclass
from typing import Protocol

import av


@dataclass(frozen=True, slots=True)
class Moment:
    """How far a transition is."""

    progress: float
    """0 at its beginning, 1 at its end."""
    elapsed_ns: int


class Transition(Protocol):
    """One transition on its way; used by the video thread, made and closed elsewhere."""

    @property
    def length_ns(self) -> int | None:
        """How long it takes, where that does not depend on the settings' duration."""
        ...

    def mix(self, first: av.VideoFrame, second: av.VideoFrame, moment: Moment) -> av.VideoFrame:
        """Return the picture at a moment; never written into either of the two, nor again."""
        ...

    def close(self) -> None:
        """Let go of what it holds."""
        ...

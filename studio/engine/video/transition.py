"""What the program asks of a transition; the kinds are in `studio.engine.transitions`."""

from dataclasses import dataclass
from typing import Protocol

import av

from studio.engine.audio.track import AudioTrack


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

    @property
    def sound(self) -> tuple[AudioTrack, float] | None:
        """What it sounds like itself, and its gain; None for silence."""
        ...

    def begin(self, now_ns: int) -> None:
        """It begins at this moment of the master clock; its sound must know."""
        ...

    def mix(self, first: av.VideoFrame, second: av.VideoFrame, moment: Moment) -> av.VideoFrame:
        """Return the picture at a moment; never written into either of the two, nor again."""
        ...

    def close(self) -> None:
        """Let go of what it holds."""
        ...

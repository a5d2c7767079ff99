"""Where a clip stands and how fast it runs, as plain values. Sound is never played."""

from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import Self

SPEEDS = (0.25, 0.5, 1.0, 2.0)


@dataclass(frozen=True, slots=True)
class Playback:
    """`times_s` are the pictures' moments from the first on; it stands still until told to run."""

    times_s: tuple[float, ...] = ()
    position_s: float = 0.0
    speed: float = 1.0
    is_playing: bool = False

    @property
    def is_open(self) -> bool:
        """Whether there is something to play."""
        return bool(self.times_s)

    @property
    def duration_s(self) -> float:
        """The moment of the last picture."""
        return self.times_s[-1] if self.times_s else 0.0

    @property
    def index(self) -> int:
        """The picture to be shown."""
        return max(0, bisect_right(self.times_s, self.position_s) - 1)

    def toggled(self) -> Self:
        """Run or stand still; at the end it begins again."""
        if not self.is_open:
            return self
        if self.is_playing:
            return replace(self, is_playing=False)
        starts = 0.0 if self.position_s >= self.duration_s else self.position_s
        return replace(self, is_playing=True, position_s=starts)

    def stepped(self, by: int) -> Self:
        """Stand still on a neighbouring picture."""
        if not self.is_open:
            return self
        index = max(0, min(len(self.times_s) - 1, self.index + by))
        return replace(self, is_playing=False, position_s=self.times_s[index])

    def moved_to(self, position_s: float) -> Self:
        """Go to a moment."""
        return replace(self, position_s=max(0.0, min(self.duration_s, position_s)))

    def with_speed(self, by: int) -> Self:
        """Run at the next slower or faster speed."""
        place = SPEEDS.index(self.speed) + by
        return replace(self, speed=SPEEDS[max(0, min(len(SPEEDS) - 1, place))])

    def advanced(self, elapsed_s: float) -> Self:
        """After some time; at the end it stands still."""
        if not self.is_playing:
            return self
        position_s = self.position_s + elapsed_s * self.speed
        if position_s >= self.duration_s:
            return replace(self, position_s=self.duration_s, is_playing=False)
        return replace(self, position_s=position_s)

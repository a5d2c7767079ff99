"""Moves the picture through itself."""

import numpy as np

from studio.engine.filters.base import FilterClock, FilterFrame, Pixels, PlainFilter, VideoFilter
from studio.project.filters_video import ScrollSettings

_NS_PER_S = 1_000_000_000


class Scroll(PlainFilter):
    """What leaves at one side comes back at the other; it moves while the source stands still."""

    def __init__(self, settings: ScrollSettings, clock: FilterClock) -> None:
        self._speeds = (settings.x_px_per_s, settings.y_px_per_s)
        self._clock = clock
        self._x = self._y = 0.0
        self._moved_ns = clock.now_ns()

    def take_over(self, previous: VideoFilter) -> None:
        """Go on where the picture is."""
        if isinstance(previous, Scroll):
            self._x, self._y, self._moved_ns = previous._x, previous._y, previous._moved_ns

    def wakes_at_ns(self) -> int | None:
        """At the next tick, as long as it moves."""
        return self._moved_ns + self._clock.period_ns if any(self._speeds) else None

    def apply(self, frame: FilterFrame) -> FilterFrame:
        """Return the frame moved on; the same one while it has not moved by a pixel."""
        now_ns = self._clock.now_ns()
        passed_s = (now_ns - self._moved_ns) / _NS_PER_S
        self._moved_ns = now_ns
        self._x = (self._x + self._speeds[0] * passed_s) % frame.width
        self._y = (self._y + self._speeds[1] * passed_s) % frame.height
        x, y = int(self._x), int(self._y)
        if not x and not y:
            return frame
        alpha = frame.alpha
        return FilterFrame(
            _rolled(frame.colour, x, y),
            None if alpha is None else _rolled(alpha, x, y),
            frame.captured_ns,
        )


def _rolled(pixels: Pixels, x: int, y: int) -> Pixels:
    fresh = np.empty_like(pixels, order="C")
    height, width = pixels.shape[:2]
    for rows, from_rows in (
        (slice(0, height - y), slice(y, None)),
        (slice(height - y, None), slice(0, y)),
    ):
        fresh[rows, : width - x] = pixels[from_rows, x:]
        fresh[rows, width - x :] = pixels[from_rows, :x]
    return fresh

"""Shows the picture later."""

from collections import deque
from dataclasses import replace

from studio.engine.filters.base import FilterClock, FilterFrame, PlainFilter, VideoFilter
from studio.project.filters_video import RenderDelaySettings

_NS_PER_MS = 1_000_000
_MOST_BYTES = 256 * 1024 * 1024


class RenderDelay(PlainFilter):
    """Holds pictures back; until the first is due, that one is shown.

    At most 256 MB are held: of pictures too large for that not every one is taken, so that the
    delay stays right and only the rate falls.
    """

    def __init__(self, settings: RenderDelaySettings, clock: FilterClock) -> None:
        self._delay_ns = settings.delay_ms * _NS_PER_MS
        self._clock = clock
        self._held: deque[tuple[int, FilterFrame]] = deque()
        self._last_in: FilterFrame | None = None
        self._taken_ns = 0
        self._shown: FilterFrame | None = None

    def take_over(self, previous: VideoFilter) -> None:
        """Keep what is held; it comes when the new delay is over."""
        if isinstance(previous, RenderDelay):
            self._held, self._taken_ns = previous._held, previous._taken_ns
            self._last_in, self._shown = previous._last_in, previous._shown

    def wakes_at_ns(self) -> int | None:
        """When the oldest picture that is held is due."""
        return self._held[0][0] + self._delay_ns if self._held else None

    def apply(self, frame: FilterFrame) -> FilterFrame:
        """Return the newest picture that is due."""
        now_ns = self._clock.now_ns()
        if frame is not self._last_in and now_ns - self._taken_ns >= self._spacing_ns(frame):
            self._held.append((now_ns, frame))
            self._taken_ns = now_ns
        self._last_in = frame
        shown = None
        while self._held and self._held[0][0] + self._delay_ns <= now_ns:
            shown = self._held.popleft()[1]
        if shown is not None or self._shown is None:
            # What is late on purpose counts as captured later: nothing else has to wait for it.
            late = shown or frame
            self._shown = replace(late, captured_ns=late.captured_ns + self._delay_ns)
        return self._shown

    def _spacing_ns(self, frame: FilterFrame) -> int:
        """How far apart pictures of this size must be taken."""
        size = frame.colour.nbytes + (0 if frame.alpha is None else frame.alpha.nbytes)
        return self._delay_ns * size // _MOST_BYTES

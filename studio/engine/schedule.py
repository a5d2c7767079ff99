"""The master clock of a show: when each video tick is due, for the video thread and sources."""

import threading
import time
from collections.abc import Callable

NS = 1_000_000_000


class TickSchedule:
    """Ticks at `origin_ns + n / fps`, on the machine's monotonic clock. Immutable, any thread."""

    def __init__(self, fps: int, origin_ns: int) -> None:
        self.fps = fps
        self.origin_ns = origin_ns
        self.period_ns = NS // fps

    def at(self, number: int) -> int:
        """Return when tick `number` is due, in monotonic ns."""
        return self.origin_ns + number * NS // self.fps

    def first_from(self, moment_ns: int) -> int:
        """Return the number of the first tick at or after a moment."""
        return -((self.origin_ns - moment_ns) * self.fps // NS)


class StopSignal:
    """Tells threads to end, and lets them sleep until a moment unless told."""

    def __init__(self, monotonic_ns: Callable[[], int] = time.monotonic_ns) -> None:
        self._event = threading.Event()
        self._now_ns = monotonic_ns

    @property
    def is_set(self) -> bool:
        """The thread should end."""
        return self._event.is_set()

    def set(self) -> None:
        """Tell the threads to end."""
        self._event.set()

    def wait_until(self, moment_ns: int) -> bool:
        """Sleep until a moment; return False at once when told to end."""
        remaining = moment_ns - self._now_ns()
        if remaining <= 0:
            return not self._event.is_set()
        return not self._event.wait(remaining / NS)

"""Time as an argument: what runs by the clock takes one, so that tests need not wait."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """The time of day and a time that never jumps."""

    def now(self) -> datetime:
        """Return the time of day in UTC."""
        ...

    def monotonic_ns(self) -> int:
        """Return nanoseconds since some fixed instant; never goes back."""
        ...


class SystemClock:
    """The machine's own clocks."""

    def now(self) -> datetime:
        """Return the time of day in UTC."""
        return datetime.now(UTC)

    def monotonic_ns(self) -> int:
        """Return the machine's monotonic time in ns, the same in all its processes."""
        return time.monotonic_ns()


def rfc3339(moment: datetime) -> str:
    """Return a time as the wire writes it: UTC with milliseconds, `2026-11-20T07:25:00.000Z`."""
    utc = moment.astimezone(UTC)
    return utc.strftime("%Y-%m-%dT%H:%M:%S.") + f"{utc.microsecond // 1000:03d}Z"

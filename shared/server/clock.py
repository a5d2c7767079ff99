"""The time as a collaborator, so that tests can move it."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time of day."""

    def now(self) -> datetime:
        """The moment it is, in UTC, cut to milliseconds as the wire and the tables hold it."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The moment it is, in UTC, cut to milliseconds."""
        moment = datetime.now(UTC)
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

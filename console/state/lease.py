"""The right to decide a case, and how long it still lasts."""

from dataclasses import dataclass
from datetime import datetime

from shared.schemas.moderation import Lease

_RENEW_SHARE = 0.5
_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class LeaseState:
    """A lease on this machine's monotonic clock, so that a wrong wall clock cannot shorten it."""

    token: int
    ends_ns: int
    length_s: float

    @classmethod
    def of(cls, lease: Lease, *, server_now: datetime, monotonic_ns: int) -> "LeaseState":
        """The lease as it was granted at `server_now`."""
        length_s = max(0.0, (lease.expires_at - server_now).total_seconds())
        return cls(lease.token, monotonic_ns + int(length_s * _NS), length_s)

    def remaining_s(self, monotonic_ns: int) -> float:
        """How long it lasts from now on, never below zero."""
        return max(0.0, (self.ends_ns - monotonic_ns) / _NS)

    def is_over(self, monotonic_ns: int) -> bool:
        """Whether somebody else may claim the case."""
        return monotonic_ns >= self.ends_ns

    def renew_in_s(self, monotonic_ns: int) -> float:
        """How long until it is to be renewed: when half of it is used up."""
        return max(0.0, self.remaining_s(monotonic_ns) - self.length_s * _RENEW_SHARE)

"""Leaky buckets: how often a session, an address or an account may ask."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from shared.schemas.common import ErrorCode
from shared.server.http.errors import Refused

_MAX_BUCKETS = 100_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a request may pass, and what the response's headers say about it."""

    allowed: bool
    limit: int
    remaining: int
    retry_after_s: float = 0.0


@dataclass(slots=True)
class _Bucket:
    level: float
    at: float


def _nobody(key: str, per_minute: int) -> None:
    """There are no other processes."""


class Limits:
    """All buckets of this process; each holds a minute's worth and leaks evenly.

    The number of buckets is bounded: when full, the one unused longest is forgotten.
    """

    def __init__(
        self, *, enforced: bool = True, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._enforced = enforced
        self._monotonic = monotonic
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self.on_admitted: Callable[[str, int], None] = _nobody
        """Called with key and limit of every request that passes; see `shared_limits`."""
        self.refused = 0
        """Requests that were too many, for the figures."""

    def take(self, key: str, per_minute: int) -> Verdict:
        """Pour one request into the bucket `key`."""
        if not self._enforced:
            return Verdict(allowed=True, limit=per_minute, remaining=per_minute)
        now = self._monotonic()
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = _Bucket(0.0, now)
            if len(self._buckets) > _MAX_BUCKETS:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(key)
        rate = per_minute / 60
        level = max(0.0, bucket.level - (now - bucket.at) * rate)
        bucket.at = now
        if level + 1 > per_minute:
            bucket.level = level
            self.refused += 1
            return Verdict(
                allowed=False,
                limit=per_minute,
                remaining=0,
                retry_after_s=(level + 1 - per_minute) / rate,
            )
        bucket.level = level + 1
        self.on_admitted(key, per_minute)
        return Verdict(allowed=True, limit=per_minute, remaining=int(per_minute - bucket.level))

    def learn(self, key: str, level: float) -> None:
        """The bucket is at least this full over all processes."""
        bucket = self._buckets.get(key)
        if bucket is not None and level > bucket.level:
            bucket.level, bucket.at = level, self._monotonic()

    def check(self, key: str, per_minute: int) -> None:
        """Pour one request into the bucket `key`.

        Raises:
            Refused: the bucket is full.
        """
        verdict = self.take(key, per_minute)
        if not verdict.allowed:
            raise rate_limited(verdict.retry_after_s)


def rate_limited(retry_after_s: float) -> Refused:
    """The refusal of a request that comes too soon."""
    seconds = max(1, int(retry_after_s + 0.999))
    return Refused(
        ErrorCode.RATE_LIMITED,
        f"You are going too fast; try again in {seconds} s.",
        f"Je gaat te snel; probeer het over {seconds} s opnieuw.",
        retry_after_s=seconds,
    )

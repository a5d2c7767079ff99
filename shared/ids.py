"""Identifiers that sort in the order in which they were made, for every row and request."""

import secrets
import threading
import time
import uuid

_PARTS = 4096
_MS_NS = 1_000_000


class _Moments:
    """Moments of the clock in 4096ths of a millisecond, each later than the one before."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def next(self) -> int:
        """The moment now; the smallest later one where the clock has not moved, or went back."""
        ms, rest_ns = divmod(time.time_ns(), _MS_NS)
        now = ms * _PARTS + rest_ns * _PARTS // _MS_NS
        with self._lock:
            self._last = max(now, self._last + 1)
            return self._last


_moments = _Moments()


def new_id() -> str:
    """A UUIDv7 (RFC 9562, section 5.7) that sorts after every earlier one of this process.

    48 bits of Unix milliseconds, 12 bits of their fraction (section 6.2, method 3), 62 random bits.
    """
    ms, part = divmod(_moments.next(), _PARTS)
    value = (ms & 0xFFFF_FFFF_FFFF) << 80
    value |= 0x7 << 76
    value |= part << 64
    value |= 0b10 << 62
    value |= secrets.randbits(62)
    return str(uuid.UUID(int=value))

"""When a failed call is worth another try, and after how long."""

from dataclasses import dataclass, field

from shared.api.errors import ApiError
from shared.backoff import Backoff
from shared.errors import AppError
from shared.schemas.common import ErrorCode

_AWAY_STATUS = frozenset({502, 503, 504})


@dataclass(frozen=True, slots=True)
class Retries:
    """Bounded patience: `tries` in all, and no wait longer than `patience_s`."""

    tries: int = 4
    patience_s: float = 3.0
    backoff: Backoff = field(default_factory=lambda: Backoff(base_s=0.2, cap_s=2.0))

    def wait_s(self, error: AppError, *, tries: int, is_repeatable: bool) -> float | None:
        """How long to wait before the next try, or None to give up; `tries` counts the retries."""
        if tries + 1 >= self.tries:
            return None
        wait_s = self.backoff.wait_s(tries)
        if isinstance(error, ApiError):
            is_limited = error.code == ErrorCode.RATE_LIMITED
            if not is_limited and not (is_repeatable and error.status in _AWAY_STATUS):
                return None
            wait_s = max(wait_s, error.retry_after_s or 0.0)
            return wait_s if wait_s <= self.patience_s else None
        if error.code != "SERVER_UNREACHABLE":
            return None
        return wait_s if is_repeatable or not error.meta.get("sent", True) else None

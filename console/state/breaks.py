"""When a moderator should look away for a while: after long work without a pause."""

from shared.clock import Clock

_NS = 1_000_000_000


class Breaks:
    """Counts the time since the last pause. A pause is `pause_s` in which nothing was done."""

    def __init__(
        self,
        clock: Clock,
        *,
        work_s: float = 50 * 60.0,
        pause_s: float = 5 * 60.0,
        again_s: float = 15 * 60.0,
    ) -> None:
        self._clock = clock
        self._work_s = work_s
        self._pause_s = pause_s
        self._again_s = again_s
        self._since_ns = self._last_ns = clock.monotonic_ns()
        self._told_s: float | None = None

    @property
    def worked_s(self) -> float:
        """How long it is since the last pause ended."""
        return (self._last_ns - self._since_ns) / _NS

    def work(self) -> None:
        """Something was done; the first thing after a pause begins a new stretch."""
        now = self._clock.monotonic_ns()
        if (now - self._last_ns) / _NS >= self._pause_s:
            self._since_ns, self._told_s = now, None
        self._last_ns = now

    def is_due(self) -> bool:
        """Whether to remind now; said once, then again every `again_s` of further work."""
        before = self._told_s
        due_s = self._work_s if before is None else before + self._again_s
        if self.worked_s < due_s:
            return False
        self._told_s = self.worked_s
        return True

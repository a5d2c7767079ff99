"""How long a moderator has looked at unblurred evidence: a budget for each shift."""

from shared.clock import Clock

_NS = 1_000_000_000
GLANCE_S = 10.0
"""How long one look lasts before the picture is blurred again."""
HOLD_S = 60.0
"""How long a picture that is held clear stays so."""


class Exposure:
    """Counts the seconds in which something is shown clearly; nothing is shown beyond them."""

    def __init__(self, clock: Clock, *, budget_s: float = 600.0) -> None:
        self._clock = clock
        self._budget_s = budget_s
        self._spent_s = 0.0
        self._since_ns: int | None = None
        self._most_s = GLANCE_S

    @property
    def left_s(self) -> float:
        """What is left of the budget."""
        return max(0.0, self._budget_s - self._spent_s - self._running_s())

    @property
    def is_looking(self) -> bool:
        """Whether something is shown clearly now."""
        return self._since_ns is not None

    @property
    def is_over(self) -> bool:
        """Whether the look has lasted its time, or the budget is used up."""
        return self.is_looking and (self._running_s() >= self._most_s or self.left_s <= 0)

    def look(self, *, most_s: float = GLANCE_S) -> bool:
        """Begin to look, for a while; false when the budget is used up."""
        if self.left_s <= 0:
            return False
        self._most_s = most_s
        if self._since_ns is None:
            self._since_ns = self._clock.monotonic_ns()
        return True

    def look_away(self) -> None:
        """Blurred again."""
        self._spent_s += self._running_s()
        self._since_ns = None

    def _running_s(self) -> float:
        if self._since_ns is None:
            return 0.0
        return (self._clock.monotonic_ns() - self._since_ns) / _NS

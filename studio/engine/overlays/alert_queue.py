"""Which tips are announced when: one after another, together when they come too fast. Pure.

It keeps up with any number of tips: what waits is a few announcements at most. A tip that finds
three waiting joins the last one of its own rule, and the more wait, the shorter each is shown. No
tip is left out: the tokens announced are the tokens that came.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from studio.engine.protocol.overlays import TipFact
from studio.project.overlays import AlertRule

_WAITING_ALONE = 3
_SHORTEST_S = 1.5


@dataclass(slots=True)
class _Waiting:
    """Tips of one rule that will be announced together."""

    rule: AlertRule
    tips: list[TipFact] = field(default_factory=list)
    tokens: int = 0
    others: int = 0

    def join(self, tip: TipFact) -> None:
        """Take a tip in; only the first and the largest are remembered by name."""
        self.tokens += tip.tokens
        if not self.tips:
            self.tips.append(tip)
            return
        self.others += 1
        if tip.tokens > self.tips[0].tokens:
            self.tips[0] = tip


@dataclass(frozen=True, slots=True)
class Alert:
    """An announcement, and when it is to be seen."""

    number: int
    rule: AlertRule
    name: str
    text: str
    tokens: int
    others: int
    start_s: float
    end_s: float


class AlertQueue:
    """Driven by whoever knows the time: `add` tips, ask for `current`."""

    def __init__(self, rules: Sequence[AlertRule], *, gap_s: float = 0.25) -> None:
        self._rules = tuple(rules)
        self._gap_s = gap_s
        self._waiting: deque[_Waiting] = deque()
        self._current: Alert | None = None
        self._number = 0

    @property
    def waiting(self) -> int:
        """How many announcements are still to come."""
        return len(self._waiting)

    def add(self, tip: TipFact) -> None:
        """Line a tip up; one that no rule covers is not announced."""
        rule = next((rule for rule in self._rules if rule.covers(tip.tokens)), None)
        if rule is None:
            return
        if len(self._waiting) >= _WAITING_ALONE:
            for waiting in reversed(self._waiting):
                if waiting.rule is rule:
                    waiting.join(tip)
                    return
        made = _Waiting(rule)
        made.join(tip)
        self._waiting.append(made)

    def current(self, now_s: float, *, lead_s: float = 0.0) -> Alert | None:
        """Return what is to be seen now; the next one starts `lead_s` from now."""
        current = self._current
        if current is not None and now_s < current.end_s:
            return current
        if current is not None and now_s < current.end_s + self._gap_s:
            return None
        self._current = self._next(now_s + lead_s) if self._waiting else None
        return self._current

    def free_s(self, now_s: float) -> float | None:
        """When the next one could start; None when nothing is shown and nothing waits."""
        if self._current is not None and now_s < self._current.end_s + self._gap_s:
            return self._current.end_s + self._gap_s
        return now_s if self._waiting else None

    def _next(self, start_s: float) -> Alert:
        one = self._waiting.popleft()
        self._number += 1
        duration_s = max(_SHORTEST_S, one.rule.duration_s / (1 + len(self._waiting)))
        tip = one.tips[0]
        return Alert(
            self._number,
            one.rule,
            tip.name,
            tip.text or tip.item or "",
            one.tokens,
            one.others,
            start_s,
            start_s + min(duration_s, one.rule.duration_s),
        )

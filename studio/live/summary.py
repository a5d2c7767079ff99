"""A broadcast in figures, for the moment after it ended."""

from dataclasses import dataclass
from datetime import datetime

from studio.live.show import ShowState

_SEEN_AT_MOST = 5000
"""Ids of tips remembered: many times what the show holds, so that none counts twice."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What came of a broadcast; `best_supporter` gave the most tokens together."""

    title: str
    duration_s: float
    peak_viewers: int
    tips: int
    tokens: int
    goals: int
    goals_reached: int
    messages: int
    best_supporter: str = ""
    best_tokens: int = 0


class Tally:
    """Counts a broadcast while it runs; the show keeps only its newest tips and messages."""

    def __init__(self) -> None:
        self._seen: dict[str, None] = {}
        self._tips = 0
        self._by_sender: dict[str, tuple[str, int]] = {}

    def take(self, show: ShowState) -> None:
        """Count what the show holds and was not counted before."""
        for tip in show.tips:
            if tip.id in self._seen:
                continue
            self._seen[tip.id] = None
            self._tips += 1
            if len(self._seen) > _SEEN_AT_MOST:
                del self._seen[next(iter(self._seen))]
            name, tokens = self._by_sender.get(tip.sender.id, (tip.sender.display_name, 0))
            self._by_sender[tip.sender.id] = (name, tokens + tip.tokens)

    def summary(self, show: ShowState, *, title: str, began: datetime, ended: datetime) -> Summary:
        """The figures of the broadcast."""
        self.take(show)
        best = max(self._by_sender.values(), key=lambda one: one[1], default=("", 0))
        return Summary(
            title=title,
            duration_s=max(0.0, (ended - began).total_seconds()),
            peak_viewers=show.peak_viewers,
            tips=self._tips,
            tokens=sum(tokens for _, tokens in self._by_sender.values()),
            goals=len(show.goals),
            goals_reached=sum(goal.raised_tokens >= goal.target_tokens for goal in show.goals),
            messages=show.chat.added,
            best_supporter=best[0],
            best_tokens=best[1],
        )

"""What the overlays know of the room: told on the command thread, read by the drawing threads."""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from studio.engine.protocol.overlays import (
    ActionFact,
    ActionsUpdate,
    ChatLine,
    ChatUpdate,
    GoalFact,
    GoalUpdate,
    MenuLine,
    MenuUpdate,
    MoodUpdate,
    OverlayUpdate,
    StreamUpdate,
    SupporterFact,
    SupportersUpdate,
    TipFact,
    TipsUpdate,
    ViewersUpdate,
)
from studio.engine.schedule import NS, StopSignal

_TIPS_KEPT = 2000
NO_MOOD = (0.0,) * 8


@dataclass(frozen=True, slots=True)
class Facts:
    """The room as it is now; replaced as a whole with each update."""

    goal: GoalFact | None = None
    menu: tuple[MenuLine, ...] = ()
    supporters: tuple[SupporterFact, ...] = ()
    mood: tuple[float, ...] = NO_MOOD
    chat: tuple[ChatLine, ...] = ()
    viewers: int | None = None
    actions: tuple[ActionFact, ...] = ()
    action_end_s: float | None = None
    """When the time of the first action is up, on the monotonic clock; None while it waits."""
    action_left_s: float | None = None
    """What is left of it while it is paused."""
    creator: str = ""
    platform: str = ""


@dataclass(frozen=True, slots=True)
class ArrivedTip:
    """A tip and its place among all that came."""

    number: int
    at_s: float
    tip: TipFact


class OverlayBoard:
    """One per engine. Tips are kept for their announcement, 2000 at most; the rest is a state."""

    def __init__(self, monotonic_ns: Callable[[], int] = time.monotonic_ns) -> None:
        self._now_ns = monotonic_ns
        self._changed = threading.Condition()
        self._facts = Facts()
        self._tips: deque[ArrivedTip] = deque(maxlen=_TIPS_KEPT)
        self._arrived = 0
        self._seen: deque[str] = deque(maxlen=_TIPS_KEPT)
        self._version = 0

    @property
    def facts(self) -> Facts:
        """The room as it is now."""
        return self._facts

    @property
    def version(self) -> int:
        """Rises with each update."""
        return self._version

    def update(self, updates: Sequence[OverlayUpdate]) -> None:
        """Take in what changed; a tip that is told twice counts once."""
        with self._changed:
            for one in updates:
                if isinstance(one, TipsUpdate):
                    self._take(one.tips)
                else:
                    self._facts = self._after(self._facts, one)
            self._version += 1
            self._changed.notify_all()

    def _take(self, tips: Sequence[TipFact]) -> None:
        now_s = self._now_ns() / NS
        for tip in tips:
            if tip.id not in self._seen:
                self._seen.append(tip.id)
                self._arrived += 1
                self._tips.append(ArrivedTip(self._arrived, now_s, tip))

    def _after(self, facts: Facts, update: OverlayUpdate) -> Facts:
        match update:
            case GoalUpdate(goal=goal):
                return replace(facts, goal=goal)
            case MenuUpdate(lines=lines):
                return replace(facts, menu=lines)
            case SupportersUpdate(supporters=supporters):
                return replace(facts, supporters=supporters)
            case MoodUpdate(shares=shares):
                return replace(facts, mood=shares)
            case ChatUpdate(lines=lines):
                return replace(facts, chat=lines)
            case ViewersUpdate(viewers=viewers):
                return replace(facts, viewers=viewers)
            case ActionsUpdate(actions=actions, left_s=left_s, is_paused=is_paused):
                is_running = left_s is not None and not is_paused
                end_s = self._now_ns() / NS + (left_s or 0.0) if is_running else None
                return replace(
                    facts,
                    actions=actions,
                    action_end_s=end_s,
                    action_left_s=left_s if is_paused else None,
                )
            case StreamUpdate(creator=creator, platform=platform):
                return replace(facts, creator=creator, platform=platform)
            case TipsUpdate():
                return facts

    def tips_after(self, number: int) -> list[ArrivedTip]:
        """Return the tips that came after the one with a number, oldest first."""
        with self._changed:
            return [arrived for arrived in self._tips if arrived.number > number]

    def tips_before(self, at_s: float) -> int:
        """Return the number of the last tip that came before a moment; 0 when there is none."""
        with self._changed:
            earlier = [arrived.number for arrived in self._tips if arrived.at_s < at_s]
            lost = self._tips[0].number - 1 if self._tips else 0
            return earlier[-1] if earlier else lost

    def wait(self, version: int, *, until_ns: int | None, stop: StopSignal) -> None:
        """Sleep until there is something newer than `version`, a moment, or the order to stop."""
        with self._changed:
            timeout_s = None if until_ns is None else max(0.0, (until_ns - self._now_ns()) / NS)
            self._changed.wait_for(lambda: stop.is_set or self._version != version, timeout_s)

    def wake(self) -> None:
        """Let those who wait look whether they should stop."""
        with self._changed:
            self._changed.notify_all()

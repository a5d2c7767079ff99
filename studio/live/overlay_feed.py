"""From the room to the picture: what the overlays of the engine are told, and when. Pure."""

import logging
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

from pydantic import ValidationError

from shared.realtime import RoomItem
from shared.schemas.moods import Mood
from shared.schemas.realtime import EventType, RoomEvent
from shared.schemas.show import Goal
from shared.schemas.stage import StageAction
from shared.schemas.wallet import LeaderboardRow, Tip
from studio.engine.protocol.overlays import (
    ActionFact,
    ActionsUpdate,
    ChatLine,
    ChatUpdate,
    GoalFact,
    GoalUpdate,
    MenuLine,
    MenuUpdate,
    MilestoneFact,
    MoodUpdate,
    OverlayUpdate,
    StreamUpdate,
    SupporterFact,
    SupportersUpdate,
    TipFact,
    TipsUpdate,
    UpdateOverlays,
    ViewersUpdate,
)
from studio.live.show import Parts, ShowPart, ShowState
from studio.live.stage_queue import StageQueue
from studio.project.model import Project

_log = logging.getLogger(__name__)

_TIPS_AT_ONCE = 200
_TIPS_KEPT = 2000
_CHAT_LINES = 40
_ACTIONS = 20

# Which part of the room each kind of overlay shows.
_NEEDS = {
    "goal_bar": "goal",
    "tip_alerts": "tips",
    "tip_menu": "menu",
    "leaderboard": "supporters",
    "mood_strip": "mood",
    "chat_box": "chat",
    "viewer_count": "viewers",
    "action_timer": "actions",
    "watermark": "stream",
}
_OF_PART = {
    ShowPart.GOALS: "goal",
    ShowPart.MOOD: "mood",
    ShowPart.CHAT_ADDED: "chat",
    ShowPart.CHAT_CHANGED: "chat",
    ShowPart.VIEWERS: "viewers",
}
_ALL = frozenset(_NEEDS.values())


class Offer(Protocol):
    """A line of a tip menu, the platform's or the creator's own."""

    @property
    def title(self) -> str:
        """What is offered."""
        ...

    @property
    def tokens(self) -> int:
        """For how much."""
        ...


def needed_by(project: Project) -> frozenset[str]:
    """Return the parts of the room that some overlay of the document shows."""
    kinds = {source.settings.kind for source in project.sources}
    return frozenset(need for kind, need in _NEEDS.items() if kind in kinds)


class OverlayFeed:
    """Notes what changed; `take` gives it as one command, only what some overlay shows."""

    def __init__(self) -> None:
        self._dirty: set[str] = set()
        self._needed: frozenset[str] = frozenset()
        self._tips: deque[TipFact] = deque(maxlen=_TIPS_KEPT)
        self._menu: tuple[MenuLine, ...] = ()
        self._supporters: tuple[SupporterFact, ...] = ()
        self._actions = ActionsUpdate(actions=())
        self._known_actions: tuple[object, ...] = ((), None, False)
        self._creator = ""
        self._platform = ""

    def note(self, item: RoomItem, parts: Parts) -> None:
        """Take the next item of the room, after the show has."""
        if not isinstance(item, RoomEvent):
            self._dirty |= _ALL - {"tips"}
            return
        self._dirty |= {_OF_PART[part] for part in parts if part in _OF_PART}
        try:
            if item.type is EventType.TIP_RECEIVED:
                self._tips.append(_tip(Tip.model_validate(item.data)))
        except ValidationError as error:
            _log.warning("%s is not understood (%d errors)", item.type, error.error_count())

    def set_actions(self, queue: StageQueue, now_s: float) -> None:
        """The creator's queue of actions as it is now."""
        running = queue.running(now_s)
        waiting = [running.action] if running is not None else []
        waiting += queue.waiting[: _ACTIONS - 1]
        left_s = round(running.left_s, 1) if running is not None else None
        is_paused = running is not None and running.is_paused
        until_s = left_s if left_s is None or is_paused else round(now_s + left_s)
        known = (tuple(one.id for one in waiting), until_s, is_paused)
        if known != self._known_actions:
            self._known_actions = known
            self._actions = ActionsUpdate(
                actions=tuple(_action(one) for one in waiting), left_s=left_s, is_paused=is_paused
            )
            self._dirty.add("actions")

    def set_menu(self, items: Sequence[Offer]) -> None:
        """The creator's tip menu."""
        self._menu = tuple(MenuLine(title=one.title, tokens=one.tokens) for one in items[:50])
        self._dirty.add("menu")

    def set_supporters(self, rows: Sequence[LeaderboardRow]) -> None:
        """Who gave most in this show."""
        self._supporters = tuple(
            SupporterFact(name=row.user.display_name, tokens=row.tokens) for row in rows[:50]
        )
        self._dirty.add("supporters")

    def set_stream(self, *, creator: str, platform: str) -> None:
        """Whose show it is, and where."""
        self._creator, self._platform = creator, platform
        self._dirty.add("stream")

    def restart(self) -> None:
        """Another engine: it knows nothing yet. Tips that were announced are not again."""
        self._dirty |= _ALL - {"tips"}

    def leave(self) -> None:
        """The room is left: nothing of it is to be seen in the next."""
        self._tips.clear()
        self._supporters = ()
        self._dirty |= _ALL - {"tips"}

    def take(self, show: ShowState, project: Project) -> UpdateOverlays | None:
        """Return what the overlays of the document do not know yet; None when they know it all."""
        needed = needed_by(project)
        self._dirty |= needed - self._needed - {"tips"}
        self._needed = needed
        wanted = self._dirty & needed
        self._dirty -= wanted
        updates = [_MAKERS[name](self, show) for name in sorted(wanted)]
        if "tips" not in needed:
            self._tips.clear()
        elif self._tips:
            tips = [self._tips.popleft() for _ in range(min(len(self._tips), _TIPS_AT_ONCE))]
            updates.append(TipsUpdate(tips=tuple(tips)))
        return UpdateOverlays(updates=tuple(updates)) if updates else None

    def give_back(self, command: UpdateOverlays) -> None:
        """The engine did not get it: tell it again with the next."""
        for update in command.updates:
            if isinstance(update, TipsUpdate):
                self._tips.extendleft(reversed(update.tips))
            else:
                self._dirty.add(update.kind)

    # One maker per part

    def _goal(self, show: ShowState) -> OverlayUpdate:
        goals = [goal for goal in show.goals if not goal.deleted]
        unreached = (goal for goal in goals if goal.reached_at is None)
        goal = next(unreached, goals[-1] if goals else None)
        return GoalUpdate(goal=_goal_fact(goal) if goal is not None else None)

    def _menu_update(self, _show: ShowState) -> OverlayUpdate:
        return MenuUpdate(lines=self._menu)

    def _supporters_update(self, _show: ShowState) -> OverlayUpdate:
        return SupportersUpdate(supporters=self._supporters)

    def _mood(self, show: ShowState) -> OverlayUpdate:
        shares = show.mood.shares if show.mood is not None else {}
        return MoodUpdate(shares=tuple(shares.get(mood, 0.0) for mood in Mood))

    def _chat(self, show: ShowState) -> OverlayUpdate:
        newest = show.chat.since(show.chat.added - 2 * _CHAT_LINES)
        lines = [
            ChatLine(
                id=message.id,
                name=message.author.display_name,
                text=message.text,
                is_ai=message.is_ai,
            )
            for message in newest
            if not message.deleted
        ]
        return ChatUpdate(lines=tuple(lines[-_CHAT_LINES:]))

    def _viewers(self, show: ShowState) -> OverlayUpdate:
        return ViewersUpdate(viewers=show.viewers)

    def _actions_update(self, _show: ShowState) -> OverlayUpdate:
        return self._actions

    def _stream(self, _show: ShowState) -> OverlayUpdate:
        return StreamUpdate(creator=self._creator, platform=self._platform)


_MAKERS: dict[str, Callable[[OverlayFeed, ShowState], OverlayUpdate]] = {
    "goal": OverlayFeed._goal,
    "menu": OverlayFeed._menu_update,
    "supporters": OverlayFeed._supporters_update,
    "mood": OverlayFeed._mood,
    "chat": OverlayFeed._chat,
    "viewers": OverlayFeed._viewers,
    "actions": OverlayFeed._actions_update,
    "stream": OverlayFeed._stream,
}


def _goal_fact(goal: Goal) -> GoalFact:
    return GoalFact(
        title=goal.title,
        target_tokens=max(1, goal.target_tokens),
        raised_tokens=goal.raised_tokens,
        milestones=tuple(
            MilestoneFact(title=one.title, tokens=one.tokens) for one in goal.milestones[:20]
        ),
    )


def _tip(tip: Tip) -> TipFact:
    return TipFact(
        id=tip.id,
        name=tip.sender.display_name,
        tokens=tip.tokens,
        text=tip.text,
        item=tip.menu_item,
    )


def _action(action: StageAction) -> ActionFact:
    asker = action.requested_by
    return ActionFact(
        id=action.id,
        title=action.title,
        duration_s=max(1, action.duration_s),
        name=asker.display_name if asker is not None else "",
    )

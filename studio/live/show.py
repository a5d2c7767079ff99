"""The show around a broadcast, from the room's items: chat, tips, goals, mood, viewers, Teezer."""

import logging
from collections import deque
from collections.abc import Callable
from enum import StrEnum

from pydantic import BaseModel, ValidationError

from shared.realtime import RoomItem, Snapshot
from shared.schemas.accounts import UserRef
from shared.schemas.automod import HeldMessage
from shared.schemas.moods import MoodStrip
from shared.schemas.realtime import EventType, RoomEvent, RoomSnapshot
from shared.schemas.room import ChatDeleted, ChatMessage, Restriction
from shared.schemas.show import Goal
from shared.schemas.stage import StageAction
from shared.schemas.streams import Stream, ViewersCount
from shared.schemas.teezer import Teezer
from shared.schemas.wallet import Tip
from studio.live.chat_log import ChatLog
from studio.live.people import People

_log = logging.getLogger(__name__)
_TRAIL = 200

type Parts = frozenset["ShowPart"]


class ShowPart(StrEnum):
    """What of the show an item changed, so that only that is drawn again."""

    CHAT_ADDED = "chat_added"
    CHAT_CHANGED = "chat_changed"
    TIPS = "tips"
    GOALS = "goals"
    MOOD = "mood"
    VIEWERS = "viewers"
    TEEZER = "teezer"
    STREAM = "stream"
    PEOPLE = "people"
    RESTRICTIONS = "restrictions"
    ACTIONS = "actions"
    HELD = "held"


NOTHING: Parts = frozenset()
EVERYTHING: Parts = frozenset(ShowPart) - {ShowPart.CHAT_ADDED}


class Trail[T]:
    """The newest of something that comes one by one, and how many came in all."""

    def __init__(self, limit: int) -> None:
        self._newest: deque[T] = deque(maxlen=limit)
        self.seen = 0

    def add(self, one: T) -> None:
        """Take one in."""
        self._newest.append(one)
        self.seen += 1

    def since(self, seen: int) -> tuple[T, ...]:
        """What came after the first `seen`, as far as it is still kept."""
        count = min(self.seen - seen, len(self._newest))
        return tuple(self._newest)[-count:] if count > 0 else ()


class ShowState:
    """Reduces a room's items, in order, to what the studio shows; no I/O, bounded in memory.

    `tips` holds the newest tips, oldest first; `goals` those of the stream in the order of their
    making.
    """

    def __init__(
        self,
        *,
        chat_limit: int = 2000,
        tips_limit: int = 500,
        goals_limit: int = 100,
        people_limit: int = 2000,
    ) -> None:
        self.chat = ChatLog(limit=chat_limit)
        self.people = People(limit=people_limit)
        self.tips: deque[Tip] = deque(maxlen=tips_limit)
        self.stream: Stream | None = None
        self.mood: MoodStrip | None = None
        self.teezer: Teezer | None = None
        self.viewers = 0
        self.peak_viewers = 0
        self.seq = 0
        self.tips_seen = 0
        self._actions = Trail[StageAction](_TRAIL)
        self._held = Trail[HeldMessage](_TRAIL)
        self._goals: dict[str, Goal] = {}
        self._goals_limit = goals_limit
        self._restrictions: dict[str, Restriction] = {}

    @property
    def goals(self) -> tuple[Goal, ...]:
        """The stream's goals in their order."""
        return tuple(sorted(self._goals.values(), key=lambda goal: goal.position))

    @property
    def goal(self) -> Goal | None:
        """The goal that tips go towards: the first that is not reached, else the last one."""
        goals = self.goals
        unreached = (goal for goal in goals if goal.reached_at is None)
        return next(unreached, goals[-1] if goals else None)

    @property
    def actions_seen(self) -> int:
        """How many times an action was queued or done."""
        return self._actions.seen

    def actions_since(self, seen: int) -> tuple[StageAction, ...]:
        """Actions queued or done after the first `seen`."""
        return self._actions.since(seen)

    @property
    def held_seen(self) -> int:
        """How many times a message was held or settled."""
        return self._held.seen

    def held_since(self, seen: int) -> tuple[HeldMessage, ...]:
        """Messages held or settled after the first `seen`."""
        return self._held.since(seen)

    @property
    def restrictions(self) -> tuple[Restriction, ...]:
        """Mutes and bans seen since the room was joined, those lifted left out."""
        return tuple(self._restrictions.values())

    def apply(self, item: RoomItem) -> Parts:
        """Take the next item of the room; gives back what changed."""
        self.seq = item.seq
        if isinstance(item, Snapshot):
            return self._restart(item.state)
        reduce = _REDUCERS.get(item.type)
        if reduce is None:
            return NOTHING
        try:
            return reduce(self, item)
        except ValidationError as error:
            _log.warning("%s is not understood (%d errors)", item.type, error.error_count())
            return NOTHING

    def _restart(self, room: RoomSnapshot) -> Parts:
        self.chat.restart(room.messages)
        self.tips.clear()
        self.tips.extend(sorted(room.tips, key=lambda tip: (tip.at, tip.id)))
        self._goals = {goal.id: goal for goal in room.goals[-self._goals_limit :]}
        self._restrictions.clear()
        self.people.clear()
        self.stream = room.stream
        self.mood = room.mood
        self.teezer = room.teezer
        self.viewers = room.viewers
        self.peak_viewers = max(self.peak_viewers, room.viewers)
        return EVERYTHING

    # One reducer per kind of event

    def _chat_message(self, event: RoomEvent) -> Parts:
        added = self.chat.add(_read(ChatMessage, event))
        return frozenset({ShowPart.CHAT_ADDED}) if added else NOTHING

    def _chat_deleted(self, event: RoomEvent) -> Parts:
        changed = self.chat.delete(_read(ChatDeleted, event).message_id)
        return frozenset({ShowPart.CHAT_CHANGED}) if changed else NOTHING

    def _tip(self, event: RoomEvent) -> Parts:
        self.tips.append(_read(Tip, event))
        self.tips_seen += 1
        return frozenset({ShowPart.TIPS})

    def _action(self, event: RoomEvent) -> Parts:
        self._actions.add(_read(StageAction, event))
        return frozenset({ShowPart.ACTIONS})

    def _chat_held(self, event: RoomEvent) -> Parts:
        self._held.add(_read(HeldMessage, event))
        return frozenset({ShowPart.HELD})

    def _goal(self, event: RoomEvent) -> Parts:
        goal = _read(Goal, event)
        if goal.deleted:
            self._goals.pop(goal.id, None)
            return frozenset({ShowPart.GOALS})
        self._goals[goal.id] = goal
        if len(self._goals) > self._goals_limit:
            del self._goals[next(iter(self._goals))]
        return frozenset({ShowPart.GOALS})

    def _mood(self, event: RoomEvent) -> Parts:
        self.mood = _read(MoodStrip, event)
        return frozenset({ShowPart.MOOD})

    def _viewers(self, event: RoomEvent) -> Parts:
        count = _read(ViewersCount, event)
        self.viewers = count.viewers
        self.peak_viewers = max(self.peak_viewers, count.peak, count.viewers)
        return frozenset({ShowPart.VIEWERS})

    def _teezer(self, event: RoomEvent) -> Parts:
        self.teezer = _read(Teezer, event)
        return frozenset({ShowPart.TEEZER})

    def _stream(self, event: RoomEvent) -> Parts:
        self.stream = _read(Stream, event)
        return frozenset({ShowPart.STREAM})

    def _came(self, event: RoomEvent) -> Parts:
        changed = self.people.came(_read(UserRef, event))
        return frozenset({ShowPart.PEOPLE}) if changed else NOTHING

    def _left(self, event: RoomEvent) -> Parts:
        changed = self.people.left(_read(UserRef, event).id)
        return frozenset({ShowPart.PEOPLE}) if changed else NOTHING

    def _restricted(self, event: RoomEvent) -> Parts:
        restriction = _read(Restriction, event)
        self._restrictions[restriction.id] = restriction
        if len(self._restrictions) > self._goals_limit:
            del self._restrictions[next(iter(self._restrictions))]
        return frozenset({ShowPart.RESTRICTIONS})

    def _lifted(self, event: RoomEvent) -> Parts:
        gone = self._restrictions.pop(_read(Restriction, event).id, None)
        return frozenset({ShowPart.RESTRICTIONS}) if gone else NOTHING


def _read[M: BaseModel](model: type[M], event: RoomEvent) -> M:
    return model.model_validate(event.data)


_E = EventType
_REDUCERS: dict[EventType, Callable[[ShowState, RoomEvent], Parts]] = {
    _E.CHAT_MESSAGE: ShowState._chat_message,
    _E.TEEZER_REPLY: ShowState._chat_message,
    _E.CHAT_DELETED: ShowState._chat_deleted,
    _E.CHAT_HELD: ShowState._chat_held,
    _E.ACTION_QUEUED: ShowState._action,
    _E.ACTION_DONE: ShowState._action,
    _E.TIP_RECEIVED: ShowState._tip,
    _E.GOAL_CREATED: ShowState._goal,
    _E.GOAL_PROGRESS: ShowState._goal,
    _E.GOAL_REACHED: ShowState._goal,
    _E.MOOD_STRIP: ShowState._mood,
    _E.VIEWERS_COUNT: ShowState._viewers,
    _E.TEEZER_STATUS: ShowState._teezer,
    _E.STREAM_STARTED: ShowState._stream,
    _E.STREAM_UPDATED: ShowState._stream,
    _E.STREAM_FROZEN: ShowState._stream,
    _E.STREAM_REVEALED: ShowState._stream,
    _E.STREAM_PANICKED: ShowState._stream,
    _E.STREAM_ENDED: ShowState._stream,
    _E.PRESENCE_JOINED: ShowState._came,
    _E.PRESENCE_LEFT: ShowState._left,
    _E.RESTRICTION_APPLIED: ShowState._restricted,
    _E.RESTRICTION_LIFTED: ShowState._lifted,
}

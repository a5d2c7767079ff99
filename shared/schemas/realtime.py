"""The room feed on the wire: rooms, events, frames and what Socket.IO calls carry."""

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field

from shared.schemas.automod import ChatMode
from shared.schemas.common import ErrorEnvelope, Id, Request, Resource, Timestamp
from shared.schemas.moods import Mood, MoodStrip
from shared.schemas.room import ChatMessage, ChatText
from shared.schemas.show import Goal
from shared.schemas.streams import Stream
from shared.schemas.teezer import Teezer
from shared.schemas.wallet import Tip

RoomName = Annotated[
    str, Field(max_length=60, pattern=r"^(mod|admin|(stream|user):[0-9a-f\-]{36})$")
]


def stream_room(stream_id: str) -> str:
    """The feed of one stream's room."""
    return f"stream:{stream_id}"


def user_room(user_id: str) -> str:
    """The feed of one person's own notices."""
    return f"user:{user_id}"


MOD_ROOM = "mod"
ADMIN_ROOM = "admin"


class EventType(StrEnum):
    """Every type of event a feed may carry."""

    CHAT_MESSAGE = "chat.message"
    CHAT_DELETED = "chat.deleted"
    CHAT_MODE = "chat.mode"
    CHAT_HELD = "chat.held"
    TIP_RECEIVED = "tip.received"
    GIFT_RECEIVED = "gift.received"
    GOAL_CREATED = "goal.created"
    GOAL_PROGRESS = "goal.progress"
    GOAL_REACHED = "goal.reached"
    MOOD_STRIP = "mood.strip"
    ACTION_QUEUED = "action.queued"
    ACTION_DONE = "action.done"
    UNLOCK_PROGRESS = "unlock.progress"
    UNLOCK_OPENED = "unlock.opened"
    DUEL_STARTED = "duel.started"
    DUEL_SCORE = "duel.score"
    DUEL_ENDED = "duel.ended"
    STREAM_STARTED = "stream.started"
    STREAM_UPDATED = "stream.updated"
    STREAM_FROZEN = "stream.frozen"
    STREAM_REVEALED = "stream.revealed"
    STREAM_PANICKED = "stream.panicked"
    STREAM_ENDED = "stream.ended"
    STREAM_HEALTH = "stream.health"
    PRESENCE_JOINED = "presence.joined"
    PRESENCE_LEFT = "presence.left"
    VIEWERS_COUNT = "viewers.count"
    TEEZER_STATUS = "teezer.status"
    TEEZER_REPLY = "teezer.reply"
    SAFETY_SCORE = "safety.score"
    CONSENT_LOGGED = "consent.logged"
    RESTRICTION_APPLIED = "restriction.applied"
    RESTRICTION_LIFTED = "restriction.lifted"
    NOTIFICATION_NEW = "notification.new"
    REPORT_FILED = "report.filed"
    CASE_UPDATED = "case.updated"
    CASE_CLAIMED = "case.claimed"
    APPEAL_UPDATED = "appeal.updated"
    HUB_UPDATED = "hub.updated"
    ALERT_RAISED = "alert.raised"
    CONFIG_CHANGED = "config.changed"
    SESSION_REVOKED = "session.revoked"
    ANNOUNCEMENT_PUBLISHED = "announcement.published"


COUNTER_EVENTS = frozenset(
    {EventType.VIEWERS_COUNT, EventType.MOOD_STRIP, EventType.STREAM_HEALTH, EventType.HUB_UPDATED}
)
"""Events of which only the latest matters: a feed may merge them before they get their `seq`."""


class RoomEvent(Resource):
    """One event of a room. `seq` rises by one per room, without gaps.

    `data` is the JSON of the area's model: `chat.message` and `teezer.reply` carry a ChatMessage,
    `chat.deleted` a ChatDeleted, `chat.mode` a ChatMode, `chat.held` a HeldMessage, `tip.received`
    a Tip, `goal.*` a Goal, `mood.strip` a MoodStrip, `stream.health` a StreamHealth, other
    `stream.*` a Stream, `viewers.count` a ViewersCount, `presence.*` a UserRef, `teezer.status` a
    Teezer, `restriction.*` a Restriction, `report.filed`, `case.*` a CaseSummary, `appeal.updated`
    an Appeal, `safety.score` a SafetyScore, `hub.updated` a Hub, `alert.raised` an
    Alert, `session.revoked` an empty object.
    """

    seq: int
    type: EventType
    at: Timestamp
    data: dict[str, Any]


class Frame(Resource):
    """What `frame` carries: consecutive events of one room, in order, at most 20 times a second."""

    room: str
    events: list[RoomEvent]


class JoinRequest(Request):
    """What `join` carries."""

    room: RoomName
    since_seq: Annotated[int, Field(ge=0)] | None = None


class RoomSnapshot(Resource):
    """A room as it is at `seq`: what a client shows before the first event arrives.

    Of a stream's room all fields are filled; other rooms leave them empty.
    """

    stream: Stream | None = None
    messages: list[ChatMessage] = []
    goals: list[Goal] = []
    tips: list[Tip] = []
    mood: MoodStrip | None = None
    teezer: Teezer | None = None
    viewers: int = 0
    mode: ChatMode | None = None


class JoinAck(Resource):
    """The answer to `join`: a snapshot, or the events after a recent `since_seq`."""

    ok: Literal[True] = True
    seq: int
    snapshot: RoomSnapshot | None = None
    missed: list[RoomEvent] | None = None


class LeaveRequest(Request):
    """What `leave` carries."""

    room: RoomName


class SocketChatSend(Request):
    """What `chat:send` carries."""

    stream_id: Id
    text: ChatText
    reply_to: Id | None = None
    idempotency_key: Annotated[str, Field(min_length=8, max_length=128, pattern=r"^[\x21-\x7e]+$")]


class SocketMoodVote(Request):
    """What `mood:vote` carries."""

    stream_id: Id
    mood: Mood


class SocketTyping(Request):
    """What `typing` carries."""

    stream_id: Id


class SocketDone(Resource):
    """The acknowledgement of a client's call: the stored event, or the error envelope."""

    ok: bool
    event: RoomEvent | None = None
    error: ErrorEnvelope | None = None

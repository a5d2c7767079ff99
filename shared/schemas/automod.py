"""What stands between a message and its room, on the wire: modes, held messages, safety."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from shared.schemas.accounts import UserRef
from shared.schemas.common import Id, Request, Resource, Timestamp
from shared.schemas.streams import SafetyHint


class SlowModeRequest(Request):
    """How many seconds a person waits between two messages; 0 switches slow mode off."""

    seconds: Annotated[int, Field(ge=0, le=600)]


class ShieldRequest(Request):
    """Shield mode: only followers speak freely, links are refused, everybody waits five seconds."""

    enabled: bool


class ChatMode(Resource):
    """How strict a room is now."""

    stream_id: Id
    slow_s: int = 0
    is_shielded: bool = False
    at: Timestamp | None = None


class AutomodRule(StrEnum):
    """Why a message did not reach its room at once."""

    MINORS = "minors"
    NON_CONSENT = "non_consent"
    COERCION = "coercion"
    SELF_HARM = "self_harm"
    HATE = "hate"
    THREAT = "threat"
    INSULT = "insult"
    TOXIC = "toxic"
    CONTACT = "contact"
    LINK = "link"
    CAPS = "caps"
    FLOOD = "flood"
    REPEAT = "repeat"
    STRANGER = "stranger"


class HeldState(StrEnum):
    """What became of a held message."""

    HELD = "held"
    RELEASED = "released"
    DENIED = "denied"
    EXPIRED = "expired"


class HeldMessage(Resource):
    """A message that the room has not seen, or sees now that it was released."""

    id: Id
    stream_id: Id
    author: UserRef
    text: str
    rule: AutomodRule
    at: Timestamp
    state: HeldState
    settled_at: Timestamp | None = None
    message_id: Id | None = None


class SafetyScore(Resource):
    """What the signals of a stream add up to, 0 to 100; each fades by half in ten minutes."""

    stream_id: Id
    score: float
    signals: dict[str, int]
    """How often each kind of signal came so far."""
    hints: list[SafetyHint] = []
    """For a person to look at; they weigh nothing and open no case."""
    is_escalated: bool = False
    """Whether the last signal opened a case, or joined one."""
    at: Timestamp

"""Chat and room discipline on the wire."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from shared.schemas.accounts import UserRef
from shared.schemas.common import PLAIN_TEXT, Id, Request, Resource, Timestamp

ChatText = Annotated[str, Field(min_length=1, max_length=500, pattern=PLAIN_TEXT)]


class ChatSend(Request):
    """A message to a room. A question that starts with `@Teezer` is for the AI stand-in."""

    text: ChatText
    reply_to: Id | None = None


class ChatMessage(Resource):
    """A stored message. `is_ai` is true for every text a machine wrote; readers must see it."""

    id: Id
    stream_id: Id
    author: UserRef
    text: str
    at: Timestamp
    is_ai: bool = False
    reply_to: Id | None = None
    deleted: bool = False


class ChatDeleted(Resource):
    """A message is gone for the room; moderators still have it as evidence."""

    message_id: Id
    by: str
    reason: str = ""


class RestrictionKind(StrEnum):
    """What can be taken from a person in one room or, without a stream, everywhere.

    Muted: no writing; restricted: no tipping either; off air: no streaming; banned: no entry.
    """

    MUTE = "mute"
    RESTRICT = "restrict"
    OFF_AIR = "off_air"
    BAN = "ban"


class Restriction(Resource):
    """A restriction in force; no end means until lifted."""

    id: Id
    kind: RestrictionKind
    user: UserRef
    stream_id: Id | None
    reason: str
    at: Timestamp
    until: Timestamp | None


class RestrictionRequest(Request):
    """A creator's or moderator's order against one person in a room."""

    user_id: Id
    duration_s: Annotated[int, Field(ge=10, le=31_536_000)] | None = None
    reason: Annotated[str, Field(max_length=300, pattern=PLAIN_TEXT)] = ""

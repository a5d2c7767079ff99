"""Routes for chat and for keeping order in a room."""

from typing import Annotated

from fastapi import Query

from shared.schemas.common import DEFAULT_PAGE, MAX_PAGE, Done, ErrorCode, Id, Page
from shared.schemas.roles import Permission
from shared.schemas.room import (
    ChatMessage,
    ChatSend,
    Restriction,
    RestrictionKind,
    RestrictionRequest,
)
from shared.server.http.routes import IdempotencyKey, Router, SignedIn, provided
from shared.server.room.order import RoomOrder
from shared.server.room.service import RoomService

ROUTER = Router("room")
Room = Annotated[RoomService, provided(RoomService)]
Order = Annotated[RoomOrder, provided(RoomOrder)]
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE)]
_CLOSED = (ErrorCode.NOT_FOUND, ErrorCode.BANNED_FROM_ROOM)


@ROUTER.get(
    "/streams/{stream_id}/chat",
    needs=Permission.VIEW_ALL,
    errors=_CLOSED,
    summary="What was said",
)
async def history(
    stream_id: Id,
    caller: SignedIn,
    room: Room,
    cursor: Id | None = None,
    limit: Limit = DEFAULT_PAGE,
) -> Page[ChatMessage]:
    """Newest first. Those who keep order also see deleted messages, marked."""
    return await room.history(caller, stream_id, cursor, limit)


@ROUTER.post(
    "/streams/{stream_id}/chat",
    needs=Permission.CHAT,
    status_code=201,
    errors=(
        *_CLOSED,
        ErrorCode.MUTED,
        ErrorCode.STREAM_ENDED,
        ErrorCode.MESSAGE_REFUSED,
        ErrorCode.IDEMPOTENCY_MISMATCH,
    ),
    summary="Say something",
)
async def send(
    stream_id: Id, body: ChatSend, caller: SignedIn, room: Room, key: IdempotencyKey = None
) -> ChatMessage:
    """The stored message, as the room's feed shows it."""
    event = await room.send(caller, stream_id, body, key)
    return ChatMessage.model_validate(event.data)


@ROUTER.delete(
    "/streams/{stream_id}/chat/{message_id}",
    needs=Permission.CHAT,
    errors=(ErrorCode.NOT_FOUND,),
    summary="Delete a message",
)
async def delete(stream_id: Id, message_id: Id, caller: SignedIn, room: Room) -> Done:
    """One's own, any in one's own room; moderators any. It stays as evidence."""
    await room.delete(caller, stream_id, message_id)
    return Done()


_ORDER = (ErrorCode.NOT_FOUND, ErrorCode.IDEMPOTENCY_MISMATCH)


@ROUTER.post(
    "/streams/{stream_id}/mute",
    needs=Permission.MODERATE_OWN_ROOM,
    status_code=201,
    errors=_ORDER,
    summary="Mute a person",
)
async def mute(
    stream_id: Id,
    body: RestrictionRequest,
    caller: SignedIn,
    order: Order,
    key: IdempotencyKey = None,
) -> Restriction:
    """They still read, but do not write, in all streams of this creator."""
    return await order.restrict(caller, stream_id, body, RestrictionKind.MUTE, key)


@ROUTER.post(
    "/streams/{stream_id}/ban",
    needs=Permission.MODERATE_OWN_ROOM,
    status_code=201,
    errors=_ORDER,
    summary="Ban a person",
)
async def ban(
    stream_id: Id,
    body: RestrictionRequest,
    caller: SignedIn,
    order: Order,
    key: IdempotencyKey = None,
) -> Restriction:
    """They leave the room at once and do not come back, in all streams of this creator."""
    return await order.restrict(caller, stream_id, body, RestrictionKind.BAN, key)


@ROUTER.get(
    "/streams/{stream_id}/restrictions",
    needs=Permission.MODERATE_OWN_ROOM,
    errors=(ErrorCode.NOT_FOUND,),
    summary="Who is muted or banned",
)
async def restrictions(
    stream_id: Id,
    caller: SignedIn,
    order: Order,
    cursor: Id | None = None,
    limit: Limit = DEFAULT_PAGE,
) -> Page[Restriction]:
    """What holds now, newest first."""
    return await order.restrictions(caller, stream_id, cursor, limit)

"""Routes for keeping a room calm: slow mode, shield mode, messages that wait."""

from typing import Annotated

from fastapi import Query

from shared.schemas.automod import ChatMode, HeldMessage, ShieldRequest, SlowModeRequest
from shared.schemas.common import DEFAULT_PAGE, MAX_PAGE, ErrorCode, Id, Page
from shared.schemas.roles import Permission
from shared.server.automod.held import Held
from shared.server.automod.modes import Modes
from shared.server.http.routes import Router, SignedIn, provided

ROUTER = Router("automod")

_Modes = Annotated[Modes, provided(Modes)]
_Held = Annotated[Held, provided(Held)]
_Limit = Annotated[int, Query(ge=1, le=MAX_PAGE)]
_OPEN = (ErrorCode.NOT_FOUND, ErrorCode.STREAM_ENDED)


@ROUTER.post(
    "/streams/{stream_id}/slow-mode",
    needs=Permission.MODERATE_OWN_ROOM,
    errors=_OPEN,
    summary="Slow the chat down",
)
async def slow_mode(
    stream_id: Id, body: SlowModeRequest, caller: SignedIn, modes: _Modes
) -> ChatMode:
    """How long a person waits between two messages; who keeps order does not wait."""
    return await modes.slow(caller, stream_id, body.seconds)


@ROUTER.post(
    "/streams/{stream_id}/shield",
    needs=Permission.MODERATE_OWN_ROOM,
    errors=_OPEN,
    summary="Raise or lower the shield",
)
async def shield(stream_id: Id, body: ShieldRequest, caller: SignedIn, modes: _Modes) -> ChatMode:
    """Behind it only followers speak freely, links are refused and everybody waits."""
    return await modes.shield(caller, stream_id, enabled=body.enabled)


@ROUTER.get(
    "/streams/{stream_id}/held",
    needs=Permission.MODERATE_OWN_ROOM,
    errors=(ErrorCode.NOT_FOUND,),
    summary="Messages that wait in a room",
)
async def held(
    stream_id: Id,
    caller: SignedIn,
    service: _Held,
    cursor: Id | None = None,
    limit: _Limit = DEFAULT_PAGE,
) -> Page[HeldMessage]:
    """Oldest first; after ten minutes a message is dropped."""
    return await service.of_stream(caller, stream_id, cursor=cursor, limit=limit)


@ROUTER.get("/moderation/held", needs=Permission.MODERATE, summary="Messages that wait anywhere")
async def held_anywhere(
    service: _Held, cursor: Id | None = None, limit: _Limit = DEFAULT_PAGE
) -> Page[HeldMessage]:
    """Of all rooms, oldest first."""
    return await service.everywhere(cursor=cursor, limit=limit)


@ROUTER.post(
    "/streams/{stream_id}/held/{held_id}/release",
    needs=Permission.MODERATE_OWN_ROOM,
    errors=(*_OPEN, ErrorCode.CONFLICT),
    summary="Let a message into its room",
)
async def release(stream_id: Id, held_id: Id, caller: SignedIn, service: _Held) -> HeldMessage:
    """As if it were said now."""
    return await service.release(caller, stream_id, held_id)


@ROUTER.post(
    "/streams/{stream_id}/held/{held_id}/deny",
    needs=Permission.MODERATE_OWN_ROOM,
    errors=(ErrorCode.NOT_FOUND, ErrorCode.CONFLICT),
    summary="Keep a message out of its room",
)
async def deny(stream_id: Id, held_id: Id, caller: SignedIn, service: _Held) -> HeldMessage:
    """For good; its author is told."""
    return await service.deny(caller, stream_id, held_id)

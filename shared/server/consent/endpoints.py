"""Routes for the consent log and the safe word."""

from typing import Annotated

from fastapi import Query

from shared.schemas.common import DEFAULT_PAGE, MAX_PAGE, Done, ErrorCode, Id, Page
from shared.schemas.consent import ConsentCreate, ConsentEntry, SafeWord
from shared.schemas.roles import Permission
from shared.schemas.streams import Stream
from shared.server.consent.service import ConsentService
from shared.server.http.routes import IdempotencyKey, Router, SignedIn, provided

ROUTER = Router("consent")
Consent = Annotated[ConsentService, provided(ConsentService)]
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE)]


@ROUTER.get(
    "/streams/{stream_id}/consent",
    needs=Permission.VIEW_ALL,
    errors=(ErrorCode.NOT_FOUND,),
    summary="The consent log",
)
async def log(
    stream_id: Id,
    caller: SignedIn,
    consent: Consent,
    cursor: Id | None = None,
    limit: Limit = DEFAULT_PAGE,
) -> Page[ConsentEntry]:
    """Newest first: all of it for those who keep order there, one's own entries for others."""
    return await consent.log(caller, stream_id, cursor, limit)


@ROUTER.post(
    "/streams/{stream_id}/consent",
    needs=Permission.CHAT,
    status_code=201,
    errors=(
        ErrorCode.NOT_FOUND,
        ErrorCode.STREAM_ENDED,
        ErrorCode.BANNED_FROM_ROOM,
        ErrorCode.IDEMPOTENCY_MISMATCH,
    ),
    summary="Log consent",
)
async def add(
    stream_id: Id,
    body: ConsentCreate,
    caller: SignedIn,
    consent: Consent,
    key: IdempotencyKey = None,
) -> ConsentEntry:
    """About oneself; entries are never changed or removed."""
    return await consent.add(caller, stream_id, body, key)


@ROUTER.put(
    "/users/{user_id}/safe-word", needs=Permission.STREAM_LIMITED, summary="Set my safe word"
)
async def set_word(user_id: Id, body: SafeWord, caller: SignedIn, consent: Consent) -> Done:
    """Stored as a keyed hash; nobody can read it back."""
    await consent.set_word(caller, user_id, body)
    return Done()


@ROUTER.post(
    "/streams/{stream_id}/safe-word",
    needs=Permission.STREAM_LIMITED,
    errors=(ErrorCode.NOT_FOUND, ErrorCode.STREAM_ENDED, ErrorCode.CONFLICT),
    summary="Say my safe word",
)
async def say_word(stream_id: Id, body: SafeWord, caller: SignedIn, consent: Consent) -> Stream:
    """The picture goes at once, as with panic; the log and the moderators are told."""
    return await consent.say_word(caller, stream_id, body)

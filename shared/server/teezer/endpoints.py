"""Routes for a creator's Teezer, and for suggested replies."""

from typing import Annotated

from shared.schemas.common import ErrorCode, Id
from shared.schemas.roles import Permission
from shared.schemas.teezer import (
    Suggestions,
    SuggestRequest,
    Teezer,
    TeezerPatch,
    TeezerSchedule,
)
from shared.server.http.routes import Router, SignedIn, provided
from shared.server.teezer.service import TeezerService
from shared.server.teezer.suggestions import SuggestionService
from shared.server.teezer.timetable import Timetable

ROUTER = Router("teezer")

_Teezers = Annotated[TeezerService, provided(TeezerService)]
_Times = Annotated[Timetable, provided(Timetable)]
_Suggest = Annotated[SuggestionService, provided(SuggestionService)]

_ERRORS = (ErrorCode.NOT_FOUND,)


@ROUTER.get(
    "/users/{user_id}/teezer", needs=Permission.VIEW_SAFE, errors=_ERRORS, summary="A Teezer"
)
async def read(user_id: Id, caller: SignedIn, teezers: _Teezers) -> Teezer:
    """How a creator's Teezer is now; the persona is shown to its owner only."""
    return await teezers.read(caller, user_id)


@ROUTER.patch(
    "/users/{user_id}/teezer",
    needs=Permission.STREAM_LIMITED,
    errors=_ERRORS,
    summary="Switch my Teezer",
)
async def change(
    user_id: Id, body: TeezerPatch, caller: SignedIn, teezers: _Teezers, times: _Times
) -> Teezer:
    """Only one's own. Switched on for the first time, it learns from the chat log first."""
    changed = await teezers.change(caller, user_id, body)
    times.nudge()
    return changed


@ROUTER.put(
    "/users/{user_id}/teezer/schedule",
    needs=Permission.STREAM_LIMITED,
    errors=_ERRORS,
    summary="Plan my Teezer's week",
)
async def schedule(
    user_id: Id, body: TeezerSchedule, caller: SignedIn, teezers: _Teezers, times: _Times
) -> Teezer:
    """Replaces all slots; without slots the switch alone decides."""
    changed = await teezers.schedule(caller, user_id, body)
    times.nudge()
    return changed


@ROUTER.post(
    "/users/{user_id}/teezer/train",
    needs=Permission.STREAM_LIMITED,
    errors=_ERRORS,
    summary="Let my Teezer learn",
)
async def train(user_id: Id, caller: SignedIn, teezers: _Teezers) -> Teezer:
    """Learns the creator's chat log as it is now."""
    return await teezers.train(caller, user_id)


@ROUTER.post("/ai/suggest", needs=Permission.AI_BASIC, summary="Suggest replies")
async def suggest(body: SuggestRequest, caller: SignedIn, service: _Suggest) -> Suggestions:
    """Three to five replies to a text, from one's own past answers; a person sends them."""
    return await service.suggest(caller, body)

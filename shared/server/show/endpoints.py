"""Routes for goals, the tip menu and the mood strip."""

from typing import Annotated

from shared.schemas.common import Done, ErrorCode, Id
from shared.schemas.moods import MoodStrip, MoodVote
from shared.schemas.roles import Permission
from shared.schemas.show import Goal, GoalCreate, GoalPatch, TipMenu, TipMenuPut
from shared.server.core import Core
from shared.server.http.routes import IdempotencyKey, Router, SignedIn, provided
from shared.server.show.mood import MoodService
from shared.server.show.service import ShowService
from shared.server.streams.service import StreamService

ROUTER = Router("show")
Show = Annotated[ShowService, provided(ShowService)]
Moods = Annotated[MoodService, provided(MoodService)]
Streams = Annotated[StreamService, provided(StreamService)]
Parts = Annotated[Core, provided(Core)]
_OWN = (ErrorCode.NOT_FOUND, ErrorCode.STREAM_ENDED)


@ROUTER.post(
    "/streams/{stream_id}/goals",
    needs=Permission.STREAM_LIMITED,
    status_code=201,
    errors=(*_OWN, ErrorCode.IDEMPOTENCY_MISMATCH),
    summary="Set a goal",
)
async def create_goal(
    stream_id: Id, body: GoalCreate, caller: SignedIn, show: Show, key: IdempotencyKey = None
) -> Goal:
    """Tips that name no goal count for the first one that is not reached."""
    return await show.create_goal(caller, stream_id, body, key)


@ROUTER.patch(
    "/streams/{stream_id}/goals/{goal_id}",
    needs=Permission.STREAM_LIMITED,
    errors=(*_OWN, ErrorCode.VERSION_CONFLICT),
    summary="Change a goal",
)
async def change_goal(
    stream_id: Id, goal_id: Id, body: GoalPatch, caller: SignedIn, show: Show
) -> Goal:
    """`version` must be the one last seen; every tip raises it."""
    return await show.change_goal(caller, stream_id, goal_id, body)


@ROUTER.delete(
    "/streams/{stream_id}/goals/{goal_id}",
    needs=Permission.STREAM_LIMITED,
    errors=_OWN,
    summary="Take a goal away",
)
async def delete_goal(stream_id: Id, goal_id: Id, caller: SignedIn, show: Show) -> Done:
    """The tips it got stay tips."""
    await show.delete_goal(caller, stream_id, goal_id)
    return Done()


@ROUTER.get("/users/{user_id}/tip-menu", needs=Permission.VIEW_SAFE, summary="A tip menu")
async def tip_menu(user_id: Id, show: Show, core: Parts) -> TipMenu:
    """What a creator offers for which tip; empty where they offer nothing."""
    async with core.db.read() as db:
        return await show.tip_menu(db, user_id)


@ROUTER.put(
    "/users/{user_id}/tip-menu", needs=Permission.STREAM_LIMITED, summary="Replace my tip menu"
)
async def put_tip_menu(user_id: Id, body: TipMenuPut, caller: SignedIn, show: Show) -> TipMenu:
    """The order of the list is the order shown."""
    return await show.put_tip_menu(caller, user_id, body)


@ROUTER.post(
    "/streams/{stream_id}/mood-vote",
    needs=Permission.CHAT,
    errors=(*_OWN, ErrorCode.BANNED_FROM_ROOM),
    summary="Vote for the room's mood",
)
async def vote(stream_id: Id, body: MoodVote, caller: SignedIn, moods: Moods) -> MoodStrip:
    """The strip with the vote counted; tips of the caller count for this mood from now on."""
    return await moods.vote(caller, stream_id, body.mood)


@ROUTER.get(
    "/streams/{stream_id}/mood",
    needs=Permission.VIEW_SAFE,
    errors=(ErrorCode.NOT_FOUND,),
    summary="The room's mood",
)
async def mood(
    stream_id: Id, caller: SignedIn, moods: Moods, streams: Streams, core: Parts
) -> MoodStrip:
    """Shares over the eight moods now."""
    async with core.db.read() as db:
        await streams.check_visible(db, caller, await streams.require(db, stream_id))
        return await moods.current(db, stream_id)

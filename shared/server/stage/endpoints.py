"""Routes for what the audience moves: actions, unlockables, duels, spins, achievements."""

from typing import Annotated

from shared.schemas.common import ErrorCode, Id, Page
from shared.schemas.roles import Permission
from shared.schemas.stage import (
    Achievement,
    Duel,
    DuelCreate,
    DuelVote,
    Spin,
    SpinRequest,
    StageAction,
    StageAnswer,
    StageRequest,
    Unlockable,
    UnlockableCreate,
    Wheel,
)
from shared.server.http.routes import IdempotencyKey, Router, SignedIn, provided
from shared.server.stage.achievements import Achievements
from shared.server.stage.actions import StageActions
from shared.server.stage.duels import Duels
from shared.server.stage.spins import Spins
from shared.server.stage.unlockables import Unlockables

ROUTER = Router("stage")
Queue = Annotated[StageActions, provided(StageActions)]
Chest = Annotated[Unlockables, provided(Unlockables)]
Arena = Annotated[Duels, provided(Duels)]
Luck = Annotated[Spins, provided(Spins)]
Medals = Annotated[Achievements, provided(Achievements)]
_ROOM = (ErrorCode.NOT_FOUND, ErrorCode.BANNED_FROM_ROOM)
_MAKE = (*_ROOM, ErrorCode.STREAM_ENDED, ErrorCode.CONFLICT, ErrorCode.IDEMPOTENCY_MISMATCH)


@ROUTER.get(
    "/streams/{stream_id}/actions",
    needs=Permission.VIEW_ALL,
    errors=_ROOM,
    summary="The action queue",
)
async def actions(stream_id: Id, caller: SignedIn, queue: Queue) -> Page[StageAction]:
    """What is queued and not done, first come first."""
    return await queue.queue_of(caller, stream_id)


@ROUTER.post(
    "/streams/{stream_id}/actions",
    needs=Permission.CHAT,
    status_code=201,
    errors=(*_MAKE, ErrorCode.MUTED),
    summary="Queue an action, or vote for one",
)
async def request_action(
    stream_id: Id, body: StageRequest, caller: SignedIn, queue: Queue, key: IdempotencyKey = None
) -> StageAnswer:
    """A creator names a title; anybody else votes for a line of the tip menu."""
    return await queue.request(caller, stream_id, body, key)


@ROUTER.post(
    "/streams/{stream_id}/actions/{action_id}/done",
    needs=Permission.STREAM_LIMITED,
    errors=(ErrorCode.NOT_FOUND,),
    summary="An action is done",
)
async def action_done(stream_id: Id, action_id: Id, caller: SignedIn, queue: Queue) -> StageAction:
    """Of one's own stream; again changes nothing."""
    return await queue.done(caller, stream_id, action_id)


@ROUTER.get(
    "/streams/{stream_id}/unlockables",
    needs=Permission.VIEW_ALL,
    errors=_ROOM,
    summary="What can be unlocked",
)
async def unlockables(stream_id: Id, caller: SignedIn, chest: Chest) -> Page[Unlockable]:
    """What is closed shows its title only."""
    return await chest.of(caller, stream_id)


@ROUTER.post(
    "/streams/{stream_id}/unlockables",
    needs=Permission.STREAM,
    status_code=201,
    errors=_MAKE,
    summary="Offer something to unlock",
)
async def create_unlockable(
    stream_id: Id,
    body: UnlockableCreate,
    caller: SignedIn,
    chest: Chest,
    key: IdempotencyKey = None,
) -> Unlockable:
    """Every tip and gift from now on counts for it."""
    return await chest.create(caller, stream_id, body, key)


@ROUTER.get(
    "/streams/{stream_id}/duels",
    needs=Permission.VIEW_ALL,
    errors=_ROOM,
    summary="A room's duels",
)
async def duels(stream_id: Id, caller: SignedIn, arena: Arena) -> Page[Duel]:
    """The running one, and offers that stand."""
    return Page[Duel](items=await arena.of_room(caller, stream_id))


@ROUTER.post(
    "/streams/{stream_id}/duels",
    needs=Permission.STREAM_LIMITED,
    status_code=201,
    errors=_MAKE,
    summary="Challenge a room, or answer",
)
async def challenge(
    stream_id: Id, body: DuelCreate, caller: SignedIn, arena: Arena, key: IdempotencyKey = None
) -> Duel:
    """An offer stands for two minutes; the same offer back starts the duel."""
    return await arena.challenge(caller, stream_id, body, key)


@ROUTER.post("/duels/{duel_id}/vote", needs=Permission.CHAT, errors=_MAKE, summary="Vote in a duel")
async def vote(
    duel_id: Id, body: DuelVote, caller: SignedIn, arena: Arena, key: IdempotencyKey = None
) -> Duel:
    """One vote each; a second one replaces the first."""
    return await arena.vote(caller, duel_id, body, key)


@ROUTER.get(
    "/streams/{stream_id}/spin",
    needs=Permission.VIEW_ALL,
    errors=_ROOM,
    summary="The wheel and its odds",
)
async def wheel(stream_id: Id, caller: SignedIn, luck: Luck) -> Wheel:
    """Made of the creator's tip menu."""
    return await luck.wheel_of(caller, stream_id)


@ROUTER.post(
    "/streams/{stream_id}/spin",
    needs=Permission.PAY,
    status_code=201,
    errors=(*_MAKE, ErrorCode.INSUFFICIENT_TOKENS),
    summary="Spin the wheel",
)
async def spin(
    stream_id: Id, body: SpinRequest, caller: SignedIn, luck: Luck, key: IdempotencyKey = None
) -> Spin:
    """A tip like any other, and an action in the creator's queue."""
    return await luck.spin(caller, stream_id, body, key)


@ROUTER.get("/users/{user_id}/achievements", needs=Permission.VIEW_SAFE, summary="Achievements")
async def achievements(user_id: Id, medals: Medals) -> Page[Achievement]:
    """What a person reached, first reached first."""
    return await medals.of(user_id)

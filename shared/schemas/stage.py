"""What the audience moves on the wire: timed actions, unlockables, duels, spins, achievements."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from shared.schemas.accounts import UserRef
from shared.schemas.common import PLAIN_TEXT, Id, Request, Resource, Timestamp, Tokens
from shared.schemas.moods import Mood
from shared.schemas.wallet import Tip

ActionTitle = Annotated[str, Field(min_length=1, max_length=80, pattern=PLAIN_TEXT)]


class ActionSource(StrEnum):
    """What queued an action."""

    TIP = "tip"
    VOTE = "vote"
    SPIN = "spin"
    CREATOR = "creator"


class StageAction(Resource):
    """One timed action in a stream's queue."""

    id: Id
    stream_id: Id
    source: ActionSource
    title: str
    duration_s: int
    tokens: int = 0
    requested_by: UserRef | None = None
    queued_at: Timestamp
    done_at: Timestamp | None = None


class StageRequest(Request):
    """A creator queues a title; anybody else votes for a line of the tip menu."""

    title: ActionTitle | None = None
    duration_s: Annotated[int, Field(ge=1, le=3600)] | None = None
    menu_item_id: Id | None = None


class StageAnswer(Resource):
    """The action when it is queued; else how many votes of how many there are."""

    action: StageAction | None = None
    votes: int = 0
    votes_needed: int = 0


class UnlockableCreate(Request):
    """Something the room opens together; `reveal` is shown once it is open."""

    title: ActionTitle
    reveal: Annotated[str, Field(max_length=500, pattern=PLAIN_TEXT)] = ""
    threshold_tokens: Tokens


class Unlockable(Resource):
    """An unlockable and how far it is; `reveal` is empty until it is open."""

    id: Id
    stream_id: Id
    title: str
    reveal: str = ""
    threshold_tokens: int
    raised_tokens: int
    opened_at: Timestamp | None = None


class DuelState(StrEnum):
    """Where a duel is; an offer stands until its rival makes the same offer back."""

    OFFERED = "offered"
    RUNNING = "running"
    ENDED = "ended"
    EXPIRED = "expired"


class DuelCreate(Request):
    """A challenge to another stream, or the answer to theirs."""

    rival_stream_id: Id
    mood: Mood
    duration_s: Annotated[int, Field(ge=30, le=1800)] = 180


class DuelSide(Resource):
    """One room of a duel."""

    stream_id: Id
    creator: UserRef
    mood: Mood | None = None
    score: float = 0.0


class Duel(Resource):
    """A mood duel: votes weigh 1, tips and gifts log2(1 + tokens)."""

    id: Id
    state: DuelState
    sides: list[DuelSide]
    started_at: Timestamp | None = None
    ends_at: Timestamp
    winner_stream_id: Id | None = None


class DuelVote(Request):
    """A vote for one side; a second one replaces the first."""

    stream_id: Id


class SpinRequest(Request):
    """A spin of the wheel, paid as a tip."""

    tokens: Tokens


class SpinSlice(Resource):
    """One line of the wheel and its chance, which is told before anybody pays."""

    title: str
    multiplier: int
    chance: float
    duration_s: int


class Wheel(Resource):
    """The wheel of a stream and the least that a spin costs; empty without a tip menu."""

    price_tokens: int
    slices: list[SpinSlice]


class Spin(Resource):
    """A spin: the tip it was, what came up, and the action it queued."""

    tip: Tip
    won: SpinSlice
    action: StageAction
    balance: int


class AchievementKind(StrEnum):
    """What a person can reach."""

    FIRST_TIP = "first_tip"
    BIG_TIP = "big_tip"
    GIVEN_1000 = "given_1000"
    GIVEN_10000 = "given_10000"
    TIPS_100 = "tips_100"
    FIRST_EARNED = "first_earned"
    EARNED_1000 = "earned_1000"
    EARNED_10000 = "earned_10000"


class Achievement(Resource):
    """Something reached, and when."""

    kind: AchievementKind
    at: Timestamp

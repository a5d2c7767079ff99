"""Gifts on the wire: the catalogue, giving one, and what a creator got."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from shared.schemas.accounts import UserRef
from shared.schemas.common import PLAIN_TEXT, Id, Request, Resource, Timestamp


class GiftKind(StrEnum):
    """Every gift there is."""

    ROSE = "rose"
    TEA = "tea"
    CANDLE = "candle"
    BOUQUET = "bouquet"
    SONG = "song"
    STAR = "star"
    CROWN = "crown"


GIFT_PRICES: dict[GiftKind, int] = {
    GiftKind.ROSE: 5,
    GiftKind.TEA: 10,
    GiftKind.CANDLE: 25,
    GiftKind.BOUQUET: 50,
    GiftKind.SONG: 100,
    GiftKind.STAR: 250,
    GiftKind.CROWN: 500,
}
"""Tokens each."""


class GiftOffer(Resource):
    """One line of the catalogue."""

    kind: GiftKind
    tokens: int


class GiftRequest(Request):
    """Some gifts of one kind, optionally with words and towards a goal."""

    gift: GiftKind
    quantity: Annotated[int, Field(ge=1, le=100)] = 1
    text: Annotated[str, Field(max_length=200, pattern=PLAIN_TEXT)] = ""
    goal_id: Id | None = None


class Gift(Resource):
    """Gifts as the room sees them."""

    id: Id
    stream_id: Id
    sender: UserRef
    gift: GiftKind
    quantity: int
    tokens: int
    text: str = ""
    goal_id: Id | None = None
    at: Timestamp


class GiftReceipt(Resource):
    """The sender's answer: the gift and what is left."""

    gift: Gift
    balance: int


class Refund(Resource):
    """A tip or gift that was taken back; its tokens are with their sender again."""

    id: Id
    tokens: int
    reversal_id: Id
    at: Timestamp

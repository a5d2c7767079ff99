"""A creator's figures and advice on the wire."""

from typing import Annotated

from pydantic import Field

from shared.schemas.accounts import UserRef
from shared.schemas.common import Id, Request, Resource, Timestamp
from shared.schemas.gifts import GiftKind
from shared.schemas.streams import Plan, Tag, Title


class Supporter(Resource):
    """Somebody who gave, and how much over all streams."""

    user: UserRef
    tokens: int
    count: int


class Dashboard(Resource):
    """The private figures of a creator; `days` is the span of the figures that name none."""

    user_id: Id
    at: Timestamp
    days: int
    balance_tokens: int
    earned_tokens: int
    earned_tokens_ever: int
    supporters: int
    subscribers: int
    streams: int
    stream_hours: float
    gifts: dict[GiftKind, int]
    top_supporters: list[Supporter]
    plans: list[Plan]


class HourInsight(Resource):
    """One hour of the week (UTC, 0 is Monday): time on air and tokens an hour."""

    weekday: int
    hour: int
    hours_on_air: float
    tokens_per_hour: float


class TagInsight(Resource):
    """What streams with a tag brought an hour."""

    tag: str
    streams: int
    tokens_per_hour: float


class Insights(Resource):
    """What worked so far; `streams` and `hours_on_air` say how much that rests on."""

    user_id: Id
    days: int
    streams: int
    hours_on_air: float
    tokens_per_hour: float
    returning_percent: float
    """Supporters who gave more than once, of all."""
    hours: list[HourInsight]
    best_hours: list[HourInsight]
    tags: list[TagInsight]
    advice: list[str]


class CoachRequest(Request):
    """What a creator thinks of announcing."""

    title: Title
    tags: Annotated[list[Tag], Field(max_length=10)] = []


class CoachAnswer(Resource):
    """Advice by fixed rules over the creator's own figures; no text leaves the server.

    `is_ai` is always true: whoever reads it should know that a machine wrote it.
    """

    advice: list[str]
    suggested_tags: list[str]
    best_hours: list[HourInsight]
    based_on_streams: int
    refused: str | None = None
    is_ai: bool = True

"""Goals and the tip menu on the wire."""

from typing import Annotated

from pydantic import Field

from shared.schemas.common import PLAIN_TEXT, Id, Request, Resource, Timestamp, Tokens


class GoalCreate(Request):
    """A new goal of a stream."""

    title: Annotated[str, Field(min_length=1, max_length=80, pattern=PLAIN_TEXT)]
    target_tokens: Tokens


class GoalPatch(Request):
    """A change to a goal; `version` must be the one last seen."""

    version: int
    title: Annotated[str, Field(min_length=1, max_length=80, pattern=PLAIN_TEXT)] | None = None
    target_tokens: Tokens | None = None


class Goal(Resource):
    """A goal and how far it is."""

    id: Id
    stream_id: Id
    title: str
    target_tokens: int
    raised_tokens: int = 0
    reached_at: Timestamp | None = None
    version: int = 1
    deleted: bool = False
    """Only ever true in a `goal.progress` event: the goal was taken away."""


class TipMenuItem(Resource):
    """One line of a creator's tip menu."""

    id: Id
    title: str
    tokens: int
    duration_s: int | None = None


class TipMenuItemPut(Request):
    """One line of the menu as its creator writes it; the order of the list is the order shown."""

    title: Annotated[str, Field(min_length=1, max_length=80, pattern=PLAIN_TEXT)]
    tokens: Tokens
    duration_s: Annotated[int, Field(ge=1, le=3600)] | None = None


class TipMenuPut(Request):
    """The whole tip menu."""

    items: Annotated[list[TipMenuItemPut], Field(max_length=50)]


class TipMenu(Resource):
    """The whole tip menu."""

    items: list[TipMenuItem]

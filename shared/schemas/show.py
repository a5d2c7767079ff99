"""Goals and the tip menu on the wire."""

from typing import Annotated

from pydantic import Field

from shared.schemas.common import PLAIN_TEXT, Id, Request, Resource, Timestamp, Tokens


class MilestoneCreate(Request):
    """A step on the way to a goal."""

    title: Annotated[str, Field(min_length=1, max_length=80, pattern=PLAIN_TEXT)]
    tokens: Tokens


class Milestone(Resource):
    """A step on the way to a goal, and when it was passed."""

    title: str
    tokens: int
    reached_at: Timestamp | None = None


class GoalCreate(Request):
    """A new goal of a stream.

    With `advance_percent`, reaching it opens the next one with a target that much higher, its
    milestones moved up likewise.
    """

    title: Annotated[str, Field(min_length=1, max_length=80, pattern=PLAIN_TEXT)]
    target_tokens: Tokens
    milestones: Annotated[list[MilestoneCreate], Field(max_length=20)] = []
    advance_percent: Annotated[int, Field(ge=0, le=500)] | None = None
    position: Annotated[int, Field(ge=0, le=1000)] | None = None
    """Its place among the stream's goals, 0 is the first; the last where it is not given."""


class GoalPatch(Request):
    """A change to a goal; `version` must be the one last seen."""

    version: int
    title: Annotated[str, Field(min_length=1, max_length=80, pattern=PLAIN_TEXT)] | None = None
    target_tokens: Tokens | None = None
    milestones: Annotated[list[MilestoneCreate], Field(max_length=20)] | None = None
    """In place of all there were; a step that was passed stays passed."""
    position: Annotated[int, Field(ge=0, le=1000)] | None = None
    """Its new place among the stream's goals, 0 is the first: tips go to the first open one."""


class Goal(Resource):
    """A goal and how far it is."""

    id: Id
    stream_id: Id
    title: str
    target_tokens: int
    raised_tokens: int = 0
    reached_at: Timestamp | None = None
    version: int = 1
    position: int = 0
    """Goals are shown and filled in this order; those that share a place, by their ids."""
    milestones: list[Milestone] = []
    advance_percent: int | None = None
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

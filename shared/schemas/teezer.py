"""Teezer, a creator's AI stand-in, on the wire."""

from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator

from shared.schemas.common import PLAIN_TEXT, Id, Request, Resource, Timestamp

_CLOCK = r"^([01]\d|2[0-3]):[0-5]\d$"


class SlotMode(StrEnum):
    """Who runs the room in a slot of the day."""

    TEEZER = "teezer"
    LIVE = "live"
    OFFLINE = "offline"


class ScheduleSlot(Request):
    """A slot of a weekday (0 is Monday) in the schedule's zone; `end` 00:00 means midnight."""

    weekday: Annotated[int, Field(ge=0, le=6)]
    start: Annotated[str, Field(pattern=_CLOCK)]
    end: Annotated[str, Field(pattern=_CLOCK)]
    mode: SlotMode


class TeezerSchedule(Request):
    """The week's slots; they may not overlap."""

    timezone: Annotated[str, Field(min_length=1, max_length=64)] = "UTC"
    slots: Annotated[list[ScheduleSlot], Field(max_length=100)] = []

    @model_validator(mode="after")
    def _slots_do_not_overlap(self) -> "TeezerSchedule":
        spans = sorted(
            (s.weekday, s.start, s.end if s.end != "00:00" else "24:00") for s in self.slots
        )
        for weekday, start, end in spans:
            if start >= end:
                raise ValueError(f"A slot must end after it starts (weekday {weekday}, {start}).")
        for before, after in pairwise(spans):
            if before[0] == after[0] and after[1] < before[2]:
                raise ValueError(f"Two slots overlap on weekday {after[0]} at {after[1]}.")
        return self


class TeezerPatch(Request):
    """What a creator may switch; null leaves a field as it is."""

    enabled: bool | None = None
    persona: Annotated[str, Field(max_length=500, pattern=PLAIN_TEXT)] | None = None
    forget: bool | None = None
    """True erases what was learnt: only later messages count from then on; false takes all back."""


class TeezerReply(Resource):
    """A text that a machine said in the creator's name, what it answered and drew on."""

    message_id: Id
    stream_id: Id
    text: str
    at: Timestamp
    asker: str = ""
    question: str = ""
    source: Literal["pair", "statement", "fallback", "model", "refusal"]
    """An answer given before, a statement made before, a polite phrase, a model, or a refusal."""
    drew_on_at: Timestamp | None = None
    """When the creator last said this themselves, where they did."""
    score: float = 0.0


class Teezer(Resource):
    """A creator's Teezer. `active` is what holds now: enabled, and the schedule agrees."""

    user_id: Id
    enabled: bool
    active: bool
    mode: SlotMode
    persona: str = ""
    schedule: TeezerSchedule = TeezerSchedule()
    trained_messages: int = 0
    trained_at: Timestamp | None = None
    learns_since: Timestamp | None = None
    """Messages before that were erased from what it knows; null: it may know all."""
    replies_today: int = 0
    replies: list[TeezerReply] = []
    """The last texts it said that the room still shows, newest first; for its owner only."""


class SuggestRequest(Request):
    """Asks for replies to a text that the creator may edit and send."""

    text: Annotated[str, Field(min_length=1, max_length=500, pattern=PLAIN_TEXT)]
    count: Annotated[int, Field(ge=1, le=5)] = 3


class Suggestion(Resource):
    """One possible reply. `is_ai` is always true: a person decides whether it is sent."""

    text: str
    score: float
    is_ai: bool = True
    source: Literal["own_words", "model", "standby"] = "standby"
    """From what the person said before, newly written by a model, or a polite phrase."""


class Suggestions(Resource):
    """Three to five replies where there is material; `refused` says why there are none."""

    items: list[Suggestion]
    refused: str | None = None

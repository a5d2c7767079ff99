"""What the room says, as the engine is told it for the overlays: small facts, whole each time."""

from typing import Annotated, Literal

from pydantic import Field

from studio.engine.protocol.wire import Wire

Words = Annotated[str, Field(max_length=500)]
Name = Annotated[str, Field(max_length=200)]
Amount = Annotated[int, Field(ge=0, le=10**12)]


class MilestoneFact(Wire):
    """A step on the way to a goal."""

    title: Name
    tokens: Amount


class GoalFact(Wire):
    """The goal that tips go towards."""

    title: Name
    target_tokens: Annotated[int, Field(ge=1, le=10**12)]
    raised_tokens: Amount = 0
    milestones: tuple[MilestoneFact, ...] = Field(default=(), max_length=20)


class TipFact(Wire):
    """A tip that has just come."""

    id: Name
    name: Name
    tokens: Amount
    text: Words = ""
    item: Name | None = None
    """The line of the tip menu it was for."""


class MenuLine(Wire):
    """One offer of the tip menu."""

    title: Name
    tokens: Amount


class SupporterFact(Wire):
    """Somebody who gave, and how much in this show."""

    name: Name
    tokens: Amount


class ChatLine(Wire):
    """A message of the room."""

    id: Name
    name: Name
    text: Words
    is_ai: bool = False


class ActionFact(Wire):
    """A StripSync action."""

    id: Name
    title: Name
    duration_s: int = Field(ge=1, le=86_400)
    name: Name = ""
    """Who asked for it."""


class GoalUpdate(Wire):
    """The goal as it is now; None when there is none."""

    kind: Literal["goal"] = "goal"
    goal: GoalFact | None


class TipsUpdate(Wire):
    """Tips that came since the last update, oldest first."""

    kind: Literal["tips"] = "tips"
    tips: tuple[TipFact, ...] = Field(max_length=500)


class MenuUpdate(Wire):
    """The tip menu."""

    kind: Literal["menu"] = "menu"
    lines: tuple[MenuLine, ...] = Field(max_length=50)


class SupportersUpdate(Wire):
    """Who gave most, the first first."""

    kind: Literal["supporters"] = "supporters"
    supporters: tuple[SupporterFact, ...] = Field(max_length=50)


class MoodUpdate(Wire):
    """The shares of the eight moods in their order; all 0 while nobody voted."""

    kind: Literal["mood"] = "mood"
    shares: tuple[float, ...] = Field(min_length=8, max_length=8)


class ChatUpdate(Wire):
    """The newest messages, oldest first; what was deleted is left out."""

    kind: Literal["chat"] = "chat"
    lines: tuple[ChatLine, ...] = Field(max_length=40)


class ViewersUpdate(Wire):
    """How many watch."""

    kind: Literal["viewers"] = "viewers"
    viewers: Amount


class ActionsUpdate(Wire):
    """The actions that are not done yet, the one of now, or else the next one, first."""

    kind: Literal["actions"] = "actions"
    actions: tuple[ActionFact, ...] = Field(max_length=20)
    left_s: float | None = Field(default=None, ge=-1e6, le=1e6)
    """What is left of the first, as this is said; None while it waits to be started."""
    is_paused: bool = False


class StreamUpdate(Wire):
    """Whose show it is and where."""

    kind: Literal["stream"] = "stream"
    creator: Name
    platform: Name = ""


OverlayUpdate = Annotated[
    GoalUpdate
    | TipsUpdate
    | MenuUpdate
    | SupportersUpdate
    | MoodUpdate
    | ChatUpdate
    | ViewersUpdate
    | ActionsUpdate
    | StreamUpdate,
    Field(discriminator="kind"),
]


class UpdateOverlays(Wire):
    """Tell the overlays what changed in the room. Reply: `Done`."""

    kind: Literal["update_overlays"] = "update_overlays"
    updates: tuple[OverlayUpdate, ...] = Field(min_length=1, max_length=20)

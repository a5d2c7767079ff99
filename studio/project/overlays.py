"""The overlays of the scene document: what of the room is drawn onto the picture, and how.

Each is a kind of source: placed, scaled and hidden like any other. Sizes are pixels of the
overlay's own picture; texts are the creator's.
"""

from typing import Annotated, Literal

from pydantic import Field

from studio.project.base import Colour, Model

FilePath = Annotated[str, Field(max_length=4096)]
Label = Annotated[str, Field(max_length=80)]
Rows = Annotated[int, Field(ge=1, le=20)]
AlertSound = Literal["none", "chime", "bell", "sparkle", "file"]
AlertAnimation = Literal["fade", "slide", "pop", "none"]


class OverlaySettings(Model):
    """What all overlays have: a size, a font and colours."""

    width: int = Field(default=640, ge=64, le=3840)
    height: int = Field(default=360, ge=24, le=2160)
    family: str | None = Field(default=None, max_length=200)
    """A font of this machine; None is the one that comes with the studio."""
    text_px: int = Field(default=26, ge=8, le=200)
    colour: Colour = "#FFFFFF"
    accent: Colour = "#F472B6"
    background: Colour = "#14121EE0"


class GoalBarOverlay(OverlaySettings):
    """The goal that tips go towards, with its milestones."""

    kind: Literal["goal_bar"] = "goal_bar"
    height: int = Field(default=126, ge=24, le=2160)
    show_amounts: bool = True
    show_milestones: bool = True
    reached_text: Label = "Goal reached!"


class AlertRule(Model):
    """How tips of an amount are announced. `{name}`, `{tokens}`, `{others}` are filled in."""

    from_tokens: int = Field(default=1, ge=1, le=1_000_000)
    to_tokens: int | None = Field(default=None, ge=1, le=1_000_000)
    template: Annotated[str, Field(min_length=1, max_length=120)] = "{name} tipped {tokens}"
    template_many: Annotated[str, Field(min_length=1, max_length=120)] = (
        "{name} and {others} more tipped {tokens}"
    )
    """For tips that came so fast that they are announced together."""
    duration_s: float = Field(default=5.0, ge=1.0, le=30.0)
    animation: AlertAnimation = "slide"
    sound: AlertSound = "chime"
    sound_path: FilePath = ""
    volume_db: float = Field(default=-12.0, ge=-60.0, le=0.0)
    image: FilePath = ""
    accent: Colour | None = None

    def covers(self, tokens: int) -> bool:
        """Whether a tip of so many tokens is announced by this rule."""
        return self.from_tokens <= tokens and (self.to_tokens is None or tokens <= self.to_tokens)


DEFAULT_RULES = (
    AlertRule(to_tokens=99),
    AlertRule(from_tokens=100, to_tokens=499, duration_s=6.0, sound="bell", accent="#FBBF24"),
    AlertRule(from_tokens=500, duration_s=8.0, animation="pop", sound="sparkle", accent="#A78BFA"),
)


class TipAlertsOverlay(OverlaySettings):
    """An announcement of each tip, one after another; the first rule that covers it counts."""

    kind: Literal["tip_alerts"] = "tip_alerts"
    height: int = Field(default=160, ge=24, le=2160)
    text_px: int = Field(default=34, ge=8, le=200)
    show_words: bool = True
    """Show what the tipper wrote."""
    rules: tuple[AlertRule, ...] = Field(default=DEFAULT_RULES, min_length=1, max_length=12)


class TipMenuOverlay(OverlaySettings):
    """What the creator offers, and for how much."""

    kind: Literal["tip_menu"] = "tip_menu"
    width: int = Field(default=420, ge=64, le=3840)
    height: int = Field(default=420, ge=24, le=2160)
    title: Label = "Tip menu"
    rows: Rows = 8


class LeaderboardOverlay(OverlaySettings):
    """Who has given most in this show."""

    kind: Literal["leaderboard"] = "leaderboard"
    width: int = Field(default=420, ge=64, le=3840)
    height: int = Field(default=320, ge=24, le=2160)
    title: Label = "Top supporters"
    rows: Rows = 5


class MoodStripOverlay(OverlaySettings):
    """The room's mood as a strip of eight colours."""

    kind: Literal["mood_strip"] = "mood_strip"
    height: int = Field(default=72, ge=24, le=2160)
    text_px: int = Field(default=20, ge=8, le=200)
    show_name: bool = True
    # The names of the moods, as viewers read them.
    chill: Label = "Chill"
    playful: Label = "Playful"
    romantic: Label = "Romantic"
    flirty: Label = "Flirty"
    spicy: Label = "Spicy"
    wild: Label = "Wild"
    dominant: Label = "Dominant"
    mysterious: Label = "Mysterious"


class ChatBoxOverlay(OverlaySettings):
    """The newest messages of the room."""

    kind: Literal["chat_box"] = "chat_box"
    width: int = Field(default=460, ge=64, le=3840)
    height: int = Field(default=420, ge=24, le=2160)
    text_px: int = Field(default=22, ge=8, le=200)
    background: Colour = "#14121E99"
    rows: Annotated[int, Field(ge=1, le=40)] = 12


class CountdownOverlay(OverlaySettings):
    """The time until something begins: so many seconds from now, or at a time of day."""

    kind: Literal["countdown"] = "countdown"
    width: int = Field(default=520, ge=64, le=3840)
    height: int = Field(default=200, ge=24, le=2160)
    title: Label = "Starting in"
    seconds: int = Field(default=300, ge=1, le=86_400)
    clock: Annotated[str, Field(pattern=r"^$|^([01]\d|2[0-3]):[0-5]\d$")] = ""
    """A time of day as `20:30`; it goes before the seconds."""
    done_text: Label = "Here we go"


class ViewerCountOverlay(OverlaySettings):
    """How many watch now."""

    kind: Literal["viewer_count"] = "viewer_count"
    width: int = Field(default=280, ge=64, le=3840)
    height: int = Field(default=56, ge=24, le=2160)
    text_px: int = Field(default=26, ge=8, le=200)
    label: Label = "watching"


class ActionTimerOverlay(OverlaySettings):
    """The StripSync action of now with its time, and what comes next."""

    kind: Literal["action_timer"] = "action_timer"
    width: int = Field(default=520, ge=64, le=3840)
    height: int = Field(default=190, ge=24, le=2160)
    title: Label = "Now"
    next_text: Label = "Next"


class WatermarkOverlay(OverlaySettings):
    """Whose show it is, on which day and platform: small, and always there."""

    kind: Literal["watermark"] = "watermark"
    width: int = Field(default=420, ge=64, le=3840)
    height: int = Field(default=40, ge=24, le=2160)
    text_px: int = Field(default=20, ge=8, le=200)
    colour: Colour = "#FFFFFFB0"
    background: Colour = "#00000000"
    name: Label = ""
    """Empty is the creator's name on the platform."""
    platform: Label = ""
    """Empty is the platform's own name."""
    show_date: bool = True
    align: Literal["left", "right"] = "right"


AnyOverlay = (
    GoalBarOverlay
    | TipAlertsOverlay
    | TipMenuOverlay
    | LeaderboardOverlay
    | MoodStripOverlay
    | ChatBoxOverlay
    | CountdownOverlay
    | ViewerCountOverlay
    | ActionTimerOverlay
    | WatermarkOverlay
)

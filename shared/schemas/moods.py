"""The eight moods in their order, and the strip that weighs them."""

from enum import StrEnum

from shared.schemas.common import Request, Resource, Timestamp


class Mood(StrEnum):
    """A room's mood; the order is the order on every screen."""

    CHILL = "chill"
    PLAYFUL = "playful"
    ROMANTIC = "romantic"
    FLIRTY = "flirty"
    SPICY = "spicy"
    WILD = "wild"
    DOMINANT = "dominant"
    MYSTERIOUS = "mysterious"


MOOD_COLOURS: dict[Mood, str] = {
    Mood.CHILL: "#38BDF8",
    Mood.PLAYFUL: "#FBBF24",
    Mood.ROMANTIC: "#F472B6",
    Mood.FLIRTY: "#FB7185",
    Mood.SPICY: "#EF4444",
    Mood.WILD: "#F97316",
    Mood.DOMINANT: "#8B5CF6",
    Mood.MYSTERIOUS: "#6366F1",
}
"""The colour of each mood as `#RRGGBB`, in the order of `Mood`."""


class MoodVote(Request):
    """One viewer's vote for the room's mood."""

    mood: Mood


class MoodStrip(Resource):
    """The room's mood as shares over the eight; they sum to 1, or are all 0 while nobody voted."""

    shares: dict[Mood, float]
    dominant: Mood | None = None
    at: Timestamp

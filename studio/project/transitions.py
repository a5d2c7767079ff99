"""How one scene gives way to another, and how an item comes and goes, as the document keeps it.

Each kind has settings of its own; what they do is in `studio.engine.transitions`.
"""

from typing import Annotated, Literal, get_args

from pydantic import Field

from studio.project.base import Colour, Model

Direction = Literal["left", "right", "up", "down"]
"""Where the picture moves to."""

LumaShape = Literal["left", "right", "up", "down", "circle", "diagonal", "clock", "blinds"]

Duration = Annotated[int, Field(ge=50, le=20_000)]


class _Timed(Model):
    """A transition that takes time; without one of its own, the collection's."""

    duration_ms: Duration | None = Field(default=None, title="Duration")


class CutTransition(Model):
    """At once."""

    kind: Literal["cut"] = "cut"


class FadeTransition(_Timed):
    """One picture fades into the other."""

    kind: Literal["fade"] = "fade"


class SlideTransition(_Timed):
    """The new picture pushes the old one out."""

    kind: Literal["slide"] = "slide"
    direction: Direction = Field(default="left", title="Direction")


class SwipeTransition(_Timed):
    """The new picture slides over the old one, or the old one slides away."""

    kind: Literal["swipe"] = "swipe"
    direction: Direction = Field(default="left", title="Direction")
    swipe_in: bool = Field(default=True, title="The new picture moves")


class ColourTransition(_Timed):
    """The old picture fades to a colour, and the new one out of it."""

    kind: Literal["fade_to_colour"] = "fade_to_colour"
    colour: Colour = Field(default="#000000", title="Colour")
    peak_percent: int = Field(default=50, ge=1, le=99, title="Full colour at")


class LumaTransition(_Timed):
    """The new picture appears where a grey picture is dark first, where it is bright last."""

    kind: Literal["luma_wipe"] = "luma_wipe"
    shape: LumaShape = Field(default="left", title="Shape")
    path: str = Field(default="", max_length=4096, title="Own grey picture")
    """A picture in place of the shape; empty for the shape."""
    softness_percent: int = Field(default=10, ge=0, le=100, title="Softness")
    inverted: bool = Field(default=False, title="The other way round")


class StingerTransition(Model):
    """A short film with transparency plays over the cut."""

    kind: Literal["stinger"] = "stinger"
    path: str = Field(default="", max_length=4096, title="Film")
    cut_ms: int = Field(default=500, ge=0, le=20_000, title="Cut at")
    gain_db: float = Field(default=0.0, ge=-60.0, le=20.0, title="Volume of the film")


TransitionSettings = Annotated[
    CutTransition
    | FadeTransition
    | SlideTransition
    | SwipeTransition
    | ColourTransition
    | LumaTransition
    | StingerTransition,
    Field(discriminator="kind"),
]

TransitionKindName = Literal[
    "cut", "fade", "slide", "swipe", "fade_to_colour", "luma_wipe", "stinger"
]

TRANSITION_SETTINGS: dict[str, type[Model]] = {
    get_args(model.model_fields["kind"].annotation)[0]: model
    for model in (
        CutTransition,
        FadeTransition,
        SlideTransition,
        SwipeTransition,
        ColourTransition,
        LumaTransition,
        StingerTransition,
    )
}
"""The settings model of each kind, in the order they are offered."""


class Transitions(Model):
    """Which transition a switch of scenes takes, and the settings of each that was changed."""

    chosen: TransitionKindName = "fade"
    duration_ms: Duration = 300
    """Of every transition that has no time of its own."""
    settings: tuple[TransitionSettings, ...] = Field(default=(), max_length=20)

    def of(self, kind: str) -> TransitionSettings:
        """Return the settings of a kind, as changed or as at first.

        Raises:
            KeyError: there is no such kind.
        """
        for one in self.settings:
            if one.kind == kind:
                return one
        made: TransitionSettings = TRANSITION_SETTINGS[kind]()  # type: ignore[assignment]
        return made

    @property
    def present(self) -> TransitionSettings:
        """The settings of the chosen kind."""
        return self.of(self.chosen)

    def choosing(self, settings: TransitionSettings) -> "Transitions":
        """The same with this kind chosen, and its settings kept."""
        rest = tuple(one for one in self.settings if one.kind != settings.kind)
        return self.model_copy(update={"chosen": settings.kind, "settings": (*rest, settings)})


class ItemTransition(Model):
    """How one item comes or goes."""

    kind: Literal["fade", "slide", "scale"] = Field(default="fade", title="Kind")
    duration_ms: Duration = Field(default=300, title="Duration")
    direction: Direction = Field(default="up", title="Direction")
    """Where a sliding item moves to."""

"""What the studio remembers of its own, besides what every app does."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.settings import AppSettings
from studio.choices import KeyChoices, NoticeChoices, OutputChoices

type Layout = Annotated[str, Field(max_length=100_000)]


class VideoChoice(BaseModel):
    """The size, rate and encoder that go with a profile, as the engine takes them."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    width: int = Field(default=1280, ge=16, le=7680, multiple_of=2)
    height: int = Field(default=720, ge=16, le=4320, multiple_of=2)
    fps: int = Field(default=30, ge=1, le=120)
    bitrate_kbps: int = Field(default=2500, ge=100, le=100_000)
    encoder: Annotated[str, Field(max_length=32)] = "x264"
    preset: Literal["ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow"] = (
        "veryfast"
    )


class PromptChoice(BaseModel):
    """A line that is sent with one press, and the tokens it asks for; 0 for nothing."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    text: Annotated[str, Field(min_length=1, max_length=80)]
    tokens: Annotated[int, Field(ge=0, le=500)] = 0


class StepDraft(BaseModel):
    """A step on the way to a prepared goal."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    title: Annotated[str, Field(min_length=1, max_length=80)]
    tokens: Annotated[int, Field(ge=1, le=1_000_000)]


class GoalDraft(BaseModel):
    """A goal as its creator prepares it, before or between shows."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    title: Annotated[str, Field(min_length=1, max_length=80)]
    target_tokens: Annotated[int, Field(ge=1, le=1_000_000)] = 500
    steps: Annotated[tuple[StepDraft, ...], Field(max_length=20)] = ()
    advance_percent: Annotated[int, Field(ge=0, le=500)] | None = None


class MenuLine(BaseModel):
    """A line of the tip menu; one that is off is kept here and not offered."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    title: Annotated[str, Field(min_length=1, max_length=80)]
    tokens: Annotated[int, Field(ge=1, le=1_000_000)]
    duration_s: Annotated[int, Field(ge=1, le=3600)] | None = None
    is_on: bool = True


class Profile(BaseModel):
    """Picture settings, layout and prompts that are changed together, by name."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: Annotated[str, Field(min_length=1, max_length=80)]
    video: VideoChoice | None = None
    layout: Layout = ""
    prompts: Annotated[tuple[PromptChoice, ...], Field(max_length=20)] | None = None


class StudioSettings(AppSettings):
    """The studio's settings; every value is checked, and one that cannot be used gets its default.

    `layout` is how the docks stand now, `layouts` those the creator saved, by name.
    """

    is_set_up: bool = False
    layout: Layout = ""
    layouts: Annotated[dict[str, Layout], Field(max_length=50)] = {}
    outputs: OutputChoices = OutputChoices()
    keys: KeyChoices = KeyChoices()
    notices: NoticeChoices = NoticeChoices()
    video: VideoChoice | None = None
    prompts: Annotated[tuple[PromptChoice, ...], Field(max_length=20)] | None = None
    """None offers what the tip menu holds."""
    profile: Annotated[str, Field(min_length=1, max_length=80)] = "Standard"
    profiles: Annotated[tuple[Profile, ...], Field(max_length=30)] = ()
    """What the profiles that are not in use hold; the one in use is the settings themselves."""
    goal_drafts: Annotated[tuple[GoalDraft, ...], Field(max_length=50)] = ()
    teezer_seen_until: datetime | None = None
    """What Teezer said after this was not looked through yet."""
    menu: Annotated[tuple[MenuLine, ...], Field(max_length=50)] = ()
    """The tip menu as last written, with the lines that are off."""

"""The scene document: what a creator composes, as versioned models for file, socket and undo.

Everything here is frozen: an edit makes a new document that shares what did not change.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.ids import new_id

Identifier = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$")]
Colour = Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}([0-9A-Fa-f]{2})?$")]
"""`#RRGGBB` or `#RRGGBBAA` (the alpha last, as in CSS)."""


class Model(BaseModel):
    """Base of every part of the document: frozen, and strict about names it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class PatternSource(Model):
    """A moving test picture; once a second it flashes and beeps at the same instant."""

    kind: Literal["pattern"] = "pattern"
    width: int = Field(default=1920, ge=16, le=7680)
    height: int = Field(default=1080, ge=16, le=4320)
    beep: bool = True


class ScreenSource(Model):
    """A screen or a part of one; without width and height, all of it."""

    kind: Literal["screen"] = "screen"
    display: str | None = Field(default=None, max_length=256)
    """X11 display, Windows monitor index or macOS screen name; None is the main screen."""
    x: int = Field(default=0, ge=0)
    y: int = Field(default=0, ge=0)
    width: int | None = Field(default=None, ge=16, le=15360)
    height: int | None = Field(default=None, ge=16, le=8640)
    show_pointer: bool = True


class CameraSource(Model):
    """A camera by the name or path its system gives it."""

    kind: Literal["camera"] = "camera"
    device: str = Field(min_length=1, max_length=256)
    width: int | None = Field(default=None, ge=16, le=7680)
    height: int | None = Field(default=None, ge=16, le=4320)
    fps: int | None = Field(default=None, ge=1, le=240)


class FileSource(Model):
    """A video or sound file, with its sound."""

    kind: Literal["file"] = "file"
    path: str = Field(min_length=1, max_length=4096)
    loop: bool = True


class ImageSource(Model):
    """A still picture, with its transparency."""

    kind: Literal["image"] = "image"
    path: str = Field(min_length=1, max_length=4096)


class TextSource(Model):
    """Lines of text on a transparent ground."""

    kind: Literal["text"] = "text"
    text: str = Field(default="", max_length=4000)
    family: str | None = Field(default=None, max_length=200)
    size_px: int = Field(default=48, ge=4, le=1000)
    bold: bool = False
    colour: Colour = "#FFFFFF"
    background: Colour = "#00000000"


class ColourSource(Model):
    """One flat colour."""

    kind: Literal["colour"] = "colour"
    colour: Colour = "#000000"
    width: int = Field(default=1920, ge=2, le=7680)
    height: int = Field(default=1080, ge=2, le=4320)


class MicrophoneSource(Model):
    """An audio input by name; None is the system's default."""

    kind: Literal["microphone"] = "microphone"
    device: str | None = Field(default=None, max_length=256)


class SilenceSource(Model):
    """Silence: keeps the sound track running where there is no device."""

    kind: Literal["silence"] = "silence"


class ToneSource(Model):
    """A steady sine tone for line-up."""

    kind: Literal["tone"] = "tone"
    frequency_hz: float = Field(default=440.0, ge=20.0, le=20000.0)
    level_db: float = Field(default=-20.0, ge=-96.0, le=0.0)


SourceSettings = Annotated[
    PatternSource
    | ScreenSource
    | CameraSource
    | FileSource
    | ImageSource
    | TextSource
    | ColourSource
    | MicrophoneSource
    | SilenceSource
    | ToneSource,
    Field(discriminator="kind"),
]


class Source(Model):
    """A named source and its strip in the mixer; scenes place it by its id."""

    id: Identifier = Field(default_factory=new_id)
    name: str = Field(min_length=1, max_length=100)
    settings: SourceSettings
    gain_db: float = Field(default=0.0, ge=-96.0, le=26.0)
    muted: bool = False
    sync_offset_ms: int = Field(default=0, ge=-950, le=20000)
    """Added to the time of this source's sound."""


class Crop(Model):
    """Pixels of the source cut away at each side before scaling."""

    left: int = Field(default=0, ge=0)
    top: int = Field(default=0, ge=0)
    right: int = Field(default=0, ge=0)
    bottom: int = Field(default=0, ge=0)


class Bounds(Model):
    """A box on the canvas that the item is fitted into; it replaces `scale`."""

    width: int = Field(ge=2, le=7680)
    height: int = Field(ge=2, le=7680)
    fit: Literal["contain", "cover", "stretch"] = "contain"


class SceneItem(Model):
    """One source placed in a scene; `x` and `y` are its top left corner on the canvas."""

    id: Identifier = Field(default_factory=new_id)
    source_id: Identifier
    x: int = Field(default=0, ge=-15360, le=15360)
    y: int = Field(default=0, ge=-15360, le=15360)
    scale: float = Field(default=1.0, gt=0.0, le=64.0)
    bounds: Bounds | None = None
    crop: Crop = Crop()
    visible: bool = True
    locked: bool = False
    """Not to be picked or moved on the canvas by accident; what is shown does not depend on it."""
    opacity: float = Field(default=1.0, ge=0.0, le=1.0)


class Scene(Model):
    """Items from the bottom to the top."""

    id: Identifier = Field(default_factory=new_id)
    name: str = Field(min_length=1, max_length=100)
    items: tuple[SceneItem, ...] = Field(default=(), max_length=200)


class Canvas(Model):
    """The size scenes are composed in."""

    width: int = Field(default=1920, ge=16, le=7680, multiple_of=2)
    height: int = Field(default=1080, ge=16, le=4320, multiple_of=2)


class Project(Model):
    """The whole document. Audio sources sound in every scene; video sources where placed."""

    document_version: Literal[1] = 1
    name: str = Field(default="My show", min_length=1, max_length=100)
    canvas: Canvas = Canvas()
    sources: tuple[Source, ...] = Field(default=(), max_length=200)
    scenes: tuple[Scene, ...] = Field(min_length=1, max_length=200)
    program_scene_id: Identifier

    @model_validator(mode="after")
    def _check_references(self) -> "Project":
        source_ids = [source.id for source in self.sources]
        scene_ids = [scene.id for scene in self.scenes]
        item_ids = [item.id for scene in self.scenes for item in scene.items]
        for what, ids in (("source", source_ids), ("scene", scene_ids), ("item", item_ids)):
            if len(set(ids)) != len(ids):
                raise ValueError(f"two of the {what} ids are equal")
        known = set(source_ids)
        for scene in self.scenes:
            for item in scene.items:
                if item.source_id not in known:
                    raise ValueError(f"item {item.id} shows the unknown source {item.source_id}")
        if self.program_scene_id not in scene_ids:
            raise ValueError("the program scene is not one of the scenes")
        return self

    @property
    def program(self) -> Scene:
        """The scene that goes on air."""
        return next(scene for scene in self.scenes if scene.id == self.program_scene_id)

    def source(self, source_id: str) -> Source:
        """Return the source with this id.

        Raises:
            KeyError: there is none.
        """
        for source in self.sources:
            if source.id == source_id:
                return source
        raise KeyError(source_id)


def empty_project(*, width: int = 1920, height: int = 1080, scene_name: str = "Main") -> Project:
    """Return a document with one empty scene."""
    scene = Scene(name=scene_name)
    return Project(
        canvas=Canvas(width=width, height=height), scenes=(scene,), program_scene_id=scene.id
    )

"""The scene document: what a creator composes, as versioned models for file, socket and undo.

Everything here is frozen: an edit makes a new document that shares what did not change.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from shared.ids import new_id
from studio.project.base import Colour as Colour
from studio.project.base import Identifier as Identifier
from studio.project.base import Model as Model
from studio.project.filters import Filter
from studio.project.items import Bounds as Bounds
from studio.project.items import Crop as Crop
from studio.project.items import SceneItem as SceneItem
from studio.project.overlays import AnyOverlay
from studio.project.sources import CameraSource as CameraSource
from studio.project.sources import ColourSource as ColourSource
from studio.project.sources import DesktopSoundSource as DesktopSoundSource
from studio.project.sources import FileSource as FileSource
from studio.project.sources import GradientSource as GradientSource
from studio.project.sources import ImageSource as ImageSource
from studio.project.sources import MicrophoneSource as MicrophoneSource
from studio.project.sources import PatternSource as PatternSource
from studio.project.sources import ScreenSource as ScreenSource
from studio.project.sources import SilenceSource as SilenceSource
from studio.project.sources import SlideshowSource as SlideshowSource
from studio.project.sources import TextSource as TextSource
from studio.project.sources import ToneSource as ToneSource
from studio.project.sources import WindowSource as WindowSource
from studio.project.transitions import Transitions, TransitionSettings

_DEEPEST = 8


class SceneSource(Model):
    """Another scene, shown inside this one."""

    kind: Literal["scene"] = "scene"
    scene_id: Identifier


class GroupSource(Model):
    """Items kept together: moved, turned and faded as one. They lie in a picture of this size."""

    kind: Literal["group"] = "group"
    width: int = Field(default=1920, ge=2, le=7680)
    height: int = Field(default=1080, ge=2, le=4320)
    items: tuple[SceneItem, ...] = Field(default=(), max_length=200)


SourceSettings = Annotated[
    PatternSource
    | ScreenSource
    | WindowSource
    | CameraSource
    | FileSource
    | ImageSource
    | TextSource
    | ColourSource
    | SlideshowSource
    | GradientSource
    | MicrophoneSource
    | DesktopSoundSource
    | SilenceSource
    | ToneSource
    | AnyOverlay
    | SceneSource
    | GroupSource,
    Field(discriminator="kind"),
]


TRACKS = 6
"""Sound tracks of a recording."""

ALL_TRACKS = (1 << TRACKS) - 1
Monitoring = Literal["off", "monitor", "both"]


class Source(Model):
    """A named source and its strip in the mixer; scenes place it by its id."""

    id: Identifier = Field(default_factory=new_id)
    name: str = Field(min_length=1, max_length=100)
    settings: SourceSettings
    gain_db: float = Field(default=0.0, ge=-96.0, le=26.0)
    muted: bool = False
    sync_offset_ms: int = Field(default=0, ge=-950, le=20000)
    """Added to the time of this source's sound."""
    balance: float = Field(default=0.0, ge=-1.0, le=1.0)
    """-1 is left alone, 1 right alone."""
    mono: bool = False
    """Both channels mixed into one, heard in the middle."""
    monitor: Monitoring = "off"
    """Whether the creator hears it: not, alone, or as well as the viewers."""
    tracks: int = Field(default=ALL_TRACKS, ge=0, le=ALL_TRACKS)
    """One bit a sound track, the first for track 1, which the stream takes."""
    in_mixer: bool = True
    """Has a strip in the mixer; without one it sounds all the same."""
    filters: tuple[Filter, ...] = Field(default=(), max_length=30)
    """What changes its picture and sound, applied from the first to the last."""

    @field_validator("filters")
    @classmethod
    def _check_filter_ids(cls, filters: tuple[Filter, ...]) -> tuple[Filter, ...]:
        if len({one.id for one in filters}) != len(filters):
            raise ValueError("two of the filter ids are equal")
        return filters


class Scene(Model):
    """Items from the bottom to the top."""

    id: Identifier = Field(default_factory=new_id)
    name: str = Field(min_length=1, max_length=100)
    items: tuple[SceneItem, ...] = Field(default=(), max_length=200)
    transition: TransitionSettings | None = None
    """How this scene comes on air; None takes the collection's way."""


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
    preview_scene_id: Identifier | None = None
    """In studio mode the scene that is prepared; None when the program itself is edited."""
    transitions: Transitions = Transitions()
    monitor_device: str | None = Field(default=None, max_length=256)
    """Where the creator hears what is monitored; None is the system's usual output."""

    @model_validator(mode="after")
    def _check_references(self) -> "Project":
        source_ids = [source.id for source in self.sources]
        scene_ids = [scene.id for scene in self.scenes]
        item_ids = [item.id for _, items in self.item_lists() for item in items]
        for what, ids in (("source", source_ids), ("scene", scene_ids), ("item", item_ids)):
            if len(set(ids)) != len(ids):
                raise ValueError(f"two of the {what} ids are equal")
        known = set(source_ids)
        for _, items in self.item_lists():
            for item in items:
                if item.source_id not in known:
                    raise ValueError(f"item {item.id} shows the unknown source {item.source_id}")
        if self.program_scene_id not in scene_ids:
            raise ValueError("the program scene is not one of the scenes")
        if self.preview_scene_id is not None and self.preview_scene_id not in scene_ids:
            raise ValueError("the scene in preview is not one of the scenes")
        check_nesting(self)
        return self

    def item_lists(self) -> Iterator[tuple[str, tuple[SceneItem, ...]]]:
        """The items of every scene and group, with the scene's or the group source's id."""
        for scene in self.scenes:
            yield scene.id, scene.items
        for source in self.sources:
            if isinstance(source.settings, GroupSource):
                yield source.id, source.settings.items

    @property
    def program(self) -> Scene:
        """The scene that goes on air."""
        return next(scene for scene in self.scenes if scene.id == self.program_scene_id)

    @property
    def edited(self) -> Scene:
        """The scene that is edited: in studio mode the one in preview, else the program."""
        wanted = self.preview_scene_id or self.program_scene_id
        return next(scene for scene in self.scenes if scene.id == wanted)

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


def check_nesting(project: Project) -> None:
    """Check that no scene or group shows itself, however deep.

    Raises:
        ValueError: one does, or shows a scene that is not there, or lies too deep.
    """
    nested = {source.id: source.settings for source in project.sources}
    scenes = {scene.id: scene.items for scene in project.scenes}
    depths: dict[str, int] = {}

    def depth(name: str, items: tuple[SceneItem, ...], path: tuple[str, ...]) -> int:
        if name in path:
            raise ValueError("a scene or group would show itself")
        if name not in depths:
            depths[name] = 1 + max(
                (below(nested[item.source_id], item.source_id, (*path, name)) for item in items),
                default=0,
            )
        if depths[name] > _DEEPEST:
            raise ValueError("scenes and groups lie too deep in each other")
        return depths[name]

    def below(settings: object, source_id: str, path: tuple[str, ...]) -> int:
        if isinstance(settings, GroupSource):
            return depth(f"group {source_id}", settings.items, path)
        if isinstance(settings, SceneSource):
            if settings.scene_id not in scenes:
                raise ValueError(f"source {source_id} shows an unknown scene")
            return depth(f"scene {settings.scene_id}", scenes[settings.scene_id], path)
        return 0

    for source in project.sources:
        below(source.settings, source.id, ())

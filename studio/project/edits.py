"""Edits of a scene document: the only way to change one, for widgets, hotkeys, socket and tests.

An edit is a small model with `apply(project) -> project`. `History` applies edits and undoes
them; since documents are frozen, undoing is going back to the document before.
"""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from shared.errors import InvalidInput
from studio.project.filters_edits import AddFilter, MoveFilter, RemoveFilter, UpdateFilter
from studio.project.group_edits import FitGroup
from studio.project.mixing import SetMonitorDevice, UpdateStrip
from studio.project.model import (
    Canvas,
    GroupSource,
    Identifier,
    Model,
    Project,
    Scene,
    SceneItem,
    Source,
)
from studio.project.stage_edits import (
    ChooseTransition,
    SetPreviewScene,
    SetSceneTransition,
    SetTransition,
    TakePreview,
    without_scene,
    without_sources,
)

Gesture = Annotated[str, Field(min_length=1, max_length=64)] | None
"""Names a movement that goes on: edits of the same one in a row are one step to undo."""


def _not_found(what: str) -> InvalidInput:
    return InvalidInput(
        f"This {what} is no longer in the project; refresh the scene list.",
        code="NOT_FOUND",
        meta={"what": what},
    )


def _with_scene(project: Project, scene_id: str, change: Callable[[Scene], Scene]) -> Project:
    if all(scene.id != scene_id for scene in project.scenes):
        raise _not_found("scene")
    scenes = tuple(change(s) if s.id == scene_id else s for s in project.scenes)
    return project.model_copy(update={"scenes": scenes})


def _with_items(project: Project, owner_id: str, change: Callable[[Scene], Scene]) -> Project:
    """The document with the items of a scene changed, or those of the group with this source id."""
    group = next((source for source in project.sources if source.id == owner_id), None)
    if group is None or not isinstance(group.settings, GroupSource):
        return _with_scene(project, owner_id, change)
    made = change(Scene(id=group.id, name=group.name, items=group.settings.items))
    settings = group.settings.model_copy(update={"items": made.items})
    changed = group.model_copy(update={"settings": settings})
    sources = tuple(changed if source.id == owner_id else source for source in project.sources)
    return project.model_copy(update={"sources": sources})


class AddSource(Model):
    """Add a source to the document; nothing shows it yet."""

    kind: Literal["add_source"] = "add_source"
    source: Source

    def apply(self, project: Project) -> Project:
        """Return the document with the source at the end of its list."""
        return project.model_copy(update={"sources": (*project.sources, self.source)})


class UpdateSource(Model):
    """Replace the source that has the same id."""

    kind: Literal["update_source"] = "update_source"
    source: Source
    gesture: Gesture = None

    def apply(self, project: Project) -> Project:
        """Return the document with the source replaced."""
        if all(source.id != self.source.id for source in project.sources):
            raise _not_found("source")
        sources = tuple(self.source if s.id == self.source.id else s for s in project.sources)
        return project.model_copy(update={"sources": sources})


class RemoveSource(Model):
    """Remove a source and every item that shows it."""

    kind: Literal["remove_source"] = "remove_source"
    source_id: Identifier

    def apply(self, project: Project) -> Project:
        """Return the document without the source."""
        if all(source.id != self.source_id for source in project.sources):
            raise _not_found("source")
        return without_sources(project, (self.source_id,))


class AddScene(Model):
    """Add a scene at the end."""

    kind: Literal["add_scene"] = "add_scene"
    scene: Scene

    def apply(self, project: Project) -> Project:
        """Return the document with the scene."""
        return project.model_copy(update={"scenes": (*project.scenes, self.scene)})


class RenameScene(Model):
    """Give a scene another name."""

    kind: Literal["rename_scene"] = "rename_scene"
    scene_id: Identifier
    name: str = Field(min_length=1, max_length=100)

    def apply(self, project: Project) -> Project:
        """Return the document with the scene renamed."""
        return _with_scene(
            project, self.scene_id, lambda scene: scene.model_copy(update={"name": self.name})
        )


class RemoveScene(Model):
    """Remove a scene that is not on air."""

    kind: Literal["remove_scene"] = "remove_scene"
    scene_id: Identifier

    def apply(self, project: Project) -> Project:
        """Return the document without the scene."""
        if all(scene.id != self.scene_id for scene in project.scenes):
            raise _not_found("scene")
        if self.scene_id == project.program_scene_id:
            raise InvalidInput(
                "This scene is on air; put another scene on air before you remove it.",
                code="SCENE_ON_AIR",
            )
        return without_scene(project, self.scene_id)


class MoveScene(Model):
    """Give a scene another place in the list; 0 is the first."""

    kind: Literal["move_scene"] = "move_scene"
    scene_id: Identifier
    index: int = Field(ge=0)

    def apply(self, project: Project) -> Project:
        """Return the document with the scene moved."""
        moved = next((scene for scene in project.scenes if scene.id == self.scene_id), None)
        if moved is None:
            raise _not_found("scene")
        scenes = [scene for scene in project.scenes if scene.id != self.scene_id]
        scenes.insert(self.index, moved)
        return project.model_copy(update={"scenes": tuple(scenes)})


class SetProgramScene(Model):
    """Put another scene on air."""

    kind: Literal["set_program_scene"] = "set_program_scene"
    scene_id: Identifier

    def apply(self, project: Project) -> Project:
        """Return the document with this scene as the program."""
        if all(scene.id != self.scene_id for scene in project.scenes):
            raise _not_found("scene")
        return project.model_copy(update={"program_scene_id": self.scene_id})


class AddItem(Model):
    """Place an item in a scene or group; without a position in the order, on top."""

    kind: Literal["add_item"] = "add_item"
    scene_id: Identifier
    item: SceneItem
    index: int | None = Field(default=None, ge=0)

    def apply(self, project: Project) -> Project:
        """Return the document with the item."""

        def change(scene: Scene) -> Scene:
            items = list(scene.items)
            items.insert(len(items) if self.index is None else self.index, self.item)
            return scene.model_copy(update={"items": tuple(items)})

        return _with_items(project, self.scene_id, change)


class UpdateItem(Model):
    """Replace the item that has the same id: where and how it shows."""

    kind: Literal["update_item"] = "update_item"
    scene_id: Identifier
    item: SceneItem
    gesture: Gesture = None

    def apply(self, project: Project) -> Project:
        """Return the document with the item replaced."""

        def change(scene: Scene) -> Scene:
            if all(item.id != self.item.id for item in scene.items):
                raise _not_found("item")
            items = tuple(self.item if i.id == self.item.id else i for i in scene.items)
            return scene.model_copy(update={"items": items})

        return _with_items(project, self.scene_id, change)


class MoveItem(Model):
    """Give an item another place in the order; 0 is the bottom."""

    kind: Literal["move_item"] = "move_item"
    scene_id: Identifier
    item_id: Identifier
    index: int = Field(ge=0)

    def apply(self, project: Project) -> Project:
        """Return the document with the item moved."""

        def change(scene: Scene) -> Scene:
            moved = next((item for item in scene.items if item.id == self.item_id), None)
            if moved is None:
                raise _not_found("item")
            items = [item for item in scene.items if item.id != self.item_id]
            items.insert(self.index, moved)
            return scene.model_copy(update={"items": tuple(items)})

        return _with_items(project, self.scene_id, change)


class RemoveItem(Model):
    """Take an item out of a scene or group; its source stays."""

    kind: Literal["remove_item"] = "remove_item"
    scene_id: Identifier
    item_id: Identifier

    def apply(self, project: Project) -> Project:
        """Return the document without the item."""

        def change(scene: Scene) -> Scene:
            if all(item.id != self.item_id for item in scene.items):
                raise _not_found("item")
            items = tuple(i for i in scene.items if i.id != self.item_id)
            return scene.model_copy(update={"items": items})

        return _with_items(project, self.scene_id, change)


class SetCanvas(Model):
    """Change the size scenes are composed in."""

    kind: Literal["set_canvas"] = "set_canvas"
    canvas: Canvas

    def apply(self, project: Project) -> Project:
        """Return the document with another canvas."""
        return project.model_copy(update={"canvas": self.canvas})


class RenameProject(Model):
    """Give the whole collection another name."""

    kind: Literal["rename_project"] = "rename_project"
    name: str = Field(min_length=1, max_length=100)

    def apply(self, project: Project) -> Project:
        """Return the document with the name."""
        return project.model_copy(update={"name": self.name})


Edit = Annotated[
    AddSource
    | UpdateSource
    | RemoveSource
    | AddScene
    | RenameScene
    | RemoveScene
    | MoveScene
    | SetProgramScene
    | AddItem
    | UpdateItem
    | MoveItem
    | RemoveItem
    | FitGroup
    | SetCanvas
    | RenameProject
    | SetPreviewScene
    | TakePreview
    | SetTransition
    | ChooseTransition
    | SetSceneTransition
    | AddFilter
    | UpdateFilter
    | MoveFilter
    | RemoveFilter
    | UpdateStrip
    | SetMonitorDevice,
    Field(discriminator="kind"),
]


def apply_edits(project: Project, edits: Sequence[Edit]) -> Project:
    """Apply edits in order, all or nothing, and check the result.

    Raises:
        InvalidInput: one of them does not fit the document.
    """
    for edit in edits:
        project = edit.apply(project)
    try:
        return Project.model_validate(project.model_dump())
    except ValidationError as error:
        first: Any = error.errors(include_url=False, include_input=False)[0]
        raise InvalidInput(
            f"This change does not fit the project: {first['msg']}.", code="EDIT_REFUSED"
        ) from error


def _gesture_of(edits: Sequence[Edit]) -> str | None:
    """The gesture that all of these edits belong to."""
    gestures: set[str | None] = {getattr(edit, "gesture", None) for edit in edits}
    return gestures.pop() if len(gestures) == 1 else None


class History:
    """The documents before and after the present one, at most `limit` of each."""

    def __init__(self, project: Project, *, limit: int = 200) -> None:
        self.project = project
        self._limit = limit
        self._before: list[Project] = []
        self._after: list[Project] = []
        self._gesture: str | None = None

    @property
    def can_undo(self) -> bool:
        """There is an edit to take back."""
        return bool(self._before)

    @property
    def can_redo(self) -> bool:
        """There is an edit to do again."""
        return bool(self._after)

    def apply(self, edits: Sequence[Edit]) -> Project:
        """Apply edits as one step, or as more of the same gesture; return the new document.

        Raises:
            InvalidInput: an edit does not fit; the document stays as it was.
        """
        project = apply_edits(self.project, edits)
        gesture = _gesture_of(edits)
        if gesture is not None and gesture == self._gesture:
            self.project = project
            return project
        self.replace(project)
        self._gesture = gesture
        return project

    def replace(self, project: Project) -> Project:
        """Take a whole new document as one step."""
        self._gesture = None
        self._before.append(self.project)
        del self._before[: -self._limit]
        self._after.clear()
        self.project = project
        return project

    def undo(self) -> Project:
        """Go back one step; with none to go, stay."""
        self._gesture = None
        if self._before:
            self._after.append(self.project)
            self.project = self._before.pop()
        return self.project

    def redo(self) -> Project:
        """Go forward one step; with none to go, stay."""
        self._gesture = None
        if self._after:
            self._before.append(self.project)
            self.project = self._after.pop()
        return self.project

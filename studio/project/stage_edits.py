"""Edits of what is on stage: studio mode, how scenes change, what goes along with a scene."""

from collections.abc import Collection
from typing import Literal

from pydantic import Field

from shared.errors import InvalidInput
from studio.project.model import (
    GroupSource,
    Identifier,
    Model,
    Project,
    SceneItem,
    SceneSource,
    Source,
)
from studio.project.transitions import Duration, TransitionKindName, TransitionSettings


def _check_scene(project: Project, scene_id: str) -> None:
    if all(scene.id != scene_id for scene in project.scenes):
        raise InvalidInput(
            "This scene is no longer in the project; refresh the scene list.",
            code="NOT_FOUND",
            meta={"what": "scene"},
        )


class SetPreviewScene(Model):
    """Prepare a scene that is not on air; without one, studio mode ends."""

    kind: Literal["set_preview_scene"] = "set_preview_scene"
    scene_id: Identifier | None

    def apply(self, project: Project) -> Project:
        """Return the document with this scene in preview."""
        if self.scene_id is not None:
            _check_scene(project, self.scene_id)
        return project.model_copy(update={"preview_scene_id": self.scene_id})


class TakePreview(Model):
    """Put the scene in preview on air, and the one on air into preview."""

    kind: Literal["take_preview"] = "take_preview"

    def apply(self, project: Project) -> Project:
        """Return the document with program and preview exchanged; without a preview, as it is."""
        if project.preview_scene_id is None:
            return project
        return project.model_copy(
            update={
                "program_scene_id": project.preview_scene_id,
                "preview_scene_id": project.program_scene_id,
            }
        )


class SetTransition(Model):
    """Choose how scenes change: a kind with its settings, or the time of those without one."""

    kind: Literal["set_transition"] = "set_transition"
    transition: TransitionSettings | None = None
    duration_ms: Duration | None = None
    gesture: str | None = Field(default=None, min_length=1, max_length=64)

    def apply(self, project: Project) -> Project:
        """Return the document with the transition chosen."""
        made = project.transitions
        if self.transition is not None:
            made = made.choosing(self.transition)
        if self.duration_ms is not None:
            made = made.model_copy(update={"duration_ms": self.duration_ms})
        return project.model_copy(update={"transitions": made})


class ChooseTransition(Model):
    """Choose a kind of transition with the settings it had."""

    kind: Literal["choose_transition"] = "choose_transition"
    name: TransitionKindName

    def apply(self, project: Project) -> Project:
        """Return the document with the kind chosen."""
        made = project.transitions.model_copy(update={"chosen": self.name})
        return project.model_copy(update={"transitions": made})


class SetSceneTransition(Model):
    """Let one scene come on air in its own way; None takes the collection's."""

    kind: Literal["set_scene_transition"] = "set_scene_transition"
    scene_id: Identifier
    transition: TransitionSettings | None
    gesture: str | None = Field(default=None, min_length=1, max_length=64)

    def apply(self, project: Project) -> Project:
        """Return the document with the scene's own transition."""
        _check_scene(project, self.scene_id)
        scenes = tuple(
            scene.model_copy(update={"transition": self.transition})
            if scene.id == self.scene_id
            else scene
            for scene in project.scenes
        )
        return project.model_copy(update={"scenes": scenes})


def without_sources(project: Project, ids: Collection[str]) -> Project:
    """The document without these sources and every item that shows one, in groups, too."""

    def kept(items: tuple[SceneItem, ...]) -> tuple[SceneItem, ...]:
        return tuple(item for item in items if item.source_id not in ids)

    def source(one: Source) -> Source:
        if not isinstance(one.settings, GroupSource):
            return one
        items = kept(one.settings.items)
        if items == one.settings.items:
            return one
        inner = one.settings.model_copy(update={"items": items})
        return one.model_copy(update={"settings": inner})

    scenes = tuple(
        scene.model_copy(update={"items": kept(scene.items)}) for scene in project.scenes
    )
    sources = tuple(source(one) for one in project.sources if one.id not in ids)
    return project.model_copy(update={"sources": sources, "scenes": scenes})


def without_scene(project: Project, scene_id: str) -> Project:
    """The document without a scene and what shows it; a preview of it goes back to the program."""
    showing = [
        source.id
        for source in project.sources
        if isinstance(source.settings, SceneSource) and source.settings.scene_id == scene_id
    ]
    project = without_sources(project, showing)
    update: dict[str, object] = {"scenes": tuple(s for s in project.scenes if s.id != scene_id)}
    if project.preview_scene_id == scene_id:
        update["preview_scene_id"] = project.program_scene_id
    return project.model_copy(update=update)

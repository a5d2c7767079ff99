"""What the canvas and the scene list ask for, as edits of the document. Pure; for the widgets."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from shared.ids import new_id
from studio.project.edits import (
    AddItem,
    AddScene,
    AddSource,
    Edit,
    MoveItem,
    RemoveItem,
    UpdateItem,
)
from studio.project.geometry import Rect, Size, moved
from studio.project.model import (
    Bounds,
    Canvas,
    Crop,
    Project,
    Scene,
    SceneItem,
    SceneSource,
    Source,
)

_COPY_OFFSET = 40
_NAME_LIMIT = 100

Order = Literal["front", "forward", "backward", "back"]
Side = Literal["left", "centre", "right", "top", "middle", "bottom"]


@dataclass(frozen=True, slots=True)
class Clip:
    """An item on the clipboard, with its source for a document that does not have it."""

    item: SceneItem
    source: Source


def update_items(
    scene_id: str, items: Sequence[SceneItem], *, gesture: str | None = None
) -> tuple[Edit, ...]:
    """The edits that replace items."""
    return tuple(UpdateItem(scene_id=scene_id, item=item, gesture=gesture) for item in items)


def remove_items(scene_id: str, ids: Collection[str]) -> tuple[Edit, ...]:
    """The edits that take items out of a scene."""
    return tuple(RemoveItem(scene_id=scene_id, item_id=item_id) for item_id in ids)


def copy_items(project: Project, scene: Scene, ids: Collection[str]) -> tuple[Clip, ...]:
    """What goes onto the clipboard, from the bottom to the top."""
    return tuple(
        Clip(item, project.source(item.source_id)) for item in scene.items if item.id in ids
    )


def paste_items(
    project: Project, scene_id: str, clips: Sequence[Clip], *, offset: int = _COPY_OFFSET
) -> tuple[tuple[Edit, ...], tuple[str, ...]]:
    """The edits that put clips on top of a scene, and the new items' ids."""
    known = {source.id for source in project.sources}
    edits: list[Edit] = []
    ids = []
    for clip in clips:
        if clip.source.id not in known:
            edits.append(AddSource(source=clip.source))
            known.add(clip.source.id)
        item = moved(clip.item, offset, offset).model_copy(
            update={"id": new_id(), "source_id": clip.source.id, "locked": False}
        )
        edits.append(AddItem(scene_id=scene_id, item=item))
        ids.append(item.id)
    return tuple(edits), tuple(ids)


def restack(scene: Scene, ids: Collection[str], order: Order) -> tuple[Edit, ...]:
    """The edits that put items above or below others; among each other they keep their order."""
    wanted = _restacked([item.id for item in scene.items], ids, order)
    if wanted == [item.id for item in scene.items]:
        return ()
    return tuple(
        MoveItem(scene_id=scene.id, item_id=item_id, index=index)
        for index, item_id in enumerate(wanted)
    )


def _restacked(present: list[str], ids: Collection[str], order: Order) -> list[str]:
    chosen = [item_id for item_id in present if item_id in ids]
    rest = [item_id for item_id in present if item_id not in ids]
    if order == "front":
        return rest + chosen
    if order == "back":
        return chosen + rest
    result = list(present) if order == "backward" else present[::-1]
    for index in range(1, len(result)):
        if result[index] in ids and result[index - 1] not in ids:
            result[index - 1], result[index] = result[index], result[index - 1]
    return result if order == "backward" else result[::-1]


def aligned(item: SceneItem, rect: Rect, frame: Rect, side: Side) -> SceneItem:
    """The item with one of its sides, or its middle, at that of a frame."""
    dx = dy = 0.0
    match side:
        case "left":
            dx = frame.x - rect.x
        case "centre":
            dx = frame.x + frame.width / 2 - rect.x - rect.width / 2
        case "right":
            dx = frame.right - rect.right
        case "top":
            dy = frame.y - rect.y
        case "middle":
            dy = frame.y + frame.height / 2 - rect.y - rect.height / 2
        case "bottom":
            dy = frame.bottom - rect.bottom
    return moved(item, dx, dy)


def filling(item: SceneItem, canvas: Canvas | Size) -> SceneItem:
    """The item fitted into the whole canvas."""
    bounds = Bounds(width=canvas.width, height=canvas.height)
    return item.model_copy(update={"x": 0, "y": 0, "bounds": bounds, "rotation": 0.0})


def plain(item: SceneItem) -> SceneItem:
    """The item in its source's own size, uncropped, upright, at the top left."""
    return item.model_copy(
        update={
            "x": 0,
            "y": 0,
            "scale": 1.0,
            "bounds": None,
            "crop": Crop(),
            "rotation": 0.0,
            "flip_across": False,
            "flip_down": False,
        }
    )


def duplicate_scene(project: Project, scene_id: str, name: str) -> AddScene:
    """The edit that adds a copy of a scene; both show the same sources.

    Raises:
        KeyError: there is no such scene.
    """
    scene = scene_of(project, scene_id)
    items = tuple(item.model_copy(update={"id": new_id()}) for item in scene.items)
    return AddScene(scene=Scene(name=free_scene_name(project, name), items=items))


def nest_scene(project: Project, scene_id: str) -> tuple[Edit, ...]:
    """The edits that show a scene inside the edited one, filling it.

    Raises:
        KeyError: there is no such scene.
    """
    scene = scene_of(project, scene_id)
    edits: list[Edit] = []
    source = next(
        (
            one
            for one in project.sources
            if isinstance(one.settings, SceneSource) and one.settings.scene_id == scene_id
        ),
        None,
    )
    if source is None:
        name = free_name({one.name for one in project.sources}, scene.name)
        source = Source(name=name, settings=SceneSource(scene_id=scene_id))
        edits.append(AddSource(source=source))
    item = filling(SceneItem(source_id=source.id), project.canvas)
    return (*edits, AddItem(scene_id=project.edited.id, item=item))


def scene_of(project: Project, scene_id: str) -> Scene:
    """The scene of an id.

    Raises:
        KeyError: there is none.
    """
    for scene in project.scenes:
        if scene.id == scene_id:
            return scene
    raise KeyError(scene_id)


def free_scene_name(project: Project, wanted: str) -> str:
    """A name no other scene has."""
    return free_name({scene.name for scene in project.scenes}, wanted)


def free_name(taken: Collection[str], wanted: str) -> str:
    """The wanted name, with a number behind it when it is taken."""
    wanted = wanted.strip()[: _NAME_LIMIT - 5] or "1"
    if wanted not in taken:
        return wanted
    number = 2
    while f"{wanted} {number}" in taken:
        number += 1
    return f"{wanted} {number}"

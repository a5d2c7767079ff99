"""Items put into a group, and taken out of it again, as edits. Pure; for the canvas."""

import math
from collections.abc import Mapping

from shared.ids import new_id
from studio.project.arranging import free_name
from studio.project.edits import AddItem, AddSource, Edit, RemoveItem, RemoveSource
from studio.project.geometry import Rect, Size, fitted, item_rect, moved, turned_point, union
from studio.project.model import GroupSource, Project, Scene, SceneItem, Source

_LARGEST = (7680, 4320)
_FURTHEST = 15360


def group_items(
    project: Project, scene: Scene, placed: Mapping[str, Rect], name: str
) -> tuple[tuple[Edit, ...], str]:
    """The edits that put items into one group at their place, and the new item's id.

    `placed` are the upright rectangles of the items by their ids.
    """
    frame = union(placed.values())
    items = [item for item in scene.items if item.id in placed]
    if frame is None or not items:
        return (), ""
    x, y = math.floor(frame.x / 2) * 2, math.floor(frame.y / 2) * 2
    width, height = (
        min(limit, max(2, math.ceil((end - start) / 2) * 2))
        for end, start, limit in zip((frame.right, frame.bottom), (x, y), _LARGEST, strict=True)
    )
    settings = GroupSource(
        width=width, height=height, items=tuple(moved(item, -x, -y) for item in items)
    )
    taken = {source.name for source in project.sources}
    group = Source(name=free_name(taken, name), settings=settings)
    item = SceneItem(source_id=group.id, x=x, y=y)
    top = max(index for index, one in enumerate(scene.items) if one.id in placed)
    edits: tuple[Edit, ...] = (
        *(RemoveItem(scene_id=scene.id, item_id=one.id) for one in items),
        AddSource(source=group),
        AddItem(scene_id=scene.id, item=item, index=top - len(items) + 1),
    )
    return edits, item.id


def ungroup_item(
    project: Project, scene: Scene, item: SceneItem, *, sizes: Mapping[str, Size]
) -> tuple[tuple[Edit, ...], tuple[str, ...]]:
    """The edits that put a group's items into the scene where they show, and their new ids.

    Blending of the whole group is lost; so is what its crop cut away.

    Raises:
        KeyError: the item does not show a group.
    """
    group = project.source(item.source_id)
    settings = group.settings
    if not isinstance(settings, GroupSource):
        raise KeyError(item.id)
    index = next(i for i, one in enumerate(scene.items) if one.id == item.id)
    inner = [_out_of(item, settings, one, sizes.get(one.source_id)) for one in settings.items]
    edits: list[Edit] = [RemoveItem(scene_id=scene.id, item_id=item.id)]
    shown = [one for _, items in project.item_lists() for one in items]
    if sum(one.source_id == group.id for one in shown) == 1:
        edits = [RemoveSource(source_id=group.id)]
    edits += [AddItem(scene_id=scene.id, item=one, index=index + n) for n, one in enumerate(inner)]
    return tuple(edits), tuple(one.id for one in inner)


def _out_of(item: SceneItem, group: GroupSource, inner: SceneItem, size: Size | None) -> SceneItem:
    """An item of a group as it shows on the canvas."""
    outer = fitted(item, Size(group.width, group.height))
    across = outer.rect.width / outer.kept.width
    down = outer.rect.height / outer.kept.height
    scale = math.sqrt(across * down)
    rect = item_rect(inner, size) or Rect(inner.x, inner.y, 0.0, 0.0)
    middle_x, middle_y = rect.middle
    x = outer.rect.x + (middle_x - outer.kept.x) * across
    y = outer.rect.y + (middle_y - outer.kept.y) * down
    if item.flip_across:
        x = outer.rect.x + outer.rect.right - x
    if item.flip_down:
        y = outer.rect.y + outer.rect.bottom - y
    x, y = turned_point(x, y, outer.rect.middle, item.rotation)
    is_mirrored = item.flip_across != item.flip_down
    rotation = (-inner.rotation if is_mirrored else inner.rotation) + item.rotation
    update: dict[str, object] = {
        "id": new_id(),
        "rotation": round((rotation + 180) % 360 - 180, 2),
        "flip_across": inner.flip_across != item.flip_across,
        "flip_down": inner.flip_down != item.flip_down,
        "opacity": inner.opacity * item.opacity,
        "visible": inner.visible and item.visible,
    }
    width, height = rect.width * scale, rect.height * scale
    if inner.bounds is None:
        update["scale"] = min(64.0, max(0.001, inner.scale * scale))
        left, top = x - width / 2, y - height / 2
    else:
        wide = max(2, min(_LARGEST[0], round(inner.bounds.width * scale)))
        high = max(2, min(_LARGEST[0], round(inner.bounds.height * scale)))
        update["bounds"] = inner.bounds.model_copy(update={"width": wide, "height": high})
        left = x - width / 2 - (rect.x - inner.x) * scale
        top = y - height / 2 - (rect.y - inner.y) * scale
    update["x"] = max(-_FURTHEST, min(_FURTHEST, round(left)))
    update["y"] = max(-_FURTHEST, min(_FURTHEST, round(top)))
    return inner.model_copy(update=update)

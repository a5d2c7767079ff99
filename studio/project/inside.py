"""Inside groups: whose items are edited, and where a group's picture lies on the canvas. Pure."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from studio.project.geometry import Point, Rect, Size, fitted, union
from studio.project.group_edits import FitGroup
from studio.project.model import GroupSource, Project, Scene, SceneItem

_LARGEST = (7680, 4320)
_LEAST = 1e-6


@dataclass(frozen=True, slots=True)
class Lie:
    """How one plane lies in another: `x' = a x + c y + e`, `y' = b x + d y + f`."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def at(self, x: float, y: float) -> Point:
        """Where a point of the inner plane is in the outer one."""
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def back(self, x: float, y: float) -> Point:
        """Where a point of the outer plane is in the inner one."""
        area = self.a * self.d - self.b * self.c
        area = area if abs(area) > _LEAST else math.copysign(_LEAST, area)
        x, y = x - self.e, y - self.f
        return (self.d * x - self.c * y) / area, (self.a * y - self.b * x) / area

    @property
    def scale(self) -> float:
        """How much larger the outer plane is, on average."""
        return math.sqrt(abs(self.a * self.d - self.b * self.c))

    def within(self, outer: "Lie") -> "Lie":
        """The same seen from one plane further out."""
        return Lie(
            outer.a * self.a + outer.c * self.b,
            outer.b * self.a + outer.d * self.b,
            outer.a * self.c + outer.c * self.d,
            outer.b * self.c + outer.d * self.d,
            *outer.at(self.e, self.f),
        )


def lie_of(item: SceneItem, group: Size) -> Lie:
    """How the picture of a group lies where its item is."""
    found = fitted(item, group)
    kept, rect = found.kept, found.rect
    across, down = rect.width / kept.width, rect.height / kept.height
    left, top = rect.x - kept.x * across, rect.y - kept.y * down
    if item.flip_across:
        left, across = rect.right + kept.x * across, -across
    if item.flip_down:
        top, down = rect.bottom + kept.y * down, -down
    angle = math.radians(item.rotation)
    cos, sin = math.cos(angle), math.sin(angle)
    x, y = left - rect.middle[0], top - rect.middle[1]
    return Lie(
        across * cos,
        across * sin,
        -down * sin,
        down * cos,
        rect.middle[0] + x * cos - y * sin,
        rect.middle[1] + x * sin + y * cos,
    )


def holder_of(project: Project, item_id: str) -> Scene:
    """The scene that has an item, or the group that has it, as if that were a scene.

    Raises:
        KeyError: nothing has it.
    """
    for scene in project.scenes:
        if any(item.id == item_id for item in scene.items):
            return scene
    for source in project.sources:
        if isinstance(source.settings, GroupSource) and any(
            item.id == item_id for item in source.settings.items
        ):
            return group_scene(project, source.id)
    raise KeyError(item_id)


def group_scene(project: Project, source_id: str) -> Scene:
    """A group as if it were a scene; edits of its items name it by its source's id.

    Raises:
        KeyError: there is no such group.
    """
    source = project.source(source_id)
    if not isinstance(source.settings, GroupSource):
        raise KeyError(source_id)
    return Scene(id=source.id, name=source.name, items=source.settings.items)


def size_of_holder(project: Project, holder: Scene) -> Size:
    """The size of the picture that a scene, or a group taken for one, is composed in."""
    for source in project.sources:
        if source.id == holder.id and isinstance(source.settings, GroupSource):
            return Size(source.settings.width, source.settings.height)
    return Size(project.canvas.width, project.canvas.height)


@dataclass(frozen=True, slots=True)
class Entered:
    """The group that is edited, and how its picture lies on the canvas."""

    scene: Scene
    size: Size
    lie: Lie


def entered(project: Project, path: Sequence[str]) -> tuple[Entered, ...]:
    """The groups that a path of items leads into, the outermost first; as far as they are there."""
    found: list[Entered] = []
    holder, lie = project.edited, Lie()
    for item_id in path:
        item = next((one for one in holder.items if one.id == item_id), None)
        if item is None:
            break
        settings = project.source(item.source_id).settings
        if not isinstance(settings, GroupSource):
            break
        size = Size(settings.width, settings.height)
        holder, lie = group_scene(project, item.source_id), lie_of(item, size).within(lie)
        found.append(Entered(holder, size, lie))
    return tuple(found)


def fit_group(
    project: Project,
    group_id: str,
    items: Sequence[SceneItem],
    outline: Callable[[SceneItem], Rect | None],
    *,
    gesture: str | None = None,
) -> tuple[FitGroup, ...]:
    """The edit that lets a group's picture reach as far as its items do; none where it does.

    `items` are those it has, as they lie now. Nothing where one has no known size, or where the
    group is cropped somewhere: the crop would cut away something else.
    """
    source = project.source(group_id)
    settings = source.settings
    frames = [outline(item) for item in items]
    known = [frame for frame in frames if frame is not None]
    frame = union(known)
    if not isinstance(settings, GroupSource) or frame is None or len(known) != len(frames):
        return ()
    shown = [one for _, each in project.item_lists() for one in each if one.source_id == group_id]
    size = Size(settings.width, settings.height)
    if any(fitted(one, size).kept != Rect(0, 0, size.width, size.height) for one in shown):
        return ()
    x, y = math.floor(frame.x / 2) * 2, math.floor(frame.y / 2) * 2
    width, height = (
        min(limit, max(2, math.ceil((end - start) / 2) * 2))
        for end, start, limit in zip((frame.right, frame.bottom), (x, y), _LARGEST, strict=True)
    )
    if (x, y, width, height) == (0, 0, settings.width, settings.height):
        return ()
    made = FitGroup(source_id=group_id, x=x, y=y, width=width, height=height, gesture=gesture)
    return (made,)


__all__ = [
    "Entered",
    "Lie",
    "entered",
    "fit_group",
    "group_scene",
    "holder_of",
    "lie_of",
    "size_of_holder",
]

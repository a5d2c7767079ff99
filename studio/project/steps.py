"""What the last step did, by comparing documents: the words on "Undo". Pure; for the window."""

from dataclasses import dataclass
from enum import StrEnum

from studio.project.mixing import STRIP_FIELDS
from studio.project.model import GroupSource, Project, Scene, SceneItem, Source

_LIMIT = 200


class StepKind(StrEnum):
    """What a step changed."""

    ADD_SOURCE = "add_source"
    REMOVE_SOURCE = "remove_source"
    CHANGE_SOURCE = "change_source"
    CHANGE_FILTERS = "change_filters"
    CHANGE_SOUND = "change_sound"
    ADD_SCENE = "add_scene"
    REMOVE_SCENE = "remove_scene"
    RENAME_SCENE = "rename_scene"
    ORDER_SCENES = "order_scenes"
    SWITCH_SCENE = "switch_scene"
    ADD_ITEM = "add_item"
    REMOVE_ITEM = "remove_item"
    ORDER_ITEMS = "order_items"
    MOVE = "move"
    RESIZE = "resize"
    CROP = "crop"
    SHOW = "show"
    LOCK = "lock"
    TURN = "turn"
    LOOK = "look"
    GROUP = "group"
    UNGROUP = "ungroup"
    STUDIO_MODE = "studio_mode"
    TRANSITION = "transition"
    CHANGE = "change"


def step_between(before: Project, after: Project) -> StepKind:
    """What leads from one document to the next."""
    first = {source.id: source for source in before.sources}
    last = {source.id: source for source in after.sources}
    if len(before.scenes) == len(after.scenes):
        if added := last.keys() - first.keys():
            is_group = any(last[key].settings.kind == "group" for key in added)
            is_gathered = is_group and _item_count(after) <= _item_count(before)
            return StepKind.GROUP if is_gathered else StepKind.ADD_SOURCE
        if gone := first.keys() - last.keys():
            is_group = any(first[key].settings.kind == "group" for key in gone)
            is_spread = is_group and _item_count(after) >= _item_count(before)
            return StepKind.UNGROUP if is_spread else StepKind.REMOVE_SOURCE
        if first != last:
            return _source_step(first, last)
    return _scenes_step(before, after)


def _item_count(project: Project) -> int:
    """Items in scenes, those in groups left out."""
    return sum(len(scene.items) for scene in project.scenes)


def _source_step(first: dict[str, Source], last: dict[str, Source]) -> StepKind:
    """What changed in sources that are all still there; in a group, what changed in it."""
    changed = [key for key in first if first[key] != last.get(key)]
    inside = _as_scenes(first[changed[0]], last[changed[0]]) if len(changed) == 1 else None
    if inside is not None:
        return _scene_step(*inside)
    for fields, kind in (
        (("filters",), StepKind.CHANGE_FILTERS),
        (STRIP_FIELDS, StepKind.CHANGE_SOUND),
    ):
        if all(
            one.model_copy(update={name: getattr(last[key], name) for name in fields}) == last[key]
            for key, one in first.items()
        ):
            return kind
    return StepKind.CHANGE_SOURCE


def _as_scenes(before: Source, after: Source) -> tuple[Scene, Scene] | None:
    """A group of which nothing but the items and its frame changed, as if it were a scene."""
    if not isinstance(before.settings, GroupSource) or not isinstance(after.settings, GroupSource):
        return None
    if before.model_copy(update={"settings": after.settings}) != after:
        return None
    return (
        Scene(id=before.id, name=before.name, items=before.settings.items),
        Scene(id=after.id, name=after.name, items=after.settings.items),
    )


def _scenes_step(before: Project, after: Project) -> StepKind:
    first = {scene.id: scene for scene in before.scenes}
    last = {scene.id: scene for scene in after.scenes}
    if last.keys() - first.keys():
        return StepKind.ADD_SCENE
    if first.keys() - last.keys():
        return StepKind.REMOVE_SCENE
    if before.program_scene_id != after.program_scene_id:
        return StepKind.SWITCH_SCENE
    if before.preview_scene_id != after.preview_scene_id:
        return StepKind.STUDIO_MODE
    if before.transitions != after.transitions:
        return StepKind.TRANSITION
    changed = [scene_id for scene_id in first if first[scene_id] != last[scene_id]]
    if not changed:
        is_order = [s.id for s in before.scenes] != [s.id for s in after.scenes]
        return StepKind.ORDER_SCENES if is_order else StepKind.CHANGE
    return _scene_step(first[changed[0]], last[changed[0]])


def _scene_step(before: Scene, after: Scene) -> StepKind:
    if before.name != after.name:
        return StepKind.RENAME_SCENE
    if before.transition != after.transition:
        return StepKind.TRANSITION
    first = {item.id: item for item in before.items}
    last = {item.id: item for item in after.items}
    if last.keys() - first.keys():
        return StepKind.ADD_ITEM
    if first.keys() - last.keys():
        return StepKind.REMOVE_ITEM
    changed = [item_id for item_id in first if first[item_id] != last[item_id]]
    if not changed:
        return StepKind.ORDER_ITEMS
    steps = [_item_step(first[key], last[key]) for key in changed]
    return next((step for step in steps if step is not StepKind.MOVE), steps[0])


def _item_step(before: SceneItem, after: SceneItem) -> StepKind:
    if before.crop != after.crop:
        return StepKind.CROP
    turning = ("rotation", "flip_across", "flip_down")
    if any(getattr(before, name) != getattr(after, name) for name in turning):
        return StepKind.TURN
    if (before.scale, before.bounds) != (after.scale, after.bounds):
        return StepKind.RESIZE
    if (before.x, before.y) != (after.x, after.y):
        return StepKind.MOVE
    if (before.opacity, before.blend) != (after.opacity, after.blend):
        return StepKind.LOOK
    if before.visible != after.visible:
        return StepKind.SHOW
    if before.locked != after.locked:
        return StepKind.LOCK
    return StepKind.CHANGE


@dataclass(frozen=True, slots=True)
class _Step:
    before: Project
    after: Project


class StepNames:
    """Watches a document change and remembers what each step did, whoever made it."""

    def __init__(self) -> None:
        self._project: Project | None = None
        self._done: list[_Step] = []
        self._undone: list[_Step] = []

    @property
    def undo(self) -> StepKind | None:
        """What undoing would take back, where this window saw it happen."""
        return step_between(self._done[-1].before, self._done[-1].after) if self._done else None

    @property
    def redo(self) -> StepKind | None:
        """What redoing would do again."""
        step = self._undone[-1] if self._undone else None
        return step_between(step.before, step.after) if step else None

    def forget(self) -> None:
        """Another collection is open."""
        self._project = None
        self._done.clear()
        self._undone.clear()

    def saw(self, project: Project, *, is_same_step: bool = False) -> None:
        """The document is this one now; `is_same_step` while a gesture goes on."""
        before, self._project = self._project, project
        if before is None or before == project:
            return
        if self._undone and project == self._undone[-1].after:
            self._done.append(self._undone.pop())
        elif self._done and project == self._done[-1].before:
            self._undone.append(self._done.pop())
        elif is_same_step and self._done:
            self._done[-1] = _Step(self._done[-1].before, project)
        else:
            self._done.append(_Step(before, project))
            del self._done[:-_LIMIT]
            self._undone.clear()

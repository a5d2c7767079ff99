"""What is selected on the canvas, and what is done to it, as edits. No Qt; the view draws it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from shared.errors import InvalidInput
from studio.project.arranging import (
    Clip,
    Order,
    Side,
    aligned,
    copy_items,
    filling,
    paste_items,
    plain,
    remove_items,
    restack,
    update_items,
)
from studio.project.edits import Edit, apply_edits
from studio.project.geometry import (
    Grip,
    Rect,
    Size,
    around,
    cropped,
    item_rect,
    moved,
    resized,
    turned,
    turned_point,
    union,
)
from studio.project.grouping import group_items, ungroup_item
from studio.project.inside import Entered, Lie, entered, fit_group, group_scene
from studio.project.model import GroupSource, Project, Scene, SceneItem

Arrow = Literal["left", "right", "up", "down"]
Edits = tuple[Edit, ...]

_ARROWS: dict[Arrow, tuple[int, int]] = {
    "left": (-1, 0),
    "right": (1, 0),
    "up": (0, -1),
    "down": (0, 1),
}
_LEAST_PX = 8.0


@dataclass(frozen=True, slots=True)
class CanvasState:
    """The document and the size of each source's picture, where it is known."""

    project: Project
    sizes: Mapping[str, Size] = field(default_factory=dict)


class Selection:
    """The items of the edited scene, which of them are picked, and drafts not in the document yet.

    A draft is an item as the person drags it, shown until the document has it.
    """

    def __init__(self) -> None:
        self._state: CanvasState | None = None
        self._ids: tuple[str, ...] = ()
        self._drafts: dict[str, SceneItem] = {}
        self._path: tuple[str, ...] = ()
        self._entered: tuple[Entered, ...] = ()

    @property
    def state(self) -> CanvasState | None:
        """What is shown; none before the first."""
        return self._state

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of what is picked."""
        return self._ids

    @property
    def scene_id(self) -> str:
        """What is edited: a scene, or the source of the group that was entered; empty at first."""
        return self.scene.id if self._state else ""

    @property
    def scene(self) -> Scene:
        """The scene that is edited, or the group that was entered as if it were one."""
        assert self._state is not None  # noqa: S101 - the callers have looked
        return self._entered[-1].scene if self._entered else self._state.project.edited

    @property
    def path(self) -> tuple[str, ...]:
        """The ids of the items whose groups were entered, the outermost first."""
        return self._path

    @property
    def inside(self) -> Entered | None:
        """The group that was entered."""
        return self._entered[-1] if self._entered else None

    @property
    def lie(self) -> Lie:
        """How what is edited lies on the canvas."""
        return self._entered[-1].lie if self._entered else Lie()

    @property
    def items(self) -> tuple[SceneItem, ...]:
        """All items from the bottom to the top, drafts in place of what they will replace."""
        if self._state is None:
            return ()
        return tuple(self._drafts.get(i.id, i) for i in self.scene.items)

    @property
    def chosen(self) -> tuple[SceneItem, ...]:
        """The picked items."""
        return tuple(item for item in self.items if item.id in self._ids)

    @property
    def free(self) -> tuple[SceneItem, ...]:
        """The picked items that are not locked."""
        return tuple(item for item in self.chosen if not item.locked)

    @property
    def canvas(self) -> Size:
        """The size of what is edited: the canvas, or the picture of the group entered."""
        return self._entered[-1].size if self._entered else self.whole

    @property
    def whole(self) -> Size:
        """The size of the canvas."""
        if self._state is None:
            return Size(1920, 1080)
        return Size(self._state.project.canvas.width, self._state.project.canvas.height)

    @property
    def frame(self) -> Rect | None:
        """The upright rectangle around everything picked."""
        return union(rect for item in self.chosen if (rect := self.outline(item)) is not None)

    @property
    def hold(self) -> tuple[Rect, float] | None:
        """The rectangle to take hold of, and how far it is turned: that of a single item is."""
        chosen = self.chosen
        if len(chosen) == 1:
            rect = self.rect(chosen[0])
            return None if rect is None else (rect, chosen[0].rotation)
        frame = self.frame
        return None if frame is None else (frame, 0.0)

    def set_state(self, state: CanvasState) -> None:
        """Show a document; drafts that it has are done with."""
        self._state = state
        self._find(self._path)
        present = {item.id: item for item in self.scene.items}
        self._ids = tuple(item_id for item_id in self._ids if item_id in present)
        self._drafts = {
            item_id: item
            for item_id, item in self._drafts.items()
            if item_id in present and present[item_id] != item
        }

    def _find(self, path: tuple[str, ...]) -> None:
        """Be in these groups, as far as they are there still."""
        before = self._path
        self._entered = entered(self._state.project, path) if self._state else ()
        self._path = path[: len(self._entered)]
        if self._path != before:
            self._drafts.clear()

    def enter(self, item_id: str) -> bool:
        """Edit the items of a group from now on; False when the item shows none."""
        if not any(i.id == item_id and self._group_of(i) is not None for i in self.items):
            return False
        self._find((*self._path, item_id))
        self._ids = ()
        return True

    def leave(self) -> bool:
        """Go back to where the group lies, and pick it; False when none was entered."""
        if not self._path:
            return False
        item_id = self._path[-1]
        self._find(self._path[:-1])
        self.choose((item_id,))
        return True

    def fit(self, *, after: Edits = (), gesture: str | None = None) -> Edits:
        """The edit that lets the group entered reach as far as its items do, after other edits."""
        state = self._state
        if state is None or not self._entered:
            return ()
        items: Sequence[SceneItem] = self.items
        if after:
            try:
                items = group_scene(apply_edits(state.project, after), self.scene_id).items
            except (InvalidInput, KeyError):
                return ()
        return fit_group(state.project, self.scene_id, items, self.outline, gesture=gesture)

    def size(self, item: SceneItem) -> Size | None:
        """The size of an item's picture, where it is known."""
        return self._state.sizes.get(item.source_id) if self._state else None

    def rect(self, item: SceneItem) -> Rect | None:
        """Where an item shows before it is turned."""
        return item_rect(item, self.size(item))

    def outline(self, item: SceneItem) -> Rect | None:
        """The upright rectangle around an item."""
        rect = self.rect(item)
        return None if rect is None else around(rect, item.rotation)

    def name(self, item: SceneItem) -> str:
        """The name of an item's source."""
        return self._state.project.source(item.source_id).name if self._state else ""

    def at(self, x: float, y: float, *, with_locked: bool = False) -> SceneItem | None:
        """The topmost visible item at a point of the canvas."""
        for item in reversed(self.items):
            rect = self.rect(item)
            is_open = item.visible and (with_locked or not item.locked)
            if not is_open or rect is None:
                continue
            if rect.contains(*turned_point(x, y, rect.middle, -item.rotation)):
                return item
        return None

    # --- picking --------------------------------------------------------------------------

    def choose(self, ids: Collection[str]) -> None:
        """Pick these and nothing else."""
        self._ids = tuple(item.id for item in self.items if item.id in ids)

    def toggle(self, item_id: str) -> None:
        """Pick one more, or one fewer."""
        self.choose(set(self._ids) ^ {item_id})

    def choose_next(self, step: int) -> None:
        """Pick the item above (1) or below (-1) the one picked, round and round."""
        ids = [item.id for item in self.items]
        if not ids:
            return
        at = ids.index(self._ids[-1]) if self._ids else (-1 if step > 0 else 0)
        self._ids = (ids[(at + step) % len(ids)],)

    def choose_within(self, rect: Rect) -> None:
        """Pick what a rectangle touches."""
        self._ids = tuple(
            item.id
            for item in self.items
            if item.visible
            and not item.locked
            and (at := self.outline(item)) is not None
            and at.x < rect.right
            and rect.x < at.right
            and at.y < rect.bottom
            and rect.y < at.bottom
        )

    # --- changing -------------------------------------------------------------------------

    def change(self, items: Sequence[SceneItem], *, gesture: str | None = None) -> Edits:
        """The edits that replace items; they are shown as drafts at once."""
        if not items:
            return ()
        self._drafts.update({item.id: item for item in items})
        return update_items(self.scene_id, items, gesture=gesture)

    def drop_drafts(self) -> None:
        """Show the document as it is."""
        self._drafts.clear()

    def nudge(self, arrow: Arrow, by: int, gesture: str) -> Edits:
        """Move what is picked a little."""
        across, down = _ARROWS[arrow]
        return self.change([moved(i, across * by, down * by) for i in self.free], gesture=gesture)

    def crop(self, arrow: Arrow, by: int, gesture: str) -> Edits:
        """Cut a little away at the side an arrow points to; negative uncovers it again."""
        across, down = _ARROWS[arrow]
        items = []
        for item in self.free:
            size, rect = self.size(item), self.rect(item)
            if size is not None and rect is not None and rect.width > 0:
                items.append(cropped(item, size, Grip(across, down), -across * by, -down * by))
        return self.change(items, gesture=gesture)

    def scale(self, factor: float, gesture: str) -> Edits:
        """Make what is picked larger or smaller around its own middle."""
        items = []
        for item in self.free:
            rect = self.rect(item)
            if rect is None or min(rect.width, rect.height) * factor < _LEAST_PX:
                continue
            width, height = rect.width * factor, rect.height * factor
            x, y = rect.x - (width - rect.width) / 2, rect.y - (height - rect.height) / 2
            wanted = Rect(x, y, width, height)
            items.append(resized(item, self.size(item), wanted, keeps_ratio=True))
        return self.change(items, gesture=gesture)

    def align(self, side: Side) -> Edits:
        """Align several to their common frame, one to the canvas."""
        frame = self.frame
        if len(self.chosen) < 2 or frame is None:
            frame = Rect(0, 0, self.canvas.width, self.canvas.height)
        return self.change(
            [
                aligned(item, rect, frame, side)
                for item in self.free
                if (rect := self.outline(item)) is not None
            ]
        )

    def turn(self, degrees: float) -> Edits:
        """Turn each picked item clockwise around its own middle."""
        return self.change([turned(item, item.rotation + degrees) for item in self.free])

    def straighten(self) -> Edits:
        """Turn and flip nothing any more."""
        plainly = {"rotation": 0.0, "flip_across": False, "flip_down": False}
        return self.change([item.model_copy(update=plainly) for item in self.free])

    def flip(self, *, is_across: bool) -> Edits:
        """Mirror each picked item."""
        name = "flip_across" if is_across else "flip_down"
        return self.change(
            [item.model_copy(update={name: not getattr(item, name)}) for item in self.free]
        )

    @property
    def can_group(self) -> bool:
        """Several items that may be moved are picked."""
        return len(self.free) > 1

    @property
    def can_enter(self) -> bool:
        """One group is picked."""
        return len(self.chosen) == 1 and self._group_of(self.chosen[0]) is not None

    @property
    def can_ungroup(self) -> bool:
        """A group is picked."""
        return any(self._group_of(item) is not None for item in self.free)

    def group(self, name: str) -> Edits:
        """Put what is picked into one group and pick that."""
        if self._state is None or not self.can_group:
            return ()
        edits, item_id = group_items(self._state.project, self.scene, self._placed(), name)
        self._ids = (item_id,) if item_id else self._ids
        return edits

    def ungroup(self) -> Edits:
        """Put the items of picked groups into the scene, where they show, and pick them."""
        state = self._state
        if state is None:
            return ()
        edits: list[Edit] = []
        ids: list[str] = []
        for item in self.free:
            if self._group_of(item) is not None:
                made, found = ungroup_item(state.project, self.scene, item, sizes=state.sizes)
                edits += made
                ids += found
        self._ids = tuple(ids) or self._ids
        return tuple(edits)

    def _group_of(self, item: SceneItem) -> GroupSource | None:
        if self._state is None:
            return None
        settings = self._state.project.source(item.source_id).settings
        return settings if isinstance(settings, GroupSource) else None

    def _placed(self) -> dict[str, Rect]:
        """The upright rectangles of what is picked and may be moved, by item."""
        return {item.id: rect for item in self.free if (rect := self.outline(item)) is not None}

    def fill(self) -> Edits:
        """Fit what is picked into the whole canvas."""
        if self._state is None:
            return ()
        return self.change([filling(item, self.canvas) for item in self.free])

    def reset(self) -> Edits:
        """Give what is picked its own size back, uncropped."""
        return self.change([plain(item) for item in self.free])

    def set_visible(self, *, is_visible: bool) -> Edits:
        """Show or hide what is picked."""
        return self.change([i.model_copy(update={"visible": is_visible}) for i in self.chosen])

    def set_locked(self, *, is_locked: bool) -> Edits:
        """Lock or unlock what is picked."""
        return self.change([i.model_copy(update={"locked": is_locked}) for i in self.chosen])

    def remove(self) -> Edits:
        """Take what is picked, and not locked, out of the scene."""
        return remove_items(self.scene_id, [item.id for item in self.free])

    def restack(self, order: Order) -> Edits:
        """Put what is picked above or below others."""
        if self._state is None:
            return ()
        return restack(self.scene, set(self._ids), order)

    def clips(self) -> tuple[Clip, ...]:
        """What is picked, for the clipboard."""
        if self._state is None:
            return ()
        return copy_items(self._state.project, self.scene, set(self._ids))

    def paste(self, clips: Sequence[Clip]) -> Edits:
        """Put copies on top and pick them."""
        if self._state is None or not clips:
            return ()
        edits, ids = paste_items(self._state.project, self.scene_id, clips)
        self._ids = ids
        return edits

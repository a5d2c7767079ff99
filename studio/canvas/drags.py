"""What dragging the mouse over the canvas does, from where it began to where it is. No Qt."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from studio.canvas.selection import Selection
from studio.project.geometry import (
    Grip,
    Rect,
    Size,
    Snap,
    around,
    cropped,
    dragged,
    held,
    moved,
    resized,
    snap,
    snap_lines,
    turned,
    turned_point,
    union,
)
from studio.project.model import SceneItem

_STEP_DEGREES = 15.0
_CATCH_DEGREES = 3.0


@dataclass(frozen=True, slots=True)
class Pull:
    """How far the mouse is from where it began, in pixels of the canvas, and what keys say."""

    dx: float
    dy: float
    reach: float
    """How near a line catches; 0 lets nothing catch."""
    is_free: bool = False
    """Width and height may change on their own; turning goes in steps."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """The items as they are now, and the lines that caught."""

    items: tuple[SceneItem, ...]
    columns: tuple[float, ...] = ()
    rows: tuple[float, ...] = ()


class Drag(Protocol):
    """One way of dragging."""

    def pulled(self, pull: Pull) -> Pulled:
        """Return the items after a pull from the beginning."""
        ...


@dataclass(frozen=True, slots=True)
class _Start:
    item: SceneItem
    rect: Rect
    outline: Rect
    size: Size | None


def _starts(selection: Selection) -> tuple[_Start, ...]:
    return tuple(
        _Start(item, rect, around(rect, item.rotation), selection.size(item))
        for item in selection.free
        if (rect := selection.rect(item)) is not None
    )


def _lines(selection: Selection) -> tuple[tuple[float, ...], tuple[float, ...]]:
    others = [
        rect
        for item in selection.items
        if item.visible and item.id not in selection.ids
        if (rect := selection.outline(item)) is not None
    ]
    return snap_lines(selection.canvas, others)


class MoveDrag:
    """Moves what is picked; its edges and centre catch."""

    def __init__(self, selection: Selection) -> None:
        self._starts = _starts(selection)
        self._lines = _lines(selection)

    def pulled(self, pull: Pull) -> Pulled:
        """Return the items after a pull from the beginning."""
        frame = union(start.outline for start in self._starts)
        if frame is None:
            return Pulled(())
        frame = frame.moved(pull.dx, pull.dy)
        found = snap(
            *self._lines,
            mine_across=(frame.x, frame.x + frame.width / 2, frame.right),
            mine_down=(frame.y, frame.y + frame.height / 2, frame.bottom),
            reach=pull.reach,
        )
        dx, dy = pull.dx + found.dx, pull.dy + found.dy
        items = tuple(moved(start.item, dx, dy) for start in self._starts)
        return Pulled(items, found.columns, found.rows)


class ResizeDrag:
    """Scales what is picked by a handle of its common frame; the dragged side catches.

    A single item that is turned is pulled along its own sides, and nothing catches.
    """

    def __init__(self, selection: Selection, grip: Grip) -> None:
        self._starts = _starts(selection)
        self._lines = _lines(selection)
        self._grip = grip

    def pulled(self, pull: Pull) -> Pulled:
        """Return the items after a pull from the beginning."""
        if len(self._starts) == 1 and self._starts[0].item.rotation:
            return self._along(self._starts[0], pull)
        frame = union(start.outline for start in self._starts)
        if frame is None or not frame.width or not frame.height:
            return Pulled(())
        grip = self._grip
        keeps_ratio = grip.is_corner and not pull.is_free
        found = self._caught(frame, pull)
        wanted = dragged(
            frame, grip, pull.dx + found.dx, pull.dy + found.dy, keeps_ratio=keeps_ratio
        )
        across, down = wanted.width / frame.width, wanted.height / frame.height
        items = tuple(
            resized(
                start.item,
                start.size,
                Rect(
                    wanted.x + (start.rect.x - frame.x) * across,
                    wanted.y + (start.rect.y - frame.y) * down,
                    start.rect.width * across,
                    start.rect.height * down,
                ),
                keeps_ratio=keeps_ratio,
            )
            for start in self._starts
        )
        return Pulled(items, found.columns, found.rows)

    def _along(self, start: _Start, pull: Pull) -> Pulled:
        dx, dy = turned_point(pull.dx, pull.dy, (0.0, 0.0), -start.item.rotation)
        keeps_ratio = self._grip.is_corner and not pull.is_free
        if not start.rect.width or not start.rect.height:
            return Pulled(())
        wanted = dragged(start.rect, self._grip, dx, dy, keeps_ratio=keeps_ratio)
        wanted = held(start.rect, wanted, start.item.rotation)
        return Pulled((resized(start.item, start.size, wanted, keeps_ratio=keeps_ratio),))

    def _caught(self, frame: Rect, pull: Pull) -> Snap:
        grip = self._grip
        mine_across: Sequence[float] = ()
        mine_down: Sequence[float] = ()
        if grip.across:
            mine_across = ((frame.x if grip.across < 0 else frame.right) + pull.dx,)
        if grip.down:
            mine_down = ((frame.y if grip.down < 0 else frame.bottom) + pull.dy,)
        found = snap(*self._lines, mine_across=mine_across, mine_down=mine_down, reach=pull.reach)
        if not grip.is_corner or pull.is_free or not (found.columns and found.rows):
            return found
        # With the ratio kept only one side can meet its line: the nearer one.
        if abs(found.dx) <= abs(found.dy):
            return Snap(found.dx, 0.0, found.columns, ())
        return Snap(0.0, found.dy, (), found.rows)


class CropDrag:
    """Cuts one item at a handle's sides."""

    def __init__(self, selection: Selection, grip: Grip) -> None:
        self._start = next(iter(_starts(selection)), None)
        self._grip = grip

    def pulled(self, pull: Pull) -> Pulled:
        """Return the item after a pull from the beginning."""
        start = self._start
        if start is None or start.size is None or not start.rect.width or not start.rect.height:
            return Pulled(())
        dx, dy = turned_point(pull.dx, pull.dy, (0.0, 0.0), -start.item.rotation)
        return Pulled((cropped(start.item, start.size, self._grip, dx, dy),))


class TurnDrag:
    """Turns what is picked around its middle; a quarter catches, Shift goes in steps of 15."""

    def __init__(self, selection: Selection, at: tuple[float, float]) -> None:
        self._starts = _starts(selection)
        self._at = at

    def pulled(self, pull: Pull) -> Pulled:
        """Return the items after a pull from the beginning."""
        frame = union(start.outline for start in self._starts)
        if frame is None:
            return Pulled(())
        middle = self._starts[0].rect.middle if len(self._starts) == 1 else frame.middle
        first = _angle(self._at, middle)
        last = _angle((self._at[0] + pull.dx, self._at[1] + pull.dy), middle)
        base = self._starts[0].item.rotation if len(self._starts) == 1 else 0.0
        by = _caught_angle(base + last - first, pull) - base
        return Pulled(tuple(self._turned(start, middle, by) for start in self._starts))

    def _turned(self, start: _Start, middle: tuple[float, float], by: float) -> SceneItem:
        item = turned(start.item, start.item.rotation + by)
        if len(self._starts) == 1:
            return item
        x, y = turned_point(*start.rect.middle, middle, by)
        return moved(item, x - start.rect.middle[0], y - start.rect.middle[1])


def _angle(point: tuple[float, float], middle: tuple[float, float]) -> float:
    return math.degrees(math.atan2(point[1] - middle[1], point[0] - middle[0]))


def _caught_angle(degrees: float, pull: Pull) -> float:
    if pull.is_free:
        return round(degrees / _STEP_DEGREES) * _STEP_DEGREES
    quarter = round(degrees / 90) * 90
    return quarter if pull.reach and abs(degrees - quarter) <= _CATCH_DEGREES else degrees

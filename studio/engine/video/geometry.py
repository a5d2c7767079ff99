"""Where an item lands on the canvas, in pixels: whole, even, because chroma is halved; clipped."""

import math
from dataclasses import dataclass

from studio.project.geometry import Rect, Size, around, fitted
from studio.project.model import SceneItem

_MOST_ENLARGED = 4
"""Canvases that a scaled picture may be as large as; beyond it only what shows is scaled."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The first column after it."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The first row after it."""
        return self.y + self.height


@dataclass(frozen=True, slots=True)
class Placement:
    """`source` of the picture, scaled to the size of `target`, of which `shown` is on the canvas.

    `shown` is in canvas coordinates. Without a turn it lies within both the target and the
    canvas; with one the target's place does not count, `turn` says where it lies.
    """

    source: Box
    target: Box
    shown: Box
    turn: "Turn | None" = None


@dataclass(frozen=True, slots=True)
class Turn:
    """Where a turned picture lies: its rectangle on the canvas before it is turned clockwise."""

    rect: Rect
    degrees: float


def place(
    item: SceneItem,
    *,
    source_width: int,
    source_height: int,
    width: int,
    height: int,
    zoom: float = 1.0,
) -> Placement | None:
    """Return where an item of this source size lands on this canvas; None when nowhere.

    With `zoom` the canvas is that of a smaller picture of the scene: `width` and `height` are its.
    """
    crop = item.crop
    if source_width - crop.left - crop.right < 2 or source_height - crop.top - crop.bottom < 2:
        return None
    found = fitted(item, Size(source_width, source_height))
    kept, rect = found.kept, found.rect
    if zoom != 1.0:
        rect = Rect(rect.x * zoom, rect.y * zoom, rect.width * zoom, rect.height * zoom)
    source = Box(int(kept.x), int(kept.y), int(kept.width), int(kept.height))
    if item.rotation % 360:
        return _turned(source, rect, item.rotation, width=width, height=height)
    target = _even(rect)
    shown = _clip(target, width=width, height=height)
    if shown is None:
        return None
    if target.width * target.height > _MOST_ENLARGED * max(width * height, 1):
        return _only_what_shows(source, target, shown, item)
    return Placement(source, target, shown)


def _turned(
    source: Box, rect: Rect, degrees: float, *, width: int, height: int
) -> Placement | None:
    outer = around(rect, degrees)
    left, top = math.floor(outer.x / 2) * 2, math.floor(outer.y / 2) * 2
    box = Box(
        left,
        top,
        math.ceil((outer.right - left) / 2) * 2,
        math.ceil((outer.bottom - top) / 2) * 2,
    )
    shown = _clip(box, width=width, height=height)
    if shown is None:
        return None
    # What is enlarged beyond the canvas is enlarged while it is turned.
    shrink = min(1.0, math.sqrt(width * height / max(1.0, rect.width * rect.height)))
    target = _even(Rect(rect.x, rect.y, rect.width * shrink, rect.height * shrink))
    return Placement(source, target, shown, Turn(rect, degrees))


def _even(rect: Rect) -> Box:
    return Box(
        round(rect.x) // 2 * 2,
        round(rect.y) // 2 * 2,
        max(2, round(rect.width / 2) * 2),
        max(2, round(rect.height / 2) * 2),
    )


def _clip(target: Box, *, width: int, height: int) -> Box | None:
    left, top = max(0, target.x), max(0, target.y)
    right, bottom = min(width, target.right), min(height, target.bottom)
    if right - left < 2 or bottom - top < 2:
        return None
    return Box(left, top, right - left, bottom - top)


def _only_what_shows(source: Box, target: Box, shown: Box, item: SceneItem) -> Placement:
    """Cut the source first, so that a huge enlargement never makes a huge picture."""
    across, down = source.width / target.width, source.height / target.height
    from_left = target.right - shown.right if item.flip_across else shown.x - target.x
    from_top = target.bottom - shown.bottom if item.flip_down else shown.y - target.y
    left, top = int(from_left * across), int(from_top * down)
    right = min(source.width, int((from_left + shown.width) * across) + 1)
    bottom = min(source.height, int((from_top + shown.height) * down) + 1)
    part = Box(source.x + left, source.y + top, max(2, right - left), max(2, bottom - top))
    part = Box(
        min(part.x, source.x + source.width - part.width),
        min(part.y, source.y + source.height - part.height),
        part.width,
        part.height,
    )
    return Placement(part, shown, shown)

"""Where items lie on the canvas, and how dragging them changes them. Pure; for the canvas."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from studio.project.model import Bounds, Crop, SceneItem

type Point = tuple[float, float]

_ACROSS = {"left": 0.0, "centre": 0.5, "right": 1.0}
_DOWN = {"top": 0.0, "middle": 0.5, "bottom": 1.0}
_FURTHEST = 15360
_LARGEST = 7680
_LEAST_PX = 8
_LEAST_KEPT_PX = 16


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in pixels."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle in pixels of the canvas."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Where it ends on the right."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Where it ends below."""
        return self.y + self.height

    @property
    def middle(self) -> Point:
        """Its middle."""
        return self.x + self.width / 2, self.y + self.height / 2

    def moved(self, dx: float, dy: float) -> "Rect":
        """The same size elsewhere."""
        return Rect(self.x + dx, self.y + dy, self.width, self.height)

    def contains(self, x: float, y: float) -> bool:
        """Whether a point lies in it."""
        return self.x <= x < self.right and self.y <= y < self.bottom


@dataclass(frozen=True, slots=True)
class Grip:
    """A handle: -1 is left or top, 1 right or bottom, 0 the middle."""

    across: int
    down: int

    @property
    def is_corner(self) -> bool:
        """It changes width and height."""
        return bool(self.across and self.down)


GRIPS: tuple[Grip, ...] = tuple(
    Grip(across, down) for down in (-1, 0, 1) for across in (-1, 0, 1) if across or down
)
"""All eight handles."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """What is kept of a picture after cropping, and where it lands before it is turned."""

    kept: Rect
    rect: Rect


def fitted(item: SceneItem, size: Size) -> Fitted:
    """Where an item of this source size lands; the one place that knows crop, scale and bounds."""
    crop, kept, bounds = item.crop, _kept(item, size), item.bounds
    whole = Rect(crop.left, crop.top, kept.width, kept.height)
    if bounds is None:
        return Fitted(
            whole, Rect(item.x, item.y, kept.width * item.scale, kept.height * item.scale)
        )
    if bounds.fit == "stretch":
        return Fitted(whole, Rect(item.x, item.y, bounds.width, bounds.height))
    across, down = bounds.width / kept.width, bounds.height / kept.height
    if bounds.fit == "cover":
        scale = max(across, down)
        wide = min(kept.width, max(2, round(bounds.width / scale)))
        high = min(kept.height, max(2, round(bounds.height / scale)))
        part = Rect(
            crop.left + int((kept.width - wide) * _ACROSS[bounds.across]),
            crop.top + int((kept.height - high) * _DOWN[bounds.down]),
            wide,
            high,
        )
        return Fitted(part, Rect(item.x, item.y, bounds.width, bounds.height))
    scale = {
        "width": across,
        "height": down,
        "at_most": min(across, down, 1.0),
        "contain": min(across, down),
    }[bounds.fit]
    width, height = kept.width * scale, kept.height * scale
    x = item.x + (bounds.width - width) * _ACROSS[bounds.across]
    y = item.y + (bounds.height - height) * _DOWN[bounds.down]
    return Fitted(whole, Rect(x, y, width, height))


def item_rect(item: SceneItem, size: Size | None) -> Rect | None:
    """Where an item shows before it is turned; None while its source has no known size."""
    if size is not None:
        return fitted(item, size).rect
    bounds = item.bounds
    return None if bounds is None else Rect(item.x, item.y, bounds.width, bounds.height)


def union(rects: Iterable[Rect]) -> Rect | None:
    """The smallest rectangle around all of them."""
    found = list(rects)
    if not found:
        return None
    x, y = min(r.x for r in found), min(r.y for r in found)
    return Rect(x, y, max(r.right for r in found) - x, max(r.bottom for r in found) - y)


def turned_point(x: float, y: float, middle: tuple[float, float], degrees: float) -> Point:
    """Where a point goes that is turned clockwise around another."""
    angle = math.radians(degrees)
    cos, sin = math.cos(angle), math.sin(angle)
    dx, dy = x - middle[0], y - middle[1]
    return middle[0] + dx * cos - dy * sin, middle[1] + dx * sin + dy * cos


def corners(rect: Rect, degrees: float) -> tuple[Point, Point, Point, Point]:
    """The corners of a rectangle turned around its middle, clockwise from the top left."""
    first, second, third, fourth = (
        turned_point(x, y, rect.middle, degrees) if degrees else (x, y)
        for x, y in (
            (rect.x, rect.y),
            (rect.right, rect.y),
            (rect.right, rect.bottom),
            (rect.x, rect.bottom),
        )
    )
    return first, second, third, fourth


def around(rect: Rect, degrees: float) -> Rect:
    """The upright rectangle around one that is turned."""
    if not degrees:
        return rect
    points = corners(rect, degrees)
    across, down = [x for x, _ in points], [y for _, y in points]
    return Rect(min(across), min(down), max(across) - min(across), max(down) - min(down))


def turned(item: SceneItem, degrees: float) -> SceneItem:
    """The item at an angle, in -180 to 180."""
    return item.model_copy(update={"rotation": round((degrees + 180) % 360 - 180, 2)})


def held(rect: Rect, wanted: Rect, degrees: float) -> Rect:
    """A turned rectangle resized in its own directions, with what was held staying in place.

    Both are given before turning; each turns around its own middle, so the new one is shifted.
    """
    if not degrees:
        return wanted
    x, y = turned_point(*wanted.middle, rect.middle, degrees)
    return wanted.moved(x - wanted.middle[0], y - wanted.middle[1])


def moved(item: SceneItem, dx: float, dy: float) -> SceneItem:
    """The item elsewhere."""
    return item.model_copy(update={"x": _place(item.x + dx), "y": _place(item.y + dy)})


def dragged(rect: Rect, grip: Grip, dx: float, dy: float, *, keeps_ratio: bool) -> Rect:
    """The rectangle after a handle went `dx`, `dy`; the opposite side stays where it is."""
    width = max(_LEAST_PX, rect.width + grip.across * dx)
    height = max(_LEAST_PX, rect.height + grip.down * dy)
    if grip.is_corner and keeps_ratio:
        scale = max(width / rect.width, height / rect.height)
        width, height = rect.width * scale, rect.height * scale
    x = rect.right - width if grip.across < 0 else rect.x
    y = rect.bottom - height if grip.down < 0 else rect.y
    return Rect(x, y, width, height)


def resized(item: SceneItem, size: Size | None, rect: Rect, *, keeps_ratio: bool) -> SceneItem:
    """The item filling a rectangle; without its ratio it is stretched, unless it covers."""
    place = {"x": _place(rect.x), "y": _place(rect.y)}
    if item.bounds is None and keeps_ratio and size is not None:
        scale = min(64.0, max(0.001, rect.width / _kept(item, size).width))
        return item.model_copy(update={**place, "scale": scale})
    fit = item.bounds.fit if item.bounds is not None else "contain"
    if fit not in ("cover", "stretch"):
        fit = "contain" if keeps_ratio else "stretch"
    bounds = Bounds(width=_length(rect.width), height=_length(rect.height), fit=fit)
    if item.bounds is not None:
        bounds = bounds.model_copy(update={"across": item.bounds.across, "down": item.bounds.down})
    return item.model_copy(update={**place, "bounds": bounds})


def cropped(item: SceneItem, size: Size, grip: Grip, dx: float, dy: float) -> SceneItem:
    """The item with the sides at a handle cut away, or uncovered again, by `dx`, `dy`.

    What stays keeps its scale and place; `dx` and `dy` run along the item's own sides.
    """
    rect = item_rect(item, size)
    if rect is None:
        return item
    item = _with_explicit_crop(item, size)
    kept, crop = _kept(item, size), _as_seen(item, item.crop)
    across, down = rect.width / kept.width, rect.height / kept.height
    left, right = _cut(crop.left, crop.right, size.width, grip.across, dx / across)
    top, bottom = _cut(crop.top, crop.bottom, size.height, grip.down, dy / down)
    shown = Rect(
        rect.x + (left - crop.left) * across,
        rect.y + (top - crop.top) * down,
        (size.width - left - right) * across,
        (size.height - top - bottom) * down,
    )
    shown = held(rect, shown, item.rotation)
    update: dict[str, object] = {
        "crop": _as_seen(item, Crop(left=left, top=top, right=right, bottom=bottom)),
        "x": _place(shown.x),
        "y": _place(shown.y),
    }
    if item.bounds is not None:
        update["bounds"] = item.bounds.model_copy(
            update={"width": _length(shown.width), "height": _length(shown.height)}
        )
    return item.model_copy(update=update)


def _as_seen(item: SceneItem, crop: Crop) -> Crop:
    """A crop of the picture as one of the item, or back: a flipped item shows its right left."""
    left, right, top, bottom = crop.left, crop.right, crop.top, crop.bottom
    if item.flip_across:
        left, right = right, left
    if item.flip_down:
        top, bottom = bottom, top
    return Crop(left=left, top=top, right=right, bottom=bottom)


@dataclass(frozen=True, slots=True)
class Snap:
    """How far to shift so that lines meet, and the lines they met."""

    dx: float = 0.0
    dy: float = 0.0
    columns: tuple[float, ...] = ()
    rows: tuple[float, ...] = ()


def snap_lines(canvas: Size, others: Sequence[Rect]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The columns and rows worth meeting: edges and centre of the canvas and of other items."""
    columns = [0.0, canvas.width / 2, float(canvas.width)]
    rows = [0.0, canvas.height / 2, float(canvas.height)]
    for rect in others:
        columns += [rect.x, rect.x + rect.width / 2, rect.right]
        rows += [rect.y, rect.y + rect.height / 2, rect.bottom]
    return tuple(columns), tuple(rows)


def snap(
    columns: Sequence[float],
    rows: Sequence[float],
    *,
    mine_across: Sequence[float],
    mine_down: Sequence[float],
    reach: float,
) -> Snap:
    """The smallest shift that lets one of my lines meet one of theirs, within `reach`."""
    dx, column = _nearest(mine_across, columns, reach)
    dy, row = _nearest(mine_down, rows, reach)
    return Snap(dx, dy, column, row)


def _nearest(
    mine: Sequence[float], theirs: Sequence[float], reach: float
) -> tuple[float, tuple[float, ...]]:
    best = min(
        ((line - own, line) for own in mine for line in theirs),
        key=lambda pair: abs(pair[0]),
        default=None,
    )
    if best is None or abs(best[0]) > reach:
        return 0.0, ()
    return best[0], (best[1],)


def _kept(item: SceneItem, size: Size) -> Size:
    crop = item.crop
    return Size(
        max(2, size.width - crop.left - crop.right), max(2, size.height - crop.top - crop.bottom)
    )


def _with_explicit_crop(item: SceneItem, size: Size) -> SceneItem:
    """An item in bounds, with what fitting cuts away written as crop, and stretched bounds."""
    if item.bounds is None or item.bounds.fit == "stretch":
        return item
    found = fitted(item, size)
    kept, rect = found.kept, found.rect
    update = {
        "crop": Crop(
            left=int(kept.x),
            top=int(kept.y),
            right=int(size.width - kept.right),
            bottom=int(size.height - kept.bottom),
        ),
        "bounds": Bounds(width=_length(rect.width), height=_length(rect.height), fit="stretch"),
        "x": _place(rect.x),
        "y": _place(rect.y),
    }
    return item.model_copy(update=update)


def _cut(first: int, last: int, length: int, side: int, by: float) -> tuple[int, int]:
    if side < 0:
        first = max(0, min(first + round(by), length - last - _LEAST_KEPT_PX))
    elif side > 0:
        last = max(0, min(last - round(by), length - first - _LEAST_KEPT_PX))
    return first, last


def _place(value: float) -> int:
    return max(-_FURTHEST, min(_FURTHEST, round(value)))


def _length(value: float) -> int:
    return max(2, min(_LARGEST, round(value)))

"""Where items lie on the canvas, and how dragging them changes them. Pure; for the canvas."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from studio.project.model import Bounds, Crop, SceneItem

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


def item_rect(item: SceneItem, size: Size | None) -> Rect | None:
    """Where an item shows, for a source of this size; None while it has no known size.

    The same fitting as the engine's, without its clipping and rounding.
    """
    bounds = item.bounds
    if size is None:
        return None if bounds is None else Rect(item.x, item.y, bounds.width, bounds.height)
    kept = _kept(item, size)
    if bounds is None:
        return Rect(item.x, item.y, kept.width * item.scale, kept.height * item.scale)
    if bounds.fit != "contain":
        return Rect(item.x, item.y, bounds.width, bounds.height)
    scale = min(bounds.width / kept.width, bounds.height / kept.height)
    width, height = kept.width * scale, kept.height * scale
    return Rect(
        item.x + (bounds.width - width) / 2, item.y + (bounds.height - height) / 2, width, height
    )


def union(rects: Iterable[Rect]) -> Rect | None:
    """The smallest rectangle around all of them."""
    found = list(rects)
    if not found:
        return None
    x, y = min(r.x for r in found), min(r.y for r in found)
    return Rect(x, y, max(r.right for r in found) - x, max(r.bottom for r in found) - y)


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
    if not keeps_ratio and fit == "contain":
        fit = "stretch"
    bounds = Bounds(width=_length(rect.width), height=_length(rect.height), fit=fit)
    return item.model_copy(update={**place, "bounds": bounds})


def cropped(item: SceneItem, size: Size, grip: Grip, dx: float, dy: float) -> SceneItem:
    """The item with the sides at a handle cut away, or uncovered again, by `dx`, `dy`.

    What stays keeps its scale and place.
    """
    rect = item_rect(item, size)
    if rect is None:
        return item
    item = _with_explicit_crop(item, size)
    kept, crop = _kept(item, size), item.crop
    across, down = rect.width / kept.width, rect.height / kept.height
    left, right = _cut(crop.left, crop.right, size.width, grip.across, dx / across)
    top, bottom = _cut(crop.top, crop.bottom, size.height, grip.down, dy / down)
    shown = Rect(
        rect.x + (left - crop.left) * across,
        rect.y + (top - crop.top) * down,
        (size.width - left - right) * across,
        (size.height - top - bottom) * down,
    )
    update: dict[str, object] = {
        "crop": Crop(left=left, top=top, right=right, bottom=bottom),
        "x": _place(shown.x),
        "y": _place(shown.y),
    }
    if item.bounds is not None:
        update["bounds"] = item.bounds.model_copy(
            update={"width": _length(shown.width), "height": _length(shown.height)}
        )
    return item.model_copy(update=update)


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
    """An item that covers its bounds, with what covering cuts away written as crop."""
    bounds = item.bounds
    if bounds is None or bounds.fit == "stretch":
        return item
    if bounds.fit == "contain":
        rect = item_rect(item, size)
        assert rect is not None  # noqa: S101 - bounds and size are known
        box = Bounds(width=_length(rect.width), height=_length(rect.height), fit="stretch")
        return item.model_copy(update={"bounds": box, "x": _place(rect.x), "y": _place(rect.y)})
    kept, crop = _kept(item, size), item.crop
    scale = max(bounds.width / kept.width, bounds.height / kept.height)
    spare_across = max(0, kept.width - round(bounds.width / scale))
    spare_down = max(0, kept.height - round(bounds.height / scale))
    fitted = Crop(
        left=crop.left + spare_across // 2,
        right=crop.right + spare_across - spare_across // 2,
        top=crop.top + spare_down // 2,
        bottom=crop.bottom + spare_down - spare_down // 2,
    )
    stretched = bounds.model_copy(update={"fit": "stretch"})
    return item.model_copy(update={"crop": fitted, "bounds": stretched})


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

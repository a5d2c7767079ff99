"""How an item comes and goes: faded, slid or grown, by the show's own time."""

from dataclasses import dataclass

from studio.engine.pixels import Picture
from studio.project.geometry import Size, around, item_rect
from studio.project.model import SceneItem
from studio.project.transitions import Direction, ItemTransition

_NS_PER_MS = 1_000_000
_LEAST_SHARE = 0.01
_OPPOSITE: dict[Direction, Direction] = {
    "left": "right",
    "right": "left",
    "up": "down",
    "down": "up",
}


@dataclass(frozen=True, slots=True)
class Coming:
    """An item, and since when it has been visible or hidden; None is for ever."""

    item: SceneItem
    since_ns: int | None = None

    @property
    def transition(self) -> ItemTransition | None:
        """How it comes, or goes."""
        return self.item.showing if self.item.visible else self.item.hiding

    def is_over(self, now_ns: int) -> bool:
        """It has come or gone."""
        way = self.transition
        if self.since_ns is None or way is None:
            return True
        return now_ns - self.since_ns >= way.duration_ms * _NS_PER_MS


def coming_item(
    coming: Coming, picture: Picture, *, now_ns: int, canvas: tuple[int, int]
) -> SceneItem | None:
    """Return the item as it shows at a moment; None while it does not."""
    item, way = coming.item, coming.transition
    if way is None or coming.since_ns is None or coming.is_over(now_ns):
        return item if item.visible else None
    share = max(0.0, (now_ns - coming.since_ns) / (way.duration_ms * _NS_PER_MS))
    if not item.visible:
        share = 1.0 - share
    share = share * share * (3.0 - 2.0 * share)
    if way.kind == "fade":
        return item.model_copy(update={"opacity": item.opacity * share})
    size = Size(picture.frame.width, picture.frame.height)
    if way.kind == "scale":
        return _scaled(item, size, share)
    return _slid(item, size, way, share, canvas)


def _scaled(item: SceneItem, size: Size, share: float) -> SceneItem | None:
    rect = item_rect(item, size)
    if rect is None or share < _LEAST_SHARE:
        return None
    bounds, update = item.bounds, dict[str, object]()
    if bounds is None:
        update["scale"] = item.scale * share
        width, height = rect.width, rect.height
    else:
        width, height = bounds.width, bounds.height
        update["bounds"] = bounds.model_copy(
            update={"width": max(2, round(width * share)), "height": max(2, round(height * share))}
        )
    update["x"] = round(item.x + width * (1.0 - share) / 2)
    update["y"] = round(item.y + height * (1.0 - share) / 2)
    return item.model_copy(update=update)


def _slid(
    item: SceneItem, size: Size, way: ItemTransition, share: float, canvas: tuple[int, int]
) -> SceneItem | None:
    """The item between its place and the edge it comes from, or goes to."""
    rect = item_rect(item, size)
    if rect is None:
        return None
    outer = around(rect, item.rotation)
    direction = way.direction
    if not item.visible:  # it goes on in that direction; coming, it arrives from the other side
        direction = _OPPOSITE[direction]
    dx = dy = 0.0
    match direction:
        case "left":
            dx = canvas[0] - outer.x
        case "right":
            dx = -outer.right
        case "up":
            dy = canvas[1] - outer.y
        case "down":
            dy = -outer.bottom
    away = 1.0 - share
    return item.model_copy(update={"x": round(item.x + dx * away), "y": round(item.y + dy * away)})

"""Where an item lands on the canvas: crop, fit, clip. Integers, even, because chroma is halved."""

from dataclasses import dataclass

from studio.project.model import SceneItem


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

    `shown` is in canvas coordinates and lies within both the target and the canvas.
    """

    source: Box
    target: Box
    shown: Box


def place(
    item: SceneItem, *, source_width: int, source_height: int, width: int, height: int
) -> Placement | None:
    """Return where an item of this source size lands on this canvas; None when nowhere."""
    crop = item.crop
    source = Box(
        crop.left,
        crop.top,
        source_width - crop.left - crop.right,
        source_height - crop.top - crop.bottom,
    )
    if source.width < 2 or source.height < 2:
        return None
    source, target = _fit(item, source)
    shown = _clip(target, width=width, height=height)
    if shown is None:
        return None
    if target.width * target.height > 4 * max(width * height, 1):
        return _only_what_shows(source, target, shown)
    return Placement(source, target, shown)


def _fit(item: SceneItem, source: Box) -> tuple[Box, Box]:
    bounds = item.bounds
    if bounds is None:
        size = (source.width * item.scale, source.height * item.scale)
        return source, _even(item.x, item.y, *size)
    if bounds.fit == "stretch":
        return source, _even(item.x, item.y, bounds.width, bounds.height)
    ratios = (bounds.width / source.width, bounds.height / source.height)
    if bounds.fit == "contain":
        scale = min(ratios)
        size = (source.width * scale, source.height * scale)
        return source, _even(
            item.x + (bounds.width - size[0]) / 2, item.y + (bounds.height - size[1]) / 2, *size
        )
    scale = max(ratios)
    kept_width = min(source.width, max(2, round(bounds.width / scale)))
    kept_height = min(source.height, max(2, round(bounds.height / scale)))
    kept = Box(
        source.x + (source.width - kept_width) // 2,
        source.y + (source.height - kept_height) // 2,
        kept_width,
        kept_height,
    )
    return kept, _even(item.x, item.y, bounds.width, bounds.height)


def _even(x: float, y: float, width: float, height: float) -> Box:
    return Box(
        round(x) // 2 * 2,
        round(y) // 2 * 2,
        max(2, round(width / 2) * 2),
        max(2, round(height / 2) * 2),
    )


def _clip(target: Box, *, width: int, height: int) -> Box | None:
    left, top = max(0, target.x), max(0, target.y)
    right, bottom = min(width, target.right), min(height, target.bottom)
    if right - left < 2 or bottom - top < 2:
        return None
    return Box(left, top, right - left, bottom - top)


def _only_what_shows(source: Box, target: Box, shown: Box) -> Placement:
    """Cut the source first, so that a huge enlargement never makes a huge picture."""
    across, down = source.width / target.width, source.height / target.height
    left = int((shown.x - target.x) * across)
    top = int((shown.y - target.y) * down)
    right = min(source.width, int((shown.right - target.x) * across) + 1)
    bottom = min(source.height, int((shown.bottom - target.y) * down) + 1)
    part = Box(source.x + left, source.y + top, max(2, right - left), max(2, bottom - top))
    part = Box(
        min(part.x, source.x + source.width - part.width),
        min(part.y, source.y + source.height - part.height),
        part.width,
        part.height,
    )
    return Placement(part, shown, shown)

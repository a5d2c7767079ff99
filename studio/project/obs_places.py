"""Where OBS puts an item and how it looks there, said in our terms."""

from dataclasses import dataclass
from typing import Literal

from studio.project.geometry import Rect, Size, item_rect, turned_point
from studio.project.items import Blend, Fit
from studio.project.model import (
    Bounds,
    ColourSource,
    Crop,
    PatternSource,
    SceneItem,
    SceneSource,
    Source,
    TextSource,
)
from studio.project.obs_values import Raw, number_or
from studio.project.transitions import ItemTransition

_LEFT, _RIGHT, _TOP, _BOTTOM = 1, 2, 4, 8  # OBS_ALIGN_*; 0 is the centre
_FITS: dict[int, Fit] = {
    1: "stretch",  # OBS_BOUNDS_STRETCH
    2: "contain",  # OBS_BOUNDS_SCALE_INNER
    3: "cover",  # OBS_BOUNDS_SCALE_OUTER
    4: "width",
    5: "height",
    6: "at_most",
}
_BLENDS: dict[object, Blend] = {
    None: "normal",
    "normal": "normal",
    "additive": "add",
    "screen": "screen",
    "multiply": "multiply",
}
_WAYS: dict[object, Literal["fade", "slide"]] = {
    "fade_transition": "fade",
    "slide_transition": "slide",
    "swipe_transition": "slide",
}


@dataclass(frozen=True, slots=True)
class Box:
    """A size in pixels."""

    width: float
    height: float


def has_blend(raw: Raw) -> bool:
    """Whether we blend as the item of OBS does."""
    blend = raw.get("blend_type")
    return not isinstance(blend, str | None) or blend in _BLENDS


def placed(raw: Raw, source: Source, canvas: Box) -> SceneItem:
    """An item of ours at the place of one of OBS.

    OBS turns an item around the point it is placed by; ours turns around its middle.

    Raises:
        ValueError: its numbers are not usable.
    """
    crop = Crop(
        left=_pixels(raw.get("crop_left")),
        top=_pixels(raw.get("crop_top")),
        right=_pixels(raw.get("crop_right")),
        bottom=_pixels(raw.get("crop_bottom")),
    )
    across, down = _pair(raw.get("scale"), 1.0)
    blend = raw.get("blend_type")
    item = SceneItem(
        source_id=source.id,
        scale=min(64.0, max(0.001, abs(across))),
        bounds=_bounds_of(raw),
        rotation=round((number_or(raw.get("rot"), 0.0) + 180.0) % 360.0 - 180.0, 2),
        flip_across=across < 0,
        flip_down=down < 0,
        crop=crop,
        visible=raw.get("visible") is not False,
        locked=raw.get("locked") is True,
        blend=_BLENDS.get(blend, "normal") if isinstance(blend, str | None) else "normal",
        showing=_way(raw.get("show_transition")),
        hiding=_way(raw.get("hide_transition")),
    )
    return _at_its_place(item, raw, _own_size(source, canvas), (abs(across), abs(down)))


def _at_its_place(
    item: SceneItem, raw: Raw, own: Box | None, scale: tuple[float, float]
) -> SceneItem:
    size = Size(round(own.width), round(own.height)) if own is not None else None
    if item.bounds is None:
        if size is None:
            x, y = _pair(raw.get("pos"), 0.0)
            return item.model_copy(update={"x": _place(x), "y": _place(y)})
        crop = item.crop
        wide = max(1.0, size.width - crop.left - crop.right) * scale[0]
        high = max(1.0, size.height - crop.top - crop.bottom) * scale[1]
        if abs(scale[0] - scale[1]) > 0.01 * max(scale):
            bounds = Bounds(width=_length(wide), height=_length(high), fit="stretch")
            item = item.model_copy(update={"bounds": bounds})
        left, top = _corner(raw, Box(wide, high), item)
    else:
        wide, high = float(item.bounds.width), float(item.bounds.height)
        left, top = _corner(raw, Box(wide, high), None)
    # Where the shown picture's middle lies before and after OBS turns the item.
    shown = item_rect(item, size) or Rect(0.0, 0.0, wide, high)
    middle = (left + shown.x + shown.width / 2, top + shown.y + shown.height / 2)
    x, y = turned_point(*middle, _pair(raw.get("pos"), 0.0), item.rotation)
    return item.model_copy(
        update={"x": _place(left + x - middle[0]), "y": _place(top + y - middle[1])}
    )


def _bounds_of(raw: Raw) -> Bounds | None:
    wide, high = _pair(raw.get("bounds"), 0.0)
    fit = _FITS.get(_whole(raw.get("bounds_type")))
    if fit is None or wide < 1 or high < 1:
        return None
    align = _whole(raw.get("bounds_align"))
    return Bounds(
        width=_length(wide),
        height=_length(high),
        fit=fit,
        across="left" if align & _LEFT else "right" if align & _RIGHT else "centre",
        down="top" if align & _TOP else "bottom" if align & _BOTTOM else "middle",
    )


def _way(raw: object) -> ItemTransition | None:
    kind = _WAYS.get(raw.get("id")) if isinstance(raw, dict) and _is_text(raw.get("id")) else None
    if kind is None or not isinstance(raw, dict):
        return None
    duration = round(min(20_000.0, max(50.0, number_or(raw.get("duration"), 300.0))))
    return ItemTransition(kind=kind, duration_ms=duration)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _corner(raw: Raw, size: Box, flipped: SceneItem | None) -> tuple[float, float]:
    """The top left corner of an item that OBS places by another of its points.

    An item without bounds that is flipped lies on the other side of that point.
    """
    x, y = _pair(raw.get("pos"), 0.0)
    align = _whole(raw.get("align", _LEFT | _TOP))
    across = 0.0 if align & _LEFT else 1.0 if align & _RIGHT else 0.5
    down = 0.0 if align & _TOP else 1.0 if align & _BOTTOM else 0.5
    if flipped is not None and flipped.flip_across:
        across = 1.0 - across
    if flipped is not None and flipped.flip_down:
        down = 1.0 - down
    return x - across * size.width, y - down * size.height


def _own_size(source: Source, canvas: Box) -> Box | None:
    """The size of the source's picture, where its settings say; a camera's is not in the file."""
    settings = source.settings
    if isinstance(settings, ColourSource | PatternSource):
        return Box(settings.width, settings.height)
    if isinstance(settings, SceneSource):
        return canvas
    if isinstance(settings, TextSource):
        return None
    width, height = getattr(settings, "width", None), getattr(settings, "height", None)
    return Box(width, height) if width and height else None


def _pair(value: object, otherwise: float) -> tuple[float, float]:
    if not isinstance(value, dict):
        return otherwise, otherwise
    return number_or(value.get("x"), otherwise), number_or(value.get("y"), otherwise)


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _pixels(value: object) -> int:
    return int(min(15360.0, max(0.0, number_or(value, 0.0))))


def _place(value: float) -> int:
    return round(max(-15360.0, min(15360.0, value)))


def _length(value: float) -> int:
    return round(max(2.0, min(7680.0, value)))

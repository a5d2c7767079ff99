"""Where OBS puts an item, said in our terms: position, alignment, scale, bounds, crop, nesting."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from studio.project.model import (
    Bounds,
    ColourSource,
    Crop,
    PatternSource,
    SceneItem,
    Source,
    TextSource,
)

_LEFT, _RIGHT, _TOP, _BOTTOM = 1, 2, 4, 8  # OBS_ALIGN_*; 0 is the centre
_FITS: dict[int, Literal["contain", "cover", "stretch"]] = {
    1: "stretch",  # OBS_BOUNDS_STRETCH
    2: "contain",  # OBS_BOUNDS_SCALE_INNER
    3: "cover",  # OBS_BOUNDS_SCALE_OUTER
    4: "contain",  # to width
    5: "contain",  # to height
    6: "contain",  # at most: never larger than its own size
}


@dataclass(frozen=True, slots=True)
class Box:
    """A size in pixels."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Placing:
    """What scenes and groups around an item do to its place."""

    x: float = 0.0
    y: float = 0.0
    across: float = 1.0
    down: float = 1.0
    is_visible: bool = True

    def within(self, raw: Mapping[str, Any], size: Box) -> "Placing":
        """The placing inside a group or nested scene of this size."""
        across, down = _pair(raw.get("scale"), 1.0)
        bounds = _pair(raw.get("bounds"), 0.0)
        kind = _whole(raw.get("bounds_type"))
        if kind in _FITS and bounds[0] > 0 and bounds[1] > 0 and size.width and size.height:
            across, down = bounds[0] / size.width, bounds[1] / size.height
            if _FITS[kind] != "stretch":
                across = down = (min if _FITS[kind] == "contain" else max)(across, down)
        x, y = _corner(raw, Box(size.width * across, size.height * down))
        return replace(
            self,
            x=self.x + x * self.across,
            y=self.y + y * self.down,
            across=self.across * abs(across),
            down=self.down * abs(down),
            is_visible=self.is_visible and raw.get("visible") is not False,
        )


def placed(raw: Mapping[str, Any], source: Source, outer: Placing) -> SceneItem:
    """An item of ours at the place of one of OBS.

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
    across, down = abs(across) * outer.across, abs(down) * outer.down
    wide, high = _pair(raw.get("bounds"), 0.0)
    fit = _FITS.get(_whole(raw.get("bounds_type")))
    bounds = None
    if fit is not None and wide >= 1 and high >= 1:
        bounds = _bounds(wide * outer.across, high * outer.down, fit)
        x, y = _corner(raw, Box(wide, high))
    else:
        size = _own_size(source)
        shown = None
        if size is not None:
            shown = Box(
                max(1.0, size.width - crop.left - crop.right),
                max(1.0, size.height - crop.top - crop.bottom),
            )
            x, y = _corner(
                raw, Box(shown.width * across / outer.across, shown.height * down / outer.down)
            )
            if abs(across - down) > 0.01 * max(across, down):
                bounds = _bounds(shown.width * across, shown.height * down, "stretch")
        else:
            x, y = _pair(raw.get("pos"), 0.0)
    return SceneItem(
        source_id=source.id,
        x=_place(outer.x + x * outer.across),
        y=_place(outer.y + y * outer.down),
        scale=min(64.0, max(0.001, across)),
        bounds=bounds,
        crop=crop,
        visible=outer.is_visible and raw.get("visible") is not False,
        locked=raw.get("locked") is True,
    )


def _corner(raw: Mapping[str, Any], size: Box) -> tuple[float, float]:
    """The top left corner of an item that OBS places by another of its points."""
    x, y = _pair(raw.get("pos"), 0.0)
    align = _whole(raw.get("align", _LEFT | _TOP))
    if align & _RIGHT:
        x -= size.width
    elif not align & _LEFT:
        x -= size.width / 2
    if align & _BOTTOM:
        y -= size.height
    elif not align & _TOP:
        y -= size.height / 2
    return x, y


def _own_size(source: Source) -> Box | None:
    """The size of the source's picture, where its settings say; a camera's is not in the file."""
    settings = source.settings
    if isinstance(settings, ColourSource | PatternSource):
        return Box(settings.width, settings.height)
    if isinstance(settings, TextSource):
        return None
    width, height = getattr(settings, "width", None), getattr(settings, "height", None)
    return Box(width, height) if width and height else None


def _bounds(width: float, height: float, fit: Literal["contain", "cover", "stretch"]) -> Bounds:
    return Bounds(width=_length(width), height=_length(height), fit=fit)


def _pair(value: object, otherwise: float) -> tuple[float, float]:
    if not isinstance(value, dict):
        return otherwise, otherwise
    return _finite(value.get("x"), otherwise), _finite(value.get("y"), otherwise)


def _finite(value: object, otherwise: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return otherwise
    is_usable = math.isfinite(value) if isinstance(value, float) else True
    return float(value) if is_usable and abs(value) <= 1e9 else otherwise


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _pixels(value: object) -> int:
    return int(min(15360.0, max(0.0, _finite(value, 0.0))))


def _place(value: float) -> int:
    return round(max(-15360.0, min(15360.0, value)))


def _length(value: float) -> int:
    return round(max(2.0, min(7680.0, value)))

"""An item's place and look as one form: what the person types, and the item it makes. Pure."""

from typing import Literal

from pydantic import Field

from studio.project.base import Model
from studio.project.geometry import Rect
from studio.project.items import Blend, Bounds, SceneItem
from studio.project.transitions import Direction, ItemTransition

ItemWay = Literal["none", "fade", "slide", "scale"]


class ItemForm(Model):
    """Where an item lies, how it looks, and how it comes and goes."""

    x: int = Field(default=0, ge=-15360, le=15360)
    y: int = Field(default=0, ge=-15360, le=15360)
    rotation: float = Field(default=0.0, ge=-180.0, le=180.0)
    opacity_percent: int = Field(default=100, ge=0, le=100)
    blend: Blend = "normal"
    flip_across: bool = False
    flip_down: bool = False
    fit: Literal["own_size", "contain", "cover", "stretch", "width", "height", "at_most"] = (
        "own_size"
    )
    width: int = Field(default=2, ge=2, le=7680)
    height: int = Field(default=2, ge=2, le=7680)
    across: Literal["left", "centre", "right"] = "centre"
    down: Literal["top", "middle", "bottom"] = "middle"
    showing: ItemWay = "none"
    hiding: ItemWay = "none"
    way_ms: int = Field(default=300, ge=50, le=20_000)
    direction: Direction = "up"


def form_of(item: SceneItem, rect: Rect | None) -> ItemForm:
    """The form of an item; `rect` is where it shows, for the size of one without bounds."""
    bounds, way = item.bounds, item.showing or item.hiding or ItemTransition()
    size = (bounds.width, bounds.height) if bounds else (0, 0)
    if bounds is None and rect is not None:
        size = (round(rect.width), round(rect.height))
    return ItemForm(
        x=item.x,
        y=item.y,
        rotation=round((item.rotation + 180) % 360 - 180, 2),
        opacity_percent=round(item.opacity * 100),
        blend=item.blend,
        flip_across=item.flip_across,
        flip_down=item.flip_down,
        fit=bounds.fit if bounds else "own_size",
        width=max(2, min(7680, size[0])),
        height=max(2, min(7680, size[1])),
        across=bounds.across if bounds else "centre",
        down=bounds.down if bounds else "middle",
        showing=item.showing.kind if item.showing else "none",
        hiding=item.hiding.kind if item.hiding else "none",
        way_ms=way.duration_ms,
        direction=way.direction,
    )


def item_with(item: SceneItem, form: ItemForm) -> SceneItem:
    """The item as a form says."""
    bounds = None
    if form.fit != "own_size":
        bounds = Bounds(
            width=form.width,
            height=form.height,
            fit=form.fit,
            across=form.across,
            down=form.down,
        )
    opacity = item.opacity
    if round(opacity * 100) != form.opacity_percent:
        opacity = form.opacity_percent / 100
    return item.model_copy(
        update={
            "x": form.x,
            "y": form.y,
            "rotation": form.rotation,
            "opacity": opacity,
            "blend": form.blend,
            "flip_across": form.flip_across,
            "flip_down": form.flip_down,
            "bounds": bounds,
            "showing": _way(form.showing, form),
            "hiding": _way(form.hiding, form),
        }
    )


def _way(kind: ItemWay, form: ItemForm) -> ItemTransition | None:
    if kind == "none":
        return None
    return ItemTransition(kind=kind, duration_ms=form.way_ms, direction=form.direction)

"""An item of a scene: which source it shows, and where and how. Pure."""

from typing import Literal

from pydantic import Field

from shared.ids import new_id
from studio.project.base import Identifier, Model
from studio.project.transitions import ItemTransition

Fit = Literal["contain", "cover", "stretch", "width", "height", "at_most"]
"""Wholly inside, filling it, without its proportions, as wide, as high, inside but never larger."""

Blend = Literal["normal", "add", "screen", "multiply"]


class Crop(Model):
    """Pixels of the source cut away at each side before scaling."""

    left: int = Field(default=0, ge=0)
    top: int = Field(default=0, ge=0)
    right: int = Field(default=0, ge=0)
    bottom: int = Field(default=0, ge=0)


class Bounds(Model):
    """A box on the canvas that the item is fitted into; it replaces `scale`."""

    width: int = Field(ge=2, le=7680)
    height: int = Field(ge=2, le=7680)
    fit: Fit = "contain"
    across: Literal["left", "centre", "right"] = "centre"
    """Where it lies in the box."""
    down: Literal["top", "middle", "bottom"] = "middle"


class SceneItem(Model):
    """One source placed in a scene; `x` and `y` are its top left corner before it is turned."""

    id: Identifier = Field(default_factory=new_id)
    source_id: Identifier
    x: int = Field(default=0, ge=-15360, le=15360)
    y: int = Field(default=0, ge=-15360, le=15360)
    scale: float = Field(default=1.0, gt=0.0, le=64.0)
    bounds: Bounds | None = None
    rotation: float = Field(default=0.0, ge=-360.0, le=360.0)
    """Degrees clockwise, around the middle of what it shows."""
    flip_across: bool = False
    flip_down: bool = False
    crop: Crop = Crop()
    visible: bool = True
    locked: bool = False
    """Not to be picked or moved on the canvas by accident; what is shown does not depend on it."""
    opacity: float = Field(default=1.0, ge=0.0, le=1.0)
    blend: Blend = "normal"
    showing: ItemTransition | None = None
    """How it comes when it is switched visible; None is at once."""
    hiding: ItemTransition | None = None

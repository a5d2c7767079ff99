"""Parts of the studio that stand next to the stage: one file and one entry of `DOCKS` each."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtWidgets import QWidget

from shared.qt.theme import Theme
from studio.docks.properties import PropertiesDock
from studio.docks.scenes import ScenesDock
from studio.docks.sources import SourcesDock
from studio.docks.statistics import StatisticsDock


class Side(StrEnum):
    """Where a dock stands at first."""

    LEFT = "left"
    RIGHT = "right"
    BOTTOM = "bottom"


@dataclass(frozen=True, slots=True)
class DockSpec:
    """A dock by its name, and how to make it from the theme alone.

    One with a side is offered in the window's list of docks: there it is moved, floated, put into
    tabs and saved with the layout, and it is made when it is first shown. The others are part of a
    zone.
    """

    name: str
    make: Callable[[Theme], QWidget]
    title: Callable[[], str] = str
    side: Side | None = None


DOCKS: tuple[DockSpec, ...] = (
    DockSpec("properties", PropertiesDock),
    DockSpec("scenes", ScenesDock),
    DockSpec("sources", SourcesDock),
    DockSpec("statistics", StatisticsDock),
)
"""Every dock; each is tested by one parametrised suite."""

__all__ = [
    "DOCKS",
    "DockSpec",
    "PropertiesDock",
    "ScenesDock",
    "Side",
    "SourcesDock",
    "StatisticsDock",
]

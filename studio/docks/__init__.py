"""Parts of the studio that stand next to the stage: one file and one entry of `DOCKS` each."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from shared.qt.theme import Theme
from studio.docks.properties import PropertiesDock
from studio.docks.scenes import ScenesDock
from studio.docks.sources import SourcesDock
from studio.docks.statistics import StatisticsDock


@dataclass(frozen=True, slots=True)
class DockSpec:
    """A dock by its name, and how to make it from the theme alone."""

    name: str
    make: Callable[[Theme], QWidget]


DOCKS: tuple[DockSpec, ...] = (
    DockSpec("properties", PropertiesDock),
    DockSpec("scenes", ScenesDock),
    DockSpec("sources", SourcesDock),
    DockSpec("statistics", StatisticsDock),
)
"""Every dock; each is tested by one parametrised suite."""

__all__ = ["DOCKS", "DockSpec", "PropertiesDock", "ScenesDock", "SourcesDock", "StatisticsDock"]

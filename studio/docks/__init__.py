"""Parts of the studio that stand next to the stage: one file and one entry of `DOCKS` each."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtWidgets import QWidget

from shared.qt.theme import Theme
from shared.qt.translations import tr
from studio.docks.item import ItemDock
from studio.docks.properties import PropertiesDock
from studio.docks.scenes import ScenesDock
from studio.docks.sources import SourcesDock
from studio.docks.statistics import StatisticsDock
from studio.docks.transitions import TransitionsDock


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


# The window is on screen before these are loaded; some stand on pyqtgraph.


def _filters(theme: Theme) -> QWidget:
    from studio.docks.filters import FiltersDock

    return FiltersDock(theme)


def _controls(theme: Theme) -> QWidget:
    from studio.docks.controls import ControlsDock

    return ControlsDock(theme)


def _mixer(theme: Theme) -> QWidget:
    from studio.docks.mixer import MixerDock

    return MixerDock(theme)


def _tip_menu(theme: Theme) -> QWidget:
    from studio.docks.tip_menu import TipMenuDock

    return TipMenuDock(theme)


def _goals(theme: Theme) -> QWidget:
    from studio.docks.goals import GoalsDock

    return GoalsDock(theme)


def _schedule(theme: Theme) -> QWidget:
    from studio.docks.schedule import ScheduleDock

    return ScheduleDock(theme)


def _prompts(theme: Theme) -> QWidget:
    from studio.docks.prompts import PromptsDock

    return PromptsDock(theme)


def _stripsync(theme: Theme) -> QWidget:
    from studio.docks.stripsync import StripSyncDock

    return StripSyncDock(theme)


def _held(theme: Theme) -> QWidget:
    from studio.docks.held import HeldDock

    return HeldDock(theme)


def _leaderboard(theme: Theme) -> QWidget:
    from studio.docks.leaderboard import LeaderboardDock

    return LeaderboardDock(theme)


def _mood(theme: Theme) -> QWidget:
    from studio.docks.mood import MoodDock

    return MoodDock(theme)


def _teezer(theme: Theme) -> QWidget:
    from studio.docks.teezer import TeezerDock

    return TeezerDock(theme)


def _dashboard(theme: Theme) -> QWidget:
    from studio.docks.dashboard import DashboardDock

    return DashboardDock(theme)


DOCKS: tuple[DockSpec, ...] = (
    DockSpec("item", ItemDock),
    DockSpec("properties", PropertiesDock),
    DockSpec("scenes", ScenesDock),
    DockSpec("sources", SourcesDock),
    DockSpec("statistics", StatisticsDock),
    DockSpec("transitions", TransitionsDock),
    DockSpec("controls", _controls, lambda: tr("Controls"), Side.LEFT),
    DockSpec("mixer", _mixer, lambda: tr("Mixer"), Side.LEFT),
    DockSpec("tip menu", _tip_menu, lambda: tr("Tip menu"), Side.LEFT),
    DockSpec("goals", _goals, lambda: tr("Goals"), Side.LEFT),
    DockSpec("schedule", _schedule, lambda: tr("Schedule"), Side.RIGHT),
    DockSpec("prompts", _prompts, lambda: tr("Quick prompts"), Side.LEFT),
    DockSpec("stripsync", _stripsync, lambda: tr("StripSync"), Side.LEFT),
    DockSpec("held", _held, lambda: tr("Held messages"), Side.RIGHT),
    DockSpec("leaderboard", _leaderboard, lambda: tr("Leaderboard"), Side.RIGHT),
    DockSpec("filters", _filters, lambda: tr("Filters"), Side.RIGHT),
    DockSpec("mood", _mood, lambda: tr("Mood"), Side.RIGHT),
    DockSpec("teezer", _teezer, lambda: tr("Teezer"), Side.RIGHT),
    DockSpec("dashboard", _dashboard, lambda: tr("Dashboard"), Side.RIGHT),
)
"""Every dock; each is tested by one parametrised suite."""

__all__ = [
    "DOCKS",
    "DockSpec",
    "ItemDock",
    "PropertiesDock",
    "ScenesDock",
    "Side",
    "SourcesDock",
    "StatisticsDock",
    "TransitionsDock",
]

"""The screens of the console. A new one is a file here and an entry in `SCREENS`."""

from collections.abc import Callable
from dataclasses import dataclass

from console.screens._list_screen import ListScreen
from console.screens.appeals import AppealsScreen
from console.screens.base import Screen
from console.screens.case import CaseScreen
from console.screens.compliance import ComplianceScreen
from console.screens.held import HeldScreen
from console.screens.hub import HubScreen
from console.screens.live import LiveScreen
from console.screens.log import LogScreen
from console.screens.news import NewsScreen
from console.screens.people import PeopleScreen
from console.screens.queue import QueueScreen
from console.screens.second_looks import SecondLooksScreen
from console.screens.settings import SettingsScreen
from console.screens.system import SystemScreen
from shared.qt.theme import Theme
from shared.qt.translations import tr
from shared.schemas.roles import Permission


@dataclass(frozen=True, slots=True)
class ScreenSpec:
    """A screen: its title when asked for, where it is found, and who may see it.

    One without an icon has no place in the rail: it is reached from another screen.
    """

    name: str
    title: Callable[[], str]
    icon: str
    shortcut: str
    permission: Permission
    make: Callable[[Theme], Screen]
    group: Callable[[], str] | None = None
    """The heading above it, where it begins a group in the rail."""


SCREENS: tuple[ScreenSpec, ...] = (
    ScreenSpec("live", lambda: tr("Live"), "live", "Ctrl+1", Permission.MODERATE, LiveScreen),
    ScreenSpec("queue", lambda: tr("Queue"), "flag", "Ctrl+2", Permission.MODERATE, QueueScreen),
    ScreenSpec("log", lambda: tr("Log"), "log", "Ctrl+3", Permission.AUDIT_OWN, LogScreen),
    ScreenSpec("hub", lambda: tr("Hub"), "chart", "Ctrl+4", Permission.AUDIT_READ, HubScreen),
    ScreenSpec(
        "appeals", lambda: tr("Appeals"), "undo", "Ctrl+5", Permission.MODERATE, AppealsScreen
    ),
    ScreenSpec("held", lambda: tr("Held"), "shield", "Ctrl+6", Permission.MODERATE, HeldScreen),
    ScreenSpec(
        "looks", lambda: tr("Recheck"), "eye", "Ctrl+7", Permission.MODERATE, SecondLooksScreen
    ),
    ScreenSpec(
        "people",
        lambda: tr("People"),
        "people",
        "Alt+1",
        Permission.ADMINISTER_USERS,
        PeopleScreen,
        group=lambda: tr("Platform"),
    ),
    ScreenSpec(
        "compliance",
        lambda: tr("Compliance"),
        "file",
        "Alt+2",
        Permission.ADMINISTER_USERS,
        ComplianceScreen,
    ),
    ScreenSpec("news", lambda: tr("News"), "bell", "Alt+3", Permission.CONFIG_LIMITED, NewsScreen),
    ScreenSpec(
        "settings",
        lambda: tr("Settings"),
        "settings",
        "Alt+4",
        Permission.CONFIG_LIMITED,
        SettingsScreen,
    ),
    ScreenSpec(
        "system", lambda: tr("Server"), "docks", "Alt+5", Permission.ADMINISTER_USERS, SystemScreen
    ),
    ScreenSpec("case", lambda: tr("Case"), "", "", Permission.MODERATE, CaseScreen),
)

__all__ = [
    "SCREENS",
    "AppealsScreen",
    "CaseScreen",
    "ComplianceScreen",
    "HeldScreen",
    "HubScreen",
    "ListScreen",
    "LiveScreen",
    "LogScreen",
    "NewsScreen",
    "PeopleScreen",
    "QueueScreen",
    "Screen",
    "SecondLooksScreen",
    "SettingsScreen",
    "SystemScreen",
]

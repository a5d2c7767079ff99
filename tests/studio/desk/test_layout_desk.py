"""Layouts are kept as they are moved, saved under names, and come back in the next window."""

from pathlib import Path

from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from shared.qt.theme import Theme
from shared.settings import SettingsFile
from studio.desk.layout_desk import LayoutDesk
from studio.main_window import StudioWindow
from studio.settings import StudioSettings
from studio.zones.dockyard import Preset


def _window(qtbot: QtBot, theme: Theme) -> StudioWindow:
    window = StudioWindow(theme)
    qtbot.addWidget(window)
    window.show_studio()
    return window


def _open(window: StudioWindow) -> set[str]:
    docks = window.cockpit.docks
    return {name for name in docks.names if docks.is_shown(name)}


def test_the_next_window_stands_as_the_last_one_did(
    qtbot: QtBot, theme: Theme, tmp_path: Path
) -> None:
    settings = SettingsFile(tmp_path / "studio.json", StudioSettings)
    first = _window(qtbot, theme)
    desk = LayoutDesk(first, settings)
    desk.connect()
    first.shortcuts.run("dock goals")
    first.shortcuts.run("dock held")
    desk.keep()
    second = _window(qtbot, theme)
    LayoutDesk(second, settings).connect()
    assert _open(second) == {"goals", "held"} == _open(first)


def test_layouts_are_saved_used_and_removed(qtbot: QtBot, theme: Theme, tmp_path: Path) -> None:
    settings = SettingsFile(tmp_path / "studio.json", StudioSettings)
    window = _window(qtbot, theme)
    desk = LayoutDesk(window, settings)
    desk.connect()
    window.cockpit.docks.show_dock("goals")
    desk.save_as("Mine")
    window.shortcuts.run(f"layout {Preset.PLAIN}")
    assert _open(window) == set()
    desk.use("Mine")
    assert _open(window) == {"goals"}
    menu: QMenu = desk.menu()
    assert "Mine" in [action.text() for action in menu.actions()]
    desk.remove("Mine")
    assert settings.value.layouts == {}
    desk.use("Mine")
    assert _open(window) == {"goals"}
    desk.keep()

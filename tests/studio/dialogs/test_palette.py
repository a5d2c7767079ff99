"""The palette: a few letters find an action, Enter does it, keys wanted twice are named."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from shared.qt.theme import Theme
from studio.dialogs import CommandPalette
from studio.hotkeys import Action, conflicts, found
from studio.main_window import StudioWindow


def actions(done: list[str]) -> tuple[Action, ...]:
    return (
        Action("a", "Go live", lambda: done.append("live"), "Ctrl+L"),
        Action("b", "Prepare to go", lambda: done.append("prepare"), "Ctrl+P"),
        Action("c", "Panic", lambda: done.append("panic"), "ctrl+l"),
    )


@pytest.fixture
def palette(qtbot: QtBot, theme: Theme) -> CommandPalette:
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(1280, 720)
    host.show()
    made = CommandPalette(host)
    made.setProperty("host", host)
    return made


def test_letters_find_and_enter_does(palette: CommandPalette) -> None:
    done: list[str] = []
    palette.set_actions(actions(done))
    palette.ask()
    field = palette.findChild(QLineEdit, "paletteWords")
    assert field is not None
    QTest.keyClicks(field, "go")
    assert palette.offered == ["Go live", "Prepare to go"]
    QTest.keyClick(field, Qt.Key.Key_Down)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert done == ["prepare"]
    assert palette.isHidden()


def test_nothing_found_does_nothing(palette: CommandPalette) -> None:
    done: list[str] = []
    palette.set_actions(actions(done))
    palette.ask()
    field = palette.findChild(QLineEdit, "paletteWords")
    assert field is not None
    nothing = next(one for one in palette.findChildren(QLabel) if "No action" in one.text())
    assert nothing.isHidden()
    QTest.keyClicks(field, "zebra")
    assert nothing.isVisible()
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert (done, palette.offered) == ([], [])


def test_an_action_is_found_by_its_id_as_well() -> None:
    made = Action("wizard", "Set up your studio", lambda: None)
    assert found([made], "wiz") == [made]
    assert found([made], "wiz live") == []


def test_keys_wanted_twice_are_named(palette: CommandPalette) -> None:
    made = actions([])
    assert [a.id for a in conflicts(made)["Ctrl+L"]] == ["a", "c"]
    palette.set_actions(made)
    assert "Ctrl+L is wanted by Go live, Panic." in [
        one.text() for one in palette.findChildren(QLabel)
    ]


def test_the_studio_has_no_conflicts_and_unique_ids(qtbot: QtBot, theme: Theme) -> None:
    window = StudioWindow(theme)
    qtbot.addWidget(window)
    window.show_studio()
    assert conflicts(window.commands) == {}
    ids = [action.id for action in window.commands]
    assert len(set(ids)) == len(ids)
    assert [a.id for a in found(window.commands, "all act")] == ["palette"]

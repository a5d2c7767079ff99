"""Undo outside the scenes: steps of an editor, and which editor the keys reach."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLineEdit, QSpinBox, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from shared.qt.theme import Theme
from studio.canvas.undo_keys import UndoKeys
from studio.choices import NoticeChoices
from studio.dialogs.notices import NoticesPanel
from studio.docks.rows import ToolDock
from studio.editor_undo import EditorUndo, StateUndo, undo_near

_NOTHING = Qt.KeyboardModifier.NoModifier


class _Window(QWidget):
    """A window with an editor of its own, a dock that offers to take back, and the scenes."""

    def __init__(self, qtbot: QtBot, theme: Theme) -> None:
        super().__init__()
        qtbot.addWidget(self)
        self.told: list[str] = []
        self.editor, self.dock = QWidget(), ToolDock(theme, "aDock", "A dock")
        self.words, self.number, self.tick = QLineEdit(), QSpinBox(), QCheckBox("on")
        self.steps: StateUndo[str] = StateUndo(self.editor, self.told.append)
        QVBoxLayout(self.editor).addWidget(self.words)
        self.dock.body.addWidget(self.tick)
        self.dock.undo_requested.connect(lambda: self.told.append("dock"))
        layout = QVBoxLayout(self)
        for part in (self.editor, self.dock, self.number):
            layout.addWidget(part)
        self.keys = UndoKeys(
            self, undo=lambda: self.told.append("undo"), redo=lambda: self.told.append("redo")
        )
        self.show()
        self.activateWindow()
        qtbot.waitUntil(self.isActiveWindow, timeout=30_000)

    def press(self, field: QWidget, keys: Qt.KeyboardModifier = _NOTHING) -> None:
        field.setFocus()
        QTest.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | keys)


@pytest.fixture
def window(qtbot: QtBot, theme: Theme) -> _Window:
    return _Window(qtbot, theme)


def test_steps_go_back_and_forth_and_a_new_one_forgets_what_was_taken_back(qtbot: QtBot) -> None:
    editor, put = QWidget(), list[int]()
    qtbot.addWidget(editor)
    steps: StateUndo[int] = StateUndo(editor, put.append)
    steps.changed(0, 1)
    steps.changed(1, 1)
    steps.changed(1, 2)
    assert (steps.undo(), steps.undo(), steps.undo()) == (True, True, False)
    assert put == [1, 0]
    assert steps.redo()
    assert put == [1, 0, 1]
    steps.changed(1, 7)
    assert not steps.redo()
    steps.forget()
    assert not steps.undo()


def test_a_hundred_steps_are_kept(qtbot: QtBot) -> None:
    editor = QWidget()
    qtbot.addWidget(editor)
    steps = EditorUndo(editor)
    for _ in range(150):
        steps.did(lambda: None, lambda: None)
    assert sum(steps.undo() for _ in range(150)) == 100


def test_the_keys_reach_the_editor_that_has_the_keyboard(window: _Window) -> None:
    window.steps.changed("before", "after")
    window.press(window.words)
    assert window.told == ["before"], "a field without words lets the keys pass"
    window.press(window.words, Qt.KeyboardModifier.ShiftModifier)
    assert window.told == ["before", "after"]
    assert undo_near(window.words) is window.steps
    assert undo_near(window.number) is None


def test_the_words_being_typed_come_first(window: _Window) -> None:
    window.steps.changed("before", "after")
    QTest.keyClicks(window.words, "hello")
    window.press(window.words)
    assert window.words.text() == ""
    assert window.told == []


def test_a_dock_that_offers_to_take_back_does_so_by_the_keys(window: _Window) -> None:
    window.press(window.tick)
    assert window.told == ["undo"]
    window.dock.set_undo("A line was removed.")
    window.press(window.tick)
    assert window.told == ["undo", "dock"]
    window.dock.set_problem("It did not work.")
    window.press(window.tick)
    assert window.told == ["undo", "dock", "undo"]


def test_elsewhere_the_keys_are_those_of_the_scenes(window: _Window) -> None:
    window.press(window.number)
    window.press(window.number, Qt.KeyboardModifier.ShiftModifier)
    assert window.told == ["undo", "redo"]


def test_choices_of_a_panel_are_taken_back_and_made_again(qtbot: QtBot, theme: Theme) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    panel = NoticesPanel(host)
    panel.ask(NoticeChoices())
    kept: list[NoticeChoices] = []
    panel.changed.connect(kept.append)
    box = next(one for one in panel.findChildren(QCheckBox) if one.isChecked())
    box.click()
    steps = undo_near(box)
    assert steps is not None
    assert steps.undo()
    assert kept[1] == NoticeChoices()
    assert box.isChecked()
    steps.redo()
    assert kept[2] == kept[0] != kept[1]

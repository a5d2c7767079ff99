"""Shortcuts: chosen keys take the place of the first ones, and two actions never share keys."""

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from studio.hotkeys import Action, Shortcuts, conflicts, normal_keys


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


def _actions(done: list[str]) -> list[Action]:
    return [
        Action("freeze", "Freeze", lambda: done.append("freeze"), "Ctrl+Shift+F"),
        Action("record", "Record", lambda: done.append("record"), "Ctrl+R"),
        Action("words", "Words", lambda: done.append("words")),
    ]


def test_chosen_keys_are_in_force_and_an_empty_choice_takes_them_away(window: QWidget) -> None:
    shortcuts = Shortcuts(window, _actions([]))
    shortcuts.choose({"freeze": "F9", "record": "", "words": "Ctrl+W"})
    assert {each.id: each.keys for each in shortcuts.actions} == {
        "freeze": "F9",
        "record": "",
        "words": "Ctrl+W",
    }
    assert shortcuts.first_keys["freeze"] == "Ctrl+Shift+F"
    shortcuts.choose({})
    assert {each.keys for each in shortcuts.actions} == {"Ctrl+Shift+F", "Ctrl+R", ""}


def test_an_action_is_done_by_its_id(window: QWidget) -> None:
    done: list[str] = []
    shortcuts = Shortcuts(window, _actions(done))
    assert shortcuts.run("record")
    assert not shortcuts.run("nothing")
    assert done == ["record"]


def test_more_actions_may_come_later_and_take_the_place_of_others(
    window: QWidget, qtbot: QtBot
) -> None:
    done: list[str] = []
    shortcuts = Shortcuts(window, _actions(done))
    with qtbot.waitSignal(shortcuts.changed):
        shortcuts.add([Action("record", "Record now", lambda: done.append("new"), "Ctrl+R")])
    shortcuts.run("record")
    assert done == ["new"]
    assert [each.id for each in shortcuts.actions] == ["freeze", "record", "words"]


def test_keys_that_two_actions_want_are_named_and_the_first_has_them(window: QWidget) -> None:
    shortcuts = Shortcuts(window, _actions([]))
    shortcuts.choose({"words": "ctrl+r"})
    assert list(conflicts(shortcuts.actions)) == ["Ctrl+R"]


@pytest.mark.parametrize(("keys", "normal"), [("shift+ctrl+f12", "Ctrl+Shift+F12"), ("", "")])
def test_keys_have_one_form(keys: str, normal: str) -> None:
    assert normal_keys(keys) == normal

"""A window stands where it was left, and fits its screen the first time."""

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from shared.qt.window_place import place_of, put_in_place


def _window(qtbot: QtBot, width: int = 400, height: int = 300) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(width, height)
    return window


def test_a_window_comes_back_where_it_was_left(qtbot: QtBot) -> None:
    left = _window(qtbot)
    left.show()
    left.setGeometry(QRect(60, 70, 333, 222))
    found = _window(qtbot)
    put_in_place(found, place_of(left))
    found.show()
    assert found.geometry() == QRect(60, 70, 333, 222)
    assert not found.isMaximized()


@pytest.mark.parametrize("kept", ["", "!!", "AAAA", "é"])
def test_what_cannot_be_read_counts_as_never_kept(qtbot: QtBot, kept: str) -> None:
    window = _window(qtbot)
    put_in_place(window, kept)
    assert (window.width(), window.height()) == (400, 300)
    assert not window.isMaximized()


def test_a_window_that_is_larger_than_its_screen_fills_it(qtbot: QtBot) -> None:
    window = _window(qtbot)
    room = window.screen().availableSize()
    window.resize(room.width(), room.height())  # without a place for its title bar
    put_in_place(window, "")
    assert window.isMaximized()


def test_a_window_that_was_left_filling_the_screen_does_so_again(qtbot: QtBot) -> None:
    left = _window(qtbot)
    left.showMaximized()
    found = _window(qtbot)
    put_in_place(found, place_of(left))
    assert found.isMaximized()

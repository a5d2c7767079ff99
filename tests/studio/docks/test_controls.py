"""The controls dock: chapters while something is recorded, and the end of a delayed show."""

import pytest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from shared.qt.theme import Theme
from studio.docks.controls import ControlsDock, ControlsState


@pytest.fixture
def controls(qtbot: QtBot, theme: Theme) -> ControlsDock:
    made = ControlsDock(theme)
    qtbot.addWidget(made)
    return made


def _button(dock: ControlsDock, name: str) -> QPushButton:
    found = dock.findChild(QPushButton, name)
    assert isinstance(found, QPushButton)
    return found


def test_a_chapter_can_be_marked_while_something_is_recorded(
    qtbot: QtBot, controls: ControlsDock
) -> None:
    mark = _button(controls, "controlsChapter")
    assert mark.text() == "Mark chapter"
    assert not mark.isEnabled()
    controls.set_state(ControlsState(is_recording=True))
    with qtbot.waitSignal(controls.chapter_pressed):
        mark.click()
    controls.set_state(ControlsState(is_recording=True, is_paused=True))
    assert not mark.isEnabled()


def test_a_show_that_plays_out_says_how_long_and_can_end_now(
    qtbot: QtBot, controls: ControlsDock
) -> None:
    air = _button(controls, "controlsAir")
    controls.set_state(ControlsState(is_on=True, is_ending=True))
    assert (air.text(), air.isEnabled()) == ("Ending", False)
    controls.set_state(ControlsState(is_on=True, is_ending=True, ending_s=11.6))
    assert air.text() == "End now"
    assert any("Ending, 12 s left" in one.text() for one in controls.findChildren(QLabel))
    with qtbot.waitSignal(controls.air_pressed):
        air.click()


def test_what_is_wrong_is_said_also_before_the_show(controls: ControlsDock) -> None:
    said = controls.findChild(QLabel, "controlsAdvice")
    assert isinstance(said, QLabel)
    assert said.isHidden()
    controls.set_state(ControlsState(advice="Mic is silent; check its switch."))
    assert said.text() == "Mic is silent; check its switch."
    assert not said.isHidden()
    controls.set_state(ControlsState())
    assert said.isHidden()

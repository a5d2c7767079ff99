"""The stage from plain state: the button, the badge, the reasons, the veil."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from shared.qt.theme import Theme
from studio.zones.stage import AirPhase, BroadcastView, ProfileState, StageZone


@pytest.fixture
def stage(qtbot: QtBot, theme: Theme) -> StageZone:
    made = StageZone(theme)
    qtbot.addWidget(made)
    made.resize(716, 560)
    made.show()
    return made


def button(stage: StageZone) -> QPushButton:
    found = stage.findChild(QPushButton, "goLive")
    assert found is not None
    return found


def badge(stage: StageZone) -> str:
    found = stage.findChild(QLabel, "liveBadge")
    assert found is not None
    return found.text()


def problem(stage: StageZone) -> str:
    found = stage.findChild(QWidget, "broadcastProblem")
    assert found is not None
    return "" if found.isHidden() else found.accessibleName()


@pytest.mark.parametrize(
    ("view", "words", "label", "enabled"),
    [
        (BroadcastView(AirPhase.IDLE), "Off air", "Go live", True),
        (BroadcastView(AirPhase.IDLE, blocked_by="Add a source."), "Off air", "Go live", False),
        (BroadcastView(AirPhase.PREPARING), "Connecting", "End", True),
        (BroadcastView(AirPhase.CONNECTING), "Connecting", "End", True),
        (BroadcastView(AirPhase.LIVE, live_for_s=3725.4), "LIVE 1:02:05", "End", True),
        (BroadcastView(AirPhase.RECONNECTING), "Reconnecting", "End", True),
        (BroadcastView(AirPhase.ENDING), "Ending", "Ending", False),
        (BroadcastView(AirPhase.ENDING, ending_s=12.4), "Ending, 12 s left", "End now", True),
        (BroadcastView(AirPhase.ENDED), "Ended", "Go live", True),
        (BroadcastView(AirPhase.FAILED, problem="No."), "Failed", "Go live", True),
    ],
)
def test_each_phase_shows_what_can_be_done(
    stage: StageZone, view: BroadcastView, words: str, label: str, enabled: bool
) -> None:
    stage.set_broadcast(view)
    assert badge(stage) == words
    assert button(stage).text() == label
    assert button(stage).isEnabled() is enabled


def test_the_reason_why_not_is_the_buttons_tooltip(stage: StageZone) -> None:
    stage.set_broadcast(BroadcastView(blocked_by="Add a source first."))
    assert button(stage).toolTip() == "Add a source first."


def test_going_live_takes_the_title_along(qtbot: QtBot, stage: StageZone) -> None:
    title = stage.findChild(QLineEdit, "streamTitle")
    assert title is not None
    QTest.keyClicks(title, "  Evening talk ")
    with qtbot.waitSignal(stage.go_live_requested) as asked:
        QTest.mouseClick(button(stage), Qt.MouseButton.LeftButton)
    assert asked.args == ["Evening talk"]


def test_the_same_button_ends(qtbot: QtBot, stage: StageZone) -> None:
    stage.set_broadcast(BroadcastView(AirPhase.LIVE))
    with qtbot.waitSignal(stage.end_requested), qtbot.assertNotEmitted(stage.go_live_requested):
        QTest.mouseClick(button(stage), Qt.MouseButton.LeftButton)


def test_a_title_being_typed_is_not_overwritten(stage: StageZone) -> None:
    stage.set_title("From the platform")
    assert stage.title == "From the platform"
    title = stage.findChild(QLineEdit, "streamTitle")
    assert title is not None
    title.setFocus()
    QTest.keyClicks(title, "!")
    stage.set_title("From the platform again")
    assert stage.title == "From the platform!"


def test_problems_are_sentences_and_can_be_put_away_when_it_is_over(
    qtbot: QtBot, stage: StageZone
) -> None:
    stage.set_broadcast(BroadcastView(AirPhase.RECONNECTING, problem="The line was cut."))
    assert problem(stage) == "The line was cut."
    away = next(b for b in stage.findChildren(QPushButton) if b.text() == "Understood")
    assert away.isHidden()
    stage.set_broadcast(BroadcastView(AirPhase.FAILED, problem="The key was refused."))
    assert not away.isHidden()
    with qtbot.waitSignal(stage.problem_dismissed):
        away.click()
    stage.set_broadcast(BroadcastView())
    assert problem(stage) == ""


def test_viewers_seeing_the_slate_is_said_over_the_picture(stage: StageZone) -> None:
    stage.set_broadcast(BroadcastView(AirPhase.LIVE, is_panicked=True))
    assert stage.preview.placeholder == "Viewers see the privacy slate"
    stage.set_broadcast(BroadcastView(AirPhase.IDLE, is_panicked=True))
    assert stage.preview.placeholder == "The privacy slate is up"
    stage.set_broadcast(BroadcastView(AirPhase.IDLE, is_empty=True))
    assert stage.preview.placeholder == "Your picture is empty"


def test_the_profile_names_followers(stage: StageZone) -> None:
    stage.set_profile(ProfileState("Mila", "Creator", 1))
    assert any(one.text() == "Creator · 1 follower" for one in stage.findChildren(QLabel))
    stage.set_profile(ProfileState("Mila", "Creator", 1284))
    assert any(one.text() == "Creator · 1,284 followers" for one in stage.findChildren(QLabel))

"""The input zone from plain state: writing, prompts, tips, panic and its confirmation."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from shared.qt.theme import Theme
from studio.zones.input import InputZone, QuickPrompt, SafetyView, TipCallOut


@pytest.fixture
def zone(qtbot: QtBot, theme: Theme) -> InputZone:
    made = InputZone(theme)
    qtbot.addWidget(made)
    made.resize(1264, 140)
    made.show()
    return made


def message(zone: InputZone) -> QLineEdit:
    found = zone.findChild(QLineEdit, "messageBox")
    assert found is not None
    return found


def button(zone: InputZone, text: str) -> QPushButton:
    return next(one for one in zone.findChildren(QPushButton) if one.text() == text)


def test_enter_sends_and_empties_the_bar(qtbot: QtBot, zone: InputZone) -> None:
    QTest.keyClicks(message(zone), "  Good evening  ")
    with qtbot.waitSignal(zone.message_sent) as sent:
        QTest.keyClick(message(zone), Qt.Key.Key_Return)
    assert sent.args == ["Good evening"]
    assert message(zone).text() == ""


def test_nothing_is_not_sent(qtbot: QtBot, zone: InputZone) -> None:
    QTest.keyClicks(message(zone), "   ")
    with qtbot.assertNotEmitted(zone.message_sent):
        QTest.keyClick(message(zone), Qt.Key.Key_Return)
    assert not button(zone, "Send").isEnabled()


def test_a_reason_not_to_write_is_said_in_the_bar(qtbot: QtBot, zone: InputZone) -> None:
    zone.set_prompts([QuickPrompt("Thank you!")])
    zone.set_can_send("You can write as soon as you are live.")
    assert message(zone).placeholderText() == "You can write as soon as you are live."
    assert not message(zone).isEnabled()
    assert not button(zone, "Thank you!").isEnabled()
    zone.set_can_send("")
    assert button(zone, "Thank you!").isEnabled()


def test_a_line_that_could_not_be_sent_comes_back_unless_another_is_begun(zone: InputZone) -> None:
    zone.give_back("Good evening")
    assert message(zone).text() == "Good evening"
    message(zone).setText("Another")
    zone.give_back("Good evening")
    assert message(zone).text() == "Another"


def test_characters_left_show_near_the_end_only(zone: InputZone) -> None:
    message(zone).setText("x" * 399)
    assert not any(one.text() == "101" and one.isVisible() for one in zone.findChildren(QLabel))
    message(zone).setText("x" * 480)
    assert any(one.text() == "20" and one.isVisible() for one in zone.findChildren(QLabel))
    message(zone).setText("x" * 700)
    assert len(message(zone).text()) == 500


def test_a_prompt_is_one_press(qtbot: QtBot, zone: InputZone) -> None:
    zone.set_prompts([QuickPrompt("Thank you!"), QuickPrompt("A song", 50)])
    with qtbot.waitSignal(zone.message_sent) as sent:
        button(zone, "A song  ·  50").click()
    assert sent.args == ["A song: tip 50 tokens"]


def test_the_newest_tip_stands_out(zone: InputZone) -> None:
    zone.set_tip(TipCallOut("Noor", 50, "Lovely!"), 1240)
    texts = [one.text() for one in zone.findChildren(QLabel)]
    assert "Noor tipped 50 tokens" in texts
    assert "Lovely!" in texts
    assert "In this broadcast: 1,240 tokens" in texts


def test_panic_is_one_press_and_revealing_takes_two(qtbot: QtBot, zone: InputZone) -> None:
    zone.set_safety(SafetyView(is_on_air=True))
    with qtbot.waitSignal(zone.panic_requested):
        button(zone, "Panic").click()
    zone.set_safety(SafetyView(is_on_air=True, is_panicked=True))
    with qtbot.waitSignal(zone.reveal_requested), qtbot.assertNotEmitted(zone.reveal_confirmed):
        button(zone, "Show my picture again").click()
    zone.set_safety(SafetyView(is_on_air=True, is_panicked=True, is_confirming=True))
    with qtbot.waitSignal(zone.reveal_cancelled):
        button(zone, "Not yet").click()
    with qtbot.waitSignal(zone.reveal_confirmed):
        button(zone, "Yes, show my picture").click()


def test_the_panic_key_never_reveals(qtbot: QtBot, zone: InputZone) -> None:
    with qtbot.waitSignal(zone.panic_requested):
        zone.press_panic()
    zone.set_safety(SafetyView(is_panicked=True))
    with (
        qtbot.assertNotEmitted(zone.panic_requested),
        qtbot.assertNotEmitted(zone.reveal_requested),
    ):
        zone.press_panic()

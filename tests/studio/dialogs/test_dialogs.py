"""Panels over the content: nothing is chosen by accident, choices take effect as they are made."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from shared.qt.theme import Accent, Scheme, Theme, ThemeChoice
from studio.dialogs import CloseQuestion, PreferencesPanel, WordsPanel
from studio.dialogs.preferences import Preferences, accent_name


@pytest.fixture
def host(qtbot: QtBot, theme: Theme) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(1280, 720)
    made.show()
    return made


def button(panel: QWidget, text: str) -> QPushButton:
    return next(one for one in panel.findChildren(QPushButton) if one.text() == text)


def test_enter_and_escape_go_back_to_the_show(qtbot: QtBot, host: QWidget) -> None:
    question = CloseQuestion(host)
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_Space):
        question.ask()
        focused = host.focusWidget()
        assert focused is not None
        with (
            qtbot.assertNotEmitted(question.end_chosen),
            qtbot.assertNotEmitted(question.keep_chosen),
        ):
            QTest.keyClick(focused, key)
        assert question.isHidden()


def test_ending_and_staying_on_air_are_told_apart(qtbot: QtBot, host: QWidget) -> None:
    question = CloseQuestion(host)
    question.ask()
    with qtbot.waitSignal(question.end_chosen), qtbot.assertNotEmitted(question.keep_chosen):
        button(question, "End the broadcast").click()
    question.ask()
    with qtbot.waitSignal(question.keep_chosen), qtbot.assertNotEmitted(question.end_chosen):
        button(question, "Stay on air and close").click()


def test_the_question_is_shown_whole(qtbot: QtBot, host: QWidget) -> None:
    question = CloseQuestion(host)
    question.ask()
    qtbot.waitUntil(lambda: question.card.height() > 100)
    text = max(question.findChildren(QLabel), key=lambda one: len(one.text()))
    assert text.height() >= text.heightForWidth(text.width())


def test_words_are_added_unless_empty(qtbot: QtBot, host: QWidget) -> None:
    panel = WordsPanel(host)
    field = panel.findChild(QPlainTextEdit)
    assert field is not None
    panel.ask()
    with qtbot.assertNotEmitted(panel.submitted):
        button(panel, "Add").click()
    panel.ask()
    field.setPlainText(" Welcome \n")
    with qtbot.waitSignal(panel.submitted) as words:
        button(panel, "Add").click()
    assert words.args == ["Welcome"]
    panel.ask()
    assert field.toPlainText() == ""


def test_preferences_show_what_holds_and_tell_what_is_chosen(qtbot: QtBot, host: QWidget) -> None:
    panel = PreferencesPanel(host)
    panel.ask(Preferences(ThemeChoice(Scheme.LIGHT, Accent.ROSE, 1.3), "en"))
    shown = [box.currentText() for box in panel.findChildren(QComboBox)]
    assert shown == ["English", "Light", "Rose", "130 %"]
    scheme = panel.findChildren(QComboBox)[1]
    scheme.setCurrentIndex(0)
    with qtbot.waitSignal(panel.changed) as changed:
        scheme.activated.emit(0)
    assert changed.args == [Preferences(ThemeChoice(Scheme.DARK, Accent.ROSE, 1.3), "en")]


def test_a_new_language_is_announced_for_the_next_start(host: QWidget) -> None:
    panel = PreferencesPanel(host)
    panel.ask(Preferences(language="en"))
    note = next(one for one in panel.findChildren(QLabel) if "next start" in one.text())
    assert note.isHidden()
    language = panel.findChildren(QComboBox)[0]
    language.setCurrentIndex(language.findData("nl"))
    language.activated.emit(language.currentIndex())
    assert not note.isHidden()


def test_signing_out_closes_the_panel(qtbot: QtBot, host: QWidget) -> None:
    panel = PreferencesPanel(host)
    panel.ask(Preferences())
    with qtbot.waitSignal(panel.sign_out_requested):
        button(panel, "Sign out").click()
    assert panel.isHidden()


@pytest.mark.parametrize("accent", Accent)
def test_every_accent_has_a_name(accent: Accent) -> None:
    assert accent_name(accent)

"""Cards of people and the question before a link opens."""

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from shared.qt.chat_rows import ChatRow
from shared.qt.theme import Theme
from studio.dialogs import LinkQuestion, PersonCard
from studio.dialogs.people_cards import PersonCardState


@pytest.fixture
def host(qtbot: QtBot, theme: Theme) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(1280, 720)
    made.show()
    return made


def button(panel: QWidget, text: str) -> QPushButton:
    return next(one for one in panel.findChildren(QPushButton) if one.text() == text)


def test_a_card_shows_the_history_and_acts_on_its_person(
    qtbot: QtBot, host: QWidget, theme: Theme
) -> None:
    card = PersonCard(host, theme)
    row = ChatRow(id="1", text="hello", author="Noor", author_id="n")
    card.show_person(PersonCardState("n", "Noor", tokens="50", rows=(row,)))
    assert card.history == ["Noor: hello"]
    with qtbot.waitSignal(card.mute_requested) as muted:
        button(card, "Mute for 10 minutes").click()
    assert muted.args == ["n", "Noor"]
    card.show_person(PersonCardState("n", "Noor"))
    assert card.history == []
    with qtbot.waitSignal(card.ban_requested):
        button(card, "Remove from this room").click()


def test_nobody_acts_against_themselves(host: QWidget, theme: Theme) -> None:
    card = PersonCard(host, theme)
    card.show_person(PersonCardState("m", "Mila", can_discipline=False))
    assert not button(card, "Mute for 10 minutes").isEnabled()
    assert not button(card, "Remove from this room").isEnabled()


def test_a_link_shows_its_real_host_and_opens_only_when_told(qtbot: QtBot, host: QWidget) -> None:
    question = LinkQuestion(host)
    question.ask("https://bank.example@evil.example/login")
    assert "evil.example" in [one.text() for one in question.findChildren(QLabel)]
    with qtbot.assertNotEmitted(question.open_chosen):
        button(question, "Leave it").click()
    question.ask("https://example.org/")
    with qtbot.waitSignal(question.open_chosen) as opened:
        button(question, "Open in the browser").click()
    assert opened.args == ["https://example.org/"]


def test_a_broken_address_can_only_be_copied(qtbot: QtBot, host: QWidget) -> None:
    question = LinkQuestion(host)
    question.ask("http://[broken")
    assert not button(question, "Open in the browser").isEnabled()
    with qtbot.waitSignal(question.copy_chosen):
        button(question, "Copy").click()

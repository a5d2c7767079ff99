"""The frame of all lists: what it says when there is nothing, and that nothing chosen is lost."""

import pytest
from fakes.console_views import NOW, person
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from console.screens._list_pane import ListState
from console.screens.appeals import AppealsScreen
from console.screens.held import HeldScreen
from shared.ids import new_id
from shared.qt.theme import Theme
from shared.schemas.automod import AutomodRule, HeldMessage, HeldState


def held(text: str) -> HeldMessage:
    return HeldMessage(
        id=new_id(),
        stream_id=new_id(),
        author=person("Sam"),
        text=text,
        rule=AutomodRule.TOXIC,
        at=NOW,
        state=HeldState.HELD,
    )


@pytest.fixture
def screen(qtbot: QtBot) -> HeldScreen:
    made = HeldScreen(Theme())
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    return made


def test_each_reason_for_an_empty_list_has_its_words(screen: HeldScreen) -> None:
    said = []
    screen.show_loading()
    said.append(screen.list.said)
    screen.show_items(())
    said.append(screen.list.said)
    screen.show_problem("It cannot be loaded", "The server is away.")
    said.append(screen.list.said)
    screen.show_items(())
    screen.show_cut_off(is_cut_off=True)
    said.append(screen.list.said)
    assert said == ["Loading ...", "No message is held", "It cannot be loaded", "No connection"]


def test_rows_stay_while_they_cannot_be_renewed_and_say_so(screen: HeldScreen) -> None:
    screen.show_items((held("one"),))
    assert screen.list.warning == ""
    screen.show_cut_off(is_cut_off=True)
    assert screen.list.warning == "No connection: what you see may be old."
    screen.show_problem("It cannot be loaded", "The server is away.")
    assert screen.list.warning == "The server is away."
    assert screen.list.rows == 1
    screen.show_items((held("one"),))
    screen.show_cut_off(is_cut_off=False)
    assert screen.list.warning == ""
    assert screen.list.state is ListState.READY


def test_the_chosen_row_stays_chosen_while_others_come_and_go(screen: HeldScreen) -> None:
    first, second, third = held("one"), held("two"), held("three")
    screen.show_items((first, second))
    screen.list.step(1)
    screen.show_items((third, first, second))
    assert screen.chosen == second
    screen.show_items((third, first))
    assert screen.chosen == first
    screen.show_items(())
    assert screen.chosen is None


def test_the_keyboard_goes_to_rows_that_come_and_stays_when_they_go(screen: HeldScreen) -> None:
    screen.show_items(())
    screen.focus_first()
    screen.show_items((held("one"),))
    assert screen.focusWidget() is screen.list.view
    screen.show_items(())
    assert screen.focusWidget() is screen.list


def test_reading_again_is_one_key_also_where_the_keyboard_has_no_row(
    screen: HeldScreen, qtbot: QtBot
) -> None:
    screen.show_problem("It cannot be loaded", "The server is away.")
    screen.focus_first()
    with qtbot.waitSignal(screen.refresh_asked):
        qtbot.keyClick(screen, Qt.Key.Key_F5)
    focused = screen.focusWidget()
    with qtbot.waitSignal(screen.refresh_asked):
        qtbot.keyClick(focused, Qt.Key.Key_Space)


def test_unsent_words_stay_with_what_they_are_about(qtbot: QtBot) -> None:
    screen = AppealsScreen(Theme())
    qtbot.addWidget(screen)
    words = screen._words
    words.turn_to("a")
    words.setPlainText("about a")
    words.turn_to("b")
    assert words.words == ""
    words.turn_to("a")
    assert words.words == "about a"
    words.forget("a")
    assert words.words == ""

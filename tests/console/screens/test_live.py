"""The wall of live streams: everything muted until asked for, and muted again on moving on."""

import pytest
from fakes.cases import POLICIES
from fakes.console_views import stream
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from console.muting import fitted, muted
from console.screens import LiveScreen
from console.screens._live_delegate import spoken_stream
from console.screens._suspend_bar import Suspension
from shared.qt.theme import Theme
from shared.schemas.streams import Stream, StreamState


@pytest.fixture
def live(qtbot: QtBot) -> LiveScreen:
    screen = LiveScreen(Theme())
    qtbot.addWidget(screen)
    screen.resize(1104, 600)
    screen.show()
    qtbot.waitExposed(screen)
    screen.activateWindow()
    screen.focus_first()
    return screen


def stripes(width: int = 640, height: int = 360) -> QImage:
    """Fine red and green columns: nothing of them may survive the muting."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    for x in range(width):
        colour = QColor("#FF0000" if x // 4 % 2 else "#00FF00")
        for y in range(height):
            image.setPixelColor(x, y, colour)
    return image


def test_muting_takes_colour_and_detail() -> None:
    picture = muted(stripes())
    assert picture.size() == QSize(640, 360)
    seen = [QColor(picture.pixel(x, 180)) for x in range(0, 640, 2)]
    assert all(c.red() == c.green() == c.blue() for c in seen)
    levels = [c.red() for c in seen]
    assert max(levels) - min(levels) <= 12


def test_a_picture_is_cut_to_its_card_and_not_squeezed() -> None:
    tall = QImage(90, 160, QImage.Format.Format_RGB32)
    tall.fill(QColor("#123456"))
    assert fitted(tall, QSize(160, 90)).size() == QSize(160, 90)
    assert fitted(QImage(), QSize(160, 90)).isNull()


def test_only_the_chosen_stream_is_revealed_and_only_while_it_is_chosen(
    live: LiveScreen, qtbot: QtBot
) -> None:
    first, second = stream("Drawing"), stream("Guitar")
    live.show_streams([first, second])
    assert live.chosen == first
    assert live.revealed == ""
    qtbot.keyClick(live, Qt.Key.Key_V)
    assert live.revealed == first.id
    qtbot.keyClick(live, Qt.Key.Key_J)
    assert live.chosen == second
    assert live.revealed == ""
    qtbot.keyClick(live, Qt.Key.Key_K)
    assert live.revealed == "", "coming back must not reveal again"


def test_what_is_painted_is_grey_until_revealed(live: LiveScreen, qtbot: QtBot) -> None:
    red = QImage(640, 360, QImage.Format.Format_RGB32)
    red.fill(QColor("#FF0000"))
    shown = stream()
    live.show_streams([shown])
    live.show_thumbnail(shown.id, red)
    place = live.list.view.visualRect(live.list.model.index(0)).center()

    def painted() -> QColor:
        return QColor(live.list.view.viewport().grab().toImage().pixel(place))

    assert painted().saturation() < 8
    qtbot.keyClick(live, Qt.Key.Key_V)
    assert painted().red() > 240
    assert painted().green() < 16


def test_a_safe_word_hides_the_picture_also_from_a_reveal(live: LiveScreen) -> None:
    panicked = stream(state=StreamState.PANICKED)
    live.show_streams([panicked])
    live.show_thumbnail(panicked.id, stripes())
    live._on_reveal()
    picture = live._picture(panicked)
    assert picture.pixmap is None
    assert picture.instead == "Hidden by the safe word"


def test_a_stream_that_ends_takes_its_picture_along(live: LiveScreen) -> None:
    first, second = stream(), stream()
    live.show_streams([first, second])
    live.show_thumbnail(first.id, stripes())
    live._on_reveal()
    live.show_streams([second])
    assert live.revealed == ""
    assert live._pictures.get(first.id, clear=False) is None


def test_an_unreadable_picture_leaves_the_one_before(live: LiveScreen) -> None:
    shown = stream()
    live.show_streams([shown])
    live.show_thumbnail(shown.id, QImage.fromData(b"not a picture"))
    assert live._picture(shown).instead == "No picture yet"


def test_enter_asks_for_the_streams_cases(live: LiveScreen, qtbot: QtBot) -> None:
    shown = stream()
    live.show_streams([shown])
    with qtbot.waitSignal(live.cases_asked) as asked:
        qtbot.keyClick(live, Qt.Key.Key_Return)
    assert asked.args == [shown.id]


def test_cards_share_the_width_evenly(live: LiveScreen, qtbot: QtBot) -> None:
    live.show_streams([stream(str(n)) for n in range(9)])
    qtbot.waitUntil(lambda: live.list.view.visualRect(live.list.model.index(8)).isValid())
    rows = {live.list.view.visualRect(live.list.model.index(n)).top() for n in range(9)}
    right = max(live.list.view.visualRect(live.list.model.index(n)).right() for n in range(9))
    assert len(rows) == 3
    assert live.list.view.viewport().width() - right < 24


def test_nobody_live_is_a_state_of_its_own(live: LiveScreen) -> None:
    live.show_streams([])
    assert live.list.said == "Nobody is live"
    live.show_problem("The streams cannot be loaded", "")
    assert live.list.said == "The streams cannot be loaded"


def test_a_card_is_told_whole_to_a_screen_reader() -> None:
    text = spoken_stream(stream(safety_score=63.0, state=StreamState.FROZEN))
    assert text == "Evening drawing by Noor. Frozen. Risk 63. 12 watching. Mood Chill."


def test_a_stream_is_suspended_only_after_a_question_with_ground_and_words(
    live: LiveScreen, qtbot: QtBot
) -> None:
    shown = stream("Drawing")
    live.show_streams([shown])
    asked: list[Stream] = []
    sent: list[Suspension] = []
    live.suspend_asked.connect(asked.append)
    live.suspended.connect(sent.append)
    qtbot.keyClick(live, Qt.Key.Key_X)
    assert asked == [shown]
    live.ask_suspension(shown, POLICIES)
    assert live.is_asking
    qtbot.keyClick(live, Qt.Key.Key_Escape)
    assert not live.is_asking
    live.ask_suspension(shown, POLICIES)
    statement = live.findChild(QLineEdit)
    assert isinstance(statement, QLineEdit)
    assert statement.text() == POLICIES[0].text
    statement.setText("too short")
    qtbot.keyClick(statement, Qt.Key.Key_Return)
    assert sent == []
    statement.setText("Somebody in the picture did not agree.")
    qtbot.keyClick(statement, Qt.Key.Key_Return)
    (suspension,) = sent
    assert suspension.stream_id == shown.id
    assert suspension.request.policy == POLICIES[0].id
    assert not live.is_asking

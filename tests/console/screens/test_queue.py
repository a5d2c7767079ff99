"""The queue as a moderator meets it: order, explanation, who has what, filters, keys."""

from datetime import timedelta

import pytest
from fakes.console_views import NOW, case, claimed, person, stream
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from console.screens import QueueScreen
from console.screens._priority_panel import holder_words
from console.screens._queue_delegate import spoken_case
from shared.qt.theme import Theme
from shared.schemas.moderation import CaseState, ReportReason
from shared.schemas.roles import Role

ME = person("Mo", Role.MOD)
ANA = person("Ana", Role.MOD)


@pytest.fixture
def queue(qtbot: QtBot) -> QueueScreen:
    screen = QueueScreen(Theme())
    qtbot.addWidget(screen)
    screen.resize(1000, 600)
    screen.show()
    screen.tick(NOW)
    qtbot.waitExposed(screen)
    screen.activateWindow()
    screen.focus_first()
    return screen


def test_rows_are_in_the_order_given_and_the_first_is_chosen(queue: QueueScreen) -> None:
    first, second = case(priority=80.0), case(priority=20.0)
    queue.show_cases([first, second], me=ME.id)
    assert queue.shown == (first, second)
    assert queue.chosen == first


def test_the_chosen_case_stays_chosen_while_others_move(queue: QueueScreen) -> None:
    first, second, third = case(), case(), case()
    queue.show_cases([first, second], me=ME.id)
    queue.choose(second.id)
    queue.show_cases([third, second, first], me=ME.id)
    assert queue.chosen == second


def test_the_next_case_is_chosen_when_the_chosen_one_is_decided(queue: QueueScreen) -> None:
    first, second, third = case(), case(), case()
    queue.show_cases([first, second, third], me=ME.id)
    queue.choose(second.id)
    queue.show_cases([first, third], me=ME.id)
    assert queue.chosen in (first, third)


def test_keys_walk_claim_and_open(queue: QueueScreen, qtbot: QtBot) -> None:
    first, second = case(), case()
    queue.show_cases([first, second], me=ME.id)
    qtbot.keyClick(queue, Qt.Key.Key_J)
    assert queue.chosen == second
    qtbot.keyClick(queue, Qt.Key.Key_K)
    assert queue.chosen == first
    with qtbot.waitSignal(queue.claim_asked) as claimed_id:
        qtbot.keyClick(queue, Qt.Key.Key_C)
    assert claimed_id.args == [first.id]
    with qtbot.waitSignal(queue.case_opened) as opened_id:
        qtbot.keyClick(queue, Qt.Key.Key_Return)
    assert opened_id.args == [first.id]


def test_filters_keep_what_they_name_and_escape_shows_all_again(
    queue: QueueScreen, qtbot: QtBot
) -> None:
    free, mine, others = case(), claimed(ME), claimed(ANA)
    waiting = case(state=CaseState.ESCALATED, reasons=[ReportReason.FRAUD])
    queue.show_cases([free, mine, others, waiting], me=ME.id)
    shown = []
    for _ in range(4):
        qtbot.keyClick(queue, Qt.Key.Key_F)
        shown.append(queue.shown)
    assert shown == [(free, waiting), (mine,), (others,), (waiting,)]
    qtbot.keyClick(queue, Qt.Key.Key_Escape)
    assert len(queue.shown) == 4


def test_letters_typed_into_the_search_field_are_text_not_keys(
    queue: QueueScreen, qtbot: QtBot
) -> None:
    spam = case(subject_label="Kees: click my page", reasons=[ReportReason.SPAM])
    queue.show_cases([case(), spam], me=ME.id)
    qtbot.keyClick(queue, Qt.Key.Key_Slash)
    field = queue.focusWidget()
    assert field is not None
    asked: list[str] = []
    queue.claim_asked.connect(asked.append)
    qtbot.keyClicks(field, "click")
    assert queue.shown == (spam,)
    assert asked == []


def test_only_one_streams_cases_are_shown_until_asked_for_all(queue: QueueScreen) -> None:
    live = stream()
    here, elsewhere = case(stream_id=live.id), case()
    queue.show_cases([here, elsewhere], me=ME.id)
    queue.show_only_stream(live.id, live.title)
    assert queue.shown == (here,)
    queue._on_clear()
    assert queue.shown == (here, elsewhere)


def test_an_empty_queue_and_an_empty_filter_say_different_things(queue: QueueScreen) -> None:
    queue.show_cases([], me=ME.id)
    assert queue.empty_title == "The queue is empty"
    queue.show_cases([claimed(ANA)], me=ME.id)
    assert queue.empty_title == ""
    queue._whose.button(2).setChecked(True)
    assert queue.empty_title == "No case passes the filter"
    queue.show_problem("The queue cannot be loaded", "The server cannot be reached.")
    assert queue.empty_title == "The queue cannot be loaded"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (case(), "Nobody has this case."),
        (claimed(ME), "Yours for 4:00."),
        (claimed(ANA, left_s=-1), "Nobody has this case."),
        (case(state=CaseState.ESCALATED), "Escalated: waits for an admin."),
    ],
)
def test_who_has_a_case_is_a_sentence(row: object, words: str) -> None:
    assert holder_words(row, me=ME.id, now=NOW) == words  # type: ignore[arg-type]


def test_a_case_of_somebody_else_names_them_and_cannot_be_claimed(queue: QueueScreen) -> None:
    row = claimed(ANA)
    queue.show_cases([row], me=ME.id)
    queue.tick(NOW)
    assert holder_words(row, me=ME.id, now=NOW).startswith("Ana has it until")
    assert not queue._panel._claim.isEnabled()
    queue.tick(NOW + timedelta(minutes=5))
    assert queue._panel._claim.isEnabled()


def test_a_row_is_told_whole_to_a_screen_reader() -> None:
    text = spoken_case(claimed(ANA))
    assert text == (
        "Sam: your drawing is worthless. Harassment. 2 reports. Priority 42. Claimed by Ana."
    )

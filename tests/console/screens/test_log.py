"""The audit log: newest first, the verdict in a sentence, a broken chain seen at once."""

import pytest
from fakes.console_views import chain, tampered
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from console.screens import LogScreen
from console.screens._log_model import LogColumn
from console.screens.log import described
from shared.audit import verify_chain
from shared.qt.theme import Theme


@pytest.fixture
def log(qtbot: QtBot) -> LogScreen:
    screen = LogScreen(Theme())
    qtbot.addWidget(screen)
    screen.resize(1104, 600)
    screen.show()
    qtbot.waitExposed(screen)
    screen.activateWindow()
    screen.focus_first()
    return screen


def ink(log: LogScreen, row: int) -> QColor | None:
    colour = log._model.data(
        log._model.index(row, LogColumn.ACTION), Qt.ItemDataRole.ForegroundRole
    )
    assert colour is None or isinstance(colour, QColor)
    return colour


def test_a_whole_chain_says_so_with_its_head(log: LogScreen) -> None:
    entries = chain(5)
    log.show_entries(entries)
    log.show_verdict(verify_chain(entries))
    assert log.verdict_text == (
        f"The chain is whole: this console checked 5 entries itself. Head {entries[-1].hash[:12]}."
    )
    assert log._model.entry_at(0) == entries[-1]


def test_a_broken_chain_names_the_entry_and_marks_all_from_there_on(log: LogScreen) -> None:
    entries = tampered(chain(6), 4)
    verdict = verify_chain(entries)
    log.show_entries(entries, broken_at=verdict.broken_at)
    log.show_verdict(verdict)
    assert log.verdict_text.startswith("The chain is broken at entry 4:")
    danger = QColor(log.theme.tokens.danger)
    assert [ink(log, row) == danger for row in range(6)] == [True, True, True, False, False, False]


def test_enter_opens_the_case_that_an_entry_tells_of(log: LogScreen, qtbot: QtBot) -> None:
    (entry,) = chain(1)
    log.show_entries([entry.model_copy(update={"subject_type": "user", "details": {}})])
    asked: list[str] = []
    log.case_opened.connect(asked.append)
    qtbot.keyClick(log._table, Qt.Key.Key_Return)
    assert asked == []
    told = {"case_id": entry.subject_id}
    log.show_entries([entry.model_copy(update={"subject_type": "user", "details": told})])
    qtbot.keyClick(log._table, Qt.Key.Key_Return)
    assert asked == [entry.subject_id]


def test_ones_own_acts_are_not_called_a_whole_chain(log: LogScreen) -> None:
    log.show_own_acts(faulty=None)
    assert "only admins can follow the whole chain" in log.verdict_text
    log.show_own_acts(faulty=17)
    assert log.verdict_text.startswith("Entry 17 does not fit its hash")


def test_a_chain_that_could_not_be_read_is_no_verdict(log: LogScreen) -> None:
    log.show_unchecked("The server cannot be reached.")
    assert log.verdict_text == "The server cannot be reached."


def test_keys_walk_the_entries_and_check_again(log: LogScreen, qtbot: QtBot) -> None:
    entries = chain(3)
    log.show_entries(entries)
    assert log.chosen == entries[2]
    qtbot.keyClick(log, Qt.Key.Key_J)
    assert log.chosen == entries[1]
    with qtbot.waitSignal(log.verify_asked):
        qtbot.keyClick(log, Qt.Key.Key_V)


def test_the_chosen_entry_stays_chosen_when_new_ones_come(log: LogScreen, qtbot: QtBot) -> None:
    entries = chain(4)
    log.show_entries(entries[:3])
    qtbot.keyClick(log, Qt.Key.Key_J)
    log.show_entries(entries)
    assert log.chosen == entries[1]


def test_an_entry_is_shown_with_its_details_and_both_hashes() -> None:
    entry = chain(2)[1]
    text = described(entry)
    assert entry.hash in text
    assert entry.prev_hash in text
    assert '"policy": "conduct.harassment"' in text


def test_the_model_has_no_rows_below_rows(log: LogScreen) -> None:
    log.show_entries(chain(2))
    inside = log._model.index(0, 0)
    assert log._model.rowCount(inside) == 0
    assert log._model.data(QModelIndex()) is None

"""The audit log, with the chain of hashes checked by the console itself."""

import json
from collections.abc import Sequence
from typing import override

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QPlainTextEdit,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from console.screens._list_pane import ListPane, Nothing
from console.screens._log_model import LogColumn, LogModel
from console.screens.base import Screen
from console.wording import act_words, when_words
from shared.qt.format import number
from shared.qt.theme import Theme, set_role
from shared.qt.translations import tr, tr_n
from shared.qt.widgets import Card, button, label
from shared.schemas.moderation import AuditEntry, AuditVerdict

_DETAIL_WIDTH = 296
_SHORT_HASH = 12


class LogScreen(Screen):
    """Entries newest first, above them the verdict on the chain, beside them the chosen entry."""

    verify_asked = Signal()
    case_opened = Signal(str)
    """The id of the case that the chosen entry tells of."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._model = LogModel(theme, self)
        self._verdict = label(wrap=True)
        self._banner = QFrame()
        set_role(self._banner, "card")
        self._verify = button(
            tr("Check again  (V)"),
            tip=tr("Fetch the whole log and follow every hash from the first entry"),
            on_click=self.verify_asked.emit,
        )
        self._table = self._make_table()
        self.list = ListPane(
            self._table,
            nothing=Nothing(
                tr("The log is empty"), tr("Claims, decisions and restrictions are written here.")
            ),
        )
        self.list.chosen_changed.connect(self._on_chosen_changed)
        self.list.refresh_asked.connect(self.verify_asked)
        self._detail = self._make_detail()
        self._detail_card = Card(tr("Entry"))
        self._lay_out()
        self.bind("J", tr("Next entry"), lambda: self.list.step(1))
        self.bind("K", tr("Previous entry"), lambda: self.list.step(-1))
        self.bind("Return Enter", tr("Its case"), self._on_case_asked, shown_as="Enter")
        self.bind("V", tr("Check the chain again"), self.verify_asked.emit)
        self.show_checking()
        self.show_entries(())

    # -- state in ----------------------------------------------------------------------------

    def show_entries(self, entries: Sequence[AuditEntry], *, broken_at: int | None = None) -> None:
        """Show these entries; those from `broken_at` on are marked as not to be trusted."""
        chosen = self.chosen
        self._model.show(entries, broken_at=broken_at)
        self.list.choose(0 if chosen is None else self._model.row_of(chosen.seq))
        self.list.show_state()
        self._detail_card.setVisible(bool(entries))

    def show_checking(self, checked: int = 0) -> None:
        """Say that the chain is being followed now, and how far it was."""
        sentence = tr("Checking the chain ...")
        if checked:
            count = number(checked)
            sentence = tr("Checking the chain: {count} entries so far ...", count=count)
        self._say(sentence, "card", "muted")
        self._verify.setEnabled(False)

    def show_verdict(self, verdict: AuditVerdict) -> None:
        """Say what this console found when it followed the whole chain itself."""
        self._verify.setEnabled(True)
        if verdict.ok and not verdict.entries:
            self._say(tr("The chain has no entry yet."), "card", "muted")
            return
        if verdict.ok:
            sentence = tr_n(
                "The chain is whole: this console checked {count} entry itself. Head {head}.",
                "The chain is whole: this console checked {count} entries itself. Head {head}.",
                verdict.entries,
                count=number(verdict.entries),
                head=verdict.head[:_SHORT_HASH],
            )
            self._say(sentence, "card", "success")
            return
        sentence = tr(
            "The chain is broken at entry {seq}: trust nothing from there on, keep this screen "
            "and call a super admin.",
            seq=verdict.broken_at if verdict.broken_at is not None else "?",
        )
        self._say(sentence, "danger-card", "danger")

    def show_own_acts(self, *, faulty: int | None) -> None:
        """Say what can be checked where only one's own acts are seen: each entry by itself."""
        self._verify.setEnabled(True)
        if faulty is None:
            sentence = tr(
                "You see your own acts. Each entry fits its hash; only admins can follow the "
                "whole chain."
            )
            self._say(sentence, "card", "muted")
            return
        sentence = tr(
            "Entry {seq} does not fit its hash: keep this screen and call an admin.", seq=faulty
        )
        self._say(sentence, "danger-card", "danger")

    def show_unchecked(self, sentence: str) -> None:
        """Say why the chain could not be checked."""
        self._verify.setEnabled(True)
        self._say(sentence, "warning-card", "warning")

    @override
    def focus_first(self) -> None:
        self.list.focus_rows()

    @property
    def chosen(self) -> AuditEntry | None:
        """The entry the keyboard is on."""
        return self._model.entry_at(self._table.currentIndex().row())

    @property
    def verdict_text(self) -> str:
        """The sentence on the chain."""
        return self._verdict.text()

    # -- building ----------------------------------------------------------------------------

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setObjectName("logTable")
        table.setAccessibleName(tr("Audit log"))
        set_role(table, "calm")
        table.setModel(self._model)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(self.theme.px(28))
        table.setTabKeyNavigation(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.doubleClicked.connect(lambda _index: self._on_case_asked())
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(LogColumn.SUBJECT, QHeaderView.ResizeMode.Stretch)
        return table

    def _make_detail(self) -> QPlainTextEdit:
        field = QPlainTextEdit()
        field.setReadOnly(True)
        field.setAccessibleName(tr("The chosen entry"))
        field.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        set_role(field, "quiet")
        return field

    def _lay_out(self) -> None:
        row = QHBoxLayout(self._banner)
        row.setContentsMargins(14, 8, 8, 8)
        row.addWidget(self._verdict, 1)
        row.addWidget(self._verify, 0, Qt.AlignmentFlag.AlignTop)
        self._detail_card.setFixedWidth(_DETAIL_WIDTH)
        self._detail_card.body.addWidget(self._detail, 1)
        body = QHBoxLayout()
        body.setSpacing(12)
        body.addWidget(self.list, 1)
        body.addWidget(self._detail_card)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(10)
        layout.addWidget(self._banner)
        layout.addLayout(body, 1)

    # -- shown -------------------------------------------------------------------------------

    def _say(self, sentence: str, ground: str, ink: str) -> None:
        self._verdict.setText(sentence)
        set_role(self._verdict, ink)
        set_role(self._banner, ground)
        self._banner.setAccessibleName(sentence)

    def _on_case_asked(self) -> None:
        entry = self.chosen
        if entry is not None and (case_id := case_of(entry)):
            self.case_opened.emit(case_id)

    def _on_chosen_changed(self) -> None:
        entry = self.chosen
        self._detail.setPlainText("" if entry is None else described(entry))

    @override
    def _on_theme_changed(self) -> None:
        self._table.viewport().update()


def case_of(entry: AuditEntry) -> str:
    """The id of the case an entry tells of; empty when it tells of none."""
    if entry.subject_type == "case":
        return entry.subject_id
    found = entry.details.get("case_id")
    return found if isinstance(found, str) else ""


def described(entry: AuditEntry) -> str:
    """An entry in full, its hashes included."""
    details = json.dumps(entry.details, indent=2, ensure_ascii=False, sort_keys=True)
    return "\n".join(
        (
            tr("No. {seq}", seq=entry.seq),
            when_words(entry.at),
            f"{entry.actor}: {act_words(entry.action)}",
            f"{entry.subject_type} {entry.subject_id}",
            "",
            details,
            "",
            tr("Hash"),
            entry.hash,
            tr("Hash before"),
            entry.prev_hash,
        )
    )

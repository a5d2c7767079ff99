"""Compliance queues for admins: declarations about identity, age and records, read and decided."""

from dataclasses import dataclass
from typing import override

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QFormLayout, QHBoxLayout, QLineEdit, QPushButton

from console.screens._confirm import Confirm
from console.screens._list_pane import Nothing
from console.screens._list_screen import ListScreen
from console.wording import when_words
from shared.qt.theme import Theme, set_role
from shared.qt.translations import tr, tr_n
from shared.qt.widgets import Card, button, label
from shared.schemas.administration import (
    ComplianceDecide,
    ComplianceKind,
    ComplianceRecord,
    ComplianceVerdict,
)

_LEAST_REASON = 3
_KINDS = tuple(ComplianceKind)


@dataclass(frozen=True, slots=True)
class ComplianceVerdictGiven:
    """What is decided about which record, as it was when it was read."""

    record: ComplianceRecord
    request: ComplianceDecide


class ComplianceScreen(ListScreen[ComplianceRecord]):
    """One queue at a time, oldest first; the papers themselves stay with the people."""

    decided = Signal(object)
    """A ComplianceVerdictGiven, to be sent."""
    kind_asked = Signal(object)
    """Another ComplianceKind is to be shown."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(
            theme,
            name=tr("Compliance records"),
            nothing=Nothing(
                tr("No record waits here"), tr("What people hand in appears here, oldest first.")
            ),
            key=lambda record: record.id,
            spoken=spoken,
        )
        self._kinds = QButtonGroup(self)
        self._person = label(role="title", wrap=True)
        self._facts = QFormLayout()
        self._confirm = Confirm(tr("Compare the paper with what is declared, then decide."))
        self._reason = QLineEdit()
        self._reason.setAccessibleName(tr("Reason"))
        self._reason.setPlaceholderText(tr("Reason, for the person and the audit log"))
        self._reason.setMaxLength(300)
        self._reason.textEdited.connect(self._on_reason_typed)
        self.put_above(*self._make_kinds())
        self.put_beside(self._make_card())
        self._bind_keys()

    @property
    def kind(self) -> ComplianceKind:
        """The queue shown."""
        return _KINDS[max(0, self._kinds.checkedId())]

    @property
    def asked(self) -> str:
        """The sentence on what happens next."""
        return self._confirm.words

    # -- intent ------------------------------------------------------------------------------

    def ask(self, verdict: ComplianceVerdict) -> None:
        """Say what a verdict would do; Enter then sends it."""
        record, reason = self.chosen, self._reason.text().strip()
        if record is None:
            return
        if len(reason) < _LEAST_REASON:
            self._confirm.refuse(tr("Write the reason first (W)."))
            self._reason.setFocus()
            return
        name = record.user.display_name
        what = (
            tr("The record of {name} is approved.", name=name)
            if verdict is ComplianceVerdict.APPROVE
            else tr("The record of {name} is rejected; they may hand in another.", name=name)
        )
        request = ComplianceDecide(version=record.version, verdict=verdict, reason=reason)
        given = ComplianceVerdictGiven(record, request)
        self._confirm.ask(what, lambda: self.decided.emit(given))

    def forget_reason(self) -> None:
        """The verdict was sent."""
        self._reason.clear()

    def _on_kind(self) -> None:
        self._confirm.take_back()
        self.kind_asked.emit(self.kind)

    def _on_next_kind(self) -> None:
        wanted = (self._kinds.checkedId() + 1) % len(_KINDS)
        self._kinds.button(wanted).click()

    def _on_reason_typed(self) -> None:
        self._confirm.take_back()

    def _on_escape(self) -> None:
        if not self._confirm.take_back():
            self.list.focus_rows()

    # -- building ----------------------------------------------------------------------------

    def _make_kinds(self) -> list[QPushButton]:
        chips = []
        for number, kind in enumerate(_KINDS):
            chip = QPushButton(kind_words(kind))
            set_role(chip, "chip")
            chip.setCheckable(True)
            chip.setChecked(number == 0)
            chip.clicked.connect(self._on_kind)
            self._kinds.addButton(chip, number)
            chips.append(chip)
        return chips

    def _make_card(self) -> Card:
        card = Card(tr("Declaration"))
        card.body.addWidget(self._person)
        self._facts.setHorizontalSpacing(16)
        self._facts.setVerticalSpacing(4)
        card.body.addLayout(self._facts)
        card.body.addStretch(1)
        card.body.addWidget(self._reason)
        card.body.addWidget(self._confirm)
        steps = QHBoxLayout()
        steps.addStretch(1)
        steps.addWidget(
            button(tr("Reject  (D)"), on_click=lambda: self.ask(ComplianceVerdict.REJECT))
        )
        steps.addWidget(
            button(
                tr("Approve  (A)"),
                role="primary",
                on_click=lambda: self.ask(ComplianceVerdict.APPROVE),
            )
        )
        card.body.addLayout(steps)
        return card

    def _bind_keys(self) -> None:
        self.bind_list(tr("Next record"), tr("Previous record"))
        self.bind("F", tr("Next queue"), self._on_next_kind)
        self.bind("A", tr("Approve"), lambda: self.ask(ComplianceVerdict.APPROVE))
        self.bind("D", tr("Reject"), lambda: self.ask(ComplianceVerdict.REJECT))
        self.bind("W", tr("Reason"), self._reason.setFocus)
        self.bind("Return Enter", tr("Confirm"), self._confirm.proceed, shown_as="Enter")
        self.bind("Esc", tr("Back"), self._on_escape)
        self.bind_refresh()

    # -- shown -------------------------------------------------------------------------------

    @override
    def count_words(self, count: int) -> str:
        return tr_n("{n} record, oldest first", "{n} records, oldest first", count)

    @override
    def show_chosen(self, item: ComplianceRecord) -> None:
        self._confirm.take_back()
        self._person.setText(item.user.display_name)
        while self._facts.rowCount():
            self._facts.removeRow(0)
        rows = [(tr("Handed in"), when_words(item.at))]
        rows += [(fact_words(name), value_words(value)) for name, value in item.details.items()]
        for name, value in rows:
            self._facts.addRow(label(name, role="caption"), label(value, wrap=True))


def kind_words(kind: ComplianceKind) -> str:
    """What a queue is called."""
    return {
        ComplianceKind.KYC: tr("Identity"),
        ComplianceKind.AGE: tr("Age"),
        ComplianceKind.RECORD_2257: tr("Records (2257)"),
    }[kind]


def fact_words(name: str) -> str:
    """What a declared fact is called; an unknown one is shown by its own name."""
    known = {
        "name": tr("Name"),
        "country": tr("Country"),
        "document": tr("Document"),
        "document_sha256": tr("SHA-256 of it"),
    }
    return known.get(name, name.replace("_", " ").capitalize())


def value_words(value: object) -> str:
    """A declared value; the kinds of papers by their names."""
    known = {
        "passport": tr("Passport"),
        "id_card": tr("Identity card"),
        "driving_licence": tr("Driving licence"),
        "release": tr("Model release"),
    }
    text = str(value)
    # A hash without a blank would widen the window: it may break in its middle.
    return known.get(text, f"{text[:32]} {text[32:]}" if len(text) == 64 else text)


def spoken(record: ComplianceRecord) -> str:
    """What a row says: whose record, since when."""
    return f"{record.user.display_name}\n{when_words(record.at)}"

"""The evidence as it was when it was first reported, whatever happened to it since."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QFrame, QVBoxLayout

from console.docks._evidence_facts import read_evidence
from console.docks._stills import Stills
from shared.qt.theme import Theme, set_role
from shared.qt.translations import tr
from shared.qt.widgets import Badge, Card, label
from shared.schemas.moderation import CaseDetail

_MOST_FACTS = 8


class EvidenceDock(Card):
    """The reported words as a quotation, pictures of the broadcast, and the facts stored."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(tr("Evidence as reported"))
        self._removed = Badge()
        self.header.addWidget(self._removed)
        self._quote = label(wrap=True)
        self._quote.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._quote.setAccessibleName(tr("The reported words"))
        self._frame = QFrame()
        set_role(self._frame, "sunken")
        inner = QVBoxLayout(self._frame)
        inner.setContentsMargins(12, 10, 12, 10)
        inner.addWidget(self._quote)
        self._facts = QFormLayout()
        self._facts.setHorizontalSpacing(14)
        self._facts.setVerticalSpacing(2)
        self.stills = Stills(theme)
        self.body.addWidget(self._frame)
        self.body.addWidget(self.stills)
        self.body.addLayout(self._facts)
        self._shown: CaseDetail | None = None

    @property
    def quote(self) -> str:
        """The reported words as shown."""
        return self._quote.text()

    def show_case(self, case: CaseDetail) -> None:
        """Show the evidence of a case."""
        gone = any(message.deleted for message in case.context if message.id == case.subject_id)
        self._removed.set_state(tr("Already removed") if gone else "", "info")
        if self._shown is not None and self._shown.evidence == case.evidence:
            self._shown = case
            return
        self._shown = case
        evidence = read_evidence(case.evidence)
        self._quote.setText(evidence.quote)
        self._frame.setVisible(bool(evidence.quote))
        while self._facts.rowCount():
            self._facts.removeRow(0)
        for name, value in evidence.facts[:_MOST_FACTS]:
            self._facts.addRow(label(name, role="caption"), label(value, wrap=True))

"""Explains the place of one case in the queue, part by part, beside the list."""

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from console.screens.base import caption
from console.wording import (
    age_words,
    countdown,
    holder_at,
    priority_words,
    reason_words,
    subject_words,
)
from shared.qt.format import clock_time
from shared.qt.theme import Theme, set_role
from shared.qt.translations import tr
from shared.schemas.moderation import CaseState, CaseSummary

_WIDTH = 300


class PriorityPanel(QFrame):
    """The chosen case: what it is about, why it stands here, who has it, and the two next steps."""

    open_asked = Signal()
    claim_asked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shown: CaseSummary | None = None
        set_role(self, "card")
        self.setFixedWidth(_WIDTH)
        self._title = QLabel()
        set_role(self._title, "heading")
        self._title.setWordWrap(True)
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._about = QLabel()
        set_role(self._about, "muted")
        self._about.setWordWrap(True)
        self._holder = QLabel()
        self._holder.setWordWrap(True)
        self._parts = QGridLayout()
        self._parts.setVerticalSpacing(2)
        self._parts.setHorizontalSpacing(10)
        self._parts.setColumnStretch(0, 1)
        self._open = QPushButton(tr("Open  (Enter)"))
        self._open.clicked.connect(self.open_asked)
        self._claim = QPushButton(tr("Claim  (C)"))
        set_role(self._claim, "primary")
        self._claim.clicked.connect(self.claim_asked)
        self._lay_out()

    def show_case(self, case: CaseSummary | None, *, me: str, now: datetime) -> None:
        """Explain a case; None empties the panel."""
        for part in (self._title, self._about, self._holder, self._open, self._claim):
            part.setVisible(case is not None)
        self._caption.setVisible(case is not None)
        if case is None:
            self._shown = None
            self._clear_parts()
            return
        if self._shown is None or self._shown.priority_parts != case.priority_parts:
            self._fill_parts(case)
        self._shown = case
        self._title.setText(case.subject_label)
        reasons = ", ".join(reason_words(reason) for reason in case.reasons)
        self._about.setText(
            tr(
                "{kind} · {reasons} · opened {age} ago",
                kind=subject_words(case.subject_type),
                reasons=reasons,
                age=age_words(case.opened_at, now),
            )
        )
        self._holder.setText(holder_words(case, me=me, now=now))
        holder = holder_at(case, now)
        self._claim.setEnabled(holder is None or holder.id == me)

    def _lay_out(self) -> None:
        self._caption = caption(tr("Why it stands here"))
        steps = QHBoxLayout()
        steps.setSpacing(8)
        steps.addWidget(self._open)
        steps.addWidget(self._claim, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 12, 14, 14)
        layout.setSpacing(8)
        layout.addWidget(self._title)
        layout.addWidget(self._about)
        layout.addSpacing(6)
        layout.addWidget(self._caption)
        layout.addLayout(self._parts)
        layout.addStretch(1)
        layout.addWidget(self._holder)
        layout.addLayout(steps)

    def _clear_parts(self) -> None:
        while self._parts.count():
            item = self._parts.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def _fill_parts(self, case: CaseSummary) -> None:
        self._clear_parts()
        for number, part in enumerate(case.priority_parts):
            name = QLabel(priority_words(part.name))
            points = QLabel(f"{part.points:+.0f}" if round(part.points) else "0")
            points.setAlignment(Qt.AlignmentFlag.AlignRight)
            because = QLabel(part.because)
            because.setWordWrap(True)
            because.setTextFormat(Qt.TextFormat.PlainText)
            set_role(because, "caption")
            because.setContentsMargins(0, 0, 0, 6)
            self._parts.addWidget(name, 2 * number, 0)
            self._parts.addWidget(points, 2 * number, 1)
            self._parts.addWidget(because, 2 * number + 1, 0, 1, 2)


def holder_words(case: CaseSummary, *, me: str, now: datetime) -> str:
    """Who has a case, in a sentence."""
    holder, until = holder_at(case, now), case.lease_until
    if holder is None:
        if case.state is CaseState.ESCALATED:
            return tr("Escalated: waits for an admin.")
        return tr("Nobody has this case.")
    if holder.id == me:
        left = countdown(until, now) if until is not None else ""
        return tr("Yours for {left}.", left=left)
    moment = clock_time(until) if until is not None else ""
    return tr("{name} has it until {time}.", name=holder.display_name, time=moment)

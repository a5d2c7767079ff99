"""Why somebody is banned, in the platform's own statement, and the form to appeal against it."""

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from shared.qt.overlay import Overlay
from shared.qt.translations import tr
from shared.qt.widgets import button, clear_layout, label
from shared.schemas.appeals import Appeal, AppealState, BannedNotice, StatementOfReasons

_WIDTH = 600
_STATEMENT_HEIGHT = 240
_WORDS_HEIGHT = 110
_BETWEEN = 8
_LEAST_WORDS = 10
_MOST_WORDS = 4000


class BanPanel(Overlay):
    """Over the sign-in page of somebody whose password is right and whose account is banned."""

    appeal_sent = Signal(str)
    """The person's words, ten letters at least."""

    def __init__(self, host: QWidget) -> None:
        super().__init__(host, tr("Your account is banned"), width=_WIDTH)
        self.setObjectName("banPanel")
        self._statement = QVBoxLayout()
        self._area = self._make_area()
        self._state = label(wrap=True)
        self._words = QPlainTextEdit()
        self._words.setAccessibleName(tr("Your appeal"))
        self._words.setPlaceholderText(
            tr("What happened, and why the decision should be taken back")
        )
        self._words.setTabChangesFocus(True)
        self._words.setFixedHeight(_WORDS_HEIGHT)
        self._problem = label(role="danger", wrap=True)
        self._problem.hide()
        self._send = button(tr("Send the appeal"), role="primary", on_click=self._on_send)
        self._close = button(tr("Close  (Esc)"), on_click=self.dismiss)
        self._lay_out()

    @property
    def words(self) -> QPlainTextEdit:
        """Where the person writes."""
        return self._words

    @property
    def state_words(self) -> str:
        """What can be done, or became of what was done."""
        return self._state.text()

    @property
    def problem(self) -> str:
        """Why the appeal was not sent; empty when nothing is wrong."""
        return "" if self._problem.isHidden() else self._problem.text()

    @property
    def can_appeal(self) -> bool:
        """Whether words can be sent."""
        return not self._words.isHidden()

    def show_ban(self, notice: BannedNotice, *, now: datetime) -> None:
        """Show why, and what can be done against it."""
        self._show_statement(notice.statement)
        if notice.appeal is not None:
            self.show_appeal(notice.appeal)
            return
        until = notice.statement.appeal_until
        is_in_time = now < until
        self._show_form(is_shown=is_in_time)
        day = f"{until.astimezone():%Y-%m-%d}"
        if is_in_time:
            self._state.setText(
                tr(
                    "You can appeal until {day}. Somebody else than the first moderator answers.",
                    day=day,
                )
            )
        else:
            self._state.setText(tr("The time to appeal ended on {day}.", day=day))

    def show_appeal(self, appeal: Appeal) -> None:
        """Show what became of the appeal."""
        self._show_form(is_shown=False)
        day = f"{appeal.at.astimezone():%Y-%m-%d}"
        match appeal.state:
            case AppealState.OPEN:
                sentence = tr(
                    "Your appeal of {day} is in. Somebody else than the first moderator reads it; "
                    "sign in again later to see the answer.",
                    day=day,
                )
            case AppealState.UPHELD:
                sentence = tr("Your appeal of {day} was read, and the ban stands:", day=day)
            case AppealState.OVERTURNED:
                sentence = tr("Your appeal of {day} was right; you can sign in again.", day=day)
        self._state.setText(f"{sentence}\n{appeal.statement or ''}".strip())

    def show_sending(self) -> None:
        """The words are under way."""
        self._problem.hide()
        self._send.setEnabled(False)
        self._words.setReadOnly(True)

    def show_problem(self, sentence: str) -> None:
        """Say why the appeal was not sent; the words stay."""
        self._problem.setText(sentence)
        self._problem.show()
        self._send.setEnabled(True)
        self._words.setReadOnly(False)

    def focus_words(self) -> None:
        """Put the keyboard where the person writes, or on the way out."""
        (self._words if self.can_appeal else self._close).setFocus(Qt.FocusReason.PopupFocusReason)

    def _on_send(self) -> None:
        words = self._words.toPlainText().strip()
        if not _LEAST_WORDS <= len(words) <= _MOST_WORDS:
            self.show_problem(tr("Write ten letters at least, and 4,000 at most."))
            self._words.setFocus()
            return
        self.appeal_sent.emit(words)

    def _show_form(self, *, is_shown: bool) -> None:
        for part in (self._words, self._send):
            part.setVisible(is_shown)
        self._problem.hide()

    def _show_statement(self, statement: StatementOfReasons) -> None:
        clear_layout(self._statement)
        ends = [measure.until for measure in statement.measures if measure.until is not None]
        length = (
            tr("Until {day}.", day=f"{max(ends).astimezone():%Y-%m-%d %H:%M}")
            if ends
            else tr("Without an end.")
        )
        for heading, text in (
            (tr("The rule"), f"{statement.policy_title}. {statement.policy_text}"),
            (tr("What it rests on"), statement.facts),
            (tr("Why it breaks the rule"), statement.explanation),
            (tr("How long"), length),
            (tr("What you can do"), "\n".join(statement.redress)),
        ):
            if text.strip():
                self._statement.addSpacing(_BETWEEN if self._statement.count() else 0)
                self._statement.addWidget(label(heading, role="caption"))
                self._statement.addWidget(label(text, wrap=True))
        self._statement.addStretch(1)

    def _make_area(self) -> QScrollArea:
        inner = QWidget()
        inner.setLayout(self._statement)
        self._statement.setContentsMargins(0, 0, 8, 0)
        self._statement.setSpacing(1)
        area = QScrollArea()
        area.setAccessibleName(tr("Statement of reasons"))
        area.setWidgetResizable(True)
        area.setWidget(inner)
        area.setFixedHeight(_STATEMENT_HEIGHT)
        return area

    def _lay_out(self) -> None:
        steps = QHBoxLayout()
        steps.addStretch(1)
        steps.addWidget(self._close)
        steps.addWidget(self._send)
        for part in (self._area, self._state, self._words, self._problem):
            self.body.addWidget(part)
        self.body.addLayout(steps)

"""How a failure reaches the person: one sentence with a next step, in a bar that never blocks."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from shared.errors import AppError
from shared.qt.theme import Theme, set_role
from shared.qt.translations import request_id_of, tr, tr_error

_log = logging.getLogger(__name__)


class Severity(StrEnum):
    """How much a notice asks of its reader."""

    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    ERROR = "error"


_GOOD_NEWS = frozenset({Severity.INFO, Severity.SUCCESS})
_GOOD_NEWS_MS = 15_000


@dataclass(frozen=True, slots=True)
class NoticeAction:
    """The next step a notice offers."""

    label: str
    run: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence for the person; `details` are for whoever helps them, request id included."""

    sentence: str
    severity: Severity = Severity.ERROR
    action: NoticeAction | None = None
    details: str = ""
    is_offer: bool = False
    """Comes back once the notices after it are closed, until it is taken or closed itself."""


def notice_for(error: Exception, *, action: NoticeAction | None = None) -> Notice:
    """What a person is told about an exception.

    An error outside our family is a defect: its text stays in the log, because it may hold
    something private, and the person gets its kind only.
    """
    if isinstance(error, AppError):
        details = [tr("Code: {code}", code=error.code)]
        request_id = request_id_of(error)
        if request_id:
            details.append(tr("Request: {request_id}", request_id=request_id))
        return Notice(tr_error(error), Severity.ERROR, action, "\n".join(details))
    sentence = tr("Something went wrong in the app itself. Your work goes on; the log has more.")
    return Notice(sentence, Severity.ERROR, action, type(error).__name__)


class MessageBar(QFrame):
    """Shows one notice at a time at the top of a window; Escape or the cross closes it.

    Good news goes by itself after a while, unless it offers an action; the rest stays.
    """

    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._notice: Notice | None = None
        self._offer: Notice | None = None
        self.setObjectName("messageBar")
        set_role(self, "message-bar")
        self._sentence = QLabel()
        self._sentence.setWordWrap(True)
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)
        self._sentence.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._details = QLabel()
        self._details.setTextFormat(Qt.TextFormat.PlainText)
        self._details.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        set_role(self._details, "muted")
        self._action = QPushButton()
        self._action.clicked.connect(self._on_action)
        self._more = QPushButton(tr("Details"))
        self._more.setCheckable(True)
        self._more.setToolTip(tr("Show what to tell support"))
        self._more.toggled.connect(self._details.setVisible)
        self._close = QPushButton("\N{MULTIPLICATION SIGN}")
        self._close.setAccessibleName(tr("Close this message"))
        self._close.setToolTip(tr("Close this message (Esc)"))
        self._close.clicked.connect(self.clear)
        for flat in (self._action, self._more, self._close):
            set_role(flat, "bar-button")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._sentence, 1)
        row.addWidget(self._action)
        row.addWidget(self._more)
        row.addWidget(self._close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 6, 8, 6)
        layout.setSpacing(2)
        layout.addLayout(row)
        layout.addWidget(self._details)
        self._fading = QTimer(self)
        self._fading.setObjectName("message bar")
        self._fading.setSingleShot(True)
        self._fading.setInterval(_GOOD_NEWS_MS)
        self._fading.timeout.connect(self.clear)
        self.hide()

    @property
    def notice(self) -> Notice | None:
        """What is shown now."""
        return self._notice

    def show_notice(self, notice: Notice) -> None:
        """Show a notice in place of the one before."""
        self._notice = notice
        if notice.is_offer:
            self._offer = notice
        set_role(self, f"message-bar-{notice.severity.value}")
        self._sentence.setText(notice.sentence)
        self.setAccessibleName(notice.sentence)
        self._details.setText(notice.details)
        self._more.setChecked(False)
        self._details.hide()
        self._more.setVisible(bool(notice.details))
        self._action.setVisible(notice.action is not None)
        if notice.action is not None:
            self._action.setText(notice.action.label)
        self._fading.stop()
        if notice.severity in _GOOD_NEWS and notice.action is None:
            self._fading.start()
        self.show()

    def clear(self) -> None:
        """Hide the bar, or show the offer that another notice had hidden."""
        self._fading.stop()
        if self._notice is None:
            return
        hidden = self._offer if self._offer is not self._notice else None
        self._notice = self._offer = None
        if hidden is not None:
            self.show_notice(hidden)
            return
        self.hide()
        self.closed.emit()

    def drop_offer(self) -> None:
        """Nobody needs it any more."""
        if self._offer is self._notice:
            self.clear()
        self._offer = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.clear()
        else:
            super().keyPressEvent(event)

    def _on_action(self) -> None:
        notice = self._notice
        self.clear()
        if notice is not None and notice.action is not None:
            notice.action.run()


class ErrorReporter:
    """Tells the log and the person of one failure; works before any window exists."""

    def __init__(self) -> None:
        self._bar: MessageBar | None = None
        self._waiting: Notice | None = None

    def show_on(self, bar: MessageBar) -> None:
        """Use this bar from now on; a notice that came before any bar existed is shown now."""
        self._bar = bar
        if self._waiting is not None:
            bar.show_notice(self._waiting)
            self._waiting = None

    def report(self, error: Exception, where: str, *, action: NoticeAction | None = None) -> None:
        """Log the failure and show it. `where` names the task or intent, for the log."""
        if isinstance(error, AppError):
            request_id = request_id_of(error) or "-"
            _log.warning("%s: %s [%s, request %s]", where, error, error.code, request_id)
        else:
            _log.error("%s failed", where, exc_info=error)
        self.tell(notice_for(error, action=action))

    def tell(self, notice: Notice) -> None:
        """Show a notice that is no failure, or one already worded."""
        if self._bar is None:
            self._waiting = notice
        else:
            self._bar.show_notice(notice)

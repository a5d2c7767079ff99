"""A question or a small form above a window's content: never a modal dialog, Escape closes it."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from shared.qt.theme import larger_words
from shared.qt.widgets import Card

_EDGE_PX = 20


class Overlay(QWidget):
    """Covers its host with a veil and shows one card on it; the app below goes on.

    The card's keyboard focus stays inside while it is open, and goes back afterwards.
    """

    closed = Signal()

    def __init__(self, host: QWidget, title: str, *, width: int = 460) -> None:
        super().__init__(host)
        self._host = host
        self._focus_before: QWidget | None = None
        self.card = Card(title, margin=22)
        self._width = width
        self.card.setFixedWidth(width)
        self.body = self.card.body
        # Stretches, not an alignment: that would take the card's height without its wrapped words.
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.card)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        layout.addLayout(row)
        layout.addStretch(3)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        host.installEventFilter(self)
        self.hide()

    def open(self, first: QWidget | None = None) -> None:
        """Show the card and put the keyboard on `first`."""
        focused = self._host.window().focusWidget()
        if focused is not None and not self.isAncestorOf(focused):
            self._focus_before = focused
        self._fit()
        self.show()
        self.raise_()
        (first or self.card).setFocus(Qt.FocusReason.PopupFocusReason)

    def _fit(self) -> None:
        """Cover the host; the card is as much wider as its words are larger than usual."""
        self.setGeometry(self._host.rect())
        room = max(self._width, self._host.width() - 2 * _EDGE_PX)
        self.card.setFixedWidth(min(round(self._width * larger_words()), room))

    def dismiss(self) -> None:
        """Close the card and give the keyboard back."""
        if self.isHidden():
            return
        self.hide()
        before, self._focus_before = self._focus_before, None
        if before is not None:
            before.setFocus(Qt.FocusReason.PopupFocusReason)
        self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the size of the host."""
        if watched is self._host and event.type() == QEvent.Type.Resize:
            self._fit()
        return super().eventFilter(watched, event)

    def focusNextPrevChild(self, next_: bool) -> bool:
        """Stay inside the card: after the last control comes the first."""
        controls = [
            one
            for one in self.card.findChildren(QWidget)
            if one.isVisible() and one.isEnabled() and one.focusPolicy() & Qt.FocusPolicy.TabFocus
        ]
        if not controls:
            return False
        focused = self.window().focusWidget()
        if focused not in controls:
            controls[0].setFocus(Qt.FocusReason.TabFocusReason)
            return True
        step = 1 if next_ else -1
        wanted = controls[(controls.index(focused) + step) % len(controls)]
        wanted.setFocus(
            Qt.FocusReason.TabFocusReason if next_ else Qt.FocusReason.BacktabFocusReason
        )
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Darken what is below."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(6, 8, 12, 170))

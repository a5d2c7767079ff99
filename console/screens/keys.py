"""The keys of the console: a quiet line at the window's foot, and the overlay of all of them."""

from collections.abc import Sequence
from typing import override

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from console.screens.base import KeyHint
from shared.qt.theme import Theme, set_role
from shared.qt.translations import tr
from shared.qt.widgets import Badge, clear_layout, label

_SHOWN_AT_ONCE = 7
_OVERLAY_WIDTH = 620


class KeyBar(QFrame):
    """The most used keys of the screen shown, and how to see the rest."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "panel")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(16, 5, 16, 5)
        self._row.setSpacing(6)

    def show_hints(self, hints: Sequence[KeyHint]) -> None:
        """Show these keys, as many as there is room for."""
        clear_layout(self._row)
        for hint in hints[:_SHOWN_AT_ONCE]:
            self._add(hint)
        self._row.addStretch(1)
        self._add(KeyHint("?", tr("All keys")))

    def _add(self, hint: KeyHint) -> None:
        self._row.addWidget(Badge(hint.keys))
        what = label(hint.what, role="caption")
        what.setContentsMargins(0, 0, 10, 0)
        self._row.addWidget(what)


class KeyOverlay(QWidget):
    """Lies over the window and lists every key; any of ?, Esc or a click takes it away."""

    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._below = parent
        self.setObjectName("keyOverlay")
        self.setAccessibleName(tr("All keys"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(28)
        self._grid.setVerticalSpacing(6)
        card = QFrame()
        set_role(card, "card")
        card.setFixedWidth(_OVERLAY_WIDTH)
        inner = QVBoxLayout(card)
        inner.setContentsMargins(24, 18, 24, 22)
        inner.setSpacing(12)
        inner.addWidget(label(tr("All keys"), role="title"))
        inner.addLayout(self._grid)
        inner.addWidget(
            label(tr("Letters work as keys wherever you are not typing."), role="caption")
        )
        layout = QVBoxLayout(self)
        layout.addWidget(card, 0, Qt.AlignmentFlag.AlignCenter)
        parent.installEventFilter(self)
        self.hide()

    def show_hints(self, here: tuple[str, Sequence[KeyHint]], always: Sequence[KeyHint]) -> None:
        """List the keys of the screen (with its title) beside those that work everywhere."""
        clear_layout(self._grid)
        for column, (title, hints) in enumerate((here, (tr("Everywhere"), always))):
            self._grid.addWidget(label(title, role="heading"), 0, column)
            for row, hint in enumerate(hints, start=1):
                self._grid.addWidget(_hint_row(hint), row, column)
        self.setGeometry(self._below.rect())
        self.show()
        self.raise_()
        self.setFocus()

    def dismiss(self) -> None:
        """Take the overlay away."""
        self.hide()
        self.closed.emit()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self._below.rect())
        return super().eventFilter(watched, event)

    @override
    def event(self, event: QEvent) -> bool:
        # While the overlay is up no screen's key works: it takes every key for itself.
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Question, Qt.Key.Key_Return):
            self.dismiss()

    @override
    def mousePressEvent(self, _event: QMouseEvent) -> None:
        self.dismiss()

    @override
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        shade = QColor(self._theme.tokens.sunken)
        shade.setAlphaF(0.82)
        painter.fillRect(self.rect(), shade)


def _hint_row(hint: KeyHint) -> QWidget:
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(8)
    layout.addWidget(Badge(hint.keys))
    layout.addWidget(label(hint.what))
    layout.addStretch(1)
    return row

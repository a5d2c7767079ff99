"""The keys of the console: a quiet line at the window's foot, and the overlay of all of them."""

from collections.abc import Sequence
from typing import override

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QWidget

from console.screens.base import KeyHint
from shared.qt.overlay import Overlay
from shared.qt.theme import set_role
from shared.qt.translations import tr
from shared.qt.widgets import Badge, clear_layout, label

_MOST_ROWS = 14
_COLUMN_WIDTH = 300


class KeyBar(QFrame):
    """The most used keys of the screen shown, as many as there is room for, and how to see all."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "panel")
        self._parts: list[QWidget] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(16, 5, 16, 5)
        self._row.setSpacing(14)

    def show_hints(self, hints: Sequence[KeyHint]) -> None:
        """Show these keys."""
        clear_layout(self._row)
        self._parts = [_bar_part(hint) for hint in hints]
        for part in self._parts:
            self._row.addWidget(part)
        self._row.addStretch(1)
        self._row.addWidget(_bar_part(KeyHint("?", tr("All keys"))))
        self._fit()

    @override
    def minimumSizeHint(self) -> QSize:
        # What does not fit is left out: the bar never widens the window.
        return QSize(0, super().minimumSizeHint().height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        last = self._row.itemAt(self._row.count() - 1)
        rest = last.widget() if last is not None else None
        room = self.width() - 32 - (rest.sizeHint().width() if rest is not None else 0)
        for part in self._parts:
            room -= part.sizeHint().width() + self._row.spacing()
            part.setVisible(room >= 0)


class KeyOverlay(Overlay):
    """Lists every key above the window; ?, Esc, Enter or a click takes it away."""

    def __init__(self, host: QWidget) -> None:
        super().__init__(host, tr("All keys"), width=2 * _COLUMN_WIDTH)
        self.setObjectName("keyOverlay")
        self.setAccessibleName(tr("All keys"))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(28)
        self._grid.setVerticalSpacing(6)
        self.body.addLayout(self._grid)
        self.body.addSpacing(6)
        note = tr("Letters work as keys wherever you are not typing.")
        self.body.addWidget(label(note, role="caption"))

    def show_hints(self, here: tuple[str, Sequence[KeyHint]], always: Sequence[KeyHint]) -> None:
        """List the keys of the screen (with its title) beside those that work everywhere."""
        clear_layout(self._grid)
        title, hints = here
        parts = [hints[n : n + _MOST_ROWS] for n in range(0, len(hints), _MOST_ROWS)] or [()]
        columns = [(title if not n else " ", part) for n, part in enumerate(parts)]
        columns.append((tr("Everywhere"), always))
        self._width = _COLUMN_WIDTH * len(columns)
        for column, (title, hints) in enumerate(columns):
            self._grid.addWidget(label(title, role="heading"), 0, column)
            for row, hint in enumerate(hints, start=1):
                self._grid.addWidget(_hint_row(hint), row, column)
        self.open(self)

    @override
    def event(self, event: QEvent) -> bool:
        # While the overlay is up no screen's key works: it takes every key for itself.
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Question, Qt.Key.Key_Return, Qt.Key.Key_F1):
            self.dismiss()
        else:
            super().keyPressEvent(event)

    @override
    def mousePressEvent(self, _event: QMouseEvent) -> None:
        self.dismiss()


def _bar_part(hint: KeyHint) -> QWidget:
    part = QWidget()
    row = QHBoxLayout(part)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(6)
    row.addWidget(Badge(hint.keys))
    row.addWidget(label(hint.what, role="caption"))
    return part


def _hint_row(hint: KeyHint) -> QWidget:
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(8)
    layout.addWidget(Badge(hint.keys))
    layout.addWidget(label(hint.what))
    layout.addStretch(1)
    return row

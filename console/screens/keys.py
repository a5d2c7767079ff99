"""The keys of the console: a quiet line at the window's foot, and the overlay of all of them."""

from collections.abc import Sequence
from typing import override

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QWidget

from console.screens.base import KeyHint
from shared.qt.overlay import Overlay
from shared.qt.theme import set_role
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


class KeyOverlay(Overlay):
    """Lists every key above the window; ?, Esc, Enter or a click takes it away."""

    def __init__(self, host: QWidget) -> None:
        super().__init__(host, tr("All keys"), width=_OVERLAY_WIDTH)
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
        for column, (title, hints) in enumerate((here, (tr("Everywhere"), always))):
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


def _hint_row(hint: KeyHint) -> QWidget:
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(8)
    layout.addWidget(Badge(hint.keys))
    layout.addWidget(label(hint.what))
    layout.addStretch(1)
    return row

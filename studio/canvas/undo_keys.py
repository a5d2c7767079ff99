"""Ctrl+Z and its like: the words being typed first, then the editor with the keyboard, then scenes.

A field for words takes these keys for itself even when it has nothing to take back, and they would
do nothing at all; the field that has the keyboard is therefore watched, and lets them pass.
"""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QPlainTextEdit, QWidget
from shiboken6 import isValid

from studio.docks.rows import ToolDock
from studio.editor_undo import undo_near

_UNDO, _REDO = ("Ctrl+Z",), ("Ctrl+Shift+Z", "Ctrl+Y")


class UndoKeys(QObject):
    """The keys of a window's undo and redo; `undo` and `redo` are those of the scenes."""

    def __init__(
        self, host: QWidget, *, undo: Callable[[], object], redo: Callable[[], object]
    ) -> None:
        super().__init__(host)
        self._undo = undo
        self._redo = redo
        self._watched: QWidget | None = None
        for keys in _UNDO:
            QShortcut(QKeySequence(keys), host).activated.connect(self.undo)
        for keys in _REDO:
            QShortcut(QKeySequence(keys), host).activated.connect(self.redo)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus)

    def undo(self) -> None:
        """Take back what was done last where the keyboard is."""
        focused = QApplication.focusWidget()
        steps = undo_near(focused)
        if steps is not None:
            steps.undo()
        elif not _take_back(focused):
            self._undo()

    def redo(self) -> None:
        """Do again what was taken back last where the keyboard is."""
        steps = undo_near(QApplication.focusWidget())
        if steps is not None:
            steps.redo()
        else:
            self._redo()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the keys pass a field that has nothing to take back, or to do again."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            is_undo = event.matches(QKeySequence.StandardKey.Undo)
            is_redo = event.matches(QKeySequence.StandardKey.Redo)
            if (is_undo or is_redo) and not _has_words(watched, is_undo=is_undo):
                event.ignore()
                return True
        return super().eventFilter(watched, event)

    def _on_focus(self, _before: QWidget | None, now: QWidget | None) -> None:
        if self._watched is not None and isValid(self._watched):
            self._watched.removeEventFilter(self)
        self._watched = None
        if isinstance(now, QLineEdit | QAbstractSpinBox | QPlainTextEdit):
            now.installEventFilter(self)
            self._watched = now


def _has_words(field: QObject, *, is_undo: bool) -> bool:
    """Whether a field has words of its own to take back, or to do again."""
    if isinstance(field, QAbstractSpinBox):
        field = field.findChild(QLineEdit) or field
    if isinstance(field, QLineEdit):
        return field.isUndoAvailable() if is_undo else field.isRedoAvailable()
    if isinstance(field, QPlainTextEdit):
        document = field.document()
        return document.isUndoAvailable() if is_undo else document.isRedoAvailable()
    return False


def _take_back(widget: QWidget | None) -> bool:
    """Take back what the dock around a widget offers to take back."""
    while widget is not None:
        if isinstance(widget, ToolDock) and widget.can_take_back:
            widget.undo_requested.emit()
            return True
        widget = widget.parentWidget()
    return False

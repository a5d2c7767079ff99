"""Rows that change places: pulled by the mouse, or by Alt+Up and Alt+Down."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeySequence, QMouseEvent, QShortcut
from PySide6.QtWidgets import QApplication, QFrame, QWidget

from shared.qt.theme import Theme, set_role
from studio.docks.rows import Row, RowList, RowWidget

_LINE_PX = 3


class MovingRows(RowList):
    """A list whose rows can be put elsewhere; who owns them decides whether they may."""

    moved = Signal(str, int)
    """A row's id, and its new place among all rows."""

    def __init__(self, theme: Theme, name: str, empty: str) -> None:
        super().__init__(theme, name, empty)
        self._pressed: tuple[str, QPoint] | None = None
        self._is_pulled = False
        self._line = QFrame(self.widget())
        set_role(self._line, "accent-card")
        self._line.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._line.hide()
        for keys, step in (("Alt+Up", -1), ("Alt+Down", 1)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda by=step: self._step(by))

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows, and let them be pulled."""
        super().set_rows(rows)
        for row in self.rows:
            widget = self.widget_of(row.id)
            widget.removeEventFilter(self)
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the mouse from a row to the place where it is let go."""
        if isinstance(watched, RowWidget) and isinstance(event, QMouseEvent):
            return self._follow(watched, event)
        return super().eventFilter(watched, event)

    def _follow(self, row: RowWidget, event: QMouseEvent) -> bool:
        at = row.pos() + event.position().toPoint()
        match event.type():
            case QEvent.Type.MouseButtonPress if event.button() == Qt.MouseButton.LeftButton:
                self._pressed = (self._id_of(row), at)
                return True
            case QEvent.Type.MouseMove if self._pressed is not None:
                away = (at - self._pressed[1]).manhattanLength()
                self._is_pulled = self._is_pulled or away >= QApplication.startDragDistance()
                if self._is_pulled:
                    row.setCursor(Qt.CursorShape.ClosedHandCursor)
                    self._show_line(self._gap(at.y()))
                return True
            case QEvent.Type.MouseButtonRelease if self._pressed is not None:
                self._let_go(row, at.y())
                return True
            case _:
                return False

    def _let_go(self, row: RowWidget, y: int) -> None:
        is_pulled, self._is_pulled, self._pressed = self._is_pulled, False, None
        self._line.hide()
        row.unsetCursor()
        if is_pulled:
            row_id, gap = self._id_of(row), self._gap(y)
            self._move(row_id, gap - 1 if gap > self._place(row_id) else gap)

    def _gap(self, y: int) -> int:
        """How many rows lie above this height."""
        return sum(self._box(one.id).geometry().center().y() < y for one in self.rows)

    def _show_line(self, gap: int) -> None:
        if gap < len(self.rows):
            y = self._box(self.rows[gap].id).geometry().top() - _LINE_PX - 1
        else:
            y = self._box(self.rows[-1].id).geometry().bottom() + 2
        box = self._box(self.rows[0].id).geometry()
        self._line.setGeometry(box.left(), max(0, y), box.width(), _LINE_PX)
        self._line.show()
        self._line.raise_()

    def _step(self, by: int) -> None:
        focused: QWidget | None = QApplication.focusWidget()
        while focused is not None and not isinstance(focused, RowWidget):
            focused = focused.parentWidget()
        if focused is not None:
            row_id = self._id_of(focused)
            self._move(row_id, self._place(row_id) + by)

    def _move(self, row_id: str, place: int) -> None:
        if 0 <= place < len(self.rows) and place != self._place(row_id):
            self.moved.emit(row_id, place)

    def _id_of(self, widget: RowWidget) -> str:
        return next(one.id for one in self.rows if self.widget_of(one.id) is widget)

    def _place(self, row_id: str) -> int:
        return [one.id for one in self.rows].index(row_id)

    def _box(self, row_id: str) -> QWidget:
        return self.widget_of(row_id)

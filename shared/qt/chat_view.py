"""The chat of a room: painted, bounded, calm at two thousand messages a second."""

from collections.abc import Iterable
from math import ceil

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QEnterEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QPushButton, QToolTip

from shared.qt.chat_layout import LaidRow, RowPainter
from shared.qt.chat_rows import ChatFilter, ChatRing, ChatRow, RowKind
from shared.qt.theme import Theme, set_role
from shared.qt.translations import tr, tr_n

_STEPS = 64
"""Scroll bar steps of one message: the bar counts messages, and may stand between two."""

_SCROLLED = "scrolled"
_HOVER = "hover"
_SELECTED = "selected"


class ChatView(QAbstractScrollArea):
    """Shows the newest rows at the bottom unless somebody has a reason to hold still.

    Reasons are a set: the person scrolled up, the pointer rests here, a row is selected, or one
    that the owner names. While there is any, new rows wait below and are counted.
    """

    row_menu_requested = Signal(object, QPoint)
    """A ChatRow and the global point where its menu belongs."""

    row_activated = Signal(object)
    link_activated = Signal(str)
    """A web address was pressed; nothing opens by itself."""

    unseen_changed = Signal(int)
    paused_changed = Signal(bool)

    def __init__(self, theme: Theme, *, capacity: int = 2000, pause_on_hover: bool = False) -> None:
        super().__init__()
        self._theme = theme
        self._all = ChatRing(capacity)
        self._ring = self._all
        """What is shown: everything, or what passes the filter."""
        self._capacity = capacity
        self._filter = ChatFilter()
        self._painter = RowPainter(theme)
        self._reasons: set[str] = set()
        self._unseen = 0
        self._rows_seen = 0
        self._selected: str | None = None
        self._pause_on_hover = pause_on_hover
        self._empty_text = tr("Nobody has written yet.")
        self._page_rows = 20
        self.setObjectName("chatView")
        self.setAccessibleName(tr("Chat"))
        self.setToolTipDuration(8000)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumSize(180, 80)
        self.viewport().setMouseTracking(True)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self.verticalScrollBar().setAccessibleName(tr("Scroll the chat"))
        self._pill = QPushButton(self)
        set_role(self._pill, "primary")
        self._pill.setToolTip(tr("Go to the newest message (End)"))
        self._pill.clicked.connect(self.go_to_newest)
        self._pill.hide()
        theme.changed.connect(self._on_theme_changed)

    # What the owner says

    @property
    def row_count(self) -> int:
        """How many rows are held."""
        return len(self._ring)

    @property
    def rows_seen(self) -> int:
        """How many rows have come since the view was made, those that fell out included."""
        return self._rows_seen

    @property
    def unseen(self) -> int:
        """How many rows came while the view held still."""
        return self._unseen

    @property
    def pause_reasons(self) -> frozenset[str]:
        """Why the view holds still; empty while it follows the room."""
        return frozenset(self._reasons)

    def set_own_name(self, name: str) -> None:
        """Rows that mention this person stand out."""
        self._painter.set_own_name(name)
        self.viewport().update()

    def set_empty_text(self, text: str) -> None:
        """What is shown while there are no rows."""
        self._empty_text = text
        self.viewport().update()

    def append(self, rows: Iterable[ChatRow]) -> None:
        """Add the newest rows; a burst costs one repaint."""
        came = list(rows)
        self._rows_seen += len(came)
        if self._ring is self._all:
            added, dropped = self._ring.extend(came)
        else:
            self._all.extend(came)
            added, dropped = self._ring.extend(filter(self._filter.passes, came))
        if not added:
            return
        if self._reasons:
            self._set_unseen(min(self._unseen + added, len(self._ring)))
        self._sync_bar(dropped=dropped)
        self.viewport().update()

    def replace(self, rows: Iterable[ChatRow]) -> None:
        """Show these rows in place of all others."""
        self._all.clear()
        self._all.extend(rows)
        self._apply_filter()

    def set_filter(self, wanted: ChatFilter) -> None:
        """Show only rows that pass; the others are kept and come back with an open filter."""
        if wanted != self._filter:
            self._filter = wanted
            self._apply_filter()

    def _apply_filter(self) -> None:
        self._ring = self._all
        if not self._filter.is_open:
            self._ring = ChatRing(self._capacity)
            self._ring.extend(filter(self._filter.passes, self._all))
        self._selected = None
        self._reasons -= {_SCROLLED, _SELECTED}
        self._set_unseen(0)
        self._sync_bar()
        self.viewport().update()

    def mark_deleted(self, row_id: str) -> None:
        """Show a row as gone; nothing happens when it has fallen out."""
        is_known = self._all.mark_deleted(row_id)
        if self._ring is not self._all:
            self._ring.mark_deleted(row_id)
        if is_known:
            self.viewport().update()

    def pause(self, reason: str) -> None:
        """Hold still for a reason."""
        was_paused = bool(self._reasons)
        self._reasons.add(reason)
        if not was_paused:
            self.paused_changed.emit(True)

    def resume(self, reason: str) -> None:
        """Drop a reason; without any left the view goes on with the newest row."""
        if reason not in self._reasons:
            return
        self._reasons.discard(reason)
        if not self._reasons:
            self._set_unseen(0)
            self._sync_bar()
            self.viewport().update()
            self.paused_changed.emit(False)

    def go_to_newest(self) -> None:
        """Drop the person's own reasons and show the newest row."""
        self._select(None)
        self.resume(_HOVER)
        if not self._reasons:
            self._sync_bar()
        bar = self.verticalScrollBar()
        bar.setValue(bar.maximum())
        self.resume(_SCROLLED)
        self._set_unseen(0)

    def clear_selection(self) -> None:
        """Let go of the selected row, and of the reason to hold still that it was."""
        self._select(None)

    def spoken_row(self, index: int) -> str:
        """A row as a screen reader says it; 0 is the oldest held."""
        return self._ring[index].spoken

    def row_at(self, point: QPoint) -> ChatRow | None:
        """The row under a point of the viewport."""
        for _, top, laid in self._visible():
            if top <= point.y() < top + laid.height:
                return laid.row
        return None

    def link_at(self, point: QPoint) -> str | None:
        """The web address under a point of the viewport."""
        for _, top, laid in self._visible():
            if top <= point.y() < top + laid.height:
                return laid.link_at(point.x(), point.y() - top)
        return None

    # What Qt says

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the rows that are in sight."""
        painter = QPainter(self.viewport())
        t = self._theme.tokens
        painter.fillRect(self.viewport().rect(), QColor(t.surface))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not len(self._ring):
            painter.setPen(QColor(t.muted))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(
                self.viewport().rect().adjusted(16, 8, -16, -8), flags, self._empty_text
            )
        visible = self._visible()
        for _, top, laid in visible:
            painter.setFont(self.font())
            self._painter.paint(painter, laid, top, is_selected=laid.row.id == self._selected)
        self._page_rows = max(1, len(visible) - 1)
        if self.hasFocus():
            painter.setPen(QColor(t.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.viewport().rect().adjusted(0, 0, -1, -1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out for the new width and keep to the newest row unless holding still."""
        super().resizeEvent(event)
        self._place_pill()
        self._sync_bar()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a new font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_painter"):
            self._sync_bar()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Hold still under the pointer, where the owner wants that."""
        super().enterEvent(event)
        if self._pause_on_hover:
            self.pause(_HOVER)

    def leaveEvent(self, event: QEvent) -> None:
        """Go on when the pointer leaves."""
        super().leaveEvent(event)
        self.resume(_HOVER)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select the row under the pointer; a second press on it lets go."""
        if event.button() == Qt.MouseButton.LeftButton:
            link = self.link_at(event.position().toPoint())
            if link is not None:
                self.link_activated.emit(link)
                return
            row = self.row_at(event.position().toPoint())
            chosen = row.id if row is not None and row.kind is not RowKind.NOTICE else None
            self._select(None if chosen == self._selected else chosen)
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show a hand over what can be pressed."""
        is_link = self.link_at(event.position().toPoint()) is not None
        shape = Qt.CursorShape.PointingHandCursor if is_link else Qt.CursorShape.ArrowCursor
        if self.viewport().cursor().shape() is not shape:
            self.viewport().setCursor(shape)
        super().mouseMoveEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Activate the row under the pointer."""
        row = self.row_at(event.position().toPoint())
        if row is not None:
            self.row_activated.emit(row)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the row under the pointer, or of the selected one."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self._menu_by_keyboard()
            return
        row = self.row_at(event.pos())
        if row is not None and row.kind is not RowKind.NOTICE:
            self._select(row.id)
            self.row_menu_requested.emit(row, event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down select, Enter opens the menu, Escape and End go to the newest."""
        match event.key():
            case Qt.Key.Key_Up:
                self._step(-1)
            case Qt.Key.Key_Down:
                self._step(1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Menu:
                self._menu_by_keyboard()
            case Qt.Key.Key_Escape | Qt.Key.Key_End:
                self.go_to_newest()
            case Qt.Key.Key_Home:
                self.verticalScrollBar().setValue(self.verticalScrollBar().minimum())
            case Qt.Key.Key_PageUp | Qt.Key.Key_PageDown:
                up = event.key() == Qt.Key.Key_PageUp
                bar = self.verticalScrollBar()
                bar.setValue(bar.value() + (-1 if up else 1) * self._page_rows * _STEPS)
            case _:
                super().keyPressEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        """Show when a row was written, as its tooltip."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            row = self.row_at(event.pos())
            if row is not None and row.at is not None:
                written = row.at.astimezone().strftime("%H:%M:%S")
                QToolTip.showText(event.globalPos(), written, self)
            else:
                QToolTip.hideText()
            return True
        return super().viewportEvent(event)

    # Positions

    def _visible(self) -> list[tuple[int, float, LaidRow]]:
        """The rows in sight from top to bottom: index, upper edge, layout."""
        count = len(self._ring)
        if not count:
            return []
        height = float(self.viewport().height())
        self._painter.prepare(float(self.viewport().width()), self.font())
        position = min(float(count), max(0.0, self.verticalScrollBar().value() / _STEPS))
        index = max(0, ceil(position) - 1)
        laid = self._painter.laid(self._ring[index])
        top = height - (position - index) * laid.height
        found = [(index, top, laid)]
        while top > 0 and index > 0:
            index -= 1
            laid = self._painter.laid(self._ring[index])
            top -= laid.height
            found.append((index, top, laid))
        found.reverse()
        if top > 0:  # fewer rows than fit: they hang from the top
            found = [(i, y - top, row) for i, y, row in found]
        index, top, laid = found[-1]
        while top + laid.height < height and index + 1 < count:
            top += laid.height
            index += 1
            laid = self._painter.laid(self._ring[index])
            found.append((index, top, laid))
        return found

    def _top_bound(self) -> int:
        """The bar's value at which the oldest row touches the upper edge."""
        count = len(self._ring)
        if not self._reasons and count > 8 * self._page_rows:
            return self._page_rows * _STEPS  # near enough until somebody scrolls up there
        self._painter.prepare(float(self.viewport().width()), self.font())
        height = float(self.viewport().height())
        filled = 0.0
        for index in range(count):
            row_height = self._painter.laid(self._ring[index]).height
            if filled + row_height >= height:
                return ceil((index + (height - filled) / row_height) * _STEPS)
            filled += row_height
        return count * _STEPS

    def _sync_bar(self, *, dropped: int = 0) -> None:
        """Fit the bar to the rows: the newest in sight, or the same rows while holding still."""
        bar = self.verticalScrollBar()
        newest = len(self._ring) * _STEPS
        value = bar.value() - dropped * _STEPS if self._reasons else newest
        oldest = min(self._top_bound(), newest)
        bar.blockSignals(True)
        bar.setRange(oldest, newest)
        bar.setSingleStep(_STEPS)
        bar.setPageStep(self._page_rows * _STEPS)
        bar.setValue(max(oldest, value))
        bar.blockSignals(False)

    def _on_scrolled(self, value: int) -> None:
        if value < self.verticalScrollBar().maximum():
            self.pause(_SCROLLED)
        else:
            self.resume(_SCROLLED)
        self.viewport().update()

    # Selection and the pill

    def _select(self, row_id: str | None) -> None:
        self._selected = row_id
        if row_id is None:
            self.setAccessibleDescription("")
            self.resume(_SELECTED)
        else:
            index = self._ring.index_of(row_id)
            if index is not None:
                self.setAccessibleDescription(self._ring[index].spoken)
            self.pause(_SELECTED)
        self.viewport().update()

    def _step(self, by: int) -> None:
        """Move the selection by a row and bring it into sight."""
        if not len(self._ring):
            return
        now = self._ring.index_of(self._selected) if self._selected is not None else None
        if now is None:
            if by > 0:
                return  # nothing is newer than the newest
            wanted = self._visible()[-1][0]
        elif now + by >= len(self._ring):
            self.go_to_newest()
            return
        else:
            wanted = max(0, now + by)
        self._select(self._ring[wanted].id)
        bar = self.verticalScrollBar()
        if wanted >= bar.value() / _STEPS:
            bar.setValue((wanted + 1) * _STEPS)
        else:
            while bar.value() > bar.minimum() and self._visible()[0][0] >= wanted:
                bar.setValue(bar.value() - _STEPS)

    def _menu_by_keyboard(self) -> None:
        for _, top, laid in self._visible():
            if laid.row.id == self._selected:
                point = QPointF(24, max(0.0, top) + 16).toPoint()
                self.row_menu_requested.emit(laid.row, self.viewport().mapToGlobal(point))
                return

    def _set_unseen(self, count: int) -> None:
        if count == self._unseen:
            return
        self._unseen = count
        self._pill.setVisible(count > 0)
        if count:
            self._pill.setText(tr_n("{n} new", "{n} new", count))
            self._place_pill()
        self.unseen_changed.emit(count)

    def _place_pill(self) -> None:
        size = self._pill.sizeHint()
        self._pill.setGeometry(
            (self.width() - size.width()) // 2,
            self.height() - size.height() - 8,
            size.width(),
            size.height(),
        )

    def _on_theme_changed(self) -> None:
        self._painter.invalidate()
        self._sync_bar()
        self.viewport().update()

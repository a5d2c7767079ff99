"""The program preview as a canvas: pick, move, scale and crop by mouse, or by keyboard alone."""

from pathlib import Path

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPolygonF,
)
from PySide6.QtWidgets import QMenu

from shared.ids import new_id
from shared.qt.theme import Theme
from shared.qt.translations import tr, tr_n
from shared.qt.video_view import VideoView
from studio.canvas.drags import CropDrag, Drag, MoveDrag, Pull, ResizeDrag, TurnDrag
from studio.canvas.keys import KEYS, key_of
from studio.canvas.menu import fill_menu
from studio.canvas.paint import Painting, paint_canvas
from studio.canvas.selection import CanvasState, Edits, Selection
from studio.project.arranging import Clip
from studio.project.geometry import GRIPS, Grip, Rect, corners, turned_point

_CATCH_PX = 8.0
_GRIP_PX = 9.0
_DRAG_PX = 4.0
_DRAFT_MS = 1500
_STEM_PX = 26.0

_CURSORS = {
    (-1, -1): Qt.CursorShape.SizeFDiagCursor,
    (1, 1): Qt.CursorShape.SizeFDiagCursor,
    (1, -1): Qt.CursorShape.SizeBDiagCursor,
    (-1, 1): Qt.CursorShape.SizeBDiagCursor,
    (-1, 0): Qt.CursorShape.SizeHorCursor,
    (1, 0): Qt.CursorShape.SizeHorCursor,
    (0, -1): Qt.CursorShape.SizeVerCursor,
    (0, 1): Qt.CursorShape.SizeVerCursor,
}


class CanvasView(VideoView):
    """Shows the program and lets its items be arranged; every change leaves as edits."""

    edits_requested = Signal(object)
    """A tuple of edits: one step, or more of the gesture they name."""

    selection_changed = Signal()
    files_dropped = Signal(object)
    """A tuple of paths."""

    properties_requested = Signal(str)
    """A source's id."""

    filters_requested = Signal(str)
    """A source's id."""

    place_requested = Signal()
    """Show where and how the picked item lies, in numbers."""

    def __init__(self, theme: Theme, *, name: str = "") -> None:
        super().__init__(theme, name=name)
        self.setObjectName("canvas")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.selection = Selection()
        self._clips: tuple[Clip, ...] = ()
        self._pressed_at: QPointF | None = None
        self._drag: Drag | None = None
        self._gesture = ""
        self._lasso: Rect | None = None
        self._lines: tuple[tuple[float, ...], tuple[float, ...]] = ((), ())
        self._menu = QMenu(self)
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(_DRAFT_MS)
        self._settling.timeout.connect(self._on_settled)
        self._describe()

    @property
    def has_clips(self) -> bool:
        """There is something to paste."""
        return bool(self._clips)

    def set_state(self, state: CanvasState) -> None:
        """Show a document."""
        before = self.selection.ids
        self.selection.set_state(state)
        if self.selection.ids != before:
            self.selection_changed.emit()
        self._describe()
        self.update()

    def choose(self, ids: tuple[str, ...]) -> None:
        """Pick these items."""
        self.selection.choose(ids)
        self._selected()

    # --- what is done to the selection; for keys and menu ---------------------------------

    def request(self, edits: Edits) -> None:
        """Ask for edits and show their drafts."""
        if edits:
            self._settling.start()
            self.edits_requested.emit(edits)
        self._describe()
        self.update()

    def copy(self) -> None:
        """Put what is picked on the clipboard."""
        self._clips = self.selection.clips() or self._clips

    def cut(self) -> None:
        """Put what is picked on the clipboard and take it out of the scene."""
        self.copy()
        self.request(self.selection.remove())

    def paste(self) -> None:
        """Put copies of the clipboard on top."""
        self.request(self.selection.paste(self._clips))
        self.selection_changed.emit()

    def duplicate(self) -> None:
        """Put copies of what is picked on top."""
        self.request(self.selection.paste(self.selection.clips()))
        self.selection_changed.emit()

    def toggle_visible(self) -> None:
        """Hide what is picked, or show it when all of it is hidden."""
        is_hidden = not any(item.visible for item in self.selection.chosen)
        self.request(self.selection.set_visible(is_visible=is_hidden))

    def toggle_locked(self) -> None:
        """Lock what is picked, or unlock it when all of it is locked."""
        is_open = not all(item.locked for item in self.selection.chosen)
        self.request(self.selection.set_locked(is_locked=is_open))

    def choose_all(self) -> None:
        """Pick everything that is not locked."""
        self.choose(tuple(item.id for item in self.selection.items if not item.locked))

    def choose_next(self, step: int) -> None:
        """Pick the item above or below."""
        self.selection.choose_next(step)
        self._selected()

    def ask_properties(self) -> None:
        """Ask for the properties of the item picked."""
        if self.selection.chosen:
            self.properties_requested.emit(self.selection.chosen[-1].source_id)

    def ask_filters(self) -> None:
        """Ask for the filters of the item picked."""
        if self.selection.chosen:
            self.filters_requested.emit(self.selection.chosen[-1].source_id)

    def ask_place(self) -> None:
        """Ask for the numbers of the item picked."""
        if self.selection.chosen:
            self.place_requested.emit()

    def group(self) -> None:
        """Put what is picked into one group."""
        self.request(self.selection.group(tr("Group")))
        self.selection_changed.emit()

    def ungroup(self) -> None:
        """Take the items out of picked groups."""
        self.request(self.selection.ungroup())
        self.selection_changed.emit()

    def key_gesture(self, *, goes_on: bool) -> str:
        """The name of the movement that a key held down makes."""
        if not goes_on or not self._gesture:
            self._gesture = new_id()
        return self._gesture

    def menu(self) -> QMenu:
        """The menu of what is picked."""
        fill_menu(self._menu, self)
        return self._menu

    # --- mouse ----------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick what is below, or take hold of a handle."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() != Qt.MouseButton.LeftButton or self._is_veiled:
            return
        at, keys = event.position(), event.modifiers()
        self._pressed_at = at
        self._gesture = new_id()
        if self._is_turning_at(at):
            self._drag = TurnDrag(self.selection, self._on_canvas(at))
            return
        grip = self._grip_at(at)
        if grip is not None:
            is_crop = bool(keys & Qt.KeyboardModifier.AltModifier)
            make = CropDrag if is_crop and len(self.selection.free) == 1 else ResizeDrag
            self._drag = make(self.selection, grip)
            return
        x, y = self._on_canvas(at)
        item = self.selection.at(x, y)
        adds = bool(
            keys & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier)
        )
        if item is None:
            if not adds:
                self.choose(())
            self._lasso = Rect(x, y, 0, 0)
        elif adds:
            self.selection.toggle(item.id)
            self._selected()
        elif item.id not in self.selection.ids:
            self.choose((item.id,))
        if item is not None and self.selection.free:
            self._drag = MoveDrag(self.selection)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag, or show what a press would take hold of."""
        at = event.position()
        if self._pressed_at is None:
            self._point(at)
            return
        if (at - self._pressed_at).manhattanLength() >= _DRAG_PX or self._lines != ((), ()):
            self._pull(at, event.modifiers())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        if event.button() != Qt.MouseButton.LeftButton or self._pressed_at is None:
            return
        self._let_go()
        self._point(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open the properties of what is below."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._let_go()
            self.ask_properties()

    def _pull(self, at: QPointF, keys: Qt.KeyboardModifier) -> None:
        assert self._pressed_at is not None  # noqa: S101 - the callers have checked
        x, y = self._on_canvas(at)
        from_x, from_y = self._on_canvas(self._pressed_at)
        if self._drag is None:
            if self._lasso is not None:
                self._lasso = Rect(min(x, from_x), min(y, from_y), abs(x - from_x), abs(y - from_y))
                self.selection.choose_within(self._lasso)
                self._selected()
            return
        catches = not keys & Qt.KeyboardModifier.ControlModifier
        pull = Pull(
            x - from_x,
            y - from_y,
            reach=_CATCH_PX / self._scale if catches else 0.0,
            is_free=bool(keys & Qt.KeyboardModifier.ShiftModifier),
        )
        now = self._drag.pulled(pull)
        self._lines = (now.columns, now.rows)
        self.request(self.selection.change(now.items, gesture=self._gesture))

    def _let_go(self) -> None:
        self._pressed_at = self._drag = self._lasso = None
        self._lines = ((), ())
        self.update()

    def _point(self, at: QPointF) -> None:
        """Show by the pointer what a press would do."""
        grip = self._grip_at(at)
        if self._is_turning_at(at):
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        elif grip is not None:
            self.setCursor(self._cursor(grip))
        elif self.selection.at(*self._on_canvas(at)) is not None:
            self.setCursor(Qt.CursorShape.SizeAllCursor)
        else:
            self.unsetCursor()

    # --- keyboard, menu, files ------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Keep the canvas's own keys from the window's shortcuts."""
        is_asked = event.type() == QEvent.Type.ShortcutOverride
        if is_asked and isinstance(event, QKeyEvent) and key_of(event) in KEYS:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do what a key stands for; keys that mean nothing here go on to the window."""
        action = KEYS.get(key_of(event))
        if action is None or self._is_veiled:
            super().keyPressEvent(event)
            return
        action(self, event.isAutoRepeat())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Open the menu of what is below the mouse, or of what is picked."""
        point = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            item = self.selection.at(*self._on_canvas(QPointF(event.pos())), with_locked=True)
            if item is not None and item.id not in self.selection.ids:
                self.choose((item.id,))
        else:
            frame = self.selection.frame
            middle = self.to_view(frame).center() if frame else QPointF(self.rect().center())
            point = self.mapToGlobal(middle.toPoint())
        self.menu().popup(point)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Files were dropped."""
        urls = event.mimeData().urls()
        paths = tuple(Path(url.toLocalFile()) for url in urls if url.isLocalFile())
        if paths:
            event.acceptProposedAction()
            self.files_dropped.emit(paths)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that the keyboard is here."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that the keyboard has gone."""
        super().focusOutEvent(event)
        self.update()

    # --- drawing --------------------------------------------------------------------------

    @property
    def _scale(self) -> float:
        """Pixels of the view to one of the canvas."""
        return max(0.01, self.picture_rect().width() / self.selection.canvas.width)

    def _on_canvas(self, at: QPointF) -> tuple[float, float]:
        corner = self.picture_rect().topLeft()
        return (at.x() - corner.x()) / self._scale, (at.y() - corner.y()) / self._scale

    def to_view(self, rect: Rect) -> QRectF:
        """Where a rectangle of the canvas is drawn."""
        corner, scale = self.picture_rect().topLeft(), self._scale
        return QRectF(
            corner.x() + rect.x * scale,
            corner.y() + rect.y * scale,
            rect.width * scale,
            rect.height * scale,
        )

    def grips(self) -> dict[Grip, QPointF]:
        """The middle of each handle; several items have only those at the corners."""
        hold = self.selection.hold
        if hold is None or not self.selection.free:
            return {}
        rect, degrees = hold
        box = self.to_view(rect)
        middle = box.center()
        columns = {-1: box.left(), 0: middle.x(), 1: box.right()}
        rows = {-1: box.top(), 0: middle.y(), 1: box.bottom()}
        is_one = len(self.selection.chosen) == 1
        return {
            grip: _turned(QPointF(columns[grip.across], rows[grip.down]), middle, degrees)
            for grip in GRIPS
            if is_one or grip.is_corner
        }

    def turning(self) -> tuple[QPointF, QPointF] | None:
        """The handle to turn by, and where its stem begins: above, or below where that is out."""
        hold = self.selection.hold
        if hold is None or not self.selection.free:
            return None
        rect, degrees = hold
        box = self.to_view(rect)
        middle = box.center()
        for edge, away in ((box.top(), -_STEM_PX), (box.bottom(), _STEM_PX)):
            end = _turned(QPointF(middle.x(), edge + away), middle, degrees)
            if QRectF(self.rect()).contains(end):
                return end, _turned(QPointF(middle.x(), edge), middle, degrees)
        inside = QPointF(middle.x(), box.top() + _STEM_PX)
        start = QPointF(middle.x(), box.top())
        return _turned(inside, middle, degrees), _turned(start, middle, degrees)

    def _is_turning_at(self, at: QPointF) -> bool:
        turning = self.turning()
        if turning is None:
            return False
        away = at - turning[0]
        return max(abs(away.x()), abs(away.y())) <= _GRIP_PX

    def _cursor(self, grip: Grip) -> Qt.CursorShape:
        """The arrow along which a handle moves."""
        hold = self.selection.hold
        degrees = hold[1] if hold is not None else 0.0
        x, y = turned_point(grip.across, grip.down, (0.0, 0.0), degrees)
        longest = max(abs(x), abs(y))
        return _CURSORS[round(x / longest), round(y / longest)]

    def _grip_at(self, at: QPointF) -> Grip | None:
        for grip, middle in self.grips().items():
            away = at - middle
            if max(abs(away.x()), abs(away.y())) <= _GRIP_PX:
                return grip
        return None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture, then frames, handles and lines over it."""
        super().paintEvent(event)
        if self._is_veiled and not self.hasFocus():
            return
        painting = Painting(
            accent=self._theme.tokens.accent,
            lasso=self.to_view(self._lasso) if self._lasso is not None else None,
            columns=tuple(self.to_view(Rect(x, 0, 0, 0)).x() for x in self._lines[0]),
            rows=tuple(self.to_view(Rect(0, y, 0, 0)).y() for y in self._lines[1]),
            frames=tuple(
                (self._polygon(rect, item.rotation), item.visible, item.locked)
                for item in self.selection.chosen
                if (rect := self.selection.rect(item)) is not None
            ),
            grips=tuple(self.grips().values()),
            turning=self.turning(),
            has_focus=self.hasFocus(),
        )
        paint_canvas(QPainter(self), self.rect(), painting)

    def _polygon(self, rect: Rect, degrees: float) -> QPolygonF:
        points = (self.to_view(Rect(x, y, 0, 0)).topLeft() for x, y in corners(rect, degrees))
        return QPolygonF(list(points))

    def _selected(self) -> None:
        self._describe()
        self.selection_changed.emit()
        self.update()

    def _on_settled(self) -> None:
        if self._pressed_at is None:
            self.selection.drop_drafts()
            self.update()

    def _describe(self) -> None:
        """Say what is picked to a screen reader."""
        chosen = self.selection.chosen
        said = tr("Nothing selected; Page Up and Page Down select.")
        if len(chosen) > 1:
            said = tr_n("{n} item selected", "{n} items selected", len(chosen))
        elif chosen:
            rect = self.selection.rect(chosen[0])
            said = self.selection.name(chosen[0])
            if rect is not None:
                said = tr(
                    "{name} at {x}, {y}; {width} by {height}",
                    name=said,
                    x=round(rect.x),
                    y=round(rect.y),
                    width=round(rect.width),
                    height=round(rect.height),
                )
        if self.has_picture and said != self.accessibleDescription():
            self.setAccessibleDescription(said)


def _turned(point: QPointF, middle: QPointF, degrees: float) -> QPointF:
    return QPointF(*turned_point(point.x(), point.y(), (middle.x(), middle.y()), degrees))

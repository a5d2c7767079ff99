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
)
from PySide6.QtWidgets import QMenu

from shared.ids import new_id
from shared.qt.theme import Theme
from shared.qt.translations import tr
from shared.qt.video_view import VideoView
from studio.canvas.drags import CropDrag, Drag, MoveDrag, Pull, ResizeDrag, TurnDrag
from studio.canvas.keys import KEYS, key_of
from studio.canvas.mapping import Mapping, grip_cursor
from studio.canvas.menu import fill_menu
from studio.canvas.paint import Painting, paint_canvas
from studio.canvas.selection import CanvasState, Edits, Selection
from studio.canvas.words import inside_words, selection_words
from studio.project.arranging import Clip
from studio.project.geometry import Grip, Rect

_CATCH_PX = 8.0
_GRIP_PX = 9.0
_DRAG_PX = 4.0
_DRAFT_MS = 1500


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
        self._is_moving = False
        self._is_unfit = False
        """A gesture inside a group may have moved items out of the group's picture."""
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
        before = self.selection.ids, self.selection.path
        self.selection.set_state(state)
        if (self.selection.ids, self.selection.path) != before:
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
        if edits and self.selection.inside is not None:
            edits = self._fitting(edits)
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

    def enter(self) -> None:
        """Edit the items of the group picked."""
        if self.selection.can_enter:
            self.enter_group(self.selection.chosen[0].id)

    def open_chosen(self) -> None:
        """Enter the group picked, or ask for the properties of what is no group."""
        if self.selection.can_enter:
            self.enter()
        else:
            self.ask_properties()

    def enter_group(self, item_id: str) -> None:
        """Edit the items of the group that an item shows, from where it lies."""
        if item_id not in {item.id for item in self.selection.items}:
            while self.selection.leave():
                pass
        if self.selection.enter(item_id):
            self._selected()

    def leave(self) -> bool:
        """Leave the group that is edited, which is picked then; False when there is none."""
        if self.selection.inside is None:
            return False
        self._fit()
        self.selection.leave()
        self._selected()
        return True

    def leave_or_clear(self) -> None:
        """Leave the group that is edited; outside of groups, pick nothing any more."""
        if not self.leave():
            self.choose(())

    def _fitting(self, edits: Edits) -> Edits:
        """Edits inside a group, with that which lets it reach as far as its items do.

        A gesture gets it at its end: until then the mouse holds what would be moved by it.
        """
        if any(getattr(edit, "gesture", None) for edit in edits):
            self._is_unfit = True
            return edits
        fit = self.selection.fit(after=edits)
        if fit:
            self.selection.drop_drafts()
        return (*edits, *fit)

    def _fit(self) -> None:
        """Let the group reach as far as its items do now, as the end of the last gesture."""
        if not self._is_unfit:
            return
        self._is_unfit = False
        edits = self.selection.fit(gesture=self._gesture or None)
        if edits:
            self.selection.drop_drafts()
            self.edits_requested.emit(edits)

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
            self._drag = TurnDrag(self.selection, self._map.back(at))
            return
        grip = self._grip_at(at)
        if grip is not None:
            is_crop = bool(keys & Qt.KeyboardModifier.AltModifier)
            make = CropDrag if is_crop and len(self.selection.free) == 1 else ResizeDrag
            self._drag = make(self.selection, grip)
            return
        x, y = self._map.back(at)
        item = self.selection.at(x, y)
        while item is None and self._is_outside(at) and self.leave():
            x, y = self._map.back(at)
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
        if self._is_moving or (at - self._pressed_at).manhattanLength() >= _DRAG_PX:
            self._pull(at, event.modifiers())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        if event.button() != Qt.MouseButton.LeftButton or self._pressed_at is None:
            return
        has_moved = self._drag is not None and self._is_moving
        self._let_go()
        if has_moved:
            self._fit()
        self._point(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Enter the group below, or open the properties of what is no group."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._let_go()
            self.open_chosen()

    def _pull(self, at: QPointF, keys: Qt.KeyboardModifier) -> None:
        assert self._pressed_at is not None  # noqa: S101 - the callers have checked
        self._is_moving = True
        x, y = self._map.back(at)
        from_x, from_y = self._map.back(self._pressed_at)
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
            reach=_CATCH_PX / self._map.scale if catches else 0.0,
            is_free=bool(keys & Qt.KeyboardModifier.ShiftModifier),
        )
        now = self._drag.pulled(pull)
        self._lines = (now.columns, now.rows)
        self.request(self.selection.change(now.items, gesture=self._gesture))

    def _let_go(self) -> None:
        self._pressed_at = self._drag = self._lasso = None
        self._is_moving = False
        self._lines = ((), ())
        self.update()

    def _point(self, at: QPointF) -> None:
        """Show by the pointer what a press would do."""
        grip = self._grip_at(at)
        if self._is_turning_at(at):
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        elif grip is not None:
            self.setCursor(grip_cursor(self.grips(), grip))
        elif self.selection.at(*self._map.back(at)) is not None:
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
            item = self.selection.at(*self._map.back(QPointF(event.pos())), with_locked=True)
            if item is not None and item.id not in self.selection.ids:
                self.choose((item.id,))
        else:
            frame = self.selection.frame
            middle = self._map.point(*frame.middle) if frame else QPointF(self.rect().center())
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
    def _map(self) -> Mapping:
        """Between what is edited and the pixels of the view."""
        picture = QRectF(self.picture_rect())
        return Mapping(picture, self.selection.whole, self.selection.lie)

    def grips(self) -> dict[Grip, QPointF]:
        """The middle of each handle; several items have only those at the corners."""
        hold = self.selection.hold
        if hold is None or not self.selection.free:
            return {}
        return self._map.grips(*hold, is_one=len(self.selection.chosen) == 1)

    def turning(self) -> tuple[QPointF, QPointF] | None:
        """The handle to turn by, and where its stem begins: above, or below where that is out."""
        hold = self.selection.hold
        if hold is None or not self.selection.free:
            return None
        return self._map.turning(*hold, QRectF(self.rect()))

    def _is_turning_at(self, at: QPointF) -> bool:
        turning = self.turning()
        if turning is None:
            return False
        away = at - turning[0]
        return max(abs(away.x()), abs(away.y())) <= _GRIP_PX

    def _is_outside(self, at: QPointF) -> bool:
        """Whether a point lies outside the group that is edited."""
        inside = self.selection.inside
        if inside is None:
            return False
        frame = Rect(0, 0, inside.size.width, inside.size.height)
        return not frame.contains(*self._map.back(at))

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
        mapping, inside = self._map, self.selection.inside
        painting = Painting(
            accent=self._theme.tokens.accent,
            lasso=mapping.polygon(self._lasso) if self._lasso is not None else None,
            columns=tuple(mapping.column(x) for x in self._lines[0]),
            rows=tuple(mapping.row(y) for y in self._lines[1]),
            frames=tuple(
                (mapping.polygon(rect, item.rotation), item.visible, item.locked)
                for item in self.selection.chosen
                if (rect := self.selection.rect(item)) is not None
            ),
            grips=tuple(self.grips().values()),
            turning=self.turning(),
            has_focus=self.hasFocus(),
            group=mapping.polygon(Rect(0, 0, inside.size.width, inside.size.height))
            if inside is not None
            else None,
            group_words=inside_words(self.selection),
        )
        paint_canvas(QPainter(self), self.rect(), painting)

    def _selected(self) -> None:
        self._describe()
        self.selection_changed.emit()
        self.update()

    def _on_settled(self) -> None:
        if self._pressed_at is None:
            self._fit()
            self.selection.drop_drafts()
            self.update()

    def _describe(self) -> None:
        """Say what is picked to a screen reader."""
        said = selection_words(self.selection)
        if self.has_picture and said != self.accessibleDescription():
            self.setAccessibleDescription(said)

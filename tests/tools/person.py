"""A person at the studio window: finds what can be seen by its accessible name, clicks and types.

Nothing is reached that a person could not reach: what is hidden, switched off or covered by
something else is no target.
"""

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QContextMenuEvent, QKeySequence, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QScrollArea,
    QWidget,
)
from tools.pilot import Pilot

from shared.qt.chat_view import ChatView

_LEFT, _RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
_NO_BUTTON = Qt.MouseButton.NoButton
_NOTHING = Qt.KeyboardModifier.NoModifier


def name_of(widget: QWidget) -> str:
    """What a screen reader calls a widget."""
    if widget.accessibleName():
        return widget.accessibleName()
    if isinstance(widget, QAbstractButton | QLabel):
        return widget.text().replace("&", "")
    return ""


class Person(Pilot):
    """Uses mouse and keyboard alone."""

    def click(self, name: str) -> None:
        """Press what has this name with the mouse."""
        widget, point = self._target(name)
        QTest.mouseClick(widget, _LEFT, _NOTHING, point)

    def write(self, name: str, text: str) -> None:
        """Click into a field, and write in place of what it holds."""
        widget, point = self._target(name, QLineEdit, QPlainTextEdit, QAbstractSpinBox)
        QTest.mouseClick(widget, _LEFT, _NOTHING, point)
        QTest.keySequence(self._focus(), QKeySequence(QKeySequence.StandardKey.SelectAll))
        QTest.keyClicks(self._focus(), text)

    def keys(self, keys: str) -> None:
        """Press keys, as "Ctrl+K", wherever the keyboard is."""
        QTest.keySequence(self._focus(), QKeySequence(keys))

    def type_on(self, text: str) -> None:
        """Write where the keyboard is."""
        QTest.keyClicks(self._focus(), text)

    def pick(self, name: str, choice: str) -> None:
        """Choose a list's entry by typing its first letters."""
        box, _ = self._target(name, QComboBox)
        assert isinstance(box, QComboBox)
        box.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClicks(box, choice)
        assert box.currentText() == choice, f"{name} is at {box.currentText()}"

    def choose(self, choice: str) -> None:
        """Press an entry of the menu that is open."""
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu), "no menu is open"
        for action in menu.actions():
            if action.text().replace("&", "") == choice and action.isEnabled():
                point = menu.actionGeometry(action).center()
                QTest.mouseClick(menu, _LEFT, _NOTHING, point)
                return
        raise AssertionError(f"no {choice!r} among {[one.text() for one in menu.actions()]}")

    def ask_about_line(self, words: str) -> None:
        """Open the menu of a line of the chat by the right button."""
        chat = self.window.cockpit.feed.chat
        point = _point_of_row(chat, words)
        assert _is_reached(chat.viewport(), point), "the chat is covered"
        QTest.mouseClick(chat.viewport(), _RIGHT, _NOTHING, point)
        reason = QContextMenuEvent.Reason.Mouse
        event = QContextMenuEvent(reason, point, chat.viewport().mapToGlobal(point))
        QApplication.sendEvent(chat.viewport(), event)

    def drag_topmost(self, x: int, y: int) -> None:
        """Pull the topmost thing of the picture by the mouse, so many pixels."""
        canvas = self.window.cockpit.stage.bench.canvas
        box = self._topmost()
        assert box is not None, "the picture is empty"
        start = box.center()
        assert _is_reached(canvas, start), "the picture is covered"
        QTest.mousePress(canvas, _LEFT, _NOTHING, start)
        for part in (0.3, 0.6, 1.0):
            _pull(canvas, start + QPoint(round(x * part), round(y * part)))
        QTest.mouseRelease(canvas, _LEFT, _NOTHING, start + QPoint(x, y))

    def look(self) -> dict[str, Any]:
        """What a person sees, as plain values; `names` are those of all that can be seen."""
        seen = super().look()
        cockpit = self.window.cockpit
        canvas = cockpit.stage.bench.canvas
        popup = QApplication.activePopupWidget()
        controls = cockpit.docks.made_widget("controls")
        seen["names"] = sorted({name_of(one) for one in self._seen(QWidget)} - {""})
        seen["menu"] = [one.text() for one in popup.actions()] if isinstance(popup, QMenu) else []
        seen["places"] = [[one.x, one.y] for one in canvas.selection.items]
        seen["total"] = self.window.cockpit.input.findChildren(QLabel)[-1].text()
        seen["frozen"] = bool(controls) and "blurred" in " ".join(
            one.text() for one in controls.findChildren(QLabel) if one.isVisible()
        )
        return seen

    def _topmost(self) -> QRect | None:
        """Where the topmost thing of the picture is."""
        canvas = self.window.cockpit.stage.bench.canvas
        items = canvas.selection.items
        outline = canvas.selection.outline(items[-1]) if items else None
        if outline is None:
            return None
        picture = canvas.picture_rect()
        scale = picture.width() / canvas.selection.canvas.width
        corner = picture.topLeft() + QPoint(round(outline.x * scale), round(outline.y * scale))
        return QRect(corner, QSize(round(outline.width * scale), round(outline.height * scale)))

    # --- finding --------------------------------------------------------------------------

    def _focus(self) -> QWidget:
        found = QApplication.activePopupWidget() or QApplication.focusWidget() or self.window
        return found

    def _seen[W: QWidget](self, *kinds: type[W]) -> Iterator[W]:
        for top in QApplication.topLevelWidgets():
            if top.isVisible():
                for widget in (top, *top.findChildren(QWidget)):
                    if isinstance(widget, kinds) and widget.isVisible():
                        yield widget

    def _target(self, name: str, *kinds: type[QWidget]) -> tuple[QWidget, QPoint]:
        """What has this name and can be pressed, and where."""
        why = "is not to be seen"
        for widget in self._seen(*(kinds or (QAbstractButton, QComboBox, QLineEdit))):
            if name_of(widget) != name:
                continue
            if not widget.isEnabled():
                why = f"cannot be pressed: {widget.toolTip()}"
                continue
            _scroll_to(widget)
            point = widget.rect().center()
            if isinstance(widget, QCheckBox):
                point.setX(min(point.x(), 10))
            if _is_reached(widget, point):
                return widget, point
            why = "is covered"
        raise AssertionError(f"{name!r} {why}")


def _pull(widget: QWidget, point: QPoint) -> None:
    """Move the mouse with its button down.

    Not by `QTest.mouseMove`: that runs the event loop inside the task that calls it.
    """
    here, everywhere = QPointF(point), QPointF(widget.mapToGlobal(point))
    moved = QMouseEvent(QEvent.Type.MouseMove, here, everywhere, _NO_BUTTON, _LEFT, _NOTHING)
    QApplication.sendEvent(widget, moved)


def _scroll_to(widget: QWidget) -> None:
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea):
            parent.ensureWidgetVisible(widget)
        parent = parent.parentWidget()


def _is_reached(widget: QWidget, point: QPoint) -> bool:
    """Whether a click there reaches the widget and nothing that lies over it."""
    hit = QApplication.widgetAt(widget.mapToGlobal(point))
    return hit is not None and (hit is widget or widget.isAncestorOf(hit))


def _point_of_row(chat: ChatView, words: str) -> QPoint:
    for y in range(chat.viewport().height() - 2, 0, -4):
        point = QPoint(chat.viewport().width() // 2, y)
        row = chat.row_at(point)
        if row is not None and words in row.text:
            return point
    raise AssertionError(f"no line {words!r} can be seen")

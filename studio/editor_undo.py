"""Undo of what an editor did outside the scenes: in the settings, or on the platform.

The scenes' own undo is the document's. An editor of anything else keeps its steps in an
`EditorUndo`, and Ctrl+Z takes back the last of the editor that has the keyboard.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

_STEPS_AT_MOST = 100


@dataclass(frozen=True, slots=True)
class _Step:
    """How one change is taken back, and done again."""

    undo: Callable[[], object]
    redo: Callable[[], object]


class EditorUndo(QObject):
    """The steps of one editor, newest last; it goes with its widget."""

    def __init__(self, editor: QWidget) -> None:
        super().__init__(editor)
        self._done: deque[_Step] = deque(maxlen=_STEPS_AT_MOST)
        self._undone: list[_Step] = []

    def did(self, undo: Callable[[], object], redo: Callable[[], object]) -> None:
        """Note a change that was just made; what was taken back before is forgotten."""
        self._done.append(_Step(undo, redo))
        self._undone.clear()

    def undo(self) -> bool:
        """Take the last change back; false when there is none."""
        if not self._done:
            return False
        step = self._done.pop()
        self._undone.append(step)
        step.undo()
        return True

    def redo(self) -> bool:
        """Make the change again that was taken back last; false when there is none."""
        if not self._undone:
            return False
        step = self._undone.pop()
        self._done.append(step)
        step.redo()
        return True

    def forget(self) -> None:
        """Nothing can be taken back any more: what was edited has become something else."""
        self._done.clear()
        self._undone.clear()


class StateUndo[S](EditorUndo):
    """The steps of an editor whose every change is its whole state."""

    def __init__(self, editor: QWidget, put: Callable[[S], object]) -> None:
        super().__init__(editor)
        self._put = put

    def changed(self, before: S, after: S) -> None:
        """Note that one state took another's place."""
        if before != after:
            self.did(lambda: self._put(before), lambda: self._put(after))


def undo_near(widget: QWidget | None) -> EditorUndo | None:
    """The steps of the editor that a widget is part of; None where the scenes are edited."""
    while widget is not None:
        found = widget.findChild(EditorUndo, options=Qt.FindChildOption.FindDirectChildrenOnly)
        if found is not None:
            return found
        widget = widget.parentWidget()
    return None

"""A list and all that can be the matter with it: loading, empty, failed, cut off."""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QListView,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from console.screens.base import EmptyState
from shared.qt.theme import set_role
from shared.qt.translations import tr
from shared.qt.widgets import button, label


class ListState(StrEnum):
    """What is known of a list's rows."""

    LOADING = "loading"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Nothing:
    """Why a list that was read has no row, and what happens next."""

    title: str
    detail: str


class ListPane(QWidget):
    """Rows, or the reason why there are none. Rows once shown stay while they cannot be renewed:
    a line above them says that they may be old.
    """

    chosen_changed = Signal()
    """The keyboard is on another row, or on none."""

    refresh_asked = Signal()

    def __init__(self, view: QAbstractItemView, *, nothing: Nothing) -> None:
        super().__init__()
        self.view = view
        self._nothing = nothing
        self._state = ListState.READY
        self._problem = ("", "")
        self._is_cut_off = False
        self._old = QFrame()
        self._old_words = label(wrap=True)
        self._again = button(tr("Try again  (F5)"), on_click=self.refresh_asked.emit)
        self._empty = EmptyState(nothing.title, nothing.detail)
        self._stack = QStackedWidget()
        self._lay_out()
        view.selectionModel().currentChanged.connect(self._on_current_changed)
        self.show_state()

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return self.view.model().rowCount()

    @property
    def row(self) -> int:
        """Where the keyboard is; -1 for nowhere."""
        return self.view.currentIndex().row()

    @property
    def state(self) -> ListState:
        """What is known of the rows."""
        return self._state

    @property
    def said(self) -> str:
        """What stands in place of the rows; empty while there are rows."""
        return "" if self.rows else self._empty.title

    @property
    def warning(self) -> str:
        """The line above the rows; empty while they are fresh."""
        return "" if self._old.isHidden() else self._old_words.text()

    def choose(self, row: int) -> None:
        """Put the keyboard on a row, or on the one nearest to it."""
        if self.rows:
            wanted = max(0, min(self.rows - 1, row))
            self.view.setCurrentIndex(self.view.model().index(wanted, 0))

    def step(self, by: int) -> None:
        """Move the keyboard by some rows; the ends are ends."""
        if self.rows:
            self.choose(self.row + by)
            self.view.setFocus()

    def focus_rows(self) -> None:
        """Put the keyboard on the rows, or on what helps where there are none."""
        if self.rows:
            self.view.setFocus()
        elif self._again.isHidden():
            self.setFocus()
        else:
            self._again.setFocus()

    def show_nothing(self, nothing: Nothing) -> None:
        """Say another reason why a list that was read is empty."""
        self._nothing = nothing
        self.show_state()

    def show_loading(self) -> None:
        """Say that the rows are being read for the first time; ones already shown stay."""
        self._state = ListState.LOADING
        self.show_state()

    def show_problem(self, title: str, sentence: str) -> None:
        """Say why the rows could not be read."""
        self._state, self._problem = ListState.FAILED, (title, sentence)
        self.show_state()

    def show_cut_off(self, *, is_cut_off: bool) -> None:
        """Say that no news arrives, or that it does again."""
        self._is_cut_off = is_cut_off
        self.show_state()

    def show_state(self) -> None:
        """Show the rows or what stands in their place, and whether they may be old."""
        is_failed = self._state is ListState.FAILED
        has_rows = self.rows > 0
        had_focus = any(part.hasFocus() for part in (self, self.view, self._again))
        self._stack.setCurrentIndex(1 if has_rows else 0)
        if is_failed:
            self._empty.say(*self._problem)
        elif self._state is ListState.LOADING:
            self._empty.say(tr("Loading ..."), "")
        elif self._is_cut_off:
            self._empty.say(
                tr("No connection"), tr("What waits appears here as soon as the server answers.")
            )
        else:
            self._empty.say(self._nothing.title, self._nothing.detail)
        if is_failed:
            self._old_words.setText(self._problem[1])
        else:
            self._old_words.setText(tr("No connection: what you see may be old."))
        self._old.setVisible(is_failed or (self._is_cut_off and has_rows))
        self._again.setVisible(is_failed)
        self._old_words.setVisible(has_rows)
        set_role(self._old, "warning-card" if has_rows else "")
        if had_focus:
            self.focus_rows()

    def _lay_out(self) -> None:
        self._old.setAccessibleName(tr("How fresh the list is"))
        row = QHBoxLayout(self._old)
        row.setContentsMargins(12, 6, 8, 6)
        row.addWidget(self._old_words, 1)
        row.addWidget(self._again)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._old)
        layout.addWidget(self._stack, 1)

    def _on_current_changed(self, _now: QModelIndex, _before: QModelIndex) -> None:
        self.chosen_changed.emit()


def calm_list(name: str, *, object_name: str) -> QListView:
    """A list view of wrapped words, one row at a time, as most screens use it."""
    view = QListView()
    view.setObjectName(object_name)
    view.setAccessibleName(name)
    set_role(view, "calm")
    view.setWordWrap(True)
    view.setSpacing(2)
    view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    return view

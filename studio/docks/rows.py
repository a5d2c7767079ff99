"""What docks with a list are made of: rows with buttons, an empty state, a sentence on failure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMenu,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from shared.qt.icons import icon
from shared.qt.theme import Theme, set_role
from shared.qt.translations import tr
from shared.qt.widgets import Badge, button, clear_layout, icon_button, inset_spin_boxes, label

_ROWS_AT_MOST = 200
_BUTTONS_AT_MOST = 3
_SHORT_BADGE = 12


@dataclass(frozen=True, slots=True)
class RowAction:
    """A button of a row; `name` is what a screen reader says and the tooltip shows."""

    key: str
    icon: str
    name: str


@dataclass(frozen=True, slots=True)
class Row:
    """One thing in a list; `share` (0 to 1) draws a bar."""

    id: str
    title: str
    detail: str = ""
    badge: str = ""
    badge_kind: str = "neutral"
    actions: tuple[RowAction, ...] = ()
    share: float | None = None
    is_quiet: bool = False


class RowWidget(QFrame):
    """One row on screen."""

    acted = Signal(str, str)

    def __init__(self, theme: Theme, row: Row) -> None:
        super().__init__()
        set_role(self, "sunken")
        self._theme = theme
        self._row = row
        self._title = label(wrap=True)
        self._badge = Badge()
        self._detail = label(role="caption", wrap=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        self._head = QHBoxLayout()
        self._head.setSpacing(6)
        self._head.addWidget(self._title, 1)
        self._head.addWidget(self._badge, 0, Qt.AlignmentFlag.AlignTop)
        foot = QHBoxLayout()
        foot.setSpacing(2)
        foot.addWidget(self._detail, 1)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(0)
        foot.addLayout(self._buttons)
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(8, 6, 6, 6)
        self._lines.setSpacing(3)
        self._lines.addLayout(self._head)
        self._lines.addWidget(self._bar)
        self._lines.addLayout(foot)
        self._fill_buttons()
        self.set_row(row)

    def set_row(self, row: Row) -> None:
        """Show the row as it is now; its buttons stay while they are the same."""
        before, self._row = self._row, row
        if before.actions != row.actions:
            self._fill_buttons()
        self._title.setText(row.title)
        set_role(self._title, "muted" if row.is_quiet else "")
        self._place_badge(is_long=len(row.badge) > _SHORT_BADGE)
        self._badge.set_state(row.badge, row.badge_kind)
        self._detail.setText(row.detail)
        self._detail.setVisible(bool(row.detail or row.actions))
        self._bar.setVisible(row.share is not None)
        if row.share is not None:
            self._bar.setValue(round(1000 * min(1.0, max(0.0, row.share))))
            self._bar.setAccessibleName(f"{row.title}: {row.detail}")
        self.setAccessibleName(", ".join(one for one in (row.title, row.detail, row.badge) if one))

    def _place_badge(self, *, is_long: bool) -> None:
        """A short word stands beside the title; a long one below it, or it would squeeze it."""
        beside = self._head.indexOf(self._badge) >= 0
        if is_long and beside:
            self._head.removeWidget(self._badge)
            self._lines.insertWidget(1, self._badge, 0, Qt.AlignmentFlag.AlignLeft)
        elif not is_long and not beside:
            self._lines.removeWidget(self._badge)
            self._head.addWidget(self._badge, 0, Qt.AlignmentFlag.AlignTop)

    def _fill_buttons(self) -> None:
        clear_layout(self._buttons)
        actions = self._row.actions
        shown = actions if len(actions) <= _BUTTONS_AT_MOST else actions[: _BUTTONS_AT_MOST - 1]
        for action in shown:
            self._add_button(action.key, action.icon, action.name, partial(self._tell, action.key))
        if shown != actions:
            more = tr("More about {title}", title=self._row.title)
            self._add_button("more", "more", more, self._open_menu)

    def _add_button(self, key: str, icon: str, name: str, act: Callable[[], object]) -> None:
        made = icon_button(self._theme, icon, name, on_click=act)
        made.setObjectName(f"row {key}")
        made.setFixedSize(30, 28)
        self._buttons.addWidget(made)

    def menu(self) -> QMenu:
        """What the row offers besides its first buttons."""
        menu = QMenu(self)
        for action in self._row.actions[_BUTTONS_AT_MOST - 1 :]:
            chosen = menu.addAction(icon(self._theme, action.icon), action.name)
            chosen.triggered.connect(partial(self._on_chosen, action.key))
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _open_menu(self) -> None:
        item = self._buttons.itemAt(self._buttons.count() - 1)
        more = item.widget() if item is not None else None
        if more is not None:
            self.menu().popup(more.mapToGlobal(more.rect().bottomLeft()))

    def _on_chosen(self, key: str, _is_on: bool = False) -> None:
        self._tell(key)

    def _tell(self, key: str) -> None:
        self.acted.emit(self._row.id, key)


class RowList(QScrollArea):
    """Rows from the top; without any, a sentence that says what will be here."""

    acted = Signal(str, str)
    """A row's id and the key of its button."""

    def __init__(self, theme: Theme, name: str, empty: str) -> None:
        super().__init__()
        self._theme = theme
        self._rows: tuple[Row, ...] = ()
        self._widgets: dict[str, RowWidget] = {}
        self.setAccessibleName(name)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget()
        self._empty = label(empty, role="muted", wrap=True)
        self._list = QVBoxLayout()
        self._list.setSpacing(6)
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(0, 0, 4, 0)
        layout.addWidget(self._empty)
        layout.addLayout(self._list)
        layout.addStretch(1)
        self.setWidget(inner)

    @property
    def rows(self) -> tuple[Row, ...]:
        """What is shown."""
        return self._rows

    def widget_of(self, row_id: str) -> RowWidget:
        """A row on screen.

        Raises: KeyError when there is none of this id.
        """
        return self._widgets[row_id]

    def set_empty(self, sentence: str) -> None:
        """Say something else while there are no rows."""
        self._empty.setText(sentence)

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows; the same ones cost nothing."""
        wanted = tuple(rows)[:_ROWS_AT_MOST]
        if wanted == self._rows:
            return
        if [one.id for one in wanted] != [one.id for one in self._rows]:
            self._arrange(wanted)
        for row in wanted:
            self._widgets[row.id].set_row(row)
        self._rows = wanted
        self._empty.setVisible(not wanted)

    def _arrange(self, rows: tuple[Row, ...]) -> None:
        kept = {row.id for row in rows}
        for row_id in [one for one in self._widgets if one not in kept]:
            gone = self._widgets.pop(row_id)
            self._list.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        for place, row in enumerate(rows):
            widget = self._widgets.get(row.id)
            if widget is None:
                widget = self._widgets[row.id] = RowWidget(self._theme, row)
                widget.acted.connect(self.acted)
            self._list.insertWidget(place, widget)


class ToolDock(QFrame):
    """A dock with a body, and a sentence with a way back when something did not work."""

    undo_requested = Signal()

    def __init__(self, theme: Theme, object_name: str, name: str) -> None:
        super().__init__()
        self.theme = theme
        self.setObjectName(object_name)
        self.setAccessibleName(name)
        set_role(self, "dock")
        self._said = label(wrap=True)
        self._undo = button(tr("Undo"), role="bar-button", on_click=self.undo_requested.emit)
        self._undo.setObjectName("dockUndo")
        self._note = QFrame()
        row = QHBoxLayout(self._note)
        row.setContentsMargins(8, 5, 6, 5)
        row.addWidget(self._said, 1)
        row.addWidget(self._undo, 0, Qt.AlignmentFlag.AlignTop)
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(self._note)
        layout.addLayout(self.body, 1)
        self._note.hide()

    def showEvent(self, event: QShowEvent) -> None:
        """Number fields, made by the docks of each kind, get their inset before they are seen."""
        inset_spin_boxes(self)
        super().showEvent(event)

    def add_form(self, text: str, form: QFrame, name: str) -> QPushButton:
        """Put a form at the bottom that opens by a button and so leaves the list its room."""
        opener = button(text, theme=self.theme, icon="add")
        opener.setObjectName(name)
        opener.clicked.connect(lambda _on=False: form.show())
        opener.clicked.connect(lambda _on=False: opener.hide())
        form.hide()
        self.body.addWidget(form)
        self.body.addWidget(opener)
        return opener

    @property
    def said(self) -> str:
        """What is said above the body; empty when all is well."""
        return self._said.text()

    @property
    def can_take_back(self) -> bool:
        """Whether the dock offers to take back what was done last."""
        return not (self._note.isHidden() or self._undo.isHidden())

    def set_problem(self, sentence: str) -> None:
        """Say why something did not work; nothing takes it back."""
        self._say(sentence, "danger-card", can_undo=False)

    def set_undo(self, sentence: str) -> None:
        """Say what was done, with a button that takes it back."""
        self._say(sentence, "accent-card", can_undo=True)

    def _say(self, sentence: str, role: str, *, can_undo: bool) -> None:
        self._said.setText(sentence)
        set_role(self._note, role)
        self._undo.setVisible(can_undo)
        self._note.setVisible(bool(sentence))


def form_button(text: str, name: str) -> QPushButton:
    """The main button of a dock's form."""
    made = button(text, role="primary")
    made.setObjectName(name)
    return made

"""The rail on the left of the window: where one can go, who one is, how the connection is."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from console.screens.base import ElidedLabel
from shared.qt.icons import keep_icon
from shared.qt.theme import Theme, set_role
from shared.qt.translations import tr
from shared.qt.widgets import Badge, icon_button, label, line

_WIDTH = 192


@dataclass(frozen=True, slots=True)
class Destination:
    """A screen one can go to."""

    name: str
    title: str
    icon: str
    shortcut: str
    group: str = ""
    """The heading above it, where it begins a group."""


class Line(StrEnum):
    """How the connection looks: its role in the theme."""

    GOOD = "success"
    WAITING = "warning"
    DOWN = "danger"


class _NavButton(QPushButton):
    """A destination with a count at its right end."""

    def __init__(self, theme: Theme, destination: Destination) -> None:
        super().__init__(f"  {destination.title}")
        self._title = destination.title
        set_role(self, "nav")
        self.setCheckable(True)
        keep_icon(self, theme, destination.icon)
        keys = QKeySequence(destination.shortcut).toString(QKeySequence.SequenceFormat.NativeText)
        self.setToolTip(f"{destination.title} ({keys})")
        self._count = Badge()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 8, 0)
        row.addStretch(1)
        row.addWidget(self._count)

    def set_count(self, count: int) -> None:
        """Show how much waits there; nothing at 0."""
        self._count.set_state(str(count) if count else "")
        self.setAccessibleName(f"{self._title}, {count}" if count else self._title)


class Rail(QFrame):
    """Emits where the person wants to go; the window decides."""

    chosen = Signal(str)
    scheme_toggled = Signal()
    sign_out_asked = Signal()

    def __init__(
        self, theme: Theme, destinations: Sequence[Destination], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        set_role(self, "panel")
        self.setFixedWidth(_WIDTH)
        self._buttons: dict[str, _NavButton] = {}
        self._group = QButtonGroup(self)
        self._connection = label(role="muted", wrap=True)
        self._name = ElidedLabel(role="heading")
        self._role = label(role="caption")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 14, 10, 10)
        layout.setSpacing(3)
        brand = label(tr("Teezu Console"), role="heading")
        brand.setContentsMargins(10, 0, 0, 10)
        layout.addWidget(brand)
        for destination in destinations:
            if destination.group:
                heading = label(destination.group, role="caption")
                heading.setContentsMargins(10, 10, 0, 2)
                layout.addWidget(heading)
            layout.addWidget(self._add(theme, destination))
        layout.addStretch(1)
        self._lay_out_foot(theme, layout)

    def show_chosen(self, name: str) -> None:
        """Mark a destination as the one shown; one without a button unmarks none."""
        button = self._buttons.get(name)
        if button is not None:
            button.setChecked(True)

    def set_count(self, name: str, count: int) -> None:
        """Show how much waits at a destination."""
        button = self._buttons.get(name)
        if button is not None:
            button.set_count(count)

    def set_person(self, name: str, role: str) -> None:
        """Show who is signed in."""
        self._name.say(name)
        self._role.setText(role)

    def set_connection(self, words: str, state: Line) -> None:
        """Show how the connection is."""
        self._connection.setText(f"\N{BLACK CIRCLE} {words}")
        self._connection.setAccessibleName(words)
        set_role(self._connection, state.value)

    @property
    def connection_words(self) -> str:
        """How the connection is, in words."""
        return self._connection.accessibleName()

    @property
    def names(self) -> tuple[str, ...]:
        """The destinations on offer."""
        return tuple(self._buttons)

    def _add(self, theme: Theme, destination: Destination) -> _NavButton:
        button = _NavButton(theme, destination)
        button.clicked.connect(lambda _checked=False: self.chosen.emit(destination.name))
        self._group.addButton(button)
        self._buttons[destination.name] = button
        return button

    def _lay_out_foot(self, theme: Theme, layout: QVBoxLayout) -> None:
        self._connection.setContentsMargins(10, 0, 10, 6)
        layout.addWidget(self._connection)
        layout.addWidget(line())
        who = QHBoxLayout()
        who.setContentsMargins(10, 6, 10, 0)
        who.addWidget(self._name)
        foot = QHBoxLayout()
        foot.setContentsMargins(10, 0, 0, 0)
        foot.setSpacing(2)
        foot.addWidget(self._role, 1)
        foot.addWidget(
            icon_button(
                theme, "moon", tr("Dark or light (Ctrl+T)"), on_click=self.scheme_toggled.emit
            )
        )
        foot.addWidget(
            icon_button(theme, "sign-out", tr("Sign out"), on_click=self.sign_out_asked.emit)
        )
        layout.addLayout(who)
        layout.addLayout(foot)

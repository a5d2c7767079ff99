"""One action of a decision as a wide button: its number, its words, its letter."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton

from console.actions import ModeratorAction
from console.docks.sentences import action_words
from shared.qt.theme import Theme, set_role
from shared.qt.widgets import Badge


class Choice(QPushButton):
    """Shows whether an action is possible and chosen; asks for it by its name."""

    asked = Signal(str)

    def __init__(self, _theme: Theme, number: int, action: ModeratorAction) -> None:
        words = action_words(action.name)
        super().__init__(words)
        self.action = action
        set_role(self, "nav")
        self.setCheckable(True)
        self.setToolTip(f"{words} ({number} / {action.key})")
        self.setAccessibleName(words)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 8, 0)
        row.setSpacing(4)
        row.addStretch(1)
        row.addWidget(Badge(str(number)))
        self.clicked.connect(self._on_clicked)

    def show_state(self, *, is_possible: bool, is_chosen: bool) -> None:
        """Show whether it can be chosen and is."""
        self.setEnabled(is_possible)
        self.setChecked(is_chosen)

    def _on_clicked(self) -> None:
        # What is shown is the draft, not the press: the draft answers with its own state.
        self.setChecked(not self.isChecked())
        self.asked.emit(self.action.name)

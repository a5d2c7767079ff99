"""One action of a decision as a wide button: its words, and its number as a key."""

from typing import override

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton

from console.actions import ModeratorAction
from console.docks.sentences import action_words
from shared.qt.theme import Theme, set_role
from shared.qt.widgets import Badge

_GAP = 10
"""Between the words and the key."""
_SIDES = 20
"""What the style sheet keeps free left and right of a button's words."""


class Choice(QPushButton):
    """Shows whether an action is possible and chosen; asks for it by its name."""

    asked = Signal(str)

    def __init__(self, _theme: Theme, number: int, action: ModeratorAction) -> None:
        self._words = action_words(action.name)
        super().__init__(self._words)
        self.action = action
        set_role(self, "nav")
        self.setCheckable(True)
        self.setToolTip(f"{self._words} ({number} / {action.key})")
        self.setAccessibleName(self._words)
        self._key = Badge(str(number))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 8, 0)
        row.addStretch(1)
        row.addWidget(self._key)
        self.clicked.connect(self._on_clicked)

    def show_state(self, *, is_possible: bool, is_chosen: bool) -> None:
        """Show whether it can be chosen and is."""
        self.setEnabled(is_possible)
        self.setChecked(is_chosen)

    @override
    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        words = self._metrics.horizontalAdvance(self._words)
        return QSize(words + self._taken, hint.height())

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(self._taken, super().minimumSizeHint().height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = max(0, self.width() - self._taken)
        shown = self._metrics.elidedText(self._words, Qt.TextElideMode.ElideRight, room)
        if shown != self.text():
            self.setText(shown)

    @property
    def _metrics(self) -> QFontMetrics:
        """Of the letters as they are once it is chosen: then they are bolder."""
        self.ensurePolished()
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold)
        return QFontMetrics(font)

    @property
    def _taken(self) -> int:
        """What the key and the gaps need of the width."""
        return self._key.sizeHint().width() + _GAP + _SIDES

    def _on_clicked(self) -> None:
        # What is shown is the draft, not the press: the draft answers with its own state.
        self.setChecked(not self.isChecked())
        self.asked.emit(self.action.name)

"""Asks for the words of a text source."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QWidget

from shared.qt.overlay import Overlay
from shared.qt.translations import tr
from shared.qt.widgets import button, label


class WordsPanel(Overlay):
    """One field; an empty one adds nothing."""

    submitted = Signal(str)

    def __init__(self, host: QWidget) -> None:
        super().__init__(host, tr("Words on the picture"))
        self.setObjectName("wordsPanel")
        self._words = QPlainTextEdit()
        self._words.setAccessibleName(tr("Words"))
        self._words.setPlaceholderText(tr("Welcome to my show"))
        self._words.setTabChangesFocus(True)
        self._words.setFixedHeight(96)
        self.body.addWidget(label(tr("They appear in the lower left corner."), role="muted"))
        self.body.addWidget(self._words)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(button(tr("Cancel"), on_click=self.dismiss))
        row.addWidget(button(tr("Add"), role="primary", on_click=self._on_add))
        self.body.addLayout(row)

    def ask(self) -> None:
        """Show the form, empty."""
        self._words.clear()
        self.open(self._words)

    def _on_add(self) -> None:
        words = self._words.toPlainText().strip()
        self.dismiss()
        if words:
            self.submitted.emit(words)

"""Replies to choose from: nothing is sent before the creator sends it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from shared.qt.theme import Theme
from shared.qt.translations import tr
from shared.qt.widgets import label
from shared.schemas.teezer import Suggestion, Suggestions
from studio.docks.rows import Row, RowAction, RowList, form_button

_LIMIT = 500


def source_name(suggestion: Suggestion) -> str:
    """Where a suggestion comes from, in words."""
    return {
        "own_words": tr("your own words"),
        "model": tr("newly written"),
        "standby": tr("a polite phrase"),
    }[suggestion.source]


class SuggestPage(QWidget):
    """What somebody wrote, and what could be answered."""

    requested = Signal(str)
    chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._texts: tuple[str, ...] = ()
        self._words = QLineEdit()
        self._words.setObjectName("suggestFor")
        self._words.setMaxLength(_LIMIT)
        self._words.setAccessibleName(tr("What somebody wrote"))
        self._words.setPlaceholderText(tr("What somebody wrote"))
        self._words.returnPressed.connect(self._on_ask)
        self._ask = form_button(tr("Suggest"), "suggestAsk")
        self._ask.setAccessibleName(tr("Suggest replies"))
        self._ask.clicked.connect(lambda _on=False: self._on_ask())
        self._hint = tr(
            "Write what somebody said, or choose it in the chat by its menu. A reply goes into"
            " your message bar; you edit and send it."
        )
        self.rows = RowList(theme, tr("Replies to choose from"), self._hint)
        self.rows.acted.connect(self._on_acted)
        row = QHBoxLayout()
        row.addWidget(self._words, 1)
        row.addWidget(self._ask)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(row)
        layout.addWidget(self.rows, 1)
        layout.addWidget(
            label(tr("Written by AI until you send it as your own."), role="caption", wrap=True)
        )

    def ask_about(self, words: str) -> None:
        """Ask for replies to these words."""
        self._words.setText(words[:_LIMIT])
        self._on_ask()

    def set_suggestions(self, found: Suggestions | None) -> None:
        """Show what could be answered; None while it is being thought of."""
        self._ask.setEnabled(found is not None)
        items = found.items if found is not None else []
        self._texts = tuple(one.text for one in items)
        if found is None:
            self.rows.set_empty(tr("Thinking\N{HORIZONTAL ELLIPSIS}"))
        elif found.refused is not None:
            self.rows.set_empty(tr("Teezer does not answer to this. Write your own reply."))
        else:
            self.rows.set_empty(self._hint)
        self.rows.set_rows(
            [
                Row(
                    str(place),
                    one.text,
                    tr("From {source}", source=source_name(one)),
                    badge=tr("AI"),
                    badge_kind="accent",
                    actions=(RowAction("use", "chat", tr("Put into the message bar")),),
                )
                for place, one in enumerate(items)
            ]
        )

    def _on_ask(self) -> None:
        words = self._words.text().strip()
        if words and self._ask.isEnabled():
            self.requested.emit(words)
        elif not words:
            self._words.setFocus()

    def _on_acted(self, place: str, _key: str) -> None:
        self.chosen.emit(self._texts[int(place)])

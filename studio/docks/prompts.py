"""Quick prompts: lines sent with one press, worth nothing or 5 to 500 tokens."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSpinBox

from shared.qt import format as words
from shared.qt.theme import Theme
from shared.qt.translations import tr
from shared.qt.widgets import button
from studio.docks.rows import Row, RowAction, RowList, ToolDock, form_button
from studio.settings import PromptChoice

_LEAST = 5


class PromptsDock(ToolDock):
    """The lines in the order of the message bar; the first ones are offered there."""

    changed = Signal(object)
    """The new prompts, a tuple of PromptChoice."""

    reset_requested = Signal()
    """Offer what the tip menu holds again."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "promptsDock", tr("Quick prompts"))
        self._prompts: tuple[PromptChoice, ...] = ()
        self._rows = RowList(
            theme, tr("Quick prompts"), tr("No prompts: the message bar offers your tip menu.")
        )
        self._rows.acted.connect(self._on_acted)
        self._text = QLineEdit()
        self._text.setObjectName("promptText")
        self._text.setMaxLength(80)
        self._text.setPlaceholderText(tr("For example: shall I play it again?"))
        self._text.setAccessibleName(tr("Line to send"))
        self._text.returnPressed.connect(self._on_add)
        self._tokens = QSpinBox()
        self._tokens.setObjectName("promptTokens")
        self._tokens.setRange(_LEAST - 5, 500)
        self._tokens.setSingleStep(5)
        self._tokens.setSpecialValueText(tr("free"))
        self._tokens.setAccessibleName(tr("Tokens asked for"))
        self._tokens.setToolTip(tr("Free, or 5 to 500 tokens"))
        self._tokens.editingFinished.connect(self._keep_in_range)
        add = form_button(tr("Add"), "promptAdd")
        add.clicked.connect(lambda _on=False: self._on_add())
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self._tokens, 1)
        row.addWidget(add)
        self.body.addWidget(self._rows, 1)
        self.body.addWidget(self._text)
        self.body.addLayout(row)
        self.body.addWidget(
            button(
                tr("Offer the tip menu instead"), role="quiet", on_click=self.reset_requested.emit
            )
        )

    def set_prompts(self, prompts: Sequence[PromptChoice]) -> None:
        """Show the lines."""
        self._prompts = tuple(prompts)
        self._rows.set_rows(
            [
                Row(
                    str(at),
                    prompt.text,
                    words.tokens(prompt.tokens) if prompt.tokens else tr("Free"),
                    actions=(
                        RowAction("up", "up", tr("Move {title} up", title=prompt.text)),
                        RowAction("down", "down", tr("Move {title} down", title=prompt.text)),
                        RowAction("remove", "remove", tr("Remove {title}", title=prompt.text)),
                    ),
                )
                for at, prompt in enumerate(self._prompts)
            ]
        )

    def _keep_in_range(self) -> None:
        if 0 < self._tokens.value() < _LEAST:
            self._tokens.setValue(_LEAST)

    def _on_add(self) -> None:
        text = self._text.text().strip()
        self._keep_in_range()
        if text and len(self._prompts) < 20:
            self._text.clear()
            made = PromptChoice(text=text, tokens=self._tokens.value())
            self.changed.emit((*self._prompts, made))

    def _on_acted(self, row_id: str, key: str) -> None:
        at, prompts = int(row_id), list(self._prompts)
        if key == "remove":
            del prompts[at]
        else:
            to = at + (-1 if key == "up" else 1)
            if not 0 <= to < len(prompts):
                return
            prompts.insert(to, prompts.pop(at))
        self.changed.emit(tuple(prompts))

"""Messages that the automatic checks hold back: let into their room or kept out, by one key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import override

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListView,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from console.screens._rows import RowsModel
from console.screens.base import EmptyState, Screen, caption
from console.wording import rule_words, span_words
from shared.qt.theme import Theme, set_role
from shared.qt.translations import tr, tr_n
from shared.qt.widgets import Badge, Card, button, label
from shared.schemas.automod import HeldMessage

_LIST_WIDTH = 420


@dataclass(frozen=True, slots=True)
class Settling:
    """What the person wants to happen to a held message."""

    message: HeldMessage
    is_allowed: bool


class HeldScreen(Screen):
    """A list with the message that was held longest on top, and the chosen one beside it."""

    settled = Signal(object)
    """A Settling, to be sent."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._model = RowsModel[HeldMessage](key=lambda held: held.id, spoken=spoken, parent=self)
        self._view = self._make_view()
        self._count = label(role="muted")
        self._text = label(role="title", wrap=True)
        self._about = label(role="muted", wrap=True)
        self._rule = Badge()
        self._allow = button(
            tr("Allow  (A)"), role="primary", tip=tr("The room sees it now"), on_click=self.allow
        )
        self._deny = button(
            tr("Deny  (D)"),
            tip=tr("The room never sees it; its author is told"),
            on_click=self.deny,
        )
        self._empty = EmptyState("", "")
        self._stack = QStackedWidget()
        self._lay_out()
        self._bind_keys()
        self.show_messages(())

    # -- state in ----------------------------------------------------------------------------

    def show_messages(self, messages: Sequence[HeldMessage]) -> None:
        """Show what waits, longest wait first; the chosen one stays chosen, or its neighbour."""
        row = self._view.currentIndex().row()
        self._model.show(messages)
        if messages and not self._view.currentIndex().isValid():
            self._view.setCurrentIndex(self._model.index(max(0, min(row, len(messages) - 1))))
        self._empty.say(
            tr("No message is held"),
            tr(
                "What the automatic checks hold back appears here; after ten minutes it is dropped."
            ),
        )
        self._stack.setCurrentIndex(1 if messages else 0)
        words = tr_n(
            "{n} message, longest wait first", "{n} messages, longest wait first", len(messages)
        )
        self._count.setText(words if messages else "")
        self._show_chosen()

    def show_unknown(self, title: str, detail: str) -> None:
        """Say why there is nothing to show."""
        self.show_messages(())
        self._empty.say(title, detail)

    @override
    def focus_first(self) -> None:
        self._view.setFocus()

    @override
    def tick(self, now: datetime) -> None:
        held = self.chosen
        if held is not None:
            waited = span_words((now - held.at).total_seconds())
            self._about.setText(
                tr("{name}, waiting for {time}", name=held.author.display_name, time=waited)
            )

    @property
    def chosen(self) -> HeldMessage | None:
        """The message the keyboard is on."""
        return self._model.at(self._view.currentIndex().row())

    @property
    def shown(self) -> int:
        """How many rows there are."""
        return self._model.rowCount()

    # -- intent ------------------------------------------------------------------------------

    def allow(self) -> None:
        """Let the chosen message into its room."""
        self._settle(is_allowed=True)

    def deny(self) -> None:
        """Keep the chosen message out of its room."""
        self._settle(is_allowed=False)

    def _settle(self, *, is_allowed: bool) -> None:
        held = self.chosen
        if held is not None:
            self.settled.emit(Settling(held, is_allowed))

    def _step(self, by: int) -> None:
        rows = self._model.rowCount()
        if rows:
            row = max(0, min(rows - 1, self._view.currentIndex().row() + by))
            self._view.setCurrentIndex(self._model.index(row))
            self._view.setFocus()

    # -- building ----------------------------------------------------------------------------

    def _make_view(self) -> QListView:
        view = QListView()
        view.setObjectName("heldList")
        view.setAccessibleName(tr("Held messages"))
        set_role(view, "calm")
        view.setModel(self._model)
        view.setWordWrap(True)
        view.setSpacing(2)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.selectionModel().currentChanged.connect(self._on_current_changed)
        return view

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(6)
        left.addWidget(self._count)
        left.addWidget(self._view, 1)
        list_side = QWidget()
        list_side.setFixedWidth(_LIST_WIDTH)
        list_side.setLayout(left)
        card = Card(tr("Held message"))
        card.header.addWidget(self._rule)
        card.body.addWidget(caption(tr("What would be said")))
        card.body.addWidget(self._text)
        card.body.addWidget(self._about)
        card.body.addStretch(1)
        steps = QHBoxLayout()
        steps.setSpacing(6)
        steps.addStretch(1)
        steps.addWidget(self._deny)
        steps.addWidget(self._allow)
        card.body.addLayout(steps)
        page = QWidget()
        columns = QHBoxLayout(page)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(12)
        columns.addWidget(list_side)
        columns.addWidget(card, 1)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.addWidget(self._stack)

    def _bind_keys(self) -> None:
        self.bind("J", tr("Next message"), lambda: self._step(1))
        self.bind("K", tr("Previous message"), lambda: self._step(-1))
        self.bind("A", tr("Allow"), self.allow)
        self.bind("D", tr("Deny"), self.deny)

    # -- shown -------------------------------------------------------------------------------

    def _on_current_changed(self, _now: QModelIndex, _before: QModelIndex) -> None:
        self._show_chosen()

    def _show_chosen(self) -> None:
        held = self.chosen
        if held is None:
            return
        self._text.setText(held.text)
        self._about.setText(held.author.display_name)
        self._rule.set_state(rule_words(held.rule), "warning")


def spoken(held: HeldMessage) -> str:
    """What a row says: who wants to say what, and why it waits."""
    name, rule = held.author.display_name, rule_words(held.rule)
    return tr("{name}: {text}\n{rule}", name=name, text=held.text, rule=rule)

"""Second looks: decisions of others, drawn by chance; would I have decided the same?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import override

from PySide6.QtCore import QModelIndex, QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListView,
    QPlainTextEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from console.docks.sentences import action_done
from console.screens._rows import RowsModel
from console.screens.base import EmptyState, Screen, caption
from console.wording import when_words
from shared.qt.theme import Theme, set_role
from shared.qt.translations import tr, tr_n
from shared.qt.widgets import Card, button, label
from shared.schemas.appeals import SecondLook, SecondLookDecide

_LIST_WIDTH = 360
_NOTE_HEIGHT = 120


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the person thinks of somebody else's decision."""

    decision_id: str
    request: SecondLookDecide


class SecondLooksScreen(Screen):
    """A list and the chosen decision beside it. Nothing is undone here: the opinion counts."""

    given = Signal(object)
    """An Opinion, to be sent."""
    case_opened = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._model = RowsModel[SecondLook](
            key=lambda look: look.decision.id, spoken=spoken, parent=self
        )
        self._view = self._make_view()
        self._count = label(role="muted")
        self._subject = label(role="title", wrap=True)
        self._decision = label(wrap=True)
        self._reasons = label(wrap=True)
        self._note = QPlainTextEdit()
        self._note.setAccessibleName(tr("Your note"))
        self._note.setPlaceholderText(tr("A note for the figures, if you want to leave one"))
        self._note.setTabChangesFocus(True)
        self._note.setMaximumHeight(_NOTE_HEIGHT)
        self._agree = button(
            tr("The same  (Y)"), role="primary", on_click=lambda: self.give(agrees=True)
        )
        self._disagree = button(tr("Differently  (N)"), on_click=lambda: self.give(agrees=False))
        self._empty = EmptyState("", "")
        self._stack = QStackedWidget()
        self._lay_out()
        self._bind_keys()
        self.show_looks(())

    # -- state in ----------------------------------------------------------------------------

    def show_looks(self, looks: Sequence[SecondLook]) -> None:
        """Show what was drawn, oldest first."""
        self._model.show(looks)
        if looks and not self._view.currentIndex().isValid():
            self._view.setCurrentIndex(self._model.index(0))
        self._empty.say(
            tr("No decision waits for a second look"),
            tr("Some decisions of others are drawn by chance and appear here."),
        )
        self._stack.setCurrentIndex(1 if looks else 0)
        words = tr_n("{n} decision of others", "{n} decisions of others", len(looks))
        self._count.setText(words if looks else "")
        self._show_chosen()

    def show_unknown(self, title: str, detail: str) -> None:
        """Say why there is nothing to show."""
        self.show_looks(())
        self._empty.say(title, detail)

    @override
    def focus_first(self) -> None:
        self._view.setFocus()

    @property
    def chosen(self) -> SecondLook | None:
        """The decision the keyboard is on."""
        return self._model.at(self._view.currentIndex().row())

    # -- intent ------------------------------------------------------------------------------

    def give(self, *, agrees: bool) -> None:
        """Say what one would have decided."""
        look = self.chosen
        if look is None:
            return
        request = SecondLookDecide(agrees=agrees, note=self._note.toPlainText().strip())
        self.given.emit(Opinion(look.decision.id, request))

    def clear_note(self) -> None:
        """The opinion was sent; begin with an empty note."""
        with QSignalBlocker(self._note):
            self._note.clear()

    def _on_case(self) -> None:
        look = self.chosen
        if look is not None:
            self.case_opened.emit(look.decision.case_id)

    def _step(self, by: int) -> None:
        rows = self._model.rowCount()
        if rows:
            row = max(0, min(rows - 1, self._view.currentIndex().row() + by))
            self._view.setCurrentIndex(self._model.index(row))
            self._view.setFocus()

    # -- building ----------------------------------------------------------------------------

    def _make_view(self) -> QListView:
        view = QListView()
        view.setObjectName("secondLookList")
        view.setAccessibleName(tr("Second looks"))
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
        card = Card(tr("Would you have decided the same?"))
        for heading, part in (
            (tr("What it is about"), self._subject),
            (tr("What was decided"), self._decision),
            (tr("Statement of reasons"), self._reasons),
        ):
            card.body.addWidget(caption(heading))
            card.body.addWidget(part)
        card.body.addStretch(1)
        card.body.addWidget(caption(tr("Your note")))
        card.body.addWidget(self._note)
        steps = QHBoxLayout()
        steps.setSpacing(6)
        steps.addStretch(1)
        steps.addWidget(self._disagree)
        steps.addWidget(self._agree)
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
        self.bind("J", tr("Next decision"), lambda: self._step(1))
        self.bind("K", tr("Previous decision"), lambda: self._step(-1))
        self.bind("Y", tr("I would have decided the same"), lambda: self.give(agrees=True))
        self.bind("N", tr("I would have decided differently"), lambda: self.give(agrees=False))
        self.bind("W", tr("Your note"), self._note.setFocus)
        self.bind("G", tr("Its case"), self._on_case)
        self.bind("Esc", tr("Back"), self._view.setFocus)

    # -- shown -------------------------------------------------------------------------------

    def _on_current_changed(self, _now: QModelIndex, _before: QModelIndex) -> None:
        self.clear_note()
        self._show_chosen()

    def _show_chosen(self) -> None:
        look = self.chosen
        if look is None:
            return
        decision = look.decision
        done = " ".join(action_done(action) for action in decision.actions)
        when = when_words(decision.at)
        self._subject.setText(look.subject_label)
        self._decision.setText(tr("{done} Decided {time}.", done=done, time=when))
        self._reasons.setText(decision.statement)


def spoken(look: SecondLook) -> str:
    """What a row says: what was decided about what."""
    done = " ".join(action_done(action) for action in look.decision.actions)
    return tr("{what}\n{done}", what=look.subject_label, done=done)

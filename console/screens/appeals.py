"""Appeals: what was decided, what the person says against it, and a second person's answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import override

from PySide6.QtCore import QModelIndex, QSignalBlocker
from PySide6.QtCore import Signal as QtSignal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
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
from shared.schemas.appeals import Appeal, AppealDecide, AppealState

_LIST_WIDTH = 360
_LEAST_WORDS = 10


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the person wants to answer to an appeal."""

    appeal_id: str
    request: AppealDecide


class AppealsScreen(Screen):
    """A list and the chosen appeal beside it. Judging takes two steps, as deciding does."""

    judged = QtSignal(object)
    """A Judgement, to be sent."""
    case_opened = QtSignal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._me = ""
        self._pending: AppealState | None = None
        self._model = RowsModel[Appeal](key=lambda appeal: appeal.id, spoken=spoken, parent=self)
        self._count = label(role="muted")
        self._view = self._make_view()
        self._decision = label(wrap=True)
        self._appeal = label(wrap=True)
        self._words = QPlainTextEdit()
        self._words.setAccessibleName(tr("Your answer"))
        self._words.setPlaceholderText(tr("Your answer, sent to the person and to the first one"))
        self._words.setTabChangesFocus(True)
        self._words.textChanged.connect(self._on_typed)
        self._note = label(wrap=True)
        self._frame = QFrame()
        self._uphold = button(
            tr("Uphold  (H)"),
            tip=tr("The decision stands"),
            on_click=lambda: self.ask(AppealState.UPHELD),
        )
        self._overturn = button(
            tr("Overturn  (O)"),
            tip=tr("All that the decision did is taken back"),
            on_click=lambda: self.ask(AppealState.OVERTURNED),
        )
        self._confirm = button(tr("Confirm  (Enter)"), role="primary", on_click=self.proceed)
        self._empty = EmptyState("", "")
        self._stack = QStackedWidget()
        self._lay_out()
        self._bind_keys()
        self.show_appeals((), me="")

    # -- state in ----------------------------------------------------------------------------

    def show_appeals(self, appeals: Sequence[Appeal], *, me: str) -> None:
        """Show what waits for a second person, oldest first."""
        self._me = me
        self._model.show(appeals)
        if appeals and not self._view.currentIndex().isValid():
            self._view.setCurrentIndex(self._model.index(0))
        self._empty.say(tr("No appeal waits"), tr("Appeals appear here as soon as they arrive."))
        self._stack.setCurrentIndex(1 if appeals else 0)
        words = tr_n(
            "{n} appeal, longest wait first", "{n} appeals, longest wait first", len(appeals)
        )
        self._count.setText(words if appeals else "")
        self._show_chosen()

    def show_unknown(self, title: str, detail: str) -> None:
        """Say why there is nothing to show: loading, or no connection."""
        self.show_appeals((), me=self._me)
        self._empty.say(title, detail)

    @override
    def focus_first(self) -> None:
        self._view.setFocus()

    @property
    def chosen(self) -> Appeal | None:
        """The appeal the keyboard is on."""
        return self._model.at(self._view.currentIndex().row())

    @property
    def note(self) -> str:
        """The sentence on what happens next, for tests."""
        return self._note.text()

    # -- intent ------------------------------------------------------------------------------

    def ask(self, outcome: AppealState) -> None:
        """Say what the answer would do; Enter then sends it."""
        if self.chosen is None or self._is_own:
            return
        if len(self._words.toPlainText().strip()) < _LEAST_WORDS:
            self._pending = None
            self._say(tr("Write your answer first (W), ten letters or more."), "warning-card")
            return
        self._pending = outcome
        is_upheld = outcome is AppealState.UPHELD
        what = (
            tr("The decision stands.")
            if is_upheld
            else tr("All that the decision did is taken back.")
        )
        self._say(tr("{what} Enter carries it out, Esc goes back.", what=what), "accent-card")
        self._confirm.setVisible(True)
        self.setFocus()

    def proceed(self) -> None:
        """Send what is being confirmed."""
        appeal, outcome = self.chosen, self._pending
        if appeal is None or outcome is None:
            return
        statement = self._words.toPlainText().strip()
        request = AppealDecide(outcome=outcome, statement=statement)
        self._take_back()
        self.judged.emit(Judgement(appeal.id, request))

    def clear_words(self) -> None:
        """The answer was sent; begin with an empty one."""
        with QSignalBlocker(self._words):
            self._words.clear()

    @property
    def _is_own(self) -> bool:
        appeal = self.chosen
        return appeal is not None and appeal.decider is not None and appeal.decider.id == self._me

    def _take_back(self) -> None:
        self._pending = None
        self._show_note()

    def _on_typed(self) -> None:
        if self._pending is not None:
            self._take_back()

    def _on_escape(self) -> None:
        if self._pending is not None:
            self._take_back()
        else:
            self._view.setFocus()

    def _on_case(self) -> None:
        appeal = self.chosen
        if appeal is not None:
            self.case_opened.emit(appeal.case_id)

    def _step(self, by: int) -> None:
        rows = self._model.rowCount()
        if rows:
            row = max(0, min(rows - 1, self._view.currentIndex().row() + by))
            self._view.setCurrentIndex(self._model.index(row))
            self._view.setFocus()

    # -- building ----------------------------------------------------------------------------

    def _make_view(self) -> QListView:
        view = QListView()
        view.setObjectName("appealList")
        view.setAccessibleName(tr("Appeals"))
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
        left.setSpacing(6)
        left.addWidget(self._count)
        left.addWidget(self._view, 1)
        list_side = QWidget()
        list_side.setFixedWidth(_LIST_WIDTH)
        left.setContentsMargins(0, 0, 0, 0)
        list_side.setLayout(left)
        card = Card(tr("Appeal"))
        card.body.addWidget(caption(tr("What was decided")))
        card.body.addWidget(self._decision)
        card.body.addWidget(caption(tr("What the person says")))
        card.body.addWidget(self._appeal)
        card.body.addWidget(caption(tr("Your answer")))
        card.body.addWidget(self._words, 1)
        inner = QVBoxLayout(self._frame)
        inner.setContentsMargins(10, 8, 10, 8)
        inner.addWidget(self._note)
        card.body.addWidget(self._frame)
        steps = QHBoxLayout()
        steps.addStretch(1)
        for part in (self._uphold, self._overturn, self._confirm):
            steps.addWidget(part)
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
        self.bind("J", tr("Next appeal"), lambda: self._step(1))
        self.bind("K", tr("Previous appeal"), lambda: self._step(-1))
        self.bind("W", tr("Your answer"), self._words.setFocus)
        self.bind("H", tr("Uphold"), lambda: self.ask(AppealState.UPHELD))
        self.bind("O", tr("Overturn"), lambda: self.ask(AppealState.OVERTURNED))
        self.bind("Return Enter", tr("Confirm"), self.proceed, shown_as="Enter")
        self.bind("G", tr("Its case"), self._on_case)
        self.bind("Esc", tr("Back"), self._on_escape)

    # -- shown -------------------------------------------------------------------------------

    def _on_current_changed(self, _now: QModelIndex, _before: QModelIndex) -> None:
        self.clear_words()
        self._show_chosen()

    def _show_chosen(self) -> None:
        appeal = self.chosen
        self._pending = None
        self._show_note()
        if appeal is None:
            return
        done = " ".join(action_done(action) for action in appeal.actions)
        by = appeal.decider.display_name if appeal.decider is not None else ""
        decided = tr("{done} Decided by {name}.", done=done, name=by)
        self._decision.setText(f"{appeal.subject_label}\n{decided}\n{appeal.decision_statement}")
        when = when_words(appeal.at)
        said = tr("{name}, {time}:", name=appeal.appellant.display_name, time=when)
        self._appeal.setText(f"{said} {appeal.text}")

    def _show_note(self) -> None:
        self._confirm.setVisible(self._pending is not None)
        for part in (self._uphold, self._overturn, self._words):
            part.setEnabled(not self._is_own)
        if self._is_own:
            self._say(tr("You made this decision, so somebody else has to answer."), "sunken")
            return
        self._say(tr("Uphold the decision or overturn it; both people are told."), "sunken")

    def _say(self, sentence: str, ground: str) -> None:
        self._note.setText(sentence)
        set_role(self._frame, ground)


def spoken(appeal: Appeal) -> str:
    """What a row says: who appeals against what."""
    name = appeal.appellant.display_name
    return tr("{name} about: {what}", name=name, what=appeal.subject_label)

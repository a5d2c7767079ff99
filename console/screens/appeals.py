"""Appeals: what was decided, what the person says against it, and a second person's answer."""

from dataclasses import dataclass
from typing import override

from PySide6.QtCore import Signal as QtSignal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from console.docks.sentences import action_done
from console.screens._kept_words import KeptWords
from console.screens._list_pane import Nothing
from console.screens._list_screen import ListScreen
from console.screens.base import caption
from console.wording import when_words
from shared.qt.theme import Theme, set_role
from shared.qt.translations import tr, tr_n
from shared.qt.widgets import Card, button, label
from shared.schemas.appeals import Appeal, AppealDecide, AppealState

_LEAST_WORDS = 10


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the person wants to answer to an appeal."""

    appeal_id: str
    request: AppealDecide


class AppealsScreen(ListScreen[Appeal]):
    """A list and the chosen appeal beside it. Judging takes two steps, as deciding does."""

    judged = QtSignal(object)
    """A Judgement, to be sent."""
    case_opened = QtSignal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(
            theme,
            name=tr("Appeals"),
            nothing=Nothing(
                tr("No appeal waits"), tr("Appeals appear here as soon as they arrive.")
            ),
            key=lambda appeal: appeal.id,
            spoken=spoken,
        )
        self._me = ""
        self._pending: AppealState | None = None
        self._decision = label(wrap=True)
        self._appeal = label(wrap=True)
        self._words = KeptWords(
            tr("Your answer"),
            placeholder=tr("Your answer, sent to the person and to the first one"),
        )
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
        self.put_beside(self._make_card())
        self._bind_keys()

    def set_me(self, me: str) -> None:
        """Say who looks: one's own decisions are for somebody else."""
        self._me = me

    @property
    def note(self) -> str:
        """The sentence on what happens next, for tests."""
        return self._note.text()

    # -- intent ------------------------------------------------------------------------------

    def ask(self, outcome: AppealState) -> None:
        """Say what the answer would do; Enter then sends it."""
        if self.chosen is None or self._is_own:
            return
        if len(self._words.words) < _LEAST_WORDS:
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
        request = AppealDecide(outcome=outcome, statement=self._words.words)
        self._take_back()
        self.judged.emit(Judgement(appeal.id, request))

    def forget_words(self, appeal_id: str) -> None:
        """The answer to an appeal was sent."""
        self._words.forget(appeal_id)

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
            self.list.focus_rows()

    def _on_case(self) -> None:
        appeal = self.chosen
        if appeal is not None:
            self.case_opened.emit(appeal.case_id)

    # -- building ----------------------------------------------------------------------------

    def _make_card(self) -> Card:
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
        steps.setSpacing(6)
        steps.addWidget(button(tr("Its case  (G)"), on_click=self._on_case))
        steps.addStretch(1)
        for part in (self._uphold, self._overturn, self._confirm):
            steps.addWidget(part)
        card.body.addLayout(steps)
        return card

    def _bind_keys(self) -> None:
        self.bind_list(tr("Next appeal"), tr("Previous appeal"))
        self.bind("W", tr("Your answer"), self._words.setFocus)
        self.bind("H", tr("Uphold"), lambda: self.ask(AppealState.UPHELD))
        self.bind("O", tr("Overturn"), lambda: self.ask(AppealState.OVERTURNED))
        self.bind("Return Enter", tr("Confirm"), self.proceed, shown_as="Enter")
        self.bind("G", tr("Its case"), self._on_case)
        self.bind("Esc", tr("Back"), self._on_escape)
        self.bind_refresh()

    # -- shown -------------------------------------------------------------------------------

    @override
    def count_words(self, count: int) -> str:
        return tr_n("{n} appeal, longest wait first", "{n} appeals, longest wait first", count)

    @override
    def show_chosen(self, item: Appeal) -> None:
        self._words.turn_to(item.id)
        self._pending = None
        self._show_note()
        done = " ".join(action_done(action) for action in item.actions)
        by = item.decider.display_name if item.decider is not None else ""
        decided = tr("{done} Decided by {name}.", done=done, name=by)
        self._decision.setText(f"{item.subject_label}\n{decided}\n{item.decision_statement}")
        when = when_words(item.at)
        said = tr("{name}, {time}:", name=item.appellant.display_name, time=when)
        self._appeal.setText(f"{said} {item.text}")

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
    return tr("{name} appeals\n{what}", name=name, what=appeal.subject_label)

"""Second looks: decisions of others, drawn by chance; would I have decided the same?"""

from dataclasses import dataclass
from typing import override

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from console.docks.sentences import action_done
from console.screens._kept_words import KeptWords
from console.screens._list_pane import Nothing
from console.screens._list_screen import ListScreen
from console.screens.base import caption
from console.wording import when_words
from shared.qt.theme import Theme
from shared.qt.translations import tr, tr_n
from shared.qt.widgets import Card, button, label
from shared.schemas.appeals import SecondLook, SecondLookDecide

_NOTE_HEIGHT = 120


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the person thinks of somebody else's decision."""

    decision_id: str
    request: SecondLookDecide


class SecondLooksScreen(ListScreen[SecondLook]):
    """A list and the chosen decision beside it. Nothing is undone here: the opinion counts."""

    given = Signal(object)
    """An Opinion, to be sent."""
    case_opened = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(
            theme,
            name=tr("Second looks"),
            nothing=Nothing(
                tr("No decision waits for a second look"),
                tr("Some decisions of others are drawn by chance and appear here."),
            ),
            key=lambda look: look.decision.id,
            spoken=spoken,
        )
        self._subject = label(role="title", wrap=True)
        self._decision = label(wrap=True)
        self._reasons = label(wrap=True)
        self._note = KeptWords(
            tr("Your note"), placeholder=tr("A note for the figures, if you want to leave one")
        )
        self._note.setMaximumHeight(_NOTE_HEIGHT)
        self._agree = button(
            tr("The same  (Y)"), role="primary", on_click=lambda: self.give(agrees=True)
        )
        self._disagree = button(tr("Differently  (N)"), on_click=lambda: self.give(agrees=False))
        self.put_beside(self._make_card())
        self._bind_keys()

    # -- intent ------------------------------------------------------------------------------

    def give(self, *, agrees: bool) -> None:
        """Say what one would have decided."""
        look = self.chosen
        if look is None:
            return
        request = SecondLookDecide(agrees=agrees, note=self._note.words)
        self.given.emit(Opinion(look.decision.id, request))

    def forget_note(self, decision_id: str) -> None:
        """The opinion about a decision was sent."""
        self._note.forget(decision_id)

    def _on_case(self) -> None:
        look = self.chosen
        if look is not None:
            self.case_opened.emit(look.decision.case_id)

    # -- building ----------------------------------------------------------------------------

    def _make_card(self) -> Card:
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
        steps.addWidget(button(tr("Its case  (G)"), on_click=self._on_case))
        steps.addStretch(1)
        steps.addWidget(self._disagree)
        steps.addWidget(self._agree)
        card.body.addLayout(steps)
        return card

    def _bind_keys(self) -> None:
        self.bind_list(tr("Next decision"), tr("Previous decision"))
        self.bind("Y", tr("I would have decided the same"), lambda: self.give(agrees=True))
        self.bind("N", tr("I would have decided differently"), lambda: self.give(agrees=False))
        self.bind("W", tr("Your note"), self._note.setFocus)
        self.bind("G", tr("Its case"), self._on_case)
        self.bind("Esc", tr("Back"), self.list.focus_rows)
        self.bind_refresh()

    # -- shown -------------------------------------------------------------------------------

    @override
    def count_words(self, count: int) -> str:
        return tr_n("{n} decision of others", "{n} decisions of others", count)

    @override
    def show_chosen(self, item: SecondLook) -> None:
        self._note.turn_to(item.decision.id)
        decision = item.decision
        done = " ".join(action_done(action) for action in decision.actions)
        when = when_words(decision.at)
        self._subject.setText(item.subject_label)
        self._decision.setText(tr("{done} Decided {time}.", done=done, time=when))
        self._reasons.setText(decision.statement)


def spoken(look: SecondLook) -> str:
    """What a row says: what was decided about what."""
    done = " ".join(action_done(action) for action in look.decision.actions)
    return tr("{what}\n{done}", what=look.subject_label, done=done)

"""One case: what was said, who said and reported it, and the decision, all on one page."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import override

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from console.actions import ACTIONS, ModeratorAction, Situation
from console.docks import DOCKS, CaseDock, Column, DecisionDock, EvidenceDock
from console.docks._clip_view import ClipView
from console.docks._stills import Check, Stills
from console.docks.decision import TOGGLES
from console.docks.sentences import action_words
from console.screens._held_key import HeldKey
from console.screens._queue_delegate import GRAVE
from console.screens.base import ElidedLabel, EmptyState, Screen
from console.wording import reason_words, state_words, subject_words, when_words
from shared.qt.theme import Theme
from shared.qt.translations import tr
from shared.qt.widgets import Badge, button, clear_layout, label
from shared.schemas.appeals import EvidenceClip
from shared.schemas.moderation import CaseDetail, CaseState

_PEOPLE_WIDTH = 230
_DECISION_WIDTH = 420


class CaseScreen(Screen):
    """Shows the desk; everything on it works by keyboard, deciding included."""

    intent_made = Signal(object)
    """An Intent of `console.actions`, to be performed."""

    draft_written = Signal(object)
    """A Draft with another policy or statement."""

    reveal_asked = Signal()
    """The person wants to see the pictures unblurred for some seconds, or blurred again."""

    hold_asked = Signal(bool)
    """The person holds the pictures clear, or lets go of them."""

    back_asked = Signal()
    step_asked = Signal(str)
    """`next` or `previous`: the person wants another case of the queue."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._situation = Situation()
        self._title = ElidedLabel(role="title")
        self._about = label(role="muted")
        self._badges = QHBoxLayout()
        self._badges.setSpacing(6)
        self._shown_badges: tuple[str, ...] = ()
        self.docks = {spec.name: spec.make(theme) for spec in DOCKS}
        self._shown_on = tuple(dock for dock in self.docks.values() if isinstance(dock, CaseDock))
        evidence = self.docks["evidence"]
        self._stills = evidence.stills if isinstance(evidence, EvidenceDock) else Stills(theme)
        self.player.hold_asked.connect(self.hold_asked)
        self._held = HeldKey(Qt.Key.Key_V, self)
        self._held.changed.connect(self.hold_asked)
        self.decision = DecisionDock(theme)
        self.decision.intent_made.connect(self.intent_made)
        self.decision.draft_written.connect(self.draft_written)
        self._empty = EmptyState(
            tr("No case is open"), tr("Choose one in the queue: Ctrl+2, then Enter.")
        )
        self._stack = QStackedWidget()
        self._lay_out()
        self._bind_keys()
        self.show_situation(Situation())

    # -- state in ----------------------------------------------------------------------------

    def show_situation(self, situation: Situation) -> None:
        """Show what is on the desk and what can be done with it."""
        self._situation = situation
        case = situation.view.case
        if case is None:
            self._say_empty(situation)
        else:
            self._show_head(case)
            for dock in self._shown_on:
                dock.show_case(case)
        self._stack.setCurrentIndex(0 if case is None else 1)
        self.decision.show_situation(situation)

    def show_clip(self, clip: EvidenceClip | None, images: Sequence[QImage]) -> None:
        """Show the clip of the case, blurred; or that there is none."""
        self._stills.show_clip(clip, images)

    def show_clear(self, *, is_clear: bool) -> None:
        """Show the clip's pictures as they are, or blurred again."""
        self._stills.show_clear(is_clear=is_clear)

    @property
    def has_stills(self) -> bool:
        """Whether there is a picture to look at."""
        return self._stills.has_any

    def show_check(self, check: Check) -> None:
        """Say whether the clip's bytes are those of its hash."""
        self._stills.show_check(check)

    def show_unplayable(self) -> None:
        """Say that the clip cannot be decoded here."""
        self._stills.show_unplayable()

    @property
    def player(self) -> ClipView:
        """The clip's player."""
        return self._stills.player

    def show_remaining(self, remaining_s: float) -> None:
        """Show how long the person's claim still lasts."""
        self.decision.claim.show_remaining(remaining_s)

    @override
    def focus_first(self) -> None:
        self.setFocus()

    @property
    def title(self) -> str:
        """The heading."""
        return self._title.whole

    # -- building ----------------------------------------------------------------------------

    def _lay_out(self) -> None:
        page = QWidget()
        columns = QHBoxLayout()
        columns.setSpacing(12)
        columns.addLayout(self._column(Column.MATTER), 1)
        people = QWidget()
        people.setFixedWidth(_PEOPLE_WIDTH)
        people_layout = self._column(Column.PEOPLE)
        people_layout.setContentsMargins(0, 0, 0, 0)
        people.setLayout(people_layout)
        columns.addWidget(people)
        self.decision.setFixedWidth(_DECISION_WIDTH)
        columns.addWidget(self.decision)
        body = QVBoxLayout(page)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(10)
        body.addLayout(self._head())
        body.addLayout(columns, 1)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 10, 16, 12)
        layout.addWidget(self._stack)

    def _head(self) -> QHBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self._title)
        words.addWidget(self._about)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(
            button(
                tr("Back  (Esc)"),
                role="quiet",
                tip=tr("To the queue"),
                on_click=self.back_asked.emit,
            )
        )
        head.addLayout(words, 1)
        head.addLayout(self._badges)
        return head

    def _column(self, column: Column) -> QVBoxLayout:
        layout = QVBoxLayout()
        layout.setSpacing(12)
        for spec in DOCKS:
            if spec.column is column:
                layout.addWidget(self.docks[spec.name], spec.stretch)
        return layout

    def _bind_keys(self) -> None:
        self.hint("C", action_words("claim"))
        self.hint(f"1-{len(TOGGLES)}", tr("Measures"))
        for key, by in ((",", -1), (".", 1)):
            self.bind(key, "", partial(self.player.step_asked.emit, by), shown_as="")
        for key, by in (("[", -1), ("]", 1)):
            self.bind(key, "", partial(self.player.speed_asked.emit, by), shown_as="")
        self.bind("P", tr("Policy"), self.decision.choose_policy)
        self.bind("W", tr("Statement"), self.decision.write_statement)
        self.bind("Return Enter", tr("Decide"), self.decision.proceed, shown_as="Enter")
        self.bind("Esc", tr("Back"), self._on_escape)
        self.bind("L", tr("Play the clip"), self.player.play_asked.emit)
        self.bind("V", tr("Hold to see clearly"), self._held.press)
        self.bind("Shift+V", tr("See clearly for ten seconds"), self.reveal_asked.emit)
        self.hint(", / .", tr("One picture back or on"))
        self.hint("[ / ]", tr("Clip slower or faster"))
        for number in range(1, len(TOGGLES) + 1):
            self.bind(str(number), "", partial(self.decision.toggle, number), shown_as="")
        for action in ACTIONS:
            words = action_words(action.name)
            is_listed = action.name not in ("claim", "decide")
            self.bind(action.key, words, self._run(action), shown_as=None if is_listed else "")

    def _run(self, action: ModeratorAction) -> Callable[[], None]:
        """What the key of an action does on this screen."""
        special: dict[str, Callable[[], None]] = {
            "next": lambda: self._step("next"),
            "previous": lambda: self._step("previous"),
            "claim": self.decision.claim.claim,
            "decide": self.decision.proceed,
        }
        return special.get(action.name, partial(self.decision.perform, action.name))

    # -- intent ------------------------------------------------------------------------------

    def _step(self, direction: str) -> None:
        # A claimed case is left on purpose only: moving on would give it back.
        if not self._situation.view.is_mine:
            self.step_asked.emit(direction)

    def _on_escape(self) -> None:
        if self.decision.step_back():
            return
        if self.decision.is_writing:
            self.setFocus()
            return
        self.back_asked.emit()

    # -- shown -------------------------------------------------------------------------------

    def _say_empty(self, situation: Situation) -> None:
        if situation.view.busy:
            self._empty.say(tr("Opening the case ..."), "")
            return
        self._empty.say(tr("No case is open"), tr("Choose one in the queue: Ctrl+2, then Enter."))

    def _show_head(self, case: CaseDetail) -> None:
        self._title.say(case.subject_label)
        opened = when_words(case.opened_at)
        kind = subject_words(case.subject_type)
        self._about.setText(tr("{kind}, reported since {time}", kind=kind, time=opened))
        reasons = tuple(reason_words(reason) for reason in case.reasons)
        is_telling = case.state in (CaseState.ESCALATED, CaseState.DECIDED)
        state = (state_words(case.state),) if is_telling else ()
        if self._shown_badges == (*reasons, *state):
            return
        self._shown_badges = (*reasons, *state)
        clear_layout(self._badges)
        for reason in case.reasons:
            kind = "danger" if reason in GRAVE else "neutral"
            self._badges.addWidget(Badge(reason_words(reason), kind=kind))
        for words in state:
            self._badges.addWidget(Badge(words, kind="info"))

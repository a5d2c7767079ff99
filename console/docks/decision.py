"""The decision: actions by key, what they do as a sentence, policy and reasons in one step."""

from typing import override

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPlainTextEdit,
    QVBoxLayout,
)

from console.actions import (
    ACTIONS,
    Decide,
    EscalateCase,
    Intent,
    ModeratorAction,
    Situation,
    ToggleAction,
    UndoDecision,
)
from console.docks._choice import Choice
from console.docks.claim import ClaimStrip
from console.docks.sentences import decision_words, preview, problem_words
from console.state import Draft
from shared.qt.theme import Theme, set_role
from shared.qt.translations import tr
from shared.qt.widgets import Card, button, label
from shared.schemas.moderation import Policy

_STATEMENT_HEIGHT = 96


class DecisionDock(Card):
    """Shows a draft and says how the person wants it changed; sends nothing itself.

    Deciding and escalating take two steps: the first shows what will happen, the second does it.
    """

    intent_made = Signal(object)
    """An Intent of `console.actions`, to be performed."""

    draft_written = Signal(object)
    """A Draft with another policy or statement."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(tr("Decision"))
        self._situation = Situation()
        self._policies: tuple[Policy, ...] = ()
        self._pending: Intent | None = None
        self.claim = ClaimStrip(theme)
        self._choices = [Choice(theme, n, action) for n, action in enumerate(TOGGLES, start=1)]
        self._policy = self._make_policy()
        self._statement = _Statement()
        self._statement.setAccessibleName(tr("Statement of reasons"))
        self._statement.setPlaceholderText(tr("Statement of reasons, sent to the person"))
        self._statement.setMinimumHeight(_STATEMENT_HEIGHT)
        self._statement.setTabChangesFocus(True)
        self._statement.textChanged.connect(self._on_statement_typed)
        self._preview = label(wrap=True)
        self._frame = QFrame()
        self._release = button(tr("Give back"), tip=tr("Give the case back to the queue (R)"))
        self._escalate = button(tr("Escalate"), tip=tr("Hand the case to an admin (E)"))
        self._decide = button(tr("Decide"), role="primary")
        self._lay_out()
        self._connect()

    # -- state in ----------------------------------------------------------------------------

    def show_situation(self, situation: Situation) -> None:
        """Show what is drafted and what is possible now."""
        if situation.view.draft != self._situation.view.draft or not situation.view.is_mine:
            self._pending = None
        self._situation = situation
        if situation.view.policies != self._policies:
            self._policies = situation.view.policies
            self._fill_policies()
        self.claim.show_situation(situation)
        self._show_draft(situation.view.draft)
        self._show_possible()
        self._show_preview()

    @property
    def is_mine(self) -> bool:
        """Whether the person holds the case."""
        return self._situation.view.is_mine

    @property
    def is_confirming(self) -> bool:
        """Whether the next Enter carries something out."""
        return self._pending is not None

    @property
    def preview_text(self) -> str:
        """The sentence on the consequences."""
        return self._preview.text()

    # -- intent ------------------------------------------------------------------------------

    def perform(self, name: str) -> None:
        """Do what the action of this name means now, asking once more where it cannot be undone."""
        action = next(action for action in ACTIONS if action.name == name)
        intent = action.intent(self._situation)
        if intent is None:
            return
        if isinstance(intent, (Decide, EscalateCase, UndoDecision)):
            self._ask(intent)
            return
        self._pending = None
        self.intent_made.emit(intent)

    def toggle(self, number: int) -> None:
        """Toggle the action with this number."""
        if 1 <= number <= len(TOGGLES):
            self.perform(TOGGLES[number - 1].name)

    def proceed(self) -> None:
        """Carry out what is being confirmed; otherwise show what deciding would do."""
        if self._pending is None:
            problem = problem_words(self._situation.view.draft)
            if self._situation.view.is_mine and problem:
                self._preview.setText(problem)
                set_role(self._frame, "warning-card")
                return
            self.perform("decide" if self._situation.view.decision is None else "undo")
            return
        intent, self._pending = self._pending, None
        self._show_preview()
        self.intent_made.emit(intent)

    def step_back(self) -> bool:
        """Take back what is being confirmed; false when nothing is."""
        if self._pending is None:
            return False
        self._pending = None
        self._show_preview()
        return True

    def write_statement(self) -> None:
        """Put the keyboard into the statement."""
        self._statement.setFocus()

    def choose_policy(self) -> None:
        """Put the keyboard on the policies."""
        self._policy.setFocus()
        self._policy.showPopup()

    @property
    def is_writing(self) -> bool:
        """Whether the keyboard is in the statement or the policies."""
        return self._statement.hasFocus() or self._policy.hasFocus()

    def _ask(self, intent: Intent) -> None:
        self._pending = intent
        self._show_preview()
        self._decide.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- building ----------------------------------------------------------------------------

    def _make_policy(self) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(tr("Policy"))
        box.setPlaceholderText(tr("Policy"))
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.activated.connect(self._on_policy_chosen)
        return box

    def _lay_out(self) -> None:
        inner = QVBoxLayout(self._frame)
        inner.setContentsMargins(10, 8, 10, 8)
        inner.addWidget(self._preview)
        steps = QHBoxLayout()
        steps.setSpacing(6)
        steps.addWidget(self._release)
        steps.addWidget(self._escalate)
        steps.addWidget(self._decide, 1)
        choices = QGridLayout()
        choices.setSpacing(2)
        rows = (len(self._choices) + 1) // 2
        for place, choice in enumerate(self._choices):
            choices.addWidget(choice, place % rows, place // rows)
        for column, stretch in enumerate((1, 1)):
            choices.setColumnStretch(column, stretch)
        self.body.addWidget(self.claim)
        self.body.addLayout(choices)
        self.body.addWidget(self._policy)
        self.body.addWidget(self._statement, 1)
        self.body.addWidget(self._frame)
        self.body.addStretch(0)
        self.body.addLayout(steps)

    def _connect(self) -> None:
        for choice in self._choices:
            choice.asked.connect(self.perform)
        self.claim.intent_made.connect(self.intent_made)
        self._release.clicked.connect(lambda: self.perform("release"))
        self._escalate.clicked.connect(lambda: self.perform("escalate"))
        self._decide.clicked.connect(lambda: self.proceed())

    # -- shown -------------------------------------------------------------------------------

    def _fill_policies(self) -> None:
        with QSignalBlocker(self._policy):
            self._policy.clear()
            for policy in self._policies:
                self._policy.addItem(policy.title, policy.id)
                row = self._policy.count() - 1
                self._policy.setItemData(row, policy.text, Qt.ItemDataRole.ToolTipRole)

    def _show_draft(self, draft: Draft) -> None:
        with QSignalBlocker(self._policy), QSignalBlocker(self._statement):
            self._policy.setCurrentIndex(self._policy.findData(draft.policy))
            if self._statement.toPlainText() != draft.statement:
                self._statement.setPlainText(draft.statement)

    def _show_possible(self) -> None:
        possible = {a.name for a in ACTIONS if a.is_possible(self._situation)}
        draft = self._situation.view.draft
        for choice in self._choices:
            intent = choice.action.make(self._situation)
            is_chosen = isinstance(intent, ToggleAction) and intent.action in draft.actions
            choice.show_state(is_possible=choice.action.name in possible, is_chosen=is_chosen)
        view = self._situation.view
        for part in (self._policy, self._statement):
            part.setEnabled(view.is_mine)
            part.setVisible(view.decision is None)
        self._release.setEnabled("release" in possible)
        self._escalate.setEnabled("escalate" in possible)
        step = "decide" if view.decision is None else "undo"
        self._decide.setEnabled(step in possible and not view.busy)

    def _show_preview(self) -> None:
        view = self._situation.view
        if view.case is None:
            self._frame.hide()
            return
        self._frame.show()
        for part in (self._release, self._escalate):
            part.setVisible(self._pending is None and view.decision is None)
        if self._pending is None:
            is_decided = view.decision is not None
            self._decide.setText(tr("Undo  (U)") if is_decided else tr("Decide  (Enter)"))
            set_role(self._frame, "sunken")
            self._preview.setText(self._what_happens())
            return
        self._decide.setText(tr("Confirm  (Enter)"))
        self._decide.setEnabled(True)
        set_role(self._frame, "accent-card")
        what = preview(view.draft, view.case, self._policies)
        if isinstance(self._pending, EscalateCase):
            what = tr("The case goes to an admin and leaves your desk; your draft is dropped.")
        if isinstance(self._pending, UndoDecision):
            what = tr("All that the decision did is taken back, and the person is told.")
        self._preview.setText(tr("{what} Enter carries it out, Esc goes back.", what=what))

    def _what_happens(self) -> str:
        view = self._situation.view
        if view.case is None:
            return ""
        if view.decision is not None:
            return decision_words(view.decision, view.case, self._policies)
        if not view.is_mine and not view.draft.actions:
            return tr("Claim the case to decide it.")
        return preview(view.draft, view.case, self._policies)

    def _on_policy_chosen(self, row: int) -> None:
        policy = self._policy.itemData(row)
        if isinstance(policy, str):
            self.draft_written.emit(self._situation.view.draft.with_policy(policy))

    def _on_statement_typed(self) -> None:
        draft = self._situation.view.draft
        if self._statement.toPlainText() != draft.statement:
            self.draft_written.emit(draft.with_statement(self._statement.toPlainText()))


class _Statement(QPlainTextEdit):
    """Selects its words when the keyboard comes to it, so that typing replaces a proposal."""

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.OtherFocusReason):
            self.selectAll()


def _toggles() -> tuple[ModeratorAction, ...]:
    """The actions that go into a decision, in the order of their numbers."""
    probe = Situation()
    return tuple(action for action in ACTIONS if isinstance(action.make(probe), ToggleAction))


TOGGLES = _toggles()
"""What the keys 1 to n toggle."""

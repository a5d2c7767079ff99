"""Who has the open case: free to claim, mine with the time left, somebody else's, or decided."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from console.actions import ClaimCase, Situation
from shared.qt.format import clock_time
from shared.qt.theme import Theme, set_role
from shared.qt.translations import tr
from shared.qt.widgets import button, label
from shared.schemas.common import ErrorCode
from shared.schemas.moderation import CaseDetail, CaseState, Decision

SHORT_S = 60.0
"""From here on a claim is about to end."""
_STEPS = 1000


class ClaimStrip(QWidget):
    """One line of state, a bar that runs down, and the button that takes or keeps the case."""

    intent_made = Signal(object)
    """A ClaimCase, to be performed."""

    def __init__(self, _theme: Theme) -> None:
        super().__init__()
        self._situation = Situation()
        self._words = label(wrap=True)
        self._claim = button(tr("Claim  (C)"), role="primary", on_click=self.claim)
        self._bar = QProgressBar()
        self._bar.setRange(0, _STEPS)
        self._bar.setTextVisible(False)
        self._bar.setMaximumHeight(6)
        self._bar.setAccessibleName(tr("Time left of your claim"))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._words, 1)
        row.addWidget(self._claim)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(row)
        layout.addWidget(self._bar)

    @property
    def words(self) -> str:
        """The line of state."""
        return self._words.text()

    @property
    def is_short(self) -> bool:
        """Whether the person's claim is about to end."""
        return self._situation.view.is_mine and self.can_claim

    @property
    def can_claim(self) -> bool:
        """Whether the case can be taken, or kept for longer, now."""
        return not self._claim.isHidden()

    def claim(self) -> None:
        """Ask for the case, or for more time on one's own."""
        case = self._situation.view.case
        if case is not None and self.can_claim:
            self.intent_made.emit(ClaimCase(case.id))

    def show_situation(self, situation: Situation) -> None:
        """Show who has the case now."""
        self._situation = situation
        view, case = situation.view, situation.view.case
        self.setVisible(case is not None)
        if case is None:
            return
        self._bar.setVisible(view.is_mine)
        if view.is_mine:
            return  # the words run with the time, see `show_remaining`
        set_role(self._words, "muted")
        self._claim.setText(tr("Claim  (C)"))
        if view.decision is not None:
            self._claim.hide()
            self._words.setText(decided_words(view.decision))
            return
        is_others = _is_others(case, situation.me)
        self._claim.setVisible(not is_others and case.state is not CaseState.DECIDED)
        self._claim.setEnabled(not view.busy)
        if view.error is not None and view.error.code == ErrorCode.LEASE_LOST:
            set_role(self._words, "warning")
        self._words.setText(_free_words(case, situation))

    def show_remaining(self, remaining_s: float) -> None:
        """Show how long the person's own claim still lasts."""
        lease = self._situation.view.lease
        if lease is None or not self._situation.view.is_mine:
            return
        remaining_s = min(remaining_s, lease.length_s)
        is_short = remaining_s < SHORT_S
        minutes, seconds = divmod(int(remaining_s), 60)
        left = f"{minutes}:{seconds:02d}"
        self._claim.setText(tr("Keep  (C)"))
        self._claim.setVisible(is_short)
        self._claim.setEnabled(True)
        set_role(self._words, "warning" if is_short else "accent")
        if is_short:
            self._words.setText(tr("Your claim ends in {left}.", left=left))
        else:
            self._words.setText(tr("Yours for {left}", left=left))
        share = remaining_s / lease.length_s if lease.length_s else 0.0
        self._bar.setValue(round(min(1.0, share) * _STEPS))


def _is_others(case: CaseDetail, me: str) -> bool:
    holder = case.claimed_by
    return case.state is CaseState.CLAIMED and holder is not None and holder.id != me


def _free_words(case: CaseDetail, situation: Situation) -> str:
    error, holder = situation.view.error, case.claimed_by
    if _is_others(case, situation.me) and holder is not None:
        until = clock_time(case.lease_until) if case.lease_until is not None else ""
        return tr("{name} has it until {time}.", name=holder.display_name, time=until)
    if error is not None and error.code == ErrorCode.LEASE_LOST:
        return tr("Your claim has ended; your draft is kept.")
    if case.state is CaseState.ESCALATED:
        return tr("Escalated: waits for an admin.")
    return tr("Nobody has this case.")


def decided_words(decision: Decision) -> str:
    """Who decided, and when."""
    return tr(
        "Decided by {name} at {time}.",
        name=decision.by.display_name,
        time=clock_time(decision.at),
    )

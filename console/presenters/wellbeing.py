"""Reminds a moderator to pause; never in the way, and never about what somebody decided."""

from console.presenters.surroundings import Surroundings
from console.state.breaks import Breaks
from shared.clock import Clock
from shared.qt.errors import Severity
from shared.qt.translations import tr_n

_MINUTE_S = 60


class WellbeingPresenter:
    """Counts as work whatever changes on the desk or goes to another screen."""

    def __init__(self, around: Surroundings, *, clock: Clock) -> None:
        self._around = around
        self._breaks = Breaks(clock)
        around.workspace.screen_shown.connect(lambda _name: self.work())
        around.workspace.ticked.connect(self.tick)

    def work(self) -> None:
        """Something was done."""
        self._breaks.work()

    def tick(self) -> None:
        """Remind when it is time, unless something more important is being said."""
        if self._around.bar.notice is None and self._breaks.is_due():
            minutes = round(self._breaks.worked_s / _MINUTE_S)
            sentence = tr_n(
                "You have worked for {n} minute without a pause. Look away from the screen for "
                "five; the queue waits.",
                "You have worked for {n} minutes without a pause. Look away from the screen for "
                "five; the queue waits.",
                minutes,
            )
            self._around.tell(sentence, Severity.INFO)

"""What an action is: a name, a key, a label, what it needs, and the intent it makes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from console.actions.intents import Intent
from console.state import CaseView, QueueState, may_apply
from shared.schemas.moderation import ActionKind, CaseState, CaseSummary


class Need(StrEnum):
    """What must be so for an action to make sense."""

    QUEUE = "queue"
    CASE = "case"
    FREE = "free"
    LEASE = "lease"
    MESSAGE = "message"
    COMPLETE = "complete"
    STANDING = "standing"


@dataclass(frozen=True, slots=True)
class Situation:
    """What the actions look at: the queue, the case the keyboard is on, and the desk."""

    queue: QueueState = field(default_factory=QueueState)
    chosen: CaseSummary | None = None
    view: CaseView = field(default_factory=CaseView)
    me: str = ""

    @property
    def target(self) -> CaseSummary | None:
        """The case an action is about: the open one, else the chosen one."""
        return self.view.case or self.chosen


@dataclass(frozen=True, slots=True)
class ModeratorAction:
    """One thing to do: `label` is English and passes through the translations where it is shown."""

    name: str
    key: str
    label: str
    needs: frozenset[Need]
    make: Callable[[Situation], Intent | None]

    def is_possible(self, situation: Situation) -> bool:
        """Whether all that the action needs is there."""
        return all(_MET[need](situation) for need in self.needs)

    def intent(self, situation: Situation) -> Intent | None:
        """What to perform now; None when it makes no sense."""
        return self.make(situation) if self.is_possible(situation) else None


def _is_free(situation: Situation) -> bool:
    case = situation.target
    if case is None or case.state is CaseState.DECIDED or situation.view.is_mine:
        return False
    return (
        case.state is not CaseState.CLAIMED
        or case.claimed_by is None
        or case.claimed_by.id == situation.me
    )


def _is_message(situation: Situation) -> bool:
    case = situation.target
    return case is not None and may_apply(ActionKind.DELETE_MESSAGE, case.subject_type)


_MET: dict[Need, Callable[[Situation], bool]] = {
    Need.QUEUE: lambda s: bool(s.queue.cases),
    Need.CASE: lambda s: s.target is not None,
    Need.FREE: _is_free,
    Need.LEASE: lambda s: s.view.is_mine,
    Need.MESSAGE: _is_message,
    Need.COMPLETE: lambda s: s.view.draft.problem is None,
    Need.STANDING: lambda s: s.view.is_undoable,
}

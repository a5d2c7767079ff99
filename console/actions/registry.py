"""Everything a moderator does by key or button: one entry each, in the order shown."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from console.actions.intents import (
    ClaimCase,
    Decide,
    EscalateCase,
    Intent,
    OpenCase,
    ReleaseCase,
    ToggleAction,
)
from console.state import CaseView, QueueState, may_apply
from shared.schemas.moderation import ActionKind, ActionRequest, CaseState, CaseSummary

_HOUR_S = 3600
_DAY_S = 24 * _HOUR_S


class Need(StrEnum):
    """What must be so for an action to make sense."""

    QUEUE = "queue"
    CASE = "case"
    FREE = "free"
    LEASE = "lease"
    MESSAGE = "message"
    COMPLETE = "complete"


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


def _takes_deletion(situation: Situation) -> bool:
    case = situation.target
    return case is not None and may_apply(ActionKind.DELETE_MESSAGE, case.subject_type)


_MET: dict[Need, Callable[[Situation], bool]] = {
    Need.QUEUE: lambda s: bool(s.queue.cases),
    Need.CASE: lambda s: s.target is not None,
    Need.FREE: _is_free,
    Need.LEASE: lambda s: s.view.is_mine,
    Need.MESSAGE: _takes_deletion,
    Need.COMPLETE: lambda s: s.view.draft.problem is None,
}


def _claim(situation: Situation) -> Intent | None:
    return ClaimCase(situation.target.id) if situation.target else None


def _step(step: int) -> Callable[[Situation], Intent | None]:
    def make(situation: Situation) -> Intent | None:
        here = situation.target
        found = situation.queue.after(here.id if here else None, step)
        if found is None or (here is not None and found.id == here.id):
            return None
        return OpenCase(found.id)

    return make


def _toggle(kind: ActionKind, duration_s: int | None = None) -> Callable[[Situation], Intent]:
    action = ActionRequest(kind=kind, duration_s=duration_s)
    return lambda _situation: ToggleAction(action)


_N = Need

ACTIONS: tuple[ModeratorAction, ...] = (
    ModeratorAction("next", "J", "Next case", frozenset({_N.QUEUE}), _step(1)),
    ModeratorAction("previous", "K", "Previous case", frozenset({_N.QUEUE}), _step(-1)),
    ModeratorAction("claim", "C", "Claim", frozenset({_N.CASE, _N.FREE}), _claim),
    ModeratorAction("release", "R", "Release", frozenset({_N.LEASE}), lambda _s: ReleaseCase()),
    ModeratorAction(
        "delete_message",
        "D",
        "Delete the message",
        frozenset({_N.LEASE, _N.MESSAGE}),
        _toggle(ActionKind.DELETE_MESSAGE),
    ),
    ModeratorAction(
        "mute_hour",
        "M",
        "Mute for 1 hour",
        frozenset({_N.LEASE}),
        _toggle(ActionKind.MUTE, _HOUR_S),
    ),
    ModeratorAction(
        "ban_day", "T", "Ban for 1 day", frozenset({_N.LEASE}), _toggle(ActionKind.BAN, _DAY_S)
    ),
    ModeratorAction("ban", "B", "Ban for good", frozenset({_N.LEASE}), _toggle(ActionKind.BAN)),
    ModeratorAction(
        "no_violation",
        "N",
        "No violation",
        frozenset({_N.LEASE}),
        _toggle(ActionKind.NO_VIOLATION),
    ),
    ModeratorAction(
        "escalate", "E", "Escalate to an admin", frozenset({_N.LEASE}), lambda _s: EscalateCase()
    ),
    ModeratorAction(
        "decide",
        "Ctrl+Return",
        "Decide",
        frozenset({_N.LEASE, _N.COMPLETE}),
        lambda _s: Decide(),
    ),
)
"""In the order of the key bar; names and keys are unique."""

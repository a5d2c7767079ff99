"""Taking a case, what ends having it, and taking its decision back."""

from console.actions.base import ModeratorAction, Need, Situation
from console.actions.intents import (
    ClaimCase,
    Decide,
    EscalateCase,
    Intent,
    ReleaseCase,
    SkipCase,
    UndoDecision,
)

_LEASE = frozenset({Need.LEASE})


def _claim(situation: Situation) -> Intent | None:
    return ClaimCase(situation.target.id) if situation.target else None


CLAIM = ModeratorAction("claim", "C", "Claim", frozenset({Need.CASE, Need.FREE}), _claim)
RELEASE = ModeratorAction("release", "R", "Give back", _LEASE, lambda _: ReleaseCase())
SKIP = ModeratorAction("skip", "S", "Skip for now", _LEASE, lambda _: SkipCase())
ESCALATE = ModeratorAction(
    "escalate", "E", "Escalate to an admin", _LEASE, lambda _: EscalateCase()
)
DECIDE = ModeratorAction(
    "decide", "Ctrl+Return", "Decide", frozenset({Need.LEASE, Need.COMPLETE}), lambda _: Decide()
)
UNDO = ModeratorAction(
    "undo", "U", "Undo the decision", frozenset({Need.STANDING}), lambda _: UndoDecision()
)

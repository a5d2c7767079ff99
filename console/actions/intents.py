"""What a moderator may want, as plain values; `perform` is the one way from there to the desk."""

from dataclasses import dataclass

from console.state import CaseDesk
from shared.schemas.moderation import ActionRequest


@dataclass(frozen=True, slots=True)
class OpenCase:
    """Look at a case."""

    case_id: str


@dataclass(frozen=True, slots=True)
class ClaimCase:
    """Take a case."""

    case_id: str


@dataclass(frozen=True, slots=True)
class ReleaseCase:
    """Give the case back."""


@dataclass(frozen=True, slots=True)
class SkipCase:
    """Leave the case to others."""


@dataclass(frozen=True, slots=True)
class EscalateCase:
    """Hand the case to an admin."""

    note: str = ""


@dataclass(frozen=True, slots=True)
class ToggleAction:
    """Put an action into the decision or take it out."""

    action: ActionRequest


@dataclass(frozen=True, slots=True)
class Decide:
    """Send the decision."""


@dataclass(frozen=True, slots=True)
class UndoDecision:
    """Take back all that the decision did and that still stands."""


type Intent = (
    OpenCase
    | ClaimCase
    | ReleaseCase
    | SkipCase
    | EscalateCase
    | ToggleAction
    | Decide
    | UndoDecision
)


async def perform(intent: Intent, desk: CaseDesk) -> None:
    """Do it; what goes wrong is in `desk.state.error`."""
    match intent:
        case OpenCase(case_id=case_id):
            await desk.open(case_id)
        case ClaimCase(case_id=case_id):
            await desk.claim(case_id)
        case ReleaseCase():
            await desk.release()
        case SkipCase():
            await desk.skip()
        case EscalateCase(note=note):
            await desk.escalate(note)
        case ToggleAction(action=action):
            desk.toggle(action)
        case Decide():
            await desk.decide()
        case UndoDecision():
            await desk.undo()

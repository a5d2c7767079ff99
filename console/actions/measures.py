"""What a decision does: each key puts one measure into the draft, or takes it out again."""

from collections.abc import Callable

from console.actions.base import ModeratorAction, Need, Situation
from console.actions.intents import Intent, ToggleAction
from shared.schemas.moderation import ActionKind, ActionRequest

_HOUR_S = 3600
_DAY_S = 24 * _HOUR_S
_LEASE = frozenset({Need.LEASE})


def _toggle(kind: ActionKind, duration_s: int | None = None) -> Callable[[Situation], Intent]:
    action = ActionRequest(kind=kind, duration_s=duration_s)
    return lambda _: ToggleAction(action)


DELETE_MESSAGE = ModeratorAction(
    "delete_message",
    "D",
    "Delete the message",
    frozenset({Need.LEASE, Need.MESSAGE}),
    _toggle(ActionKind.DELETE_MESSAGE),
)
MUTE_HOUR = ModeratorAction(
    "mute_hour", "M", "Mute for 1 hour", _LEASE, _toggle(ActionKind.MUTE, _HOUR_S)
)
BAN_DAY = ModeratorAction("ban_day", "T", "Ban for 1 day", _LEASE, _toggle(ActionKind.BAN, _DAY_S))
BAN = ModeratorAction("ban", "B", "Ban for good", _LEASE, _toggle(ActionKind.BAN))
NO_VIOLATION = ModeratorAction(
    "no_violation", "N", "No violation", _LEASE, _toggle(ActionKind.NO_VIOLATION)
)

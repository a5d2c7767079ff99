"""What a decision does: each key puts one measure into the draft, or takes it out again."""

from collections.abc import Callable

from console.actions.base import ModeratorAction, Need, Situation
from console.actions.intents import Intent, ToggleAction
from shared.schemas.moderation import ActionKind, ActionRequest

_TEN_MINUTES_S = 600
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
WARN = ModeratorAction("warn", "A", "Warn", _LEASE, _toggle(ActionKind.WARN))
TIMEOUT = ModeratorAction(
    "timeout", "O", "Timeout of 10 minutes", _LEASE, _toggle(ActionKind.TIMEOUT, _TEN_MINUTES_S)
)
RESTRICT = ModeratorAction(
    "restrict", "X", "Restrict for 1 day", _LEASE, _toggle(ActionKind.RESTRICT, _DAY_S)
)
HOLD_PAYOUT = ModeratorAction(
    "hold_payout", "H", "Hold earnings", _LEASE, _toggle(ActionKind.HOLD_PAYOUT)
)
NO_VIOLATION = ModeratorAction(
    "no_violation", "N", "No violation", _LEASE, _toggle(ActionKind.NO_VIOLATION)
)

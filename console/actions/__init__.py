"""What a moderator can do, for the key bar, the buttons and the tests.

`ACTIONS` is a frozen tuple of `ModeratorAction(name, key, label, needs, make)`:
next J, previous K, claim C, release R, skip S, delete_message D, mute_hour M, ban_day T, ban B,
no_violation N, warn A, timeout O, restrict X, hold_payout H, escalate E, decide Ctrl+Return,
undo U. A new one is a constant in its file and an entry here.

    situation = Situation(queue=watch.queue, chosen=case, view=desk.state, me=me.id)
    action.is_possible(situation)                    # enables the button
    intent = action.intent(situation)                # pure
    await perform(intent, desk)                      # failures are in desk.state.error
"""

from console.actions.base import ModeratorAction, Need, Situation
from console.actions.intents import (
    ClaimCase,
    Decide,
    EscalateCase,
    Intent,
    OpenCase,
    ReleaseCase,
    SkipCase,
    ToggleAction,
    UndoDecision,
    perform,
)
from console.actions.leasing import CLAIM, DECIDE, ESCALATE, RELEASE, SKIP, UNDO
from console.actions.measures import (
    BAN,
    BAN_DAY,
    DELETE_MESSAGE,
    HOLD_PAYOUT,
    MUTE_HOUR,
    NO_VIOLATION,
    RESTRICT,
    TIMEOUT,
    WARN,
)
from console.actions.walking import NEXT, PREVIOUS

ACTIONS: tuple[ModeratorAction, ...] = (
    NEXT,
    PREVIOUS,
    CLAIM,
    RELEASE,
    SKIP,
    DELETE_MESSAGE,
    MUTE_HOUR,
    BAN_DAY,
    BAN,
    NO_VIOLATION,
    WARN,
    TIMEOUT,
    RESTRICT,
    HOLD_PAYOUT,
    ESCALATE,
    DECIDE,
    UNDO,
)
"""In the order of the key bar; names and keys are unique."""

__all__ = [
    "ACTIONS",
    "ClaimCase",
    "Decide",
    "EscalateCase",
    "Intent",
    "ModeratorAction",
    "Need",
    "OpenCase",
    "ReleaseCase",
    "Situation",
    "SkipCase",
    "ToggleAction",
    "UndoDecision",
    "perform",
]

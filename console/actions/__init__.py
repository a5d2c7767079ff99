"""What a moderator can do, for the key bar, the buttons and the tests.

`ACTIONS` is a frozen tuple of `ModeratorAction(name, key, label, needs, make)`:
next J, previous K, claim C, release R, delete_message D, mute_hour M, ban_day T, ban B,
no_violation N, escalate E, decide Ctrl+Return.

    situation = Situation(queue=watch.queue, chosen=case, view=desk.state, me=me.id)
    action.is_possible(situation)                    # enables the button
    intent = action.intent(situation)                # pure
    await perform(intent, desk)                      # failures are in desk.state.error
"""

from console.actions.intents import (
    ClaimCase,
    Decide,
    EscalateCase,
    Intent,
    OpenCase,
    ReleaseCase,
    ToggleAction,
    perform,
)
from console.actions.registry import ACTIONS, ModeratorAction, Need, Situation

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
    "ToggleAction",
    "perform",
]

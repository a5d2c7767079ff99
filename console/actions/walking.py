"""Moving through the queue by key."""

from collections.abc import Callable

from console.actions.base import ModeratorAction, Need, Situation
from console.actions.intents import Intent, OpenCase


def _step(step: int) -> Callable[[Situation], Intent | None]:
    def make(situation: Situation) -> Intent | None:
        here = situation.target
        found = situation.queue.after(here.id if here else None, step)
        if found is None or (here is not None and found.id == here.id):
            return None
        return OpenCase(found.id)

    return make


NEXT = ModeratorAction("next", "J", "Next case", frozenset({Need.QUEUE}), _step(1))
PREVIOUS = ModeratorAction("previous", "K", "Previous case", frozenset({Need.QUEUE}), _step(-1))

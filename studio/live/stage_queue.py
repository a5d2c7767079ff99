"""The creator's queue of timed actions: what runs, what waits, and a clock that can be paused."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.schemas.stage import StageAction

_MOST = 200


@dataclass(frozen=True, slots=True)
class Running:
    """The action under way; `left_s` goes below zero once its time is up."""

    action: StageAction
    left_s: float
    is_paused: bool


class StageQueue:
    """Holds what is not done, in the creator's own order; times are given, seconds that only rise.

    Skipping puts an action at the end: somebody asked for it, so it waits until it is done.
    """

    def __init__(self) -> None:
        self._waiting: list[StageAction] = []
        self._running: StageAction | None = None
        self._began_s = 0.0
        self._paused_s: float | None = None

    @property
    def waiting(self) -> tuple[StageAction, ...]:
        """What waits, next first, without the one that runs."""
        return tuple(one for one in self._waiting if one is not self._running)

    def replace(self, actions: Sequence[StageAction]) -> None:
        """Take in the platform's queue; what runs goes on while it is still in it."""
        ours = {one.id: place for place, one in enumerate(self._waiting)}
        fresh = [one for one in actions if one.done_at is None][:_MOST]
        fresh.sort(key=lambda one: ours.get(one.id, len(ours)))
        self._waiting = fresh
        if self._running is not None:
            running_id = self._running.id
            self._running = next((one for one in fresh if one.id == running_id), None)

    def add(self, action: StageAction) -> None:
        """Put an action at the end, once."""
        if action.done_at is None and all(one.id != action.id for one in self._waiting):
            self._waiting = [*self._waiting, action][-_MOST:]

    def done(self, action_id: str) -> None:
        """Take an action out: it was done."""
        self._waiting = [one for one in self._waiting if one.id != action_id]
        if self._running is not None and self._running.id == action_id:
            self._running = None

    def start(self, action_id: str, now_s: float) -> None:
        """Begin an action, in place of the one that runs; without its id nothing happens."""
        found = next((one for one in self._waiting if one.id == action_id), None)
        if found is not None:
            self._running, self._began_s, self._paused_s = found, now_s, None

    def pause(self, now_s: float) -> None:
        """Stop the clock, or let it go on."""
        if self._running is None:
            return
        if self._paused_s is None:
            self._paused_s = now_s
        else:
            self._began_s += now_s - self._paused_s
            self._paused_s = None

    def skip(self, action_id: str) -> None:
        """Put an action at the end of the queue."""
        found = next((one for one in self._waiting if one.id == action_id), None)
        if found is not None:
            self._waiting = [one for one in self._waiting if one is not found] + [found]
            if self._running is found:
                self._running = None

    def running(self, now_s: float) -> Running | None:
        """What is under way and how long it still takes."""
        if self._running is None:
            return None
        until_s = self._paused_s if self._paused_s is not None else now_s
        left_s = self._running.duration_s - (until_s - self._began_s)
        return Running(self._running, left_s, self._paused_s is not None)

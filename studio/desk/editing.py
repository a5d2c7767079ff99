"""The one way from the window to the document: edits, in order, to the engine."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from shared.qt.scope import TaskScope
from studio.engine.protocol import EditProject, EngineState
from studio.live import EngineHost
from studio.project.edits import Edit

_log = logging.getLogger(__name__)
_MOST_WAITING = 500

type MakeEdits = Callable[[EngineState], tuple[Edit, ...]]


@dataclass(frozen=True, slots=True)
class _Waiting:
    make: MakeEdits
    gesture: str | None = None


class Editing:
    """Sends edits one step after another; of a gesture only the newest that waits is sent."""

    def __init__(self, engine: EngineHost, scope: TaskScope) -> None:
        self._engine = engine
        self._scope = scope
        self._waiting: deque[_Waiting] = deque()
        self._is_sending = False
        self._gesture: str | None = None
        self.is_same_step = False
        """What was sent last goes on with the step before."""
        self.opened = asyncio.Event()
        """The creator's scenes are loaded; edits wait for it, else they would be loaded over."""

    def make(self, make: MakeEdits) -> None:
        """Make edits for the document as it is when their turn comes, and send them."""
        self._put(_Waiting(make))

    def send(self, edits: tuple[Edit, ...]) -> None:
        """Send edits as one step, or as more of their gesture."""
        gestures = {getattr(edit, "gesture", None) for edit in edits}
        gesture = gestures.pop() if len(gestures) == 1 else None
        entry = _Waiting(lambda _state: edits, gesture)
        if gesture is not None and self._waiting and self._waiting[-1].gesture == gesture:
            self._waiting[-1] = entry
        else:
            self._put(entry)

    def _put(self, entry: _Waiting) -> None:
        if len(self._waiting) >= _MOST_WAITING:
            _log.warning("the engine does not answer; an edit is dropped")
            return
        self._waiting.append(entry)
        self._start()

    def _start(self) -> None:
        if not self._is_sending:
            self._is_sending = True
            self._scope.start(self._send_all(), name="edit")

    async def _send_all(self) -> None:
        try:
            while self._waiting:
                await self._send(self._waiting[0])
        finally:
            self._is_sending = False
            if self._waiting:
                self._start()  # one was refused, and is told; the rest goes on

    async def _send(self, entry: _Waiting) -> None:
        try:
            await self.opened.wait()
            state = await self._engine.ready()
        except BaseException:
            self._waiting.popleft()
            raise
        entry = self._waiting.popleft()  # a newer one of the gesture may have taken its place
        try:
            edits = entry.make(state)
        except KeyError:
            return  # it has gone meanwhile: what was asked for is done or meaningless
        if edits:
            self.is_same_step = entry.gesture is not None and entry.gesture == self._gesture
            self._gesture = entry.gesture
            await self._engine.request(EditProject(edits=edits))

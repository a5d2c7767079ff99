"""What the room asks of the creator while live: actions, held messages, ranks, the mood."""

import time
from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from shared.schemas.automod import HeldMessage
from shared.schemas.moods import Mood
from shared.schemas.stage import StageRequest
from shared.schemas.streams import StreamPatch
from shared.schemas.wallet import LeaderboardRow
from studio.desk.tools import ToolParts
from studio.docks.held import HeldDock
from studio.docks.leaderboard import LeaderboardDock
from studio.docks.mood import MoodDock
from studio.docks.stripsync import StripSyncDock
from studio.live.stage_queue import StageQueue

_RANKS_EVERY_S = 3.0


class QueuePart:
    """Serves StripSync: the room's queue, and a clock of the creator's own."""

    name = "stripsync"

    def __init__(self, parts: ToolParts, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._parts = parts
        self._clock = clock
        self._dock: StripSyncDock | None = None
        self._stream_id: str | None = None
        self._seen = 0
        self.queue = StageQueue()

    def attach(self, dock: QWidget) -> None:
        """Serve this dock from now on."""
        if not isinstance(dock, StripSyncDock):
            return
        self._dock = dock
        dock.start_requested.connect(lambda one: self._now(self.queue.start, one))
        dock.pause_requested.connect(self._on_pause)
        dock.skip_requested.connect(self._on_skip)
        dock.done_requested.connect(self._on_done)
        dock.add_requested.connect(self._on_add)

    def signed_in(self) -> None:
        """The queue belongs to a show; it is read when one is on air."""

    def draw(self) -> None:
        """Follow the room's queue and let the clock run."""
        stream_id, show = self._parts.stream_id, self._parts.room.show
        if stream_id != self._stream_id:
            self._stream_id, self._seen = stream_id, show.actions_seen
            self.queue = StageQueue()
            if stream_id is not None:
                self._parts.start(self._read(), name="action queue", dock=self._dock)
        for action in show.actions_since(self._seen):
            if action.done_at is None:
                self.queue.add(action)
            else:
                self.queue.done(action.id)
        self._seen = show.actions_seen
        self._show()

    def _show(self) -> None:
        dock = self._dock
        if dock is None or not dock.isVisible():
            return
        running = self.queue.running(self._clock())
        dock.set_live(is_live=self._stream_id is not None)
        dock.set_waiting(self.queue.waiting)
        if running is None:
            dock.set_running(None, 0.0, is_paused=False)
        else:
            dock.set_running(running.action, running.left_s, is_paused=running.is_paused)

    async def _read(self) -> None:
        client, stream_id = self._parts.client, self._stream_id
        if client is not None and stream_id is not None:
            self.queue.replace((await client.stage.actions(stream_id)).items)
            self._show()

    def _now(self, act: Callable[[str, float], None], action_id: str) -> None:
        act(action_id, self._clock())
        self._show()

    def _on_pause(self) -> None:
        self.queue.pause(self._clock())
        self._show()

    def _on_skip(self, action_id: str) -> None:
        self.queue.skip(action_id)
        self._show()

    def _on_done(self, action_id: str) -> None:
        self.queue.done(action_id)
        self._show()
        self._parts.start(
            self._done(action_id), name="action done", dock=self._dock, undo=self._again
        )

    def _again(self) -> None:
        self._parts.start(self._read(), name="action queue", dock=self._dock)

    async def _done(self, action_id: str) -> None:
        client, stream_id = self._parts.client, self._stream_id
        if client is not None and stream_id is not None:
            await client.stage.action_done(stream_id, action_id)

    def _on_add(self, title: str, seconds: int) -> None:
        self._parts.start(self._add(title, seconds), name="add action", dock=self._dock)

    async def _add(self, title: str, seconds: int) -> None:
        client, stream_id = self._parts.client, self._stream_id
        if client is not None and stream_id is not None:
            request = StageRequest(title=title, duration_s=seconds)
            answer = await client.stage.request_action(stream_id, request)
            if answer.action is not None:
                self.queue.add(answer.action)
                self._show()


class HeldPart:
    """Serves the held messages of one's own room."""

    name = "held"

    def __init__(self, parts: ToolParts) -> None:
        self._parts = parts
        self._dock: HeldDock | None = None
        self._stream_id: str | None = None
        self._seen = 0
        self._held: dict[str, HeldMessage] = {}

    def attach(self, dock: QWidget) -> None:
        """Serve this dock from now on."""
        if isinstance(dock, HeldDock):
            self._dock = dock
            dock.allowed.connect(lambda held_id: self._settle(held_id, is_allowed=True))
            dock.denied.connect(lambda held_id: self._settle(held_id, is_allowed=False))
            dock.set_messages(tuple(self._held.values()))

    def signed_in(self) -> None:
        """Messages are held in a show; they are read when one is on air."""

    def draw(self) -> None:
        """Read what waits once the room is entered, then follow its events."""
        stream_id, show = self._parts.stream_id, self._parts.room.show
        if stream_id != self._stream_id:
            self._stream_id, self._held = stream_id, {}
            self._seen = show.held_seen
            if stream_id is not None:
                self._parts.start(self._read(), name="held messages", dock=self._dock)
            self._show()
        elif show.held_seen != self._seen:
            for message in show.held_since(self._seen):
                self._take(message)
            self._seen = show.held_seen
            self._show()

    async def _read(self) -> None:
        client, stream_id = self._parts.client, self._stream_id
        if client is not None and stream_id is not None:
            for message in (await client.automod.held(stream_id, limit=100)).items:
                self._take(message)
            self._show()

    def _take(self, message: HeldMessage) -> None:
        if message.state.value == "held":
            self._held[message.id] = message
        else:
            self._held.pop(message.id, None)

    def _settle(self, held_id: str, *, is_allowed: bool) -> None:
        message = self._held.pop(held_id, None)
        if message is None:
            return
        self._show()
        self._parts.start(
            self._tell(held_id, is_allowed=is_allowed),
            name="settle held message",
            dock=self._dock,
            undo=lambda: self._put_back(message),
        )

    def _put_back(self, message: HeldMessage) -> None:
        self._held[message.id] = message
        self._show()

    async def _tell(self, held_id: str, *, is_allowed: bool) -> None:
        client, stream_id = self._parts.client, self._stream_id
        if client is None or stream_id is None:
            return
        if is_allowed:
            await client.automod.release(stream_id, held_id)
        else:
            await client.automod.deny(stream_id, held_id)

    def _show(self) -> None:
        if self._dock is not None:
            waiting = sorted(self._held.values(), key=lambda one: one.at)
            self._dock.set_messages(waiting)


class LeaderboardPart:
    """Serves the ranks: read again a moment after tips, while somebody looks."""

    name = "leaderboard"

    def __init__(self, parts: ToolParts, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._parts = parts
        self._clock = clock
        self._dock: LeaderboardDock | None = None
        self._read_for: tuple[str | None, int] = (None, -1)
        self._next_s = 0.0

    def attach(self, dock: QWidget) -> None:
        """Serve this dock from now on."""
        if isinstance(dock, LeaderboardDock):
            self._dock = dock
            self._read_for = (None, -1)

    def signed_in(self) -> None:
        """Ranks belong to a show."""

    def draw(self) -> None:
        """Ask again where there were tips since."""
        dock, stream_id = self._dock, self._parts.stream_id
        if dock is None or stream_id is None or not dock.isVisible():
            return
        wanted = (stream_id, self._parts.room.show.tips_seen)
        now_s = self._clock()
        if wanted != self._read_for and now_s >= self._next_s:
            self._read_for, self._next_s = wanted, now_s + _RANKS_EVERY_S
            self._parts.start(self._read(stream_id), name="leaderboard", dock=dock)

    async def _read(self, stream_id: str) -> None:
        client = self._parts.client
        if client is not None:
            rows: list[LeaderboardRow] = (await client.wallet.leaderboard(stream_id)).items
            if self._dock is not None:
                self._dock.set_problem("")
                self._dock.set_rows(rows)


class MoodPart:
    """Serves the mood: the room's shares, and the show's own mood."""

    name = "mood"

    def __init__(self, parts: ToolParts) -> None:
        self._parts = parts
        self._dock: MoodDock | None = None
        self._drawn: tuple[object, ...] = ()

    def attach(self, dock: QWidget) -> None:
        """Serve this dock from now on."""
        if isinstance(dock, MoodDock):
            self._dock, self._drawn = dock, ()
            dock.mood_chosen.connect(
                lambda mood: self._parts.start(self._choose(mood), name="own mood", dock=dock)
            )

    def signed_in(self) -> None:
        """The room tells the mood."""

    def draw(self) -> None:
        """Show the mood of now."""
        dock, show = self._dock, self._parts.room.show
        if dock is None or not dock.isVisible():
            return
        own = show.stream.mood if show.stream is not None else None
        is_live = self._parts.stream_id is not None
        drawn = (show.mood, own, is_live)
        if drawn != self._drawn:
            self._drawn = drawn
            dock.set_strip(show.mood)
            dock.set_own(own, is_live=is_live)

    async def _choose(self, mood: Mood) -> None:
        client, stream_id = self._parts.client, self._parts.stream_id
        if client is not None and stream_id is not None:
            await client.streams.change(stream_id, StreamPatch(mood=mood))
            await client.show.vote_mood(stream_id, mood)

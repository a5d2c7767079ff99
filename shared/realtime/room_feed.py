"""One subscription to one room, as its reader sees it."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence

from shared.errors import AppError
from shared.realtime.feed import Feed, Snapshot
from shared.realtime.wire import Arrived, Joined, Unknown
from shared.schemas.realtime import RoomEvent

type RoomItem = Snapshot | RoomEvent
"""A `Snapshot` first (and again after a loss that cannot be repaired), then events in order."""


class RoomFeed:
    """A room's items in order, each once; made by `RealtimeClient.join`.

    Read it by `async for item in feed`, or give `join` a listener that is called with each item.
    At most `max_unread` items wait for a slow reader; then they are dropped and the room starts
    over with a fresh snapshot.
    """

    # `heard_at`, `ask_at` (loop time) and `misses` are the client's, which asks the server for us.

    def __init__(
        self,
        room: str,
        *,
        listener: Callable[[RoomItem], None] | None,
        wake: Callable[[], None],
        leave: Callable[["RoomFeed"], None],
        max_unread: int = 5000,
    ) -> None:
        self.room = room
        self.error: AppError | None = None
        self.heard_at = 0.0
        self.ask_at = 0.0
        self.misses = 0
        self._listener = listener
        self._wake = wake
        self._leave = leave
        self._max_unread = max_unread
        self._feed = Feed[Arrived]()
        self._unread: deque[RoomItem] = deque()
        self._changed = asyncio.Event()
        self._ready = asyncio.Event()
        self._is_closed = False

    @property
    def seq(self) -> int | None:
        """The last event delivered."""
        return self._feed.seq

    @property
    def since(self) -> int | None:
        """What the next join asks with."""
        return self._feed.since

    @property
    def is_closed(self) -> bool:
        """Whether nothing will come any more."""
        return self._is_closed

    @property
    def needs_join(self) -> bool:
        """Whether the server must be asked."""
        return self._feed.needs_join and not self._is_closed

    async def ready(self) -> None:
        """Wait for the first snapshot.

        Raises:
            AppError: the room may not be joined, or the connection ended before.
        """
        await self._ready.wait()
        if self.error is not None:
            raise self.error

    def close(self) -> None:
        """Leave the room; iteration ends after what was delivered."""
        if not self._is_closed:
            self._end()
            self._leave(self)

    def fail(self, error: AppError) -> None:
        """End with an error: the room is refused or the session is over."""
        if not self._is_closed:
            self.error = error
            self._end()

    def pushed(self, events: Sequence[Arrived]) -> None:
        """Take a frame's events."""
        self._heard()
        self._deliver(self._feed.push(events))

    def answered(self, asked_since: int | None, joined: Joined) -> None:
        """Take the answer of a join."""
        self._heard()
        self._deliver(
            self._feed.joined(
                asked_since=asked_since,
                seq=joined.seq,
                snapshot=joined.snapshot,
                missed=joined.missed,
            )
        )
        if self._feed.seq is not None:
            self._ready.set()

    def lost(self) -> None:
        """The connection is gone or was emptied by the server."""
        self._feed.lost()
        self.ask_at, self.misses = 0.0, 0

    async def __aiter__(self) -> AsyncIterator[RoomItem]:
        while True:
            while self._unread:
                yield self._unread.popleft()
            if self._is_closed:
                break
            self._changed.clear()
            await self._changed.wait()
        if self.error is not None:
            raise self.error

    def _deliver(self, items: Sequence[Arrived | Snapshot]) -> None:
        for item in items:
            if isinstance(item, Unknown) or self._is_closed:
                continue
            if self._listener is not None:
                self._listener(item)
                continue
            self._unread.append(item)
        if len(self._unread) > self._max_unread:
            self._unread.clear()
            self._feed.forget()
        self._changed.set()
        if self.needs_join:
            self._wake()

    def _heard(self) -> None:
        self.heard_at = asyncio.get_running_loop().time()

    def _end(self) -> None:
        self._is_closed = True
        self._ready.set()
        self._changed.set()

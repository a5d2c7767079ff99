"""What a moderator watches, kept current: the queue, the live streams, and the hub for admins."""

import asyncio
import logging
from enum import StrEnum
from types import TracebackType
from typing import Protocol, Self

from console.state.hub import HubState
from console.state.queue import QueueState
from console.state.streams import LiveStreams
from shared.api import ApiClient
from shared.background import Background
from shared.backoff import Backoff
from shared.errors import AppError
from shared.listeners import Listener, Listeners, Unsubscribe
from shared.realtime import RealtimeClient, RoomFeed, RoomItem, Snapshot
from shared.schemas.common import MAX_PAGE, Page
from shared.schemas.realtime import ADMIN_ROOM, MOD_ROOM, EventType, RoomEvent

_log = logging.getLogger(__name__)
_MAX_PAGES = 50


class Watched(StrEnum):
    """What changed, so that only that is drawn again."""

    QUEUE = "queue"
    STREAMS = "streams"
    HUB = "hub"
    ERROR = "error"


class Watch:
    """Follows the moderators' room, and the admins' room for those who may enter it.

    The rooms push; what they do not carry is read again: the queue after every fresh start of its
    room, the streams every `streams_every_s` as well. `on_event` hears each event of both rooms.
    """

    def __init__(
        self,
        *,
        api: ApiClient,
        realtime: RealtimeClient,
        is_admin: bool,
        streams_every_s: float = 10.0,
        backoff: Backoff | None = None,
    ) -> None:
        self.queue = QueueState()
        self.streams = LiveStreams()
        self.hub = HubState()
        self.error: AppError | None = None
        self._api = api
        self._realtime = realtime
        self._is_admin = is_admin
        self._streams_every_s = streams_every_s
        self._backoff = backoff or Backoff()
        self._changed = Listeners[Watched]()
        self._events = Listeners[RoomEvent]()
        self._stale: set[Watched] = set()
        self._wake = asyncio.Event()
        self._feeds: list[RoomFeed] = []
        self._knows_streams = False
        self._loader = Background("console watch")

    def on_changed(self, listener: Listener[Watched]) -> Unsubscribe:
        """Hear what has changed."""
        return self._changed.add(listener)

    def on_event(self, listener: Listener[RoomEvent]) -> Unsubscribe:
        """Hear each event of the moderators' and the admins' room, after it was taken in."""
        return self._events.add(listener)

    def reload(self) -> None:
        """Read everything again."""
        self._mark(Watched.QUEUE, Watched.STREAMS, *([Watched.HUB] if self._is_admin else []))

    async def __aenter__(self) -> Self:
        self.reload()
        self._feeds = [self._realtime.join(MOD_ROOM, self._on_mod_item)]
        if self._is_admin:
            self._feeds.append(self._realtime.join(ADMIN_ROOM, self._on_admin_item))
        self._loader.start(self._load())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for feed in self._feeds:
            feed.close()
        await self._loader.close()

    def _on_mod_item(self, item: RoomItem) -> None:
        if isinstance(item, Snapshot):
            self._mark(Watched.QUEUE, Watched.STREAMS)
            return
        if self.queue.apply(item):
            self._changed.tell(Watched.QUEUE)
        if self.streams.apply(item):
            self._changed.tell(Watched.STREAMS)
        if item.type in {EventType.STREAM_STARTED, EventType.SAFETY_SCORE}:
            self._mark(Watched.STREAMS)  # its risk is worked out by the server
        self._events.tell(item)

    def _on_admin_item(self, item: RoomItem) -> None:
        if isinstance(item, Snapshot):
            self._mark(Watched.HUB)
            return
        if self.hub.apply(item):
            self._changed.tell(Watched.HUB)
        self._events.tell(item)

    def _mark(self, *parts: Watched) -> None:
        self._stale.update(parts)
        self._wake.set()

    async def _load(self) -> None:
        tries = 0
        while True:
            pause_s = self._backoff.wait_s(tries) if tries else self._streams_every_s
            if tries:
                await asyncio.sleep(pause_s)
            elif not self._stale:
                try:
                    async with asyncio.timeout(pause_s):
                        await self._wake.wait()
                except TimeoutError:
                    self._stale.add(Watched.STREAMS)
            self._wake.clear()
            tries = 0 if await self._load_stale() else tries + 1

    async def _load_stale(self) -> bool:
        """Read what is stale; what could not be read stays so."""
        for part, read in (
            (Watched.QUEUE, self._load_queue),
            (Watched.STREAMS, self._load_streams),
            (Watched.HUB, self._load_hub),
        ):
            if part not in self._stale:
                continue
            self._stale.discard(part)
            try:
                await read()
            except AppError as error:
                self._stale.add(part)
                _log.info("the %s cannot be read: %s", part, error.code)
                self._tell_error(error)
                return False
        self._tell_error(None)
        return True

    async def _load_queue(self) -> None:
        self.queue.begin_load()
        self.queue.load(await _pages(self._api.moderation.queue))
        self._changed.tell(Watched.QUEUE)

    async def _load_streams(self) -> None:
        is_changed = self.streams.load(await _pages(self._api.moderation.streams))
        # That nothing is on air is news, too, as long as nobody knows anything.
        if is_changed or not self._knows_streams:
            self._knows_streams = True
            self._changed.tell(Watched.STREAMS)

    async def _load_hub(self) -> None:
        if self.hub.take(await self._api.admin.hub()):
            self._changed.tell(Watched.HUB)

    def _tell_error(self, error: AppError | None) -> None:
        if error is not self.error:
            self.error = error
            self._changed.tell(Watched.ERROR)


class _ReadPage[T](Protocol):
    async def __call__(self, *, cursor: str | None = None, limit: int | None = None) -> Page[T]: ...


async def _pages[T](read: _ReadPage[T]) -> list[T]:
    items: list[T] = []
    cursor: str | None = None
    for _ in range(_MAX_PAGES):
        page = await read(cursor=cursor, limit=MAX_PAGE)
        items.extend(page.items)
        cursor = page.next_cursor
        if cursor is None:
            break
    return items

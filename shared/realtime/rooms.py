"""Which rooms are followed, by how many readers, and which were left."""

from collections.abc import Callable, Iterator
from typing import Any

from shared.errors import AppError
from shared.realtime.room_feed import RoomFeed
from shared.realtime.wire import read_events


class Rooms:
    """The feeds of one connection; a room is left on the server with its last feed.

    `wake` is called when the server has to be asked or told something.
    """

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._feeds: dict[str, list[RoomFeed]] = {}
        self._left: list[str] = []

    def __iter__(self) -> Iterator[RoomFeed]:
        """Every feed there is now; may change while one iterates."""
        return iter([feed for feeds in self._feeds.values() for feed in feeds])

    def add(self, feed: RoomFeed) -> None:
        """Follow a room."""
        self._feeds.setdefault(feed.room, []).append(feed)
        self._wake()

    def remove(self, feed: RoomFeed, *, tell_server: bool = True) -> None:
        """Follow it no more."""
        feeds = self._feeds.get(feed.room, [])
        if feed in feeds:
            feeds.remove(feed)
        if not feeds and self._feeds.pop(feed.room, None) is not None and tell_server:
            self._left.append(feed.room)
            self._wake()

    def left(self) -> str | None:
        """A room to be left on the server, once; None when there is none."""
        while self._left:
            room = self._left.pop()
            if room not in self._feeds:
                return room
        return None

    def quietest(self) -> RoomFeed | None:
        """The feed that was heard of the longest ago."""
        return min(self, key=lambda feed: feed.heard_at, default=None)

    def frame(self, raw: Any) -> None:
        """Give a frame's events to the feeds of its room."""
        feeds = self._feeds.get(str(raw.get("room"))) if isinstance(raw, dict) else None
        if feeds:
            events = read_events(raw.get("events"))
            for feed in list(feeds):
                feed.pushed(events)

    def resync(self, raw: Any) -> None:
        """The server dropped what it had for us: in one room, or in all of them."""
        room = raw.get("room") if isinstance(raw, dict) else None
        for feed in self:
            if room is None or feed.room == room:
                feed.lost()
        self._wake()

    def lost(self) -> None:
        """The connection is gone: every room must be joined again."""
        for feed in self:
            feed.lost()
        self._left.clear()

    def fail(self, error: AppError) -> None:
        """No room will say anything any more."""
        for feed in self:
            feed.fail(error)
        self._feeds.clear()

    def close(self) -> None:
        """Every feed ends after what it has delivered."""
        for feed in self:
            feed.close()

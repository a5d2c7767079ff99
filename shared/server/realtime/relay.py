"""What other server processes commit, heard over Redis: one channel for each room.

Each process listens to the rooms that its own sockets are in, and to nothing else. Redis only
carries the news quickly; the log in the database is the truth. Whatever Redis loses (it was down,
a process died between commit and publish) is found by `FanOut.sweep` and read from the log.
"""

import asyncio
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from shared.ids import new_id
from shared.schemas.admin import HealthPart
from shared.schemas.realtime import EventType
from shared.server.realtime.feed import Feed, FeedEvent
from shared.server.redis_client import redis_client

_log = logging.getLogger(__name__)
_PREFIX = "teezu:room:"
_MAX_WAITING = 10_000
_BATCH = 200
_TIMEOUT_S = 5.0
_AGAIN_S = 1.0


class Relay(Protocol):
    """Tells which rooms this process wants to hear of."""

    async def enter(self, room: str) -> None:
        """Hear this room from now on; as often entered, as often left."""
        ...

    def leave(self, room: str) -> None:
        """Take one `enter` back."""
        ...


class Alone:
    """The relay of a server that has no others beside it."""

    async def enter(self, room: str) -> None:
        """Nothing: all that is committed is committed here."""

    def leave(self, room: str) -> None:
        """Nothing."""


@dataclass(slots=True, eq=False)
class _Watched:
    count: int = 0
    ready: asyncio.Event = field(default_factory=asyncio.Event)


class RedisRelay:
    """Passes on what this process commits, and hears what the others do. `run` must run."""

    def __init__(self, url: str, feed: Feed) -> None:
        self._url = url
        self._feed = feed
        self._id = new_id()
        self._out: asyncio.Queue[tuple[str, str]] = asyncio.Queue(_MAX_WAITING)
        self._rooms: dict[str, _Watched] = {}
        self._confirmed: set[str] = set()
        self._changed = asyncio.Event()
        self.lost = 0
        """Messages that were dropped because Redis was too slow; the sweep repairs them."""
        self.failures = 0
        """How often Redis did not answer."""
        self.is_connected = False
        feed.listen(self._note)

    async def enter(self, room: str) -> None:
        """Hear this room; returns once Redis has confirmed, or when it does not answer."""
        watched = self._rooms.setdefault(room, _Watched())
        watched.count += 1
        if not watched.ready.is_set():
            self._changed.set()
            try:
                async with asyncio.timeout(_TIMEOUT_S):
                    await watched.ready.wait()
            except TimeoutError:
                _log.warning("Redis does not confirm a room; its events come late")

    def leave(self, room: str) -> None:
        """Stop hearing it when nobody here is in it any more."""
        watched = self._rooms.get(room)
        if watched is None:
            return
        watched.count -= 1
        if watched.count <= 0:
            del self._rooms[room]
            self._changed.set()

    def _note(self, room: str, events: Sequence[FeedEvent]) -> None:
        try:
            self._out.put_nowait((room, encode(self._id, events)))
        except asyncio.QueueFull:
            self.lost += 1

    async def run(self) -> None:
        """Stay connected until cancelled.

        Raises:
            Unavailable: the Redis client is not installed.
        """
        redis = redis_client()
        while True:
            try:
                await self._connected(redis)
            except* (redis.RedisError, OSError) as errors:
                self.failures += 1
                reason = type(errors.exceptions[0]).__name__
                _log.warning("Redis does not answer (%s); events come late until it does", reason)
            self.is_connected = False
            self._confirmed.clear()
            for watched in self._rooms.values():
                watched.ready.clear()
            await asyncio.sleep(_AGAIN_S)

    async def check(self) -> HealthPart:
        """How it is, for the health report."""
        if self.is_connected:
            return HealthPart(name="redis", ok=True)
        detail = "it does not answer; what other processes commit comes a second late"
        return HealthPart(name="redis", ok=False, detail=detail)

    async def _connected(self, redis: Any) -> None:
        async with (
            redis.from_url(
                self._url,
                decode_responses=True,
                socket_timeout=_TIMEOUT_S,
                socket_connect_timeout=_TIMEOUT_S,
                health_check_interval=10,
            ) as client,
            client.pubsub() as pubsub,
        ):
            await pubsub.subscribe(f"teezu:process:{self._id}")  # so that there is a connection
            self.is_connected = True
            self._changed.set()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._publish(client), name="relay out")
                tasks.create_task(self._follow(pubsub), name="relay rooms")
                tasks.create_task(self._hear(pubsub), name="relay in")

    async def _publish(self, client: Any) -> None:
        while True:
            batch = [await self._out.get()]
            while len(batch) < _BATCH and not self._out.empty():
                batch.append(self._out.get_nowait())
            async with client.pipeline(transaction=False) as pipeline:
                for room, text in batch:
                    pipeline.publish(_PREFIX + room, text)
                await pipeline.execute()

    async def _follow(self, pubsub: Any) -> None:
        """Subscribe to what is wanted and to nothing else."""
        followed: set[str] = set()
        while True:
            await self._changed.wait()
            self._changed.clear()
            wanted = set(self._rooms)
            if new := wanted - followed:
                await pubsub.subscribe(*(_PREFIX + room for room in new))
            if old := followed - wanted:
                self._confirmed -= old
                await pubsub.unsubscribe(*(_PREFIX + room for room in old))
            followed = wanted
            for room in self._confirmed & set(self._rooms):  # left and entered again
                self._rooms[room].ready.set()

    async def _hear(self, pubsub: Any) -> None:
        while True:
            message = await pubsub.get_message(timeout=_TIMEOUT_S / 2)
            if message is None:
                continue
            room = str(message["channel"]).removeprefix(_PREFIX)
            watched = self._rooms.get(room)
            if watched is None:
                continue
            if message["type"] == "subscribe":
                self._confirmed.add(room)
                watched.ready.set()
            elif message["type"] == "message":
                sender, events = decode(room, message["data"])
                if sender != self._id:
                    self._feed.hear(room, events)


def encode(sender: str, events: Sequence[FeedEvent]) -> str:
    """Events of one room as one message."""
    rows = [[e.seq, e.type.value, e.at.isoformat(), e.data] for e in events]
    return json.dumps([sender, rows], separators=(",", ":"))


def decode(room: str, text: str) -> tuple[str, list[FeedEvent]]:
    """The sender of a message, and its events."""
    sender, rows = json.loads(text)
    events = [
        FeedEvent(room, EventType(type_), datetime.fromisoformat(at), data, seq)
        for seq, type_, at, data in rows
    ]
    return sender, events

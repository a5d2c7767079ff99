"""The door of every stream's room: who is no longer welcome is put out while they are inside."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from shared.schemas.realtime import EventType, stream_room
from shared.schemas.room import Restriction, RestrictionKind
from shared.schemas.streams import Stream
from shared.server.core import Core
from shared.server.http.errors import Refused
from shared.server.realtime.feed import FeedEvent
from shared.server.realtime.sockets import Sockets
from shared.server.streams.service import OPEN_TO_ALL, StreamService


@dataclass(frozen=True, slots=True)
class _Narrowed:
    """A stream whose room is no longer for everybody."""

    stream_id: str


class Doorman:
    """Listens for bans and for rooms that change their audience; `run` carries both out."""

    def __init__(self, core: Core, streams: StreamService, sockets: Sockets) -> None:
        self._core = core
        self._streams = streams
        self._sockets = sockets
        self._due: asyncio.Queue[Restriction | _Narrowed] = asyncio.Queue(10_000)
        core.feed.listen_everywhere(self._watch)

    def _watch(self, room: str, events: Sequence[FeedEvent]) -> None:
        for event in events:
            if event.type is EventType.RESTRICTION_APPLIED and room.startswith("user:"):
                restriction = Restriction.model_validate_json(event.data)
                if restriction.kind is RestrictionKind.BAN:
                    self._due.put_nowait(restriction)
            elif event.type is EventType.STREAM_UPDATED and room.startswith("stream:"):
                stream = Stream.model_validate_json(event.data)
                if stream.audience not in OPEN_TO_ALL and self._core.fanout.users(room):
                    self._due.put_nowait(_Narrowed(stream.id))

    async def run(self) -> None:
        """Take sockets out of rooms until cancelled."""
        while True:
            match await self._due.get():
                case Restriction() as ban:
                    room = None if ban.stream_id is None else stream_room(ban.stream_id)
                    self._sockets.expel(ban.user.id, room)
                case _Narrowed(stream_id):
                    await self._clear(stream_id)

    async def _clear(self, stream_id: str) -> None:
        """Put out everybody whom the room's audience does not include."""
        room = stream_room(stream_id)
        async with self._core.db.read() as db:
            stream = await self._streams.require(db, stream_id)
            for caller in self._sockets.people(room):
                try:
                    await self._streams.check_visible(db, caller, stream)
                except Refused:
                    self._sockets.expel(caller.user_id, room)

"""Slow mode and shield mode: how strict a stream's room is, set by who keeps order there."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.schemas.automod import ChatMode
from shared.schemas.realtime import MOD_ROOM, EventType, stream_room
from shared.server.automod.tables import RoomModeRow
from shared.server.core import Core
from shared.server.db.database import upsert
from shared.server.http.errors import forbidden
from shared.server.http.sessions import Caller
from shared.server.streams.records import StreamRecord
from shared.server.streams.service import StreamService

SHIELD_SLOW_S = 5
"""How long everybody waits at least while the shield is up."""

_OF_STREAM = select(RoomModeRow.slow_s, RoomModeRow.is_shielded, RoomModeRow.at).where(
    RoomModeRow.stream_id == bindparam("the_stream")
)


class Modes:
    """The modes of all rooms."""

    def __init__(self, core: Core, streams: StreamService) -> None:
        self._core = core
        self._streams = streams

    async def of(self, db: AsyncConnection, stream_id: str) -> ChatMode:
        """How strict the room is."""
        row = (await db.execute(_OF_STREAM, {"the_stream": stream_id})).first()
        if row is None:
            return ChatMode(stream_id=stream_id)
        return ChatMode(
            stream_id=stream_id, slow_s=row.slow_s, is_shielded=row.is_shielded, at=row.at
        )

    async def slow(self, caller: Caller, stream_id: str, seconds: int) -> ChatMode:
        """Set how long people wait between two messages; 0 is not at all.

        Raises:
            Refused: the room is not the caller's to keep in order, or its stream has ended.
        """
        return await self._change(caller, stream_id, {"slow_s": seconds})

    async def shield(self, caller: Caller, stream_id: str, *, enabled: bool) -> ChatMode:
        """Raise the shield or lower it.

        Raises:
            Refused: the room is not the caller's to keep in order, or its stream has ended.
        """
        return await self._change(caller, stream_id, {"is_shielded": enabled})

    async def _change(self, caller: Caller, stream_id: str, change: Mapping[str, Any]) -> ChatMode:
        async with self._core.db.write() as tx:
            stream = await self._streams.require_open(tx.db, stream_id)
            if not self._streams.may_moderate(caller, stream):
                raise forbidden()
            before = await self.of(tx.db, stream_id)
            after = before.model_copy(update={**change, "at": tx.now})
            values = {
                "slow_s": after.slow_s,
                "is_shielded": after.is_shielded,
                "by_id": caller.user_id,
                "at": tx.now,
            }
            statement = upsert(tx.db.dialect, RoomModeRow).values(stream_id=stream_id, **values)
            await tx.db.execute(
                statement.on_conflict_do_update(index_elements=[RoomModeRow.stream_id], set_=values)
            )
            if (before.slow_s, before.is_shielded) != (after.slow_s, after.is_shielded):
                for room in (stream_room(stream_id), MOD_ROOM):
                    self._core.feed.publish(tx, room, EventType.CHAT_MODE, after)
        return after

    async def snapshot(
        self, db: AsyncConnection, caller: Caller, stream: StreamRecord
    ) -> Mapping[str, Any]:
        """What a room shows first of its modes."""
        return {"mode": await self.of(db, stream.id)}

"""Messages that wait: kept, shown to who keeps order, released into the room or denied."""

import asyncio
import logging
from datetime import timedelta

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.ids import new_id
from shared.schemas.accounts import UserRef
from shared.schemas.automod import AutomodRule, HeldMessage, HeldState
from shared.schemas.common import Page
from shared.schemas.realtime import MOD_ROOM, EventType, user_room
from shared.schemas.roles import Role
from shared.schemas.room import ChatMessage, ChatSend, RestrictionKind
from shared.server.accounts.tables import UserRow
from shared.server.automod.refusals import settled, silenced
from shared.server.automod.tables import HeldMessageRow
from shared.server.core import Core
from shared.server.db.database import Tx
from shared.server.http.errors import forbidden, not_found
from shared.server.http.sessions import Caller
from shared.server.room.restrictions import Restrictions
from shared.server.room.service import RoomService
from shared.server.streams.records import StreamRecord
from shared.server.streams.service import StreamService

WAITS = timedelta(minutes=10)
"""After this a message has lost its moment, and is dropped."""
_LOOK_EVERY_S = 30.0
_AT_ONCE = 200
_SILENT = {RestrictionKind.MUTE, RestrictionKind.RESTRICT, RestrictionKind.BAN}

_log = logging.getLogger(__name__)


class Held:
    """All messages that wait."""

    def __init__(
        self, core: Core, *, streams: StreamService, rooms: RoomService, restrictions: Restrictions
    ) -> None:
        self._core = core
        self._streams = streams
        self._rooms = rooms
        self._restrictions = restrictions

    async def keep(
        self, tx: Tx, caller: Caller, stream: StreamRecord, body: ChatSend, rule: AutomodRule
    ) -> str:
        """Hold a message back; its id. Moderators and the room's creator are told."""
        held = HeldMessage(
            id=new_id(),
            stream_id=stream.id,
            author=caller.ref,
            text=body.text,
            rule=rule,
            at=tx.now,
            state=HeldState.HELD,
        )
        await tx.db.execute(
            insert(HeldMessageRow).values(
                id=held.id,
                stream_id=stream.id,
                author_id=caller.user_id,
                text=body.text,
                reply_to=body.reply_to,
                rule=rule.value,
                at=tx.now,
                state=HeldState.HELD.value,
            )
        )
        self._tell(tx, held, stream)
        return held.id

    async def of_stream(
        self, caller: Caller, stream_id: str, *, cursor: str | None, limit: int
    ) -> Page[HeldMessage]:
        """What waits in one room, oldest first, for those who keep order there.

        Raises:
            Refused: there is no such stream, or it is not the caller's to keep in order.
        """
        async with self._core.db.read() as db:
            stream = await self._streams.require(db, stream_id)
            if not self._streams.may_moderate(caller, stream):
                raise forbidden()
            where = HeldMessageRow.stream_id == stream_id
            return await self._page(db, where, cursor=cursor, limit=limit)

    async def everywhere(self, *, cursor: str | None, limit: int) -> Page[HeldMessage]:
        """What waits in all rooms, oldest first."""
        async with self._core.db.read() as db:
            where = HeldMessageRow.stream_id.is_not(None)
            return await self._page(db, where, cursor=cursor, limit=limit)

    async def _page(
        self, db: AsyncConnection, where: ColumnElement[bool], *, cursor: str | None, limit: int
    ) -> Page[HeldMessage]:
        named = [where, HeldMessageRow.state == HeldState.HELD.value]
        if cursor is not None:
            named.append(HeldMessageRow.id > cursor)
        found = await _read(db, *named, limit=limit + 1)
        more = found[limit - 1].id if len(found) > limit else None
        return Page[HeldMessage](items=found[:limit], next_cursor=more)

    async def release(self, caller: Caller, stream_id: str, held_id: str) -> HeldMessage:
        """Let a message into its room, as if it were said now.

        Raises:
            Refused: it was settled, its stream is over, or its author may no longer write.
        """
        async with self._core.db.write() as tx:
            stream, held = await self._taken(tx, caller, stream_id, held_id)
            if not stream.is_open:
                await self._streams.require_open(tx.db, stream_id)
            against = await self._restrictions.against(tx.db, held.author.id, stream)
            if _SILENT & against.keys():
                raise silenced()
            query = select(HeldMessageRow.reply_to).where(HeldMessageRow.id == held_id)
            reply_to = (await tx.db.execute(query)).scalar_one_or_none()
            event = await self._rooms.deliver(tx, stream, held.author, held.text, reply_to=reply_to)
            message_id = ChatMessage.model_validate_json(event.data).id
            return await self._settle(
                tx, stream, held, HeldState.RELEASED, by_id=caller.user_id, message_id=message_id
            )

    async def deny(self, caller: Caller, stream_id: str, held_id: str) -> HeldMessage:
        """Keep a message out of its room for good.

        Raises:
            Refused: it was settled, or it is not the caller's to settle.
        """
        async with self._core.db.write() as tx:
            stream, held = await self._taken(tx, caller, stream_id, held_id)
            return await self._settle(tx, stream, held, HeldState.DENIED, by_id=caller.user_id)

    async def _taken(
        self, tx: Tx, caller: Caller, stream_id: str, held_id: str
    ) -> tuple[StreamRecord, HeldMessage]:
        stream = await self._streams.require(tx.db, stream_id)
        if not self._streams.may_moderate(caller, stream):
            raise forbidden()
        lock = select(HeldMessageRow.id).where(HeldMessageRow.id == held_id).with_for_update()
        await tx.db.execute(lock)
        named = (HeldMessageRow.id == held_id, HeldMessageRow.stream_id == stream_id)
        found = await _read(tx.db, *named, limit=1)
        if not found:
            raise not_found()
        if found[0].state is not HeldState.HELD:
            raise settled()
        return stream, found[0]

    async def _settle(
        self,
        tx: Tx,
        stream: StreamRecord,
        held: HeldMessage,
        state: HeldState,
        *,
        by_id: str | None = None,
        message_id: str | None = None,
    ) -> HeldMessage:
        await tx.db.execute(
            update(HeldMessageRow)
            .where(HeldMessageRow.id == held.id)
            .values(state=state.value, by_id=by_id, settled_at=tx.now, message_id=message_id)
        )
        after = held.model_copy(
            update={"state": state, "settled_at": tx.now, "message_id": message_id}
        )
        self._tell(tx, after, stream)
        own = user_room(held.author.id)
        self._core.feed.publish(tx, own, EventType.CHAT_HELD, after)
        return after

    def _tell(self, tx: Tx, held: HeldMessage, stream: StreamRecord) -> None:
        for room in (MOD_ROOM, user_room(stream.creator.id)):
            self._core.feed.publish(tx, room, EventType.CHAT_HELD, held)

    async def run(self) -> None:
        """Drop what waited too long, until cancelled."""
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            try:
                await self.expire()
            except SQLAlchemyError:
                _log.exception("held messages were not dropped")

    async def expire(self) -> int:
        """Drop messages that lost their moment; how many."""
        too_old = HeldMessageRow.at <= self._core.clock.now() - WAITS
        waits = HeldMessageRow.state == HeldState.HELD.value
        async with self._core.db.write() as tx:
            found = await _read(tx.db, too_old, waits, limit=_AT_ONCE)
            for held in found:
                stream = await self._streams.require(tx.db, held.stream_id)
                await self._settle(tx, stream, held, HeldState.EXPIRED)
        return len(found)


async def _read(db: AsyncConnection, *where: ColumnElement[bool], limit: int) -> list[HeldMessage]:
    query = (
        select(*HeldMessageRow.__table__.columns, UserRow.display_name, UserRow.role)
        .join(UserRow, UserRow.id == HeldMessageRow.author_id)
        .where(*where)
        .order_by(HeldMessageRow.id)
        .limit(limit)
    )
    return [
        HeldMessage(
            id=row.id,
            stream_id=row.stream_id,
            author=UserRef(id=row.author_id, display_name=row.display_name, role=Role(row.role)),
            text=row.text,
            rule=AutomodRule(row.rule),
            at=row.at,
            state=HeldState(row.state),
            settled_at=row.settled_at,
            message_id=row.message_id,
        )
        for row in (await db.execute(query)).all()
    ]

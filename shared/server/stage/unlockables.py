"""Unlockables: what a room opens together once it tipped enough."""

from typing import Any

from sqlalchemy import ColumnElement, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.ids import new_id
from shared.schemas.common import ErrorCode, Page
from shared.schemas.realtime import EventType, stream_room
from shared.schemas.stage import Unlockable, UnlockableCreate
from shared.server.core import Core
from shared.server.db.database import Tx
from shared.server.http.errors import Refused, forbidden
from shared.server.http.sessions import Caller
from shared.server.room.restrictions import Restrictions
from shared.server.stage.tables import UnlockableRow
from shared.server.streams.records import StreamRecord
from shared.server.streams.service import StreamService

MOST = 20
"""Of one stream: every tip counts for all that are closed."""

_ANY_CLOSED = (
    select(UnlockableRow.id)
    .where(UnlockableRow.stream_id == bindparam("the_stream"), UnlockableRow.opened_at.is_(None))
    .limit(1)
)


class Unlockables:
    """The unlockables of all streams."""

    def __init__(self, core: Core, streams: StreamService, restrictions: Restrictions) -> None:
        self._core = core
        self._streams = streams
        self._restrictions = restrictions

    async def of(self, caller: Caller, stream_id: str) -> Page[Unlockable]:
        """A stream's, in the order they were made; only its creator reads what is closed."""
        async with self._core.db.read() as db:
            stream = await self._streams.require(db, stream_id)
            await self._streams.check_visible(db, caller, stream)
            await self._restrictions.check_ban(db, caller, stream)
            found = await _unlockables(db, UnlockableRow.stream_id == stream_id)
        own = self._streams.may_steer(caller, stream)
        return Page[Unlockable](items=found if own else [_veiled(each) for each in found])

    async def create(
        self, caller: Caller, stream_id: str, body: UnlockableCreate, key: str | None
    ) -> Unlockable:
        """Offer something in one's own stream.

        Raises:
            Refused: it is not the caller's, it has ended, or there are too many.
        """

        async def work(tx: Tx) -> Unlockable:
            stream = await self._streams.require_open(tx.db, stream_id)
            if not self._streams.may_steer(caller, stream):
                raise forbidden()
            if len(await _unlockables(tx.db, UnlockableRow.stream_id == stream_id)) >= MOST:
                raise Refused(
                    ErrorCode.CONFLICT,
                    f"This stream has {MOST} unlockables; that is the most.",
                    f"Deze stream heeft {MOST} te openen items; meer kan niet.",
                )
            made = Unlockable(id=new_id(), stream_id=stream_id, raised_tokens=0, **dict(body))
            await tx.db.execute(
                insert(UnlockableRow).values(**made.model_dump(), created_at=tx.now)
            )
            room = stream_room(stream_id)
            self._core.feed.publish(tx, room, EventType.UNLOCK_PROGRESS, _veiled(made))
            return made

        return await self._core.once.run(
            work,
            actor=caller.user_id,
            scope=f"unlockables:{stream_id}",
            key=key,
            body=body,
            answer=Unlockable,
        )

    async def spent(self, tx: Tx, caller: Caller, stream: StreamRecord, tokens: int) -> None:
        """Count a tip or gift for everything that is closed, and open what it reaches."""
        if (await tx.db.execute(_ANY_CLOSED, {"the_stream": stream.id})).first() is None:
            return
        closed = (UnlockableRow.stream_id == stream.id) & UnlockableRow.opened_at.is_(None)
        await tx.db.execute(
            update(UnlockableRow)
            .where(closed)
            .values(raised_tokens=UnlockableRow.raised_tokens + tokens)
        )
        for item in await _unlockables(tx.db, closed):
            room = stream_room(stream.id)
            if item.raised_tokens < item.threshold_tokens:
                self._core.feed.publish(tx, room, EventType.UNLOCK_PROGRESS, _veiled(item))
                continue
            await tx.db.execute(
                update(UnlockableRow).where(UnlockableRow.id == item.id).values(opened_at=tx.now)
            )
            opened = item.model_copy(update={"opened_at": tx.now})
            self._core.feed.publish(tx, room, EventType.UNLOCK_OPENED, opened)


def _veiled(item: Unlockable) -> Unlockable:
    return item if item.opened_at is not None else item.model_copy(update={"reveal": ""})


async def _unlockables(db: AsyncConnection, named: ColumnElement[bool]) -> list[Unlockable]:
    columns: tuple[Any, ...] = tuple(
        getattr(UnlockableRow, name) for name in Unlockable.model_fields
    )
    query = select(*columns).where(named).order_by(UnlockableRow.id)
    rows = (await db.execute(query)).all()
    return [Unlockable.model_validate(row, from_attributes=True) for row in rows]

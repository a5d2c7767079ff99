"""Mutes, bans and the like: put on, lifted, and asked before anything is said or paid."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.ids import new_id
from shared.schemas.accounts import UserRef
from shared.schemas.common import ErrorCode
from shared.schemas.realtime import EventType, stream_room, user_room
from shared.schemas.roles import Role
from shared.schemas.room import Restriction, RestrictionKind
from shared.server.accounts.tables import UserRow
from shared.server.core import Core
from shared.server.db.database import Tx
from shared.server.http.errors import Refused, not_found
from shared.server.http.sessions import Caller
from shared.server.room.tables import RestrictionRow
from shared.server.streams.records import StreamRecord


def _banned(until: datetime | None) -> Refused:
    return Refused(
        ErrorCode.BANNED_FROM_ROOM,
        "You may not enter this room; you can appeal in your account.",
        "Je mag deze ruimte niet in; je kunt bezwaar maken in je account.",
        meta=_until(until),
    )


def _muted(until: datetime | None) -> Refused:
    return Refused(
        ErrorCode.MUTED,
        "You may read here but not write for now; you can appeal in your account.",
        "Je mag hier lezen maar nu niet schrijven; je kunt bezwaar maken in je account.",
        meta=_until(until),
    )


def _unpaying(until: datetime | None) -> Refused:
    return Refused(
        ErrorCode.FORBIDDEN,
        "You may watch here but not tip for now; you can appeal in your account.",
        "Je mag hier kijken maar nu geen tips geven; je kunt bezwaar maken in je account.",
        meta=_until(until),
    )


def _off_air(until: datetime | None) -> Refused:
    return Refused(
        ErrorCode.FORBIDDEN,
        "You may not stream for now; you can appeal in your account.",
        "Je mag nu niet streamen; je kunt bezwaar maken in je account.",
        meta=_until(until),
    )


def _until(until: datetime | None) -> dict[str, str]:
    return {} if until is None else {"until": until.isoformat(timespec="milliseconds")}


def _in_force(now: Any) -> ColumnElement[bool]:
    return and_(
        RestrictionRow.lifted_at.is_(None),
        or_(RestrictionRow.until.is_(None), RestrictionRow.until > now),
    )


_AGAINST = select(RestrictionRow.kind, RestrictionRow.until).where(
    RestrictionRow.user_id == bindparam("who"),
    or_(RestrictionRow.creator_id == bindparam("whose"), RestrictionRow.creator_id.is_(None)),
    _in_force(bindparam("now")),
)


class Restrictions:
    """All mutes and bans. One given in a creator's room holds in all of that creator's streams."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def apply(
        self,
        tx: Tx,
        *,
        kind: RestrictionKind,
        user: UserRef,
        stream: StreamRecord | None,
        by_id: str,
        until: datetime | None,
        reason: str = "",
    ) -> Restriction:
        """Put on a restriction, everywhere where no stream is given; room and person are told."""
        restriction = Restriction(
            id=new_id(),
            kind=kind,
            user=user,
            stream_id=None if stream is None else stream.id,
            reason=reason,
            at=tx.now,
            until=until,
        )
        await tx.db.execute(
            insert(RestrictionRow).values(
                id=restriction.id,
                kind=kind.value,
                user_id=user.id,
                stream_id=restriction.stream_id,
                creator_id=None if stream is None else stream.creator.id,
                by_id=by_id,
                reason=reason,
                at=tx.now,
                until=until,
            )
        )
        self._publish(tx, EventType.RESTRICTION_APPLIED, restriction)
        return restriction

    async def lift(self, tx: Tx, restriction_id: str) -> Restriction:
        """Take a restriction back; lifting again changes nothing.

        Raises:
            Refused: there is none of this id.
        """
        found = await self._one(tx.db, RestrictionRow.id == restriction_id)
        if found is None:
            raise not_found()
        lifted = await tx.db.execute(
            update(RestrictionRow)
            .where(RestrictionRow.id == restriction_id, RestrictionRow.lifted_at.is_(None))
            .values(lifted_at=tx.now)
        )
        if lifted.rowcount:
            self._publish(tx, EventType.RESTRICTION_LIFTED, found)
        return found

    def _publish(self, tx: Tx, type_: EventType, restriction: Restriction) -> None:
        if restriction.stream_id is not None:
            self._core.feed.publish(tx, stream_room(restriction.stream_id), type_, restriction)
        self._core.feed.publish(tx, user_room(restriction.user.id), type_, restriction)

    async def _one(self, db: AsyncConnection, named: ColumnElement[bool]) -> Restriction | None:
        found = await self._all(db, named, 1)
        return found[0] if found else None

    async def _all(
        self, db: AsyncConnection, named: ColumnElement[bool], limit: int
    ) -> list[Restriction]:
        query = (
            select(
                RestrictionRow.id,
                RestrictionRow.kind,
                RestrictionRow.user_id,
                UserRow.display_name,
                UserRow.role,
                RestrictionRow.stream_id,
                RestrictionRow.reason,
                RestrictionRow.at,
                RestrictionRow.until,
            )
            .join(UserRow, UserRow.id == RestrictionRow.user_id)
            .where(named)
            .order_by(RestrictionRow.id.desc())
            .limit(limit)
        )
        return [
            Restriction(
                id=id_,
                kind=RestrictionKind(kind),
                user=UserRef(id=user_id, display_name=name, role=Role(role)),
                stream_id=stream_id,
                reason=reason,
                at=at,
                until=until,
            )
            for id_, kind, user_id, name, role, stream_id, reason, at, until in (
                await db.execute(query)
            )
        ]

    def _in_force(self) -> ColumnElement[bool]:
        return _in_force(self._core.clock.now())

    async def of_room(
        self, db: AsyncConnection, stream: StreamRecord, cursor: str | None, limit: int
    ) -> list[Restriction]:
        """What holds in a creator's room now, newest first, from a cursor on."""
        named = and_(RestrictionRow.creator_id == stream.creator.id, self._in_force())
        if cursor is not None:
            named = and_(named, RestrictionRow.id < cursor)
        return await self._all(db, named, limit)

    async def against(
        self, db: AsyncConnection, user_id: str, stream: StreamRecord
    ) -> dict[RestrictionKind, datetime | None]:
        """The kinds in force against a person in a room, and until when (None: until lifted)."""
        values = {"who": user_id, "whose": stream.creator.id, "now": self._core.clock.now()}
        found = await db.execute(_AGAINST, values)
        return {RestrictionKind(kind): until for kind, until in found}

    async def check_ban(self, db: AsyncConnection, caller: Caller, stream: StreamRecord) -> None:
        """Raise a refusal when the caller is banned from the room."""
        found = await self.against(db, caller.user_id, stream)
        if RestrictionKind.BAN in found:
            raise _banned(found[RestrictionKind.BAN])

    async def check_voice(self, db: AsyncConnection, caller: Caller, stream: StreamRecord) -> None:
        """Raise a refusal when the caller is banned from the room or muted there."""
        found = await self.against(db, caller.user_id, stream)
        if RestrictionKind.BAN in found:
            raise _banned(found[RestrictionKind.BAN])
        for kind in (RestrictionKind.MUTE, RestrictionKind.RESTRICT):
            if kind in found:
                raise _muted(found[kind])

    async def check_purse(self, db: AsyncConnection, caller: Caller, stream: StreamRecord) -> None:
        """Raise a refusal when the caller is banned from the room or may not tip."""
        found = await self.against(db, caller.user_id, stream)
        if RestrictionKind.BAN in found:
            raise _banned(found[RestrictionKind.BAN])
        if RestrictionKind.RESTRICT in found:
            raise _unpaying(found[RestrictionKind.RESTRICT])

    async def check_camera(self, tx: Tx, stream: StreamRecord) -> None:
        """Raise a refusal when the stream's creator may not go on air."""
        found = await self.against(tx.db, stream.creator.id, stream)
        if RestrictionKind.OFF_AIR in found:
            raise _off_air(found[RestrictionKind.OFF_AIR])

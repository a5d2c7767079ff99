"""Mood duels of two rooms: offered, answered, voted and tipped for, ended by the clock."""

import asyncio
import math
from datetime import timedelta

from sqlalchemy import ColumnElement, bindparam, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.ids import new_id
from shared.schemas.common import ErrorCode
from shared.schemas.moods import Mood
from shared.schemas.notices import Notice, NoticeKind
from shared.schemas.realtime import EventType, stream_room, user_room
from shared.schemas.stage import Duel, DuelCreate, DuelSide, DuelState, DuelVote
from shared.server.core import Core
from shared.server.db.database import Tx
from shared.server.http.errors import Refused, forbidden, not_found
from shared.server.http.sessions import Caller
from shared.server.room.restrictions import Restrictions
from shared.server.stage.tables import DuelRow, DuelVoteRow
from shared.server.streams.records import StreamRecord
from shared.server.streams.service import StreamService

OFFER_STANDS = timedelta(minutes=2)
_LOOK_EVERY_S = 1.0
_ROW = DuelRow
_OPEN = (DuelState.OFFERED.value, DuelState.RUNNING.value)
_RUNNING = (
    select(_ROW.id)
    .where(
        or_(
            _ROW.stream_id == bindparam("the_stream"),
            _ROW.rival_stream_id == bindparam("the_stream"),
        ),
        _ROW.state == DuelState.RUNNING.value,
        _ROW.ends_at > bindparam("now"),
    )
    .order_by(_ROW.id.desc())
    .limit(1)
)


def tip_score(tokens: int) -> float:
    """What a tip or gift weighs: log2(1 + tokens)."""
    return math.log2(1 + tokens)


def _cannot() -> Refused:
    return Refused(
        ErrorCode.CONFLICT,
        "This room cannot duel now: it is not open, or one of you is in a duel already.",
        "Deze ruimte kan nu niet duelleren: hij is niet open, of een van beide duelleert al.",
    )


class Duels:
    """All duels."""

    def __init__(self, core: Core, streams: StreamService, restrictions: Restrictions) -> None:
        self._core = core
        self._streams = streams
        self._restrictions = restrictions

    async def challenge(
        self, caller: Caller, stream_id: str, body: DuelCreate, key: str | None
    ) -> Duel:
        """Offer a duel to another room; answering their offer starts it.

        Raises:
            Refused: it is not the caller's stream, or one of the rooms cannot duel now.
        """

        async def work(tx: Tx) -> Duel:
            own = await self._streams.require_open(tx.db, stream_id)
            if not self._streams.may_steer(caller, own):
                raise forbidden()
            rival = await self._rival(tx, own, body.rival_stream_id)
            theirs = await self._one(
                tx.db,
                (_ROW.stream_id == rival.id)
                & (_ROW.rival_stream_id == own.id)
                & (_ROW.state == DuelState.OFFERED.value)
                & (_ROW.ends_at > tx.now),
            )
            running = _ROW.state == DuelState.RUNNING.value
            if await self._one(tx.db, self._of(own.id, rival.id) & running):
                raise _cannot()
            if theirs is not None:
                return await self._begin(tx, theirs, body.mood)
            return await self._offer(tx, own, rival, body)

        return await self._core.once.run(
            work,
            actor=caller.user_id,
            scope=f"duels:{stream_id}",
            key=key,
            body=body,
            answer=Duel,
        )

    async def _rival(self, tx: Tx, own: StreamRecord, rival_id: str) -> StreamRecord:
        try:
            rival = await self._streams.require_open(tx.db, rival_id)
        except Refused:
            raise _cannot() from None
        if rival.creator.id == own.creator.id:
            raise _cannot()
        return rival

    def _of(self, *stream_ids: str) -> ColumnElement[bool]:
        return or_(_ROW.stream_id.in_(stream_ids), _ROW.rival_stream_id.in_(stream_ids))

    async def _offer(
        self, tx: Tx, own: StreamRecord, rival: StreamRecord, body: DuelCreate
    ) -> Duel:
        earlier = (_ROW.stream_id == own.id) & (_ROW.state == DuelState.OFFERED.value)
        await tx.db.execute(delete(DuelRow).where(earlier))
        duel_id = new_id()
        await tx.db.execute(
            insert(DuelRow).values(
                id=duel_id,
                stream_id=own.id,
                rival_stream_id=rival.id,
                state=DuelState.OFFERED.value,
                mood=body.mood.value,
                duration_s=body.duration_s,
                score=0.0,
                rival_score=0.0,
                offered_at=tx.now,
                ends_at=tx.now + OFFER_STANDS,
            )
        )
        notice = Notice(
            id=new_id(),
            kind=NoticeKind.DUEL_OFFERED,
            text=f"{own.creator.display_name}: {body.mood.value}, {body.duration_s} s",
            subject_type="stream",
            subject_id=own.id,
            at=tx.now,
        )
        self._core.feed.publish(tx, user_room(rival.creator.id), EventType.NOTIFICATION_NEW, notice)
        return await self._require(tx.db, duel_id)

    async def _begin(self, tx: Tx, duel: Duel, mood: Mood) -> Duel:
        row = (
            await tx.db.execute(select(_ROW.duration_s).where(_ROW.id == duel.id).with_for_update())
        ).one()
        await tx.db.execute(
            update(DuelRow)
            .where(_ROW.id == duel.id)
            .values(
                state=DuelState.RUNNING.value,
                rival_mood=mood.value,
                started_at=tx.now,
                ends_at=tx.now + timedelta(seconds=row[0]),
            )
        )
        started = await self._require(tx.db, duel.id)
        self._tell(tx, EventType.DUEL_STARTED, started)
        return started

    def _tell(self, tx: Tx, type_: EventType, duel: Duel) -> None:
        for side in duel.sides:
            self._core.feed.publish(tx, stream_room(side.stream_id), type_, duel)

    async def vote(self, caller: Caller, duel_id: str, body: DuelVote, key: str | None) -> Duel:
        """Vote for one side of a running duel; a second vote replaces the first.

        Raises:
            Refused: there is no such duel or side, it is over, or the room is closed to one.
        """

        async def work(tx: Tx) -> Duel:
            lock = select(_ROW.id).where(_ROW.id == duel_id).with_for_update()
            await tx.db.execute(lock)
            duel = await self._require(tx.db, duel_id)
            if body.stream_id not in {side.stream_id for side in duel.sides}:
                raise not_found()
            if duel.state is not DuelState.RUNNING or duel.ends_at <= tx.now:
                raise Refused(
                    ErrorCode.CONFLICT,
                    "This duel is not running; wait for the next one.",
                    "Dit duel loopt niet; wacht op het volgende.",
                )
            stream = await self._streams.require(tx.db, body.stream_id)
            await self._streams.check_visible(tx.db, caller, stream)
            await self._restrictions.check_ban(tx.db, caller, stream)
            await self._count(tx, caller, duel, body.stream_id)
            voted = await self._require(tx.db, duel_id)
            self._tell(tx, EventType.DUEL_SCORE, voted)
            return voted

        return await self._core.once.run(
            work,
            actor=caller.user_id,
            scope=f"duel:{duel_id}",
            key=key,
            body=body,
            answer=Duel,
        )

    async def _count(self, tx: Tx, caller: Caller, duel: Duel, stream_id: str) -> None:
        named = (DuelVoteRow.duel_id == duel.id) & (DuelVoteRow.user_id == caller.user_id)
        before = (
            await tx.db.execute(select(DuelVoteRow.stream_id).where(named))
        ).scalar_one_or_none()
        if before == stream_id:
            return
        if before is not None:
            await tx.db.execute(delete(DuelVoteRow).where(named))
            await self._score(tx, duel.id, before, -1.0)
        await tx.db.execute(
            insert(DuelVoteRow).values(
                duel_id=duel.id, user_id=caller.user_id, stream_id=stream_id, at=tx.now
            )
        )
        await self._score(tx, duel.id, stream_id, 1.0)

    async def _score(self, tx: Tx, duel_id: str, stream_id: str, points: float) -> None:
        for side, column in (
            (_ROW.stream_id, _ROW.score),
            (_ROW.rival_stream_id, _ROW.rival_score),
        ):
            await tx.db.execute(
                update(DuelRow)
                .where(_ROW.id == duel_id, side == stream_id)
                .values({column.key: column + points})
            )

    async def spent(self, tx: Tx, caller: Caller, stream: StreamRecord, tokens: int) -> None:
        """Count a tip or gift for the side it was given to."""
        named = {"the_stream": stream.id, "now": tx.now}
        duel_id = (await tx.db.execute(_RUNNING, named)).scalar_one_or_none()
        if duel_id is not None:
            await self._score(tx, duel_id, stream.id, tip_score(tokens))
            self._tell(tx, EventType.DUEL_SCORE, await self._require(tx.db, duel_id))

    async def of_room(self, caller: Caller, stream_id: str) -> list[Duel]:
        """The running duel of a room and the offers to and from it, newest first."""
        async with self._core.db.read() as db:
            stream = await self._streams.require(db, stream_id)
            await self._streams.check_visible(db, caller, stream)
            await self._restrictions.check_ban(db, caller, stream)
            named = self._of(stream_id) & _ROW.state.in_(_OPEN)
            return await self._all(db, named & (_ROW.ends_at > self._core.clock.now()))

    async def run(self) -> None:
        """End duels and offers when their time is over."""
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            await self.end_due()

    async def end_due(self) -> None:
        """End what is due now."""
        due = _ROW.state.in_(_OPEN) & (_ROW.ends_at <= self._core.clock.now())
        async with self._core.db.read() as db:
            if await self._one(db, due) is None:
                return
        async with self._core.db.write() as tx:
            for duel in await self._all(tx.db, due):
                is_running = duel.state is DuelState.RUNNING
                state = DuelState.ENDED if is_running else DuelState.EXPIRED
                ended = await tx.db.execute(
                    update(DuelRow)
                    .where(_ROW.id == duel.id, _ROW.state == duel.state.value)
                    .values(state=state.value)
                )
                if ended.rowcount and is_running:
                    self._tell(tx, EventType.DUEL_ENDED, await self._require(tx.db, duel.id))

    async def _require(self, db: AsyncConnection, duel_id: str) -> Duel:
        found = await self._one(db, _ROW.id == duel_id)
        if found is None:
            raise not_found()
        return found

    async def _one(self, db: AsyncConnection, named: ColumnElement[bool]) -> Duel | None:
        found = await self._all(db, named, limit=1)
        return found[0] if found else None

    async def _all(
        self, db: AsyncConnection, named: ColumnElement[bool], *, limit: int = 50
    ) -> list[Duel]:
        table = DuelRow.__table__
        query = select(table).where(named).order_by(_ROW.id.desc()).limit(limit)
        duels = []
        for row in (await db.execute(query)).all():
            one = await self._streams.require(db, row.stream_id)
            two = await self._streams.require(db, row.rival_stream_id)
            sides = [
                DuelSide(
                    stream_id=one.id,
                    creator=one.creator,
                    mood=Mood(row.mood),
                    score=round(row.score, 3),
                ),
                DuelSide(
                    stream_id=two.id,
                    creator=two.creator,
                    mood=None if row.rival_mood is None else Mood(row.rival_mood),
                    score=round(row.rival_score, 3),
                ),
            ]
            state = DuelState(row.state)
            duels.append(
                Duel(
                    id=row.id,
                    state=state,
                    sides=sides,
                    started_at=row.started_at,
                    ends_at=row.ends_at,
                    winner_stream_id=_winner(sides) if state is DuelState.ENDED else None,
                )
            )
        return duels


def _winner(sides: list[DuelSide]) -> str | None:
    one, two = sides
    if one.score == two.score:
        return None
    return max(sides, key=lambda side: side.score).stream_id

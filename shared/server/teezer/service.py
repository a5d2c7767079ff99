"""A creator's Teezer: its switch, schedule and training, as the creator sees and changes them."""

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.errors import InvalidInput
from shared.schemas.common import ErrorCode
from shared.schemas.realtime import EventType, stream_room, user_room
from shared.schemas.roles import Permission
from shared.schemas.teezer import ScheduleSlot, Teezer, TeezerPatch, TeezerSchedule
from shared.server.accounts.tables import UserRow
from shared.server.core import Core
from shared.server.db.database import Tx, upsert
from shared.server.http.errors import Refused, forbidden, not_found
from shared.server.http.sessions import Caller
from shared.server.streams.service import StreamService
from shared.server.teezer.memories import Memories
from shared.server.teezer.said import last_replies
from shared.server.teezer.schedule import is_active, mode_at, zone
from shared.server.teezer.tables import TeezerReplyRow, TeezerRow

_TRAININGS_PER_MINUTE = 6


class TeezerService:
    """Reads and changes Teezers; tells the creator and the room of every change."""

    def __init__(self, core: Core, streams: StreamService, memories: Memories) -> None:
        self._core = core
        self._streams = streams
        self._memories = memories

    async def read(self, caller: Caller, user_id: str) -> Teezer:
        """A person's Teezer; the persona is shown to its owner only.

        Raises:
            Refused: there is no such person.
        """
        async with self._core.db.read() as db:
            found = await self.of(db, user_id, self._core.clock.now())
            if caller.user_id == user_id:
                replies = await last_replies(db, user_id)
                return found.model_copy(update={"replies": replies})
        if caller.may(Permission.ADMINISTER_USERS):
            return found
        return public(found)

    async def of(self, db: AsyncConnection, user_id: str, now: datetime) -> Teezer:
        """The Teezer of a person as it is at this moment.

        Raises:
            Refused: there is no such person.
        """
        query = (
            select(UserRow.id, *TeezerRow.__table__.columns)
            .outerjoin(TeezerRow, TeezerRow.user_id == UserRow.id)
            .where(UserRow.id == user_id)
        )
        row = (await db.execute(query)).first()
        if row is None:
            raise not_found()
        midnight = datetime.combine(now.astimezone(UTC).date(), time(), UTC)
        count = select(func.count()).where(
            TeezerReplyRow.user_id == user_id, TeezerReplyRow.at >= midnight
        )
        return _view(row, (await db.execute(count)).scalar_one(), user_id, now)

    async def change(self, caller: Caller, user_id: str, patch: TeezerPatch) -> Teezer:
        """Switch it on or off, change its persona, or have it forget what it learnt.

        Switched on untrained, it learns first.

        Raises:
            Refused: it is somebody else's.
        """
        self._check_owner(caller, user_id)
        values = patch.model_dump(exclude={"forget"}, exclude_none=True)
        if patch.forget is not None:
            values |= await self._forget(user_id, erases=patch.forget)
        if patch.enabled and not await self._is_trained(user_id):
            values |= await self._learn(caller)
        return await self._write(user_id, values)

    async def schedule(self, caller: Caller, user_id: str, schedule: TeezerSchedule) -> Teezer:
        """Replace the week's slots.

        Raises:
            Refused: it is somebody else's, or there is no such time zone.
        """
        self._check_owner(caller, user_id)
        try:
            zone(schedule.timezone)
        except InvalidInput as problem:
            raise Refused(
                ErrorCode.INVALID_INPUT,
                problem.message,
                "Deze tijdzone bestaat niet; kies er een zoals Europe/Amsterdam.",
                meta=problem.meta,
            ) from problem
        slots = [slot.model_dump(mode="json") for slot in schedule.slots]
        return await self._write(user_id, {"timezone": schedule.timezone, "slots": slots})

    async def train(self, caller: Caller, user_id: str) -> Teezer:
        """Learn from the creator's chat log as it is now.

        Raises:
            Refused: it is somebody else's, or it was trained too often in the last minute.
        """
        self._check_owner(caller, user_id)
        self._core.limits.check(f"teezer-train:{user_id}", _TRAININGS_PER_MINUTE)
        return await self._write(user_id, await self._learn(caller))

    async def announce(self, tx: Tx, user_id: str) -> Teezer:
        """Tell the creator, and their room if they have one, how their Teezer is now."""
        status = await self.of(tx.db, user_id, tx.now)
        self._core.feed.publish(tx, user_room(user_id), EventType.TEEZER_STATUS, status)
        stream = await self._streams.open_of(tx.db, user_id)
        if stream is not None:
            room = stream_room(stream.id)
            self._core.feed.publish(tx, room, EventType.TEEZER_STATUS, public(status))
        return status

    def _check_owner(self, caller: Caller, user_id: str) -> None:
        if caller.user_id != user_id:
            raise forbidden()

    async def _is_trained(self, user_id: str) -> bool:
        query = select(TeezerRow.trained_at).where(TeezerRow.user_id == user_id)
        async with self._core.db.read() as db:
            return (await db.execute(query)).scalar_one_or_none() is not None

    async def _forget(self, user_id: str, *, erases: bool) -> dict[str, Any]:
        """From when on it may learn; what it knew is dropped before anybody can ask again."""
        since = self._core.clock.now() if erases else None
        await self._write(user_id, {"learns_since": since})
        self._memories.forget(user_id)
        return {"trained_messages": 0, "trained_at": None}

    async def _learn(self, caller: Caller) -> dict[str, Any]:
        memory = await self._memories.learn(caller.user_id, caller.display_name)
        return {"trained_messages": memory.size, "trained_at": self._core.clock.now()}

    async def _write(self, user_id: str, values: Mapping[str, Any]) -> Teezer:
        async with self._core.db.write() as tx:
            statement = (
                upsert(tx.db.dialect, TeezerRow)
                .values(
                    user_id=user_id,
                    enabled=False,
                    persona="",
                    timezone="UTC",
                    slots=[],
                    trained_messages=0,
                )
                .on_conflict_do_nothing(index_elements=[TeezerRow.user_id])
            )
            await tx.db.execute(statement)
            if values:
                await tx.db.execute(
                    update(TeezerRow).where(TeezerRow.user_id == user_id).values(**values)
                )
            return await self.announce(tx, user_id)


def public(status: Teezer) -> Teezer:
    """A Teezer as others than its owner may see it."""
    return status.model_copy(update={"persona": "", "learns_since": None})


def _view(row: Any, replies_today: int, user_id: str, now: datetime) -> Teezer:
    if row.user_id is None:
        schedule, enabled = TeezerSchedule(), False
        mode = mode_at(schedule, enabled=enabled, now=now)
        return Teezer(user_id=user_id, enabled=False, active=False, mode=mode)
    schedule = TeezerSchedule(
        timezone=row.timezone, slots=[ScheduleSlot.model_validate(slot) for slot in row.slots]
    )
    return Teezer(
        user_id=user_id,
        enabled=row.enabled,
        active=is_active(schedule, enabled=row.enabled, now=now),
        mode=mode_at(schedule, enabled=row.enabled, now=now),
        persona=row.persona,
        schedule=schedule,
        trained_messages=row.trained_messages,
        trained_at=row.trained_at,
        learns_since=row.learns_since,
        replies_today=replies_today,
    )

"""Tells rooms when a schedule hands them over: Teezer comes on and goes off by the clock."""

import asyncio
from datetime import datetime

from sqlalchemy import select

from shared.schemas.teezer import ScheduleSlot, TeezerSchedule
from shared.server.core import Core
from shared.server.streams.tables import StreamRow
from shared.server.teezer.schedule import mode_at, next_change
from shared.server.teezer.service import TeezerService
from shared.server.teezer.tables import TeezerRow

_LOOK_AGAIN_S = 60.0
_MOST_ROOMS = 1000


class Timetable:
    """Announces changes of mode in open streams at the minute they happen."""

    def __init__(self, core: Core, teezers: TeezerService) -> None:
        self._core = core
        self._teezers = teezers
        self._modes: dict[str, str] = {}
        self._nudged = asyncio.Event()

    def nudge(self) -> None:
        """Look at the schedules now: one of them was changed, or a stream was started."""
        self._nudged.set()

    async def run(self) -> None:
        """Announce until cancelled."""
        while True:
            self._nudged.clear()
            wait_s = await self.look()
            try:
                async with asyncio.timeout(wait_s):
                    await self._nudged.wait()
            except TimeoutError:
                continue

    async def look(self) -> float:
        """Announce what changed since the last look; the seconds until the next change."""
        now = self._core.clock.now()
        schedules = await self._schedules()
        modes = {
            user_id: mode_at(schedule, enabled=True, now=now).value
            for user_id, schedule in schedules.items()
        }
        changed = [
            user_id for user_id, mode in modes.items() if self._modes.get(user_id, mode) != mode
        ]
        self._modes = modes
        for user_id in changed:
            async with self._core.db.write() as tx:
                await self._teezers.announce(tx, user_id)
        return min(
            (
                _seconds_until(next_change(schedule, now=now), now)
                for schedule in schedules.values()
            ),
            default=_LOOK_AGAIN_S,
        )

    async def _schedules(self) -> dict[str, TeezerSchedule]:
        """The schedules of enabled Teezers whose creator has an open stream."""
        query = (
            select(TeezerRow.user_id, TeezerRow.timezone, TeezerRow.slots)
            .join(StreamRow, StreamRow.creator_id == TeezerRow.user_id)
            .where(TeezerRow.enabled.is_(True), StreamRow.ended_at.is_(None))
            .limit(_MOST_ROOMS)
        )
        async with self._core.db.read() as db:
            rows = (await db.execute(query)).all()
        return {
            user_id: TeezerSchedule(
                timezone=timezone, slots=[ScheduleSlot.model_validate(slot) for slot in slots]
            )
            for user_id, timezone, slots in rows
            if slots
        }


def _seconds_until(moment: datetime | None, now: datetime) -> float:
    if moment is None:
        return _LOOK_AGAIN_S
    return min(_LOOK_AGAIN_S, max(0.05, (moment - now).total_seconds()))

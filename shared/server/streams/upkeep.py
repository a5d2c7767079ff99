"""What nobody asks for: ending streams that are left behind, and keeping records of viewers."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Dialect, bindparam, select, update

from shared.schemas.roles import Permission, may
from shared.schemas.streams import StreamState
from shared.server.core import Core
from shared.server.db.database import per_dialect, upsert
from shared.server.streams.records import ON_AIR, StreamRecord, record, selection
from shared.server.streams.service import StreamService
from shared.server.streams.tables import StreamRow, ViewerMinuteRow
from shared.server.streams.watching import Watching

WAITING_LIMIT = timedelta(minutes=30)
INTERRUPTED_LIMIT = timedelta(minutes=10)
LIMITED_LENGTH = timedelta(minutes=60)
"""How long those with the limited right to stream may be on air."""


MINUTES_KEPT = 24 * 60
"""Viewers are noted for the first day on air; longer shows are not drawn any finer by more."""


@per_dialect
def _note(dialect: Dialect) -> Any:
    statement = upsert(dialect, ViewerMinuteRow).values(
        stream_id=bindparam("the_stream"), minute=bindparam("which"), viewers=bindparam("count")
    )
    return statement.on_conflict_do_update(
        index_elements=[ViewerMinuteRow.stream_id, ViewerMinuteRow.minute],
        set_={"viewers": statement.excluded.viewers},
    )


class Upkeep:
    """Looks after all streams that have not ended."""

    def __init__(self, core: Core, streams: StreamService, watching: Watching) -> None:
        self._core = core
        self._streams = streams
        self._watching = watching
        self._published_at: dict[str, datetime] = {}
        self._noted: dict[str, tuple[int, int]] = {}
        streams.on_end(self._forget)

    def published(self, stream_id: str) -> None:
        """Note that a publisher is connected now."""
        self._published_at[stream_id] = self._core.clock.now()

    async def recover(self) -> None:
        """After a start: nobody publishes yet, so what was live is interrupted.

        What a creator froze or hid stays frozen or hidden.
        """
        async with self._core.db.write() as tx:
            rows = await tx.db.execute(selection().where(StreamRow.state == StreamState.LIVE.value))
            for stream in [record(row) for row in rows.all()]:
                await self._streams.set_state(tx, stream, StreamState.INTERRUPTED)

    async def tidy(self) -> None:
        """End streams nobody publishes any more or that ran their full time; keep the peaks."""
        async with self._core.db.read() as db:
            rows = await db.execute(selection().where(StreamRow.ended_at.is_(None)))
            streams = [record(row) for row in rows.all()]
        now = self._core.clock.now()
        for stream in streams:
            if self._watching.peaks.get(stream.id, 0) > stream.peak_viewers:
                await self._keep_peak(stream)
            if stream.state in ON_AIR:
                await self._note_viewers(stream, now)
            if self._is_over(stream, now):
                await self._end(stream.id)

    async def _keep_peak(self, stream: StreamRecord) -> None:
        async with self._core.db.write() as tx:
            await tx.db.execute(
                update(StreamRow)
                .where(StreamRow.id == stream.id)
                .values(peak_viewers=self._watching.peaks[stream.id])
            )

    async def _note_viewers(self, stream: StreamRecord, now: datetime) -> None:
        """Keep how many watch in this minute; the same count is written once."""
        minute = int((now - (stream.live_at or now)).total_seconds() // 60)
        noted = (minute, self._watching.viewers(stream))
        if self._noted.get(stream.id) == noted or not 0 <= minute < MINUTES_KEPT:
            return
        self._noted[stream.id] = noted
        values = {"the_stream": stream.id, "which": minute, "count": noted[1]}
        async with self._core.db.write() as tx:
            await tx.db.execute(_note(tx.db.dialect), values)

    async def _end(self, stream_id: str) -> None:
        async with self._core.db.write() as tx:
            query = select(StreamRow.id).where(StreamRow.id == stream_id).with_for_update()
            await tx.db.execute(query)
            stream = await self._streams.require(tx.db, stream_id)
            if not stream.is_open or not self._is_over(stream, tx.now):
                return  # it was ended, or came back, in the meantime
            over = await self._streams.set_state(tx, stream, StreamState.ENDED)
        self._streams.ended(over)

    def _is_over(self, stream: StreamRecord, now: datetime) -> bool:
        idle = now - stream.state_at
        if stream.state is StreamState.WAITING:
            return idle > WAITING_LIMIT
        published = self._published_at.get(stream.id, stream.state_at)
        if stream.state is not StreamState.LIVE and idle > INTERRUPTED_LIMIT < now - published:
            return True
        limited = not may(stream.creator.role, Permission.STREAM)
        return limited and stream.live_at is not None and now - stream.live_at > LIMITED_LENGTH

    def _forget(self, stream: StreamRecord) -> None:
        self._published_at.pop(stream.id, None)
        self._noted.pop(stream.id, None)
        self._watching.forget(stream)

"""Recordings as people meet them: what there is, its playlist, its segments, its end."""

import asyncio
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete, exists, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.clock import rfc3339
from shared.errors import AppError
from shared.schemas.streams import RecordingDeleted, StreamState
from shared.server.core import Core
from shared.server.db.database import Tx
from shared.server.http.errors import forbidden, not_found
from shared.server.http.sessions import Caller
from shared.server.moderation.review_tables import EvidenceRow
from shared.server.moderation.tables import CaseRow
from shared.server.moderation.transitions import CaseStage
from shared.server.recordings.recorder import PREFIX, Recorder, init_key, segment_key
from shared.server.recordings.tables import RecordedSegmentRow, RecordingRow
from shared.server.streams.service import StreamService
from shared.server.streams.tables import StreamRow

_NAME: Final = re.compile(r"init-(\d{1,12})\.mp4|(\d{1,12})-(\d{1,9})\.m4s")
_EVERY_S: Final = 3600.0
_AT_ONCE: Final = 100

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recorded:
    """How long and how large a recording is."""

    duration_ms: int
    size_bytes: int


def is_held() -> ColumnElement[bool]:
    """A recording that evidence still needs: of an open case, or under a hold."""
    held = select(EvidenceRow.case_id).where(EvidenceRow.on_hold.is_(True))
    undecided = CaseRow.stage != CaseStage.DECIDED.value
    return exists().where(
        CaseRow.stream_id == RecordingRow.stream_id, undecided | CaseRow.id.in_(held)
    )


def _playable() -> ColumnElement[bool]:
    """Of a stream that has ended as streams do: what was taken off the air is not shown again."""
    return (
        RecordingRow.deleted_at.is_(None)
        & (StreamRow.id == RecordingRow.stream_id)
        & (StreamRow.state == StreamState.ENDED.value)
    )


def recordings_held(creator_id: str) -> ColumnElement[bool]:
    """A person's recordings that evidence still needs."""
    return (RecordingRow.creator_id == creator_id) & RecordingRow.purged_at.is_(None) & is_held()


async def delete_of(tx: Tx, creator_id: str) -> int:
    """Take all of a person's recordings away, within a transaction; their files go soon."""
    done = await tx.db.execute(
        update(RecordingRow)
        .where(RecordingRow.creator_id == creator_id, RecordingRow.deleted_at.is_(None))
        .values(deleted_at=tx.now)
    )
    return done.rowcount


class Catalogue:
    """All recordings."""

    def __init__(self, core: Core, streams: StreamService, recorder: Recorder) -> None:
        self._core = core
        self._streams = streams
        self._recorder = recorder
        self._wake = asyncio.Event()

    async def of(self, db: AsyncConnection, stream_ids: Sequence[str]) -> dict[str, Recorded]:
        """Which of these streams have a recording that may be played."""
        query = select(
            RecordingRow.stream_id, RecordingRow.duration_ms, RecordingRow.size_bytes
        ).where(_playable(), RecordingRow.stream_id.in_(stream_ids))
        return {row[0]: Recorded(row[1], row[2]) for row in await db.execute(query)}

    async def playlist(self, stream_id: str) -> str:
        """The whole recording with bare file names.

        Raises:
            Refused: there is none, or it may not be played.
        """
        query = (
            select(
                RecordedSegmentRow.epoch,
                RecordedSegmentRow.serial,
                RecordedSegmentRow.begins_at,
                RecordedSegmentRow.duration_ms,
            )
            .where(RecordedSegmentRow.stream_id == stream_id)
            .order_by(RecordedSegmentRow.epoch, RecordedSegmentRow.serial)
        )
        async with self._core.db.read() as db:
            if stream_id not in await self.of(db, [stream_id]):
                raise not_found()
            rows = (await db.execute(query)).all()
        longest = max((row.duration_ms for row in rows), default=1000)
        lines = [
            "#EXTM3U",
            "#EXT-X-VERSION:7",
            f"#EXT-X-TARGETDURATION:{(longest + 500) // 1000}",
            "#EXT-X-PLAYLIST-TYPE:VOD",
            "#EXT-X-INDEPENDENT-SEGMENTS",
            "#EXT-X-MEDIA-SEQUENCE:0",
        ]
        before: tuple[int, int] | None = None
        for row in rows:
            if before is None or row.epoch != before[0]:
                lines += ["#EXT-X-DISCONTINUITY"] if before else []
                lines.append(f'#EXT-X-MAP:URI="init-{row.epoch}.mp4"')
            elif row.serial != before[1] + 1:  # what was between them is not for anybody
                lines.append("#EXT-X-DISCONTINUITY")
            before = (row.epoch, row.serial)
            lines.append(f"#EXT-X-PROGRAM-DATE-TIME:{rfc3339(row.begins_at)}")
            lines += [f"#EXTINF:{row.duration_ms / 1000:.3f},", f"{row.epoch}-{row.serial}.m4s"]
        return "\n".join([*lines, "#EXT-X-ENDLIST"]) + "\n"

    async def segment(self, stream_id: str, name: str) -> bytes:
        """A file that the playlist names.

        Raises:
            Refused: there is none, or it may not be played.
            Unavailable: the object store does not answer.
        """
        match = _NAME.fullmatch(name)
        if match is None:
            raise not_found()
        async with self._core.db.read() as db:
            if stream_id not in await self.of(db, [stream_id]):
                raise not_found()
        if match[1]:
            key = init_key(stream_id, int(match[1]))
        else:
            key = segment_key(stream_id, int(match[2]), int(match[3]))
        content = await self._core.objects.get(key)
        if content is None:
            raise not_found()
        return content

    async def delete(self, caller: Caller, stream_id: str) -> RecordingDeleted:
        """Take one's own recording away for good; evidence may need its files a while longer.

        Raises:
            Refused: there is none, or it is not the caller's.
        """
        async with self._core.db.write() as tx:
            stream = await self._streams.require(tx.db, stream_id)
            if not self._streams.may_steer(caller, stream):
                raise forbidden()
            query = select(is_held()).select_from(RecordingRow)
            named = RecordingRow.stream_id == stream_id
            held = (
                await tx.db.execute(query.where(named, RecordingRow.deleted_at.is_(None)))
            ).scalar_one_or_none()
            if held is None:
                raise not_found()
            await tx.db.execute(update(RecordingRow).where(named).values(deleted_at=tx.now))
        self._wake.set()
        return RecordingDeleted(stream_id=stream_id, kept_as_evidence=bool(held))

    async def run(self) -> None:
        """Remove what was deleted and what is too old, once an hour and when something was."""
        while True:
            try:
                await self.prune()
                await self._recorder.count()
            except (AppError, SQLAlchemyError, OSError):
                _log.exception("old recordings could not be removed")
            try:
                async with asyncio.timeout(_EVERY_S):
                    await self._wake.wait()
            except TimeoutError:
                continue
            self._wake.clear()

    async def prune(self) -> int:
        """End the recordings whose time is over, and remove the files that nothing keeps.

        Raises:
            Unavailable: the object store does not answer; the rest is done next time.
        """
        since = self._core.clock.now() - timedelta(days=self._core.settings.recordings_days)
        old = select(StreamRow.id).where(StreamRow.ended_at < since)
        async with self._core.db.write() as tx:
            await tx.db.execute(
                update(RecordingRow)
                .where(RecordingRow.stream_id.in_(old), RecordingRow.deleted_at.is_(None))
                .values(deleted_at=tx.now)
            )
        query = (
            select(RecordingRow.stream_id)
            .where(
                RecordingRow.deleted_at.is_not(None), RecordingRow.purged_at.is_(None), ~is_held()
            )
            .limit(_AT_ONCE)
        )
        gone = 0
        while True:
            async with self._core.db.read() as db:
                found = list((await db.execute(query)).scalars())
            for stream_id in found:
                await self._purge(stream_id)
            gone += len(found)
            if len(found) < _AT_ONCE:
                return gone

    async def _purge(self, stream_id: str) -> None:
        files = await self._core.objects.under(f"{PREFIX}{stream_id}/")
        await self._core.objects.delete([each.key for each in files])
        async with self._core.db.write() as tx:
            await tx.db.execute(
                delete(RecordedSegmentRow).where(RecordedSegmentRow.stream_id == stream_id)
            )
            await tx.db.execute(
                update(RecordingRow)
                .where(RecordingRow.stream_id == stream_id)
                .values(purged_at=tx.now, size_bytes=0)
            )

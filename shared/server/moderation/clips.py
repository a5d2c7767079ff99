"""Clips as evidence: what a broadcast showed around a report, kept with its hash.

The seconds before a report are still in the playlist's files, so they are read at once; a few
seconds after it are added. Nothing is decoded here: the clip is the published segments one after
the other, and its stills are the thumbnails that the ingest's worker made.
"""

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.clock import rfc3339
from shared.errors import AppError
from shared.schemas.appeals import EvidenceClip
from shared.schemas.moderation import CaseSummary
from shared.schemas.realtime import MOD_ROOM, EventType
from shared.server.core import Core
from shared.server.http.errors import not_found
from shared.server.ingest.hls import HlsStore, Published
from shared.server.moderation import audit
from shared.server.moderation.evidence_tables import ClipRow
from shared.server.moderation.exhibits import CLIP, Exhibit, Exhibits, add_rows, still_name
from shared.server.realtime.feed import FeedEvent

AFTER_S = 6.0
"""How long after a report the clip goes on."""
_EVERY_S = 2.0
_MOST_BYTES = 64 * 1024 * 1024
_MOST_STILLS = 4
_MOST_WAITING = 500
_AT_ONCE = 4

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Take:
    """What has been read so far; of one epoch only, so that it plays."""

    init: bytes = b""
    epoch: int | None = None
    parts: list[tuple[Published, bytes]] = field(default_factory=list)
    stills: list[bytes] = field(default_factory=list)
    size: int = 0


class Clips:
    """Keeps a clip for every case about what is on air."""

    def __init__(self, core: Core, store: HlsStore, exhibits: Exhibits) -> None:
        self._core = core
        self._store = store
        self._exhibits = exhibits
        self._waiting: asyncio.Queue[CaseSummary] = asyncio.Queue(_MOST_WAITING)
        core.feed.listen(self._watch)

    def _watch(self, room: str, events: Sequence[FeedEvent]) -> None:
        """Note cases about broadcasts; one too many while 500 wait gets no clip."""
        if room != MOD_ROOM:
            return
        for event in events:
            if event.type is not EventType.REPORT_FILED or self._waiting.full():
                continue
            case = CaseSummary.model_validate_json(event.data)
            if case.stream_id is not None and case.stream_id in self._store.stream_ids:
                self._waiting.put_nowait(case)

    async def run(self) -> None:
        """Keep clips until cancelled."""
        async with asyncio.TaskGroup() as group:
            for number in range(_AT_ONCE):
                group.create_task(self._work(), name=f"clips {number}")

    async def _work(self) -> None:
        while True:
            case = await self._waiting.get()
            try:
                await self.keep(case, after_s=AFTER_S)
            except (AppError, OSError, SQLAlchemyError):
                _log.exception("no clip was kept for case %s", case.id)
            finally:
                self._waiting.task_done()

    async def keep(self, case: CaseSummary, *, after_s: float) -> EvidenceClip | None:
        """Make the clip of a case that has none; None when there is nothing to see.

        Raises:
            Unavailable: the object store does not take it.
        """
        stream_id = case.stream_id or ""
        async with self._core.db.read() as db:
            if (known := await clip_of(db, case.id)) is not None:
                return known
        take = _Take()
        await self._gather(stream_id, take)
        loop = asyncio.get_running_loop()
        until = loop.time() + after_s
        while loop.time() < until:
            await asyncio.sleep(min(_EVERY_S, max(0.0, until - loop.time())))
            await self._gather(stream_id, take)
        if not take.parts:
            return None
        content = take.init + b"".join(piece for _, piece in take.parts)
        size = len(content) + sum(map(len, take.stills))
        if not await self._exhibits.has_room(size):
            return None
        files = await self._exhibits.put(
            {CLIP: content} | {still_name(n): still for n, still in enumerate(take.stills)}
        )
        return await self._note(case.id, stream_id, take, files)

    async def _gather(self, stream_id: str, take: _Take) -> None:
        """Read what was published since the last time; a panic may remove it meanwhile."""
        thumbnail = self._store.thumbnail(stream_id)
        if thumbnail is not None and thumbnail not in take.stills:
            take.stills = [*take.stills, thumbnail][-_MOST_STILLS:]
        known = {part.name for part, _ in take.parts}
        published = self._store.published(stream_id)
        if take.epoch is None and published:
            take.epoch = published[-1].epoch
        for part in published:
            if part.name in known or part.epoch != take.epoch or take.size > _MOST_BYTES:
                continue
            with contextlib.suppress(FileNotFoundError):
                if not take.init:
                    take.init = await asyncio.to_thread(part.init_path.read_bytes)
                piece = await asyncio.to_thread(part.path.read_bytes)
                take.parts.append((part, piece))
                take.size += len(piece)

    async def _note(
        self, case_id: str, stream_id: str, take: _Take, files: Sequence[Exhibit]
    ) -> EvidenceClip | None:
        first = take.parts[0][0]
        duration_ms = round(1000 * sum(part.duration_s for part, _ in take.parts))
        clip = next(each for each in files if each.name == CLIP)
        try:
            async with self._core.db.write() as tx:
                await tx.db.execute(
                    insert(ClipRow).values(
                        case_id=case_id,
                        stream_id=stream_id,
                        begins_at=first.begins,
                        duration_ms=duration_ms,
                        size_bytes=clip.size_bytes,
                        sha256=clip.sha256,
                        stills=len(take.stills),
                        at=tx.now,
                    )
                )
                await add_rows(tx, case_id, files)
                await audit.append(
                    tx,
                    actor=None,
                    action="evidence.clip_kept",
                    subject_type="case",
                    subject_id=case_id,
                    details={"sha256": clip.sha256, "duration_ms": duration_ms},
                )
                return await clip_of(tx.db, case_id)
        except IntegrityError:
            return None  # another process was quicker

    async def of(self, case_id: str) -> EvidenceClip:
        """What is known of a case's clip.

        Raises:
            Refused: there is none.
        """
        async with self._core.db.read() as db:
            found = await clip_of(db, case_id)
        if found is None:
            raise not_found()
        return found

    async def video(self, case_id: str) -> bytes:
        """The clip itself.

        Raises:
            Refused: there is none, it was removed in its time, or it is damaged.
        """
        await self.of(case_id)
        return await self._exhibits.read(case_id, CLIP)

    async def still(self, case_id: str, number: int) -> bytes:
        """One of its pictures.

        Raises:
            Refused: there is none, it was removed in its time, or it is damaged.
        """
        if number >= (await self.of(case_id)).stills:
            raise not_found()
        return await self._exhibits.read(case_id, still_name(number))


async def clip_of(db: AsyncConnection, case_id: str) -> EvidenceClip | None:
    """The clip of a case."""
    query = select(
        ClipRow.begins_at,
        ClipRow.duration_ms,
        ClipRow.size_bytes,
        ClipRow.sha256,
        ClipRow.stills,
    ).where(ClipRow.case_id == case_id)
    row = (await db.execute(query)).first()
    if row is None:
        return None
    begins_at, duration_ms, size, sha256, stills = row
    return EvidenceClip(
        case_id=case_id,
        begins_at=begins_at,
        ends_at=begins_at + timedelta(milliseconds=duration_ms),
        size_bytes=size,
        sha256=sha256,
        stills=stills,
    )


async def clip_facts(db: AsyncConnection, case_id: str) -> dict[str, object] | None:
    """What a sealed bundle says of the case's clip."""
    found = await clip_of(db, case_id)
    if found is None:
        return None
    return {
        "sha256": found.sha256,
        "begins_at": rfc3339(found.begins_at),
        "ends_at": rfc3339(found.ends_at),
        "size_bytes": found.size_bytes,
    }

"""Keeps what viewers have seen: each segment that leaves the live playlist goes to the store.

A segment is recorded when it leaves the playlist, not when it enters it. So what a panic or a
suspension removes from the playlist was never recorded. On its way it lies in a folder of the data
folder, whose file names say all there is to know, so that a killed process loses nothing.
"""

import asyncio
import contextlib
import logging
import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.exc import SQLAlchemyError

from shared.errors import AppError
from shared.schemas.alerts import AlertKind, Severity
from shared.server.accounts.tables import UserRow
from shared.server.core import Core
from shared.server.db.database import Tx, upsert
from shared.server.ingest.hls import HlsStore, Published
from shared.server.operations.alerts import Alerts
from shared.server.recordings.tables import RecordedSegmentRow, RecordingRow
from shared.server.streams.records import StreamRecord
from shared.server.streams.tables import StreamRow

PREFIX: Final = "recordings/"
_FOLDER: Final = "recordings-waiting"
_NAME: Final = re.compile(r"(\d{1,12})-(\d{1,9})-(\d{1,15})-(\d{1,7})\.m4s")
_SEGMENT: Final = re.compile(r"(\d{1,12})-(\d{1,9})\.m4s")
_MOST_WAITING: Final = 2000
_BATCH: Final = 50
_GATHER_S: Final = 2.0
_AGAIN_S: Final = 5.0

_log = logging.getLogger(__name__)


def segment_key(stream_id: str, epoch: int, serial: int) -> str:
    """Where a recorded segment lies in the object store."""
    return f"{PREFIX}{stream_id}/{epoch}-{serial}.m4s"


def init_key(stream_id: str, epoch: int) -> str:
    """Where an epoch's init segment lies in the object store."""
    return f"{PREFIX}{stream_id}/init-{epoch}.mp4"


@dataclass(frozen=True, slots=True)
class _Waiting:
    path: Path
    epoch: int
    serial: int
    begins_at: datetime
    duration_ms: int
    size_bytes: int


class Recorder:
    """Takes segments from the live playlists and archives them. `run` must run."""

    def __init__(self, core: Core, store: HlsStore, alerts: Alerts) -> None:
        self._core = core
        self._store = store
        self._alerts = alerts
        self._folder = core.settings.data / _FOLDER
        self._wanted: set[str] = set()
        self._wake = asyncio.Event()
        self._one = asyncio.Lock()
        self._count = 0
        self.bytes = 0
        """What all recordings take, as last counted."""
        self._inits: set[str] = set()
        store.keeper = self
        core.metrics.gauge("teezu_recordings_bytes", lambda: float(self.bytes))
        core.metrics.gauge("teezu_recordings_waiting", lambda: float(self._count))
        core.metrics.declare("teezu_recordings_dropped_total")

    @property
    def budget_bytes(self) -> int:
        """What all recordings together may take."""
        return self._core.settings.recordings_max_mb * 1024 * 1024

    def begin(self, stream: StreamRecord) -> None:
        """Record this stream from now on, if its creator wants it and the platform allows it."""
        if stream.keep_recording and self._core.settings.recordings:
            self._wanted.add(stream.id)

    def keep(self, stream_id: str, part: Published) -> bool:
        """Take a segment's file that leaves the playlist; False leaves it to be deleted.

        Runs on the loop: it renames one file and, once an epoch, copies an init segment.
        """
        match = _SEGMENT.fullmatch(part.name)
        if stream_id not in self._wanted or match is None:
            return False
        if self._count >= _MOST_WAITING:
            self._drop(1)
            return False
        begins_ms = int(part.begins.timestamp() * 1000)
        name = f"{match[1]}-{match[2]}-{begins_ms}-{round(part.duration_s * 1000)}.m4s"
        folder = self._folder / stream_id
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            init = folder / f"init-{part.epoch}.mp4"
            if not init.exists():
                shutil.copyfile(part.init_path, init.with_suffix(".part"))
                init.with_suffix(".part").replace(init)
            part.path.replace(folder / name)
        except FileNotFoundError:
            return True  # a panic was quicker
        except OSError as error:
            _log.warning("a segment cannot be recorded: %s", error.strerror)
            self._drop(1)
            return False
        self._count += 1
        self._wake.set()
        return True

    def _drop(self, count: int) -> None:
        self._core.metrics.count("teezu_recordings_dropped_total", by=count)

    def forget(self, stream_id: str) -> None:
        """The stream is over and all of it was taken."""
        self._wanted.discard(stream_id)

    async def run(self) -> None:
        """Archive until cancelled; what the store does not take now is tried again."""
        self._wake.set()  # what a process before us has left
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                await self.archive()
            except (AppError, OSError, SQLAlchemyError) as error:
                _log.warning("recordings wait: %s", error)
                self._wake.set()
                await asyncio.sleep(_AGAIN_S)
            await asyncio.sleep(_GATHER_S)

    async def archive(self) -> None:
        """Bring everything that waits into the object store.

        Raises:
            Unavailable: the store does not take it.
            OSError: a file cannot be read.
        """
        async with self._one:
            waiting = await asyncio.to_thread(_waiting, self._folder)
            self._count = sum(len(parts) for parts in waiting.values())
            for stream_id, parts in waiting.items():
                for start in range(0, len(parts), _BATCH):
                    await self._batch(stream_id, parts[start : start + _BATCH])
                await asyncio.to_thread(_tidy, self._folder / stream_id)

    async def _batch(self, stream_id: str, parts: Sequence[_Waiting]) -> None:
        fitting = await self._fitting(parts)
        for part in fitting:
            await self._init(stream_id, part)
            key = segment_key(stream_id, part.epoch, part.serial)
            await self._core.objects.put_file(key, part.path)
        if fitting:
            async with self._core.db.write() as tx:
                await _note(tx, stream_id, fitting)
        for part in parts:
            await asyncio.to_thread(part.path.unlink, missing_ok=True)
        self._count = max(0, self._count - len(parts))

    async def _fitting(self, parts: Sequence[_Waiting]) -> Sequence[_Waiting]:
        """Those for which there is room; the admins are told where there is none."""
        taken = await self.count()
        fitting = []
        for part in parts:
            taken += part.size_bytes
            if taken <= self.budget_bytes:
                fitting.append(part)
        if len(fitting) < len(parts):
            self._drop(len(parts) - len(fitting))
            await self._alerts.tell(
                AlertKind.DISK,
                Severity.WARNING,
                "The room for recordings is full, so that streams are not recorded to their end: "
                "raise TEEZU_RECORDINGS_MAX_MB, or keep them for fewer days.",
                {"budget_bytes": self.budget_bytes},
            )
        return fitting

    async def count(self) -> int:
        """Count what all recordings take."""
        query = select(func.coalesce(func.sum(RecordingRow.size_bytes), 0)).where(
            RecordingRow.purged_at.is_(None)
        )
        async with self._core.db.read() as db:
            self.bytes = int((await db.execute(query)).scalar_one())
        return self.bytes

    async def _init(self, stream_id: str, part: _Waiting) -> None:
        key = init_key(stream_id, part.epoch)
        if key in self._inits:
            return
        await self._core.objects.put_file(key, part.path.parent / f"init-{part.epoch}.mp4")
        if len(self._inits) >= _MOST_WAITING:
            self._inits.clear()
        self._inits.add(key)

    async def aclose(self) -> None:
        """At a stop, take what is still on the playlists; the next start archives it."""
        for stream_id in self._store.stream_ids:
            self._store.release(stream_id)


async def _note(tx: Tx, stream_id: str, parts: Sequence[_Waiting]) -> None:
    """Add segments to their recording; those that are known already change nothing."""
    query = (
        select(StreamRow.creator_id, UserRow.erased_at)
        .join(UserRow, UserRow.id == StreamRow.creator_id)
        .where(StreamRow.id == stream_id)
    )
    creator = (await tx.db.execute(query)).first()
    if creator is None:
        return
    recording = upsert(tx.db.dialect, RecordingRow).values(
        stream_id=stream_id,
        creator_id=creator.creator_id,
        deleted_at=creator.erased_at,
        begins_at=parts[0].begins_at,
        duration_ms=0,
        size_bytes=0,
    )
    await tx.db.execute(recording.on_conflict_do_nothing(index_elements=[RecordingRow.stream_id]))
    added_ms = added_bytes = 0
    for part in parts:
        row = upsert(tx.db.dialect, RecordedSegmentRow).values(
            stream_id=stream_id,
            epoch=part.epoch,
            serial=part.serial,
            begins_at=part.begins_at,
            duration_ms=part.duration_ms,
            size_bytes=part.size_bytes,
        )
        done = await tx.db.execute(row.on_conflict_do_nothing())
        if done.rowcount:
            added_ms += part.duration_ms
            added_bytes += part.size_bytes
    await tx.db.execute(
        update(RecordingRow)
        .where(RecordingRow.stream_id == stream_id)
        .values(
            duration_ms=RecordingRow.duration_ms + added_ms,
            size_bytes=RecordingRow.size_bytes + added_bytes,
            purged_at=None,  # of a deleted one, these files have to go, too
        )
    )


def _waiting(folder: Path) -> dict[str, list[_Waiting]]:
    found: dict[str, list[_Waiting]] = {}
    for stream in sorted(folder.iterdir()) if folder.is_dir() else ():
        parts = []
        for path in stream.iterdir():
            if match := _NAME.fullmatch(path.name):
                epoch, serial, begins_ms, duration_ms = map(int, match.groups())
                begins_at = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=begins_ms)
                size = path.stat().st_size
                parts.append(_Waiting(path, epoch, serial, begins_at, duration_ms, size))
        found[stream.name] = sorted(parts, key=lambda part: (part.epoch, part.serial))
    return found


def _tidy(folder: Path) -> None:
    """Remove a stream's folder when no segment of it waits and none came for a while."""
    if any(_NAME.fullmatch(path.name) for path in folder.iterdir()):
        return
    newest = max((path.stat().st_mtime for path in folder.iterdir()), default=0.0)
    if datetime.now(UTC).timestamp() - newest > 3600:
        for path in folder.iterdir():
            path.unlink()
        with contextlib.suppress(OSError):
            os.rmdir(folder)

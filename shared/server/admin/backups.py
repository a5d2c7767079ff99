"""Backups on demand and every day, the oldest removed; and how the server is, for admins."""

import asyncio
import logging
import time
from datetime import datetime, timedelta

from shared.errors import AppError
from shared.schemas.admin import HealthPart
from shared.schemas.administration import AdminHealth, Backup
from shared.schemas.alerts import AlertKind, Severity
from shared.schemas.common import ErrorCode, Page
from shared.server.core import Core
from shared.server.db.backup import BackupFile, backups, make_backup, prune_backups
from shared.server.db.upgrade import FILE_NAME
from shared.server.http.errors import Refused
from shared.server.http.sessions import Caller
from shared.server.moderation import audit
from shared.server.operations.alerts import Alerts
from shared.server.operations.service import HealthService

_log = logging.getLogger(__name__)
_LOOK_EVERY_S = 600.0
EVERY = timedelta(hours=24)
KEPT = 14


def _view(file: BackupFile) -> Backup:
    return Backup(name=file.path.name, at=file.at, size_bytes=file.size_bytes)


class BackupService:
    """Backups of the embedded database."""

    def __init__(self, core: Core, watch: HealthService, alerts: Alerts) -> None:
        self._core = core
        self._watch = watch
        self._alerts = alerts
        self._newest: datetime | None = None
        self._started = time.monotonic()
        self._failed = ""
        self._making = asyncio.Lock()
        watch.add(self._check)
        core.metrics.gauge("teezu_backup_age_seconds", self._age_s)

    @property
    def _is_embedded(self) -> bool:
        return self._core.db.engines.dialect == "sqlite"

    async def make(self, caller: Caller | None) -> Backup:
        """Make one now; without a caller it is the daily one.

        Raises:
            Refused: the database is a PostgreSQL server's.
            StorageError: it could not be made.
        """
        if not self._is_embedded:
            raise Refused(
                ErrorCode.CONFLICT,
                "The database is on PostgreSQL; back it up there, with pg_dump.",
                "De database staat op PostgreSQL; maak daar een back-up, met pg_dump.",
            )
        async with self._making:
            data, now = self._core.settings.data, self._core.clock.now()
            try:
                made = await asyncio.to_thread(make_backup, data, now)
                if self._core.objects.is_shared:  # a second copy, away from this disk
                    await self._core.objects.put_file(f"backups/{made.path.name}", made.path)
                await asyncio.to_thread(prune_backups, data, KEPT)
                await self._prune_copies()
            except AppError as error:
                self._failed = error.message
                await self._alerts.tell(
                    AlertKind.BACKUP,
                    Severity.CRITICAL,
                    f"A backup failed: {error.message}",
                    {"code": str(error.code)},
                )
                raise
            self._failed, self._newest = "", made.at
        async with self._core.db.write() as tx:
            await audit.append(
                tx,
                actor=None if caller is None else caller.ref,
                action="backup.made",
                subject_type="backup",
                subject_id=made.path.name[:36],
                details={"size_bytes": made.size_bytes},
            )
        return _view(made)

    async def _prune_copies(self) -> None:
        if self._core.objects.is_shared:
            copies = await self._core.objects.under("backups/")
            await self._core.objects.delete([each.key for each in copies[:-KEPT]])

    async def all(self) -> Page[Backup]:
        """Every backup there is, newest first."""
        found = await asyncio.to_thread(backups, self._core.settings.data)
        return Page[Backup](items=[_view(file) for file in found])

    async def run(self) -> None:
        """Make one a day."""
        found = await asyncio.to_thread(backups, self._core.settings.data)
        self._newest = found[0].at if found else None
        while self._is_embedded:
            await asyncio.sleep(_LOOK_EVERY_S)
            found = await asyncio.to_thread(backups, self._core.settings.data)
            if not found or self._core.clock.now() - found[0].at >= EVERY:
                try:
                    await self.make(None)
                except AppError as error:
                    _log.error("the daily backup failed: %s", error)

    def _age_s(self) -> float:
        """How old the newest backup is; -1 where there is none."""
        if self._newest is None:
            return -1.0
        return max(0.0, (self._core.clock.now() - self._newest).total_seconds())

    async def _check(self) -> HealthPart:
        if self._failed:
            return HealthPart(name="backups", ok=False, detail="the last one failed")
        return HealthPart(name="backups", ok=True, detail="daily" if self._is_embedded else "")

    async def health(self) -> AdminHealth:
        """How the server is, with what only admins need to know."""
        found = await asyncio.to_thread(backups, self._core.settings.data)
        file = self._core.settings.data / FILE_NAME
        size = file.stat().st_size if self._is_embedded and file.exists() else None
        seen = await self._watch.health()
        return AdminHealth(
            **seen.model_dump(),
            uptime_s=round(time.monotonic() - self._started, 1),
            database=self._core.db.engines.dialect,
            database_bytes=size,
            backups=len(found),
            newest_backup_at=found[0].at if found else None,
        )

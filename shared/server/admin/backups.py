"""Backups on demand and every day, the oldest removed; and how the server is, for admins."""

import asyncio
import logging
import time
from datetime import datetime, timedelta

from sqlalchemy import func, select

from shared.errors import AppError
from shared.schemas.admin import HealthPart
from shared.schemas.administration import AdminHealth, Backup
from shared.schemas.alerts import AlertKind, Severity
from shared.schemas.common import ErrorCode, Page
from shared.server.core import Core
from shared.server.db.dumps import has_tools
from shared.server.db.manifest import BackupFile, backups, prune_backups
from shared.server.db.saving import prune_copies, save
from shared.server.db.upgrade import FILE_NAME
from shared.server.http.errors import Refused
from shared.server.http.sessions import Caller
from shared.server.moderation import audit
from shared.server.moderation.tables import AuditRow
from shared.server.operations.alerts import Alerts
from shared.server.operations.service import HealthService

_log = logging.getLogger(__name__)
_LOOK_EVERY_S = 600.0


def _view(file: BackupFile) -> Backup:
    manifest = file.manifest
    return Backup(
        name=file.path.name,
        at=file.at,
        size_bytes=file.size_bytes,
        evidence_files=None if manifest is None else len(manifest.files),
        evidence_in=None if manifest is None else manifest.files_in,
    )


class BackupService:
    """Backups of the database and of the evidence."""

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

    @property
    def _is_possible(self) -> bool:
        return self._is_embedded or has_tools()

    async def make(self, caller: Caller | None) -> Backup:
        """Make one now; without a caller it is the daily one.

        Raises:
            Refused: the database is a PostgreSQL server's, and its tools are not installed here.
            AppError: it could not be made.
        """
        if not self._is_possible:
            raise Refused(
                ErrorCode.CONFLICT,
                "The database is on PostgreSQL, and pg_dump is not installed here; install "
                "PostgreSQL's client tools, or back it up where it runs.",
                "De database staat op PostgreSQL en pg_dump is hier niet geïnstalleerd; installeer "
                "de clienthulpmiddelen van PostgreSQL, of maak de back-up waar de database draait.",
            )
        async with self._making:
            settings, now = self._core.settings, self._core.clock.now()
            try:
                made = await save(settings, self._core.objects, now)
                await asyncio.to_thread(prune_backups, settings.data, settings.backups)
                await prune_copies(self._core.objects, settings.backups)
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
            await self._tell_damage(made)
        async with self._core.db.write() as tx:
            await audit.append(
                tx,
                actor=None if caller is None else caller.ref,
                action="backup.made",
                subject_type="backup",
                subject_id=made.path.name[:36],
                details={
                    "size_bytes": made.size_bytes,
                    "sha256": made.manifest.database.sha256 if made.manifest else "",
                    "evidence_files": len(made.manifest.files) if made.manifest else 0,
                },
            )
        return _view(made)

    async def _tell_damage(self, made: BackupFile) -> None:
        """The backup is sound, but what it was made of was not."""
        damaged = [] if made.manifest is None else made.manifest.damaged
        if damaged:
            await self._alerts.tell(
                AlertKind.STORE,
                Severity.CRITICAL,
                "Files of evidence are damaged or gone in the object store: put them back from an "
                "earlier backup.",
                {"count": len(damaged), "first": damaged[0]},
            )

    async def all(self) -> Page[Backup]:
        """Every backup there is, newest first."""
        found = await asyncio.to_thread(backups, self._core.settings.data)
        return Page[Backup](items=[_view(file) for file in found])

    async def run(self) -> None:
        """Make one as often as the settings say."""
        self._newest = await self._last()
        while self._is_possible:
            await asyncio.sleep(_LOOK_EVERY_S)
            self._newest = last = await self._last()
            every = timedelta(hours=self._core.settings.backup_hours)
            if last is None or self._core.clock.now() - last >= every:
                try:
                    await self.make(None)
                except AppError as error:
                    _log.error("the daily backup failed: %s", error)

    async def _last(self) -> datetime | None:
        """When the last backup was made; of PostgreSQL also by another process."""
        found = await asyncio.to_thread(backups, self._core.settings.data)
        newest = found[0].at if found else None
        if self._is_embedded:
            return newest
        query = select(func.max(AuditRow.at)).where(AuditRow.action == "backup.made")
        async with self._core.db.read() as db:
            told: datetime | None = (await db.execute(query)).scalar_one_or_none()
        return max((each for each in (newest, told) if each is not None), default=None)

    def _age_s(self) -> float:
        """How old the newest backup is; -1 where there is none."""
        if self._newest is None:
            return -1.0
        return max(0.0, (self._core.clock.now() - self._newest).total_seconds())

    async def _check(self) -> HealthPart:
        if self._failed:
            return HealthPart(name="backups", ok=False, detail="the last one failed")
        how = f"every {self._core.settings.backup_hours} h"
        detail = how if self._is_possible else "by the database server: pg_dump is not here"
        return HealthPart(name="backups", ok=True, detail=detail)

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

"""Looks after the server itself, four times a minute, and raises alerts."""

import asyncio
from typing import Final

from shared.schemas.admin import HealthPart
from shared.schemas.alerts import AlertKind, Severity
from shared.server.admin.samples import EVERY_S, Samples
from shared.server.core import Core
from shared.server.http.metrics import Metrics
from shared.server.moderation import audit
from shared.server.operations.alerts import Alerts
from shared.server.operations.service import Check

MANY_REFUSED: Final = 100
"""Requests refused for their rate within one look."""
MANY_ERRORS: Final = 5
"""Answers of status 500 or more within one look."""
LITTLE_DISK: Final = 0.05
"""Little is less than this share of the disk, and less than this many bytes."""
LITTLE_DISK_BYTES: Final = 1 << 30
_AUDIT_EVERY_S: Final = 3600.0


class Watch:
    """Compares the figures with the last look's."""

    def __init__(self, core: Core, alerts: Alerts, samples: Samples) -> None:
        self._core = core
        self._alerts = alerts
        self._samples = samples
        self._last: dict[str, float] = {}
        self._audit_is_whole = True
        self._audit_at = float("-inf")
        core.metrics.gauge("teezu_audit_whole", lambda: float(self._audit_is_whole))

    async def run(self) -> None:
        """Look until the server stops."""
        while True:
            await self.look()
            await asyncio.sleep(EVERY_S)

    async def look(self) -> None:
        """Look once."""
        metrics = self._core.metrics
        await self._rising(
            AlertKind.RATE_LIMITS,
            metrics.total("teezu_rate_limited_total"),
            MANY_REFUSED,
            "Many requests are refused for their rate: look who sends them in the metrics, "
            "and raise the limits only if they are wanted.",
        )
        await self._rising(
            AlertKind.ERRORS,
            _server_errors(metrics),
            MANY_ERRORS,
            "Requests fail with errors of our own: look in the log for their request ids.",
        )
        await self._rising(
            AlertKind.INGEST,
            metrics.total("teezu_ingest_failures_total"),
            1,
            "The ingest failed: a worker ended, or segments cannot be written; look in the log, "
            "and at the disk.",
        )
        await self._rising(
            AlertKind.RELAY,
            metrics.total("teezu_relay_failures_total"),
            1,
            "Redis does not answer: events reach people of other processes a second late until "
            "it does.",
        )
        await self._disk()
        await self._audit()

    async def _rising(self, kind: AlertKind, now: float, many: int, text: str) -> None:
        before = self._last.get(kind.value)
        self._last[kind.value] = now
        if before is not None and now - before >= many:
            count = int(now - before)
            details = {"count": count, "seconds": int(EVERY_S)}
            await self._alerts.tell(kind, Severity.WARNING, text, details)

    async def _disk(self) -> None:
        if not self._disk_is_low():
            return
        free = int(self._samples.value("teezu_disk_free_bytes"))
        await self._alerts.tell(
            AlertKind.DISK,
            Severity.CRITICAL,
            "The disk of the data folder is nearly full: make room, or recordings, backups and "
            "then everything else will stop.",
            {"free_bytes": free},
        )

    def _disk_is_low(self) -> bool:
        free = self._samples.value("teezu_disk_free_bytes")
        ratio = self._samples.value("teezu_disk_free_ratio")
        return 0 < free < LITTLE_DISK_BYTES and ratio < LITTLE_DISK

    async def _audit(self) -> None:
        """Follow the audit chain once an hour."""
        loop = asyncio.get_running_loop()
        if loop.time() - self._audit_at < _AUDIT_EVERY_S:
            return
        self._audit_at = loop.time()
        async with self._core.db.survey() as db:
            verdict = await audit.verify(db)
        self._audit_is_whole = verdict.ok
        if not verdict.ok:
            await self._alerts.tell(
                AlertKind.AUDIT,
                Severity.CRITICAL,
                "The audit log is broken: somebody changed it outside the server. Keep a copy "
                "of the database and compare it with a backup.",
                {"broken_at": verdict.broken_at},
            )

    def checks(self) -> tuple[Check, ...]:
        """What the health report asks of us."""
        return (self._check_disk, self._check_audit)

    async def _check_disk(self) -> HealthPart:
        if self._disk_is_low():
            return HealthPart(name="disk", ok=False, detail="nearly full")
        return HealthPart(name="disk", ok=True)

    async def _check_audit(self) -> HealthPart:
        if not self._audit_is_whole:
            return HealthPart(name="audit log", ok=False, detail="the chain is broken")
        return HealthPart(name="audit log", ok=True)


def _server_errors(metrics: Metrics) -> float:
    """Answers that were our fault; 503 says so in the health report and is not counted."""
    return metrics.total("teezu_http_requests_total", lambda of: of.get("status") == "500")

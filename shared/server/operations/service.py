"""Says whether the server can do its work, part by part."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from shared.errors import AppError
from shared.schemas.admin import Health, HealthPart
from shared.server.core import Core, Services
from shared.server.operations.alerts import Alerts
from shared.server.realtime.feed import FeedEvent
from shared.server.version import version

_STORE_EVERY_S: Final = 15.0

type Check = Callable[[], Awaitable[HealthPart]]


class HealthService:
    """Asks every part how it is; areas add parts of their own with `add`."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._checks: list[Check] = [self._database]
        self._minor: list[Check] = []

    def add(self, check: Check) -> None:
        """Ask this, too."""
        self._checks.append(check)

    def add_minor(self, check: Check) -> None:
        """Ask this, too; the server works without it, only not as well."""
        self._minor.append(check)

    async def health(self) -> Health:
        """How the server is now."""
        parts = [await check() for check in self._checks]
        minor = [await check() for check in self._minor]
        return Health(
            ok=all(part.ok for part in parts),
            version=version(),
            demo=self._core.settings.demo,
            parts=[*parts, *minor],
        )

    async def _database(self) -> HealthPart:
        try:
            async with self._core.db.read() as db:
                await db.execute(text("SELECT 1"))
        except (SQLAlchemyError, OSError):
            return HealthPart(name="database", ok=False, detail="it does not answer")
        return HealthPart(name="database", ok=True, detail=self._core.db.engines.dialect)


class StoreCheck:
    """Whether a shared object store answers; asked a few times a minute at most."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._at = float("-inf")
        self._part = HealthPart(name="object store", ok=True)

    async def check(self) -> HealthPart:
        """How it was when it was last asked."""
        now = asyncio.get_running_loop().time()
        if now - self._at >= _STORE_EVERY_S:
            self._at = now
            try:
                await self._core.objects.get("health")
            except AppError as error:
                self._part = HealthPart(name="object store", ok=False, detail=error.message)
            else:
                self._part = HealthPart(name="object store", ok=True)
        return self._part


def build(core: Core, services: Services) -> None:
    """Offer the health service, and the figures that need no looking up."""
    health = HealthService(core)
    services.add(health)
    if core.objects.is_shared:
        health.add_minor(StoreCheck(core).check)
    services.add(Alerts(core))
    for name in ("teezu_alerts_total", "teezu_ingest_hook_refused_total"):
        core.metrics.declare(name)
    core.metrics.gauge("teezu_posts_waiting", lambda: core.posts.waiting)
    core.metrics.gauge("teezu_commits_waiting", lambda: core.db.engines.commits_waiting)
    core.metrics.declare("teezu_feed_events_total")

    def count(room: str, events: Sequence[FeedEvent]) -> None:
        for event in events:
            core.metrics.count("teezu_feed_events_total", (("type", event.type.value),))

    core.feed.listen(count)

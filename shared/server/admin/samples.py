"""Figures that must be looked up: read every 15 seconds, told to whoever scrapes in between."""

import asyncio
import shutil
from datetime import datetime
from typing import Any, Final

import psutil
from sqlalchemy import Select, func, select
from sqlalchemy.exc import SQLAlchemyError

from shared.server.automod.tables import HeldMessageRow
from shared.server.core import Core
from shared.server.http.metrics import Labels
from shared.server.moderation.review_tables import AppealRow
from shared.server.moderation.tables import CaseRow
from shared.server.moderation.transitions import CaseStage
from shared.server.wallet.ledger import PLATFORM, PROCESSOR
from shared.server.wallet.tables import LedgerAccountRow

EVERY_S: Final = 15.0

_QUEUES: Final[dict[str, Select[*tuple[Any, ...]]]] = {
    "cases": select(func.count(), func.min(CaseRow.opened_at)).where(
        CaseRow.stage != CaseStage.DECIDED.value
    ),
    "appeals": select(func.count(), func.min(AppealRow.at)).where(AppealRow.state == "open"),
    "held": select(func.count(), func.min(HeldMessageRow.at)).where(HeldMessageRow.state == "held"),
}
"""What waits for a moderator: how much, and since when."""
_BALANCES = select(LedgerAccountRow.id, LedgerAccountRow.balance).where(
    LedgerAccountRow.id.in_((PLATFORM, PROCESSOR))
)


class Samples:
    """The last values of everything that is sampled."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._values: dict[tuple[str, Labels], float] = {}
        self._process = psutil.Process()
        for queue in _QUEUES:
            self._offer("teezu_queue_length", (("queue", queue),))
            self._offer("teezu_queue_oldest_seconds", (("queue", queue),))
        for name in (
            "teezu_ledger_issued_tokens",
            "teezu_ledger_platform_tokens",
            "teezu_disk_free_bytes",
            "teezu_disk_free_ratio",
            "teezu_loop_lag_seconds",
        ):
            self._offer(name)
        core.metrics.gauge("teezu_resident_bytes", lambda: float(self._process.memory_info().rss))
        core.metrics.gauge("teezu_cpu_seconds_total", self._cpu_s)

    def _cpu_s(self) -> float:
        times = self._process.cpu_times()
        return float(times.user + times.system)

    def _offer(self, name: str, labels: Labels = ()) -> None:
        self._values[name, labels] = 0.0
        self._core.metrics.gauge(name, lambda: self._values[name, labels], labels)

    def value(self, name: str, labels: Labels = ()) -> float:
        """The last value."""
        return self._values[name, labels]

    async def run(self) -> None:
        """Sample until the server stops; how late we wake tells how busy the loop is."""
        loop = asyncio.get_running_loop()
        while True:
            await self.take()
            due = loop.time() + EVERY_S
            await asyncio.sleep(EVERY_S)
            self._values["teezu_loop_lag_seconds", ()] = max(0.0, loop.time() - due)

    async def take(self) -> None:
        """Look everything up once; a database that does not answer leaves the last values."""
        usage = await asyncio.to_thread(shutil.disk_usage, self._core.settings.data)
        self._values["teezu_disk_free_bytes", ()] = float(usage.free)
        self._values["teezu_disk_free_ratio", ()] = usage.free / usage.total
        now = self._core.clock.now()
        try:
            async with self._core.db.read() as db:
                for queue, query in _QUEUES.items():
                    count, oldest = (await db.execute(query)).one()
                    self._set_queue(queue, count, oldest, now)
                for account, balance in await db.execute(_BALANCES):
                    if account == PLATFORM:
                        self._values["teezu_ledger_platform_tokens", ()] = float(balance)
                    else:
                        self._values["teezu_ledger_issued_tokens", ()] = float(-balance)
        except (SQLAlchemyError, OSError):
            return  # the health report says so

    def _set_queue(self, queue: str, count: int, oldest: datetime | None, now: datetime) -> None:
        age = 0.0 if oldest is None else max(0.0, (now - oldest).total_seconds())
        self._values["teezu_queue_length", (("queue", queue),)] = float(count)
        self._values["teezu_queue_oldest_seconds", (("queue", queue),)] = age

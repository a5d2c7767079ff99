"""How long evidence is kept: so many days, and as long as a hold, a case or an appeal needs it."""

import asyncio
import itertools
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.exc import SQLAlchemyError

from shared.errors import AppError
from shared.schemas.appeals import AppealState
from shared.server.core import Core
from shared.server.db.database import Tx
from shared.server.moderation.exhibits import Exhibits, remove_rows
from shared.server.moderation.log import locked_case
from shared.server.moderation.review_tables import AppealRow, EvidenceRow
from shared.server.moderation.tables import CaseRow, DecisionRow
from shared.server.moderation.transitions import CaseStage

_EVERY_S: Final = 3600.0
_AT_ONCE: Final = 100
_ORPHANS_EVERY: Final = 24

_log = logging.getLogger(__name__)


def prunable() -> ColumnElement[bool]:
    """Evidence that nothing forbids to remove: of a decided case, without hold and open appeal."""
    appealed = exists().where(
        AppealRow.decision_id == DecisionRow.id,
        DecisionRow.case_id == EvidenceRow.case_id,
        AppealRow.state == AppealState.OPEN.value,
    )
    return (
        EvidenceRow.on_hold.is_(False)
        & EvidenceRow.pruned_at.is_(None)
        & (CaseRow.stage == CaseStage.DECIDED.value)
        & ~appealed
    )


class Retention:
    """Removes evidence when its time is over; each removal is in the audit log."""

    def __init__(self, core: Core, exhibits: Exhibits) -> None:
        self._core = core
        self._exhibits = exhibits

    async def run(self) -> None:
        """Take in what earlier versions kept elsewhere, then look once an hour."""
        await self._exhibits.adopt()
        for hour in itertools.count():
            try:
                await self.prune()
                if hour % _ORPHANS_EVERY == 0:
                    before = self._core.clock.now() - timedelta(days=1)
                    await self._exhibits.sweep_orphans(before)
                await self._exhibits.count()
            except (AppError, SQLAlchemyError, OSError):
                _log.exception("old evidence could not be removed")
            await asyncio.sleep(_EVERY_S)

    async def prune(self) -> int:
        """Remove all evidence whose time is over; how many cases' that was.

        Raises:
            Unavailable: the object store does not answer; the rest is done next time.
        """
        gone = 0
        while due := await self._due():
            for case_id in due:
                gone += await self._remove(case_id)
        return gone

    def _since(self) -> datetime:
        return self._core.clock.now() - timedelta(days=self._core.settings.evidence_days)

    def _is_old(self) -> ColumnElement[bool]:
        since = self._since()
        return (
            (EvidenceRow.at < since)
            & (func.coalesce(CaseRow.decided_at, EvidenceRow.at) < since)
            & ((EvidenceRow.released_at.is_(None)) | (EvidenceRow.released_at < since))
        )

    async def _due(self) -> Sequence[str]:
        query = (
            select(EvidenceRow.case_id)
            .join(CaseRow, CaseRow.id == EvidenceRow.case_id)
            .where(prunable(), self._is_old())
            .order_by(EvidenceRow.at)
            .limit(_AT_ONCE)
        )
        async with self._core.db.read() as db:
            return list((await db.execute(query)).scalars())

    async def _remove(self, case_id: str) -> bool:
        async with self._core.db.write() as tx:
            await locked_case(tx, case_id)
            gone = await prune_in(tx, self._is_old() & (EvidenceRow.case_id == case_id), "time")
        await self._exhibits.sweep(gone.hashes)
        return gone.cases > 0  # none where a hold or an appeal came first


@dataclass(frozen=True, slots=True)
class Pruned:
    """What was removed: of how many cases, and the files to sweep after the commit."""

    cases: int
    hashes: list[str]


async def prune_in(tx: Tx, where: ColumnElement[bool], why: str) -> Pruned:
    """Remove what may be removed there, within a transaction."""
    query = (
        select(EvidenceRow.case_id)
        .join(CaseRow, CaseRow.id == EvidenceRow.case_id)
        .where(prunable(), where)
    )
    cases = list((await tx.db.execute(query)).scalars())
    hashes: list[str] = []
    for case_id in cases:
        hashes += await remove_rows(tx, case_id, why=why)
    return Pruned(len(cases), hashes)

"""The queue: undecided cases in the order in which they should be looked at."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.schemas.common import Page
from shared.schemas.moderation import CaseState, CaseSummary, ReportReason, SubjectType
from shared.server.core import Core
from shared.server.http.sessions import Caller
from shared.server.moderation.places import Place, cut
from shared.server.moderation.priority import ReporterRecord
from shared.server.moderation.tables import CaseEventRow, CaseRow
from shared.server.moderation.transitions import CaseEvent, CaseStage
from shared.server.moderation.views import cases, reporter_records, summary

_MOST_CASES = 2000
"""Cases looked at for one page: the gravest and oldest of all that wait."""
_SKIPPED_FOR = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which cases to show; None leaves a question open."""

    state: CaseState | None = None
    reason: ReportReason | None = None
    subject_type: SubjectType | None = None
    stream_id: str | None = None
    mine: bool = False


class Queue:
    """Reads the queue."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def page(
        self, caller: Caller, wanted: QueueFilter, *, cursor: str | None, limit: int
    ) -> Page[CaseSummary]:
        """Cases by falling priority, oldest first among equals; those one skipped come last.

        Raises:
            Refused: the cursor is not one of ours.
        """
        now = self._core.clock.now()
        async with self._core.db.read() as db:
            found = await cases(db, *_where(wanted, caller), limit=_MOST_CASES)
            records = await reporter_records(db, [case.id for case in found])
            skipped = await _skipped(db, caller.user_id, now)
        rows = [summary(case, records.get(case.id, ReporterRecord()), now) for case in found]
        shown = [row for row in rows if _fits(row, wanted, caller)]
        placed = sorted(((_place(row, skipped), row) for row in shown), key=lambda entry: entry[0])
        items, more = cut(placed, cursor=cursor, limit=limit)
        return Page[CaseSummary](items=items, next_cursor=more)


def _where(wanted: QueueFilter, caller: Caller) -> list[ColumnElement[bool]]:
    decided = CaseRow.stage == CaseStage.DECIDED.value
    where: list[ColumnElement[bool]] = [decided if wanted.state is CaseState.DECIDED else ~decided]
    if wanted.subject_type is not None:
        where.append(CaseRow.subject_type == wanted.subject_type.value)
    if wanted.stream_id is not None:
        where.append(CaseRow.stream_id == wanted.stream_id)
    if wanted.mine:
        where.append(CaseRow.lease_by == caller.user_id)
    return where


def _fits(row: CaseSummary, wanted: QueueFilter, caller: Caller) -> bool:
    if wanted.state is not None and row.state is not wanted.state:
        return False
    if wanted.mine and (row.claimed_by is None or row.claimed_by.id != caller.user_id):
        return False
    return wanted.reason is None or wanted.reason in row.reasons


def _place(row: CaseSummary, skipped: set[str]) -> Place:
    return (row.id in skipped, -row.priority, row.opened_at.isoformat(), row.id)


async def _skipped(db: AsyncConnection, user_id: str, now: datetime) -> set[str]:
    """Cases the person passed over a short while ago."""
    query = select(CaseEventRow.case_id).where(
        CaseEventRow.actor_id == user_id,
        CaseEventRow.event == CaseEvent.SKIPPED.value,
        CaseEventRow.at > now - _SKIPPED_FOR,
    )
    return set((await db.execute(query)).scalars())

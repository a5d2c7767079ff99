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
from shared.server.moderation.priority import ReporterRecord, points_of
from shared.server.moderation.tables import CaseEventRow, CaseRow
from shared.server.moderation.transitions import CaseEvent, CaseStage, wire_state
from shared.server.moderation.views import Case, cases, facts_of, reporter_records, summary

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
        placed: list[tuple[Place, Case]] = []
        for case in found:
            if _fits(case, wanted, caller, now):
                record = records.get(case.id, ReporterRecord())
                priority = points_of(facts_of(case, record, now)).total
                opened = case.opened_at.isoformat()
                placed.append(((case.id in skipped, -priority, opened, case.id), case))
        placed.sort(key=lambda entry: entry[0])
        shown, more = cut(placed, cursor=cursor, limit=limit)
        items = [summary(case, records.get(case.id, ReporterRecord()), now) for case in shown]
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


def _fits(case: Case, wanted: QueueFilter, caller: Caller, now: datetime) -> bool:
    if wanted.state is not None and wire_state(case.stage_at(now)) is not wanted.state:
        return False
    if wanted.mine and not (case.lease_by == caller.user_id and case.is_leased_at(now)):
        return False
    return wanted.reason is None or wanted.reason in case.reasons


async def _skipped(db: AsyncConnection, user_id: str, now: datetime) -> set[str]:
    """Cases the person passed over a short while ago."""
    query = select(CaseEventRow.case_id).where(
        CaseEventRow.actor_id == user_id,
        CaseEventRow.event == CaseEvent.SKIPPED.value,
        CaseEventRow.at > now - _SKIPPED_FOR,
    )
    return set((await db.execute(query)).scalars())

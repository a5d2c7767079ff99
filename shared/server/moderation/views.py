"""Cases as the wire shows them: rows of the queue with their explained priority."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from shared.schemas.accounts import UserRef
from shared.schemas.moderation import CaseSummary, ReportReason, SubjectType
from shared.schemas.roles import Role
from shared.server.accounts.tables import UserRow
from shared.server.moderation.priority import (
    CaseFacts,
    ReporterRecord,
    points_of,
    priority_parts,
)
from shared.server.moderation.tables import CaseRow, ReportRow
from shared.server.moderation.transitions import (
    LEASED_STAGES,
    CaseStage,
    stage_now,
    wire_state,
)
from shared.server.streams.records import ON_AIR
from shared.server.streams.tables import StreamRow

UPHELD, DISMISSED = "action_taken", "no_violation"
"""What became of a report, as its reporter is told."""


@dataclass(frozen=True, slots=True)
class Case:
    """A case's projection as it was read, with whoever holds it."""

    id: str
    subject_type: SubjectType
    subject_id: str
    subject_user_id: str | None
    subject_label: str
    stream_id: str | None
    stage: CaseStage
    version: int
    stage_version: int
    reasons: tuple[ReportReason, ...]
    report_count: int
    lease_token: int
    lease_by: str | None
    lease_until: datetime | None
    opened_at: datetime
    updated_at: datetime
    holder: UserRef | None
    is_live: bool

    def stage_at(self, now: datetime) -> CaseStage:
        """The stage in force: a lease that ran out is none."""
        is_over = self.lease_until is None or self.lease_until <= now
        return stage_now(self.stage, lease_is_over=is_over)

    def is_leased_at(self, now: datetime) -> bool:
        """Whether somebody holds the case."""
        return self.stage_at(now) in LEASED_STAGES


_COLUMNS = tuple(
    column
    for column in CaseRow.__table__.columns
    if column.name not in ("evidence", "evidence_hash", "base_priority", "decided_at")
)


async def cases(db: AsyncConnection, *where: ColumnElement[bool], limit: int) -> list[Case]:
    """Cases that fit, gravest reason first, then oldest."""
    holder = aliased(UserRow)
    query = (
        select(
            *_COLUMNS,
            holder.id.label("holder_id"),
            holder.display_name.label("holder_name"),
            holder.role.label("holder_role"),
            StreamRow.state.label("stream_state"),
        )
        .outerjoin(holder, holder.id == CaseRow.lease_by)
        .outerjoin(StreamRow, StreamRow.id == CaseRow.stream_id)
        .where(*where)
        .order_by(CaseRow.base_priority.desc(), CaseRow.opened_at, CaseRow.id)
        .limit(limit)
    )
    return [_case(row) for row in await db.execute(query)]


def _case(row: Any) -> Case:
    holder = None
    if row.holder_id:
        holder = UserRef(id=row.holder_id, display_name=row.holder_name, role=Role(row.holder_role))
    return Case(
        id=row.id,
        subject_type=SubjectType(row.subject_type),
        subject_id=row.subject_id,
        subject_user_id=row.subject_user_id,
        subject_label=row.subject_label,
        stream_id=row.stream_id,
        stage=CaseStage(row.stage),
        version=row.version,
        stage_version=row.stage_version,
        reasons=tuple(ReportReason(reason) for reason in row.reasons),
        report_count=row.report_count,
        lease_token=row.lease_token,
        lease_by=row.lease_by,
        lease_until=row.lease_until,
        opened_at=row.opened_at,
        updated_at=row.updated_at,
        holder=holder,
        is_live=row.stream_state in ON_AIR,
    )


async def evidence_of(db: AsyncConnection, case_id: str) -> dict[str, Any]:
    """The subject as it was when first reported."""
    query = select(CaseRow.evidence).where(CaseRow.id == case_id)
    return dict((await db.execute(query)).scalar_one())


async def reporter_records(
    db: AsyncConnection, case_ids: Sequence[str]
) -> dict[str, ReporterRecord]:
    """For each case, how the earlier reports of those who reported it turned out."""
    if not case_ids:
        return {}
    earlier = aliased(ReportRow)
    query = (
        select(ReportRow.case_id, earlier.outcome, func.count())
        .join(earlier, earlier.reporter_id == ReportRow.reporter_id)
        .where(
            ReportRow.case_id.in_(case_ids),
            earlier.outcome.is_not(None),
            earlier.case_id != ReportRow.case_id,
        )
        .group_by(ReportRow.case_id, earlier.outcome)
    )
    counts: dict[str, dict[str, int]] = {}
    for case_id, outcome, count in await db.execute(query):
        counts.setdefault(case_id, {})[outcome or ""] = count
    return {
        case_id: ReporterRecord(upheld=found.get(UPHELD, 0), dismissed=found.get(DISMISSED, 0))
        for case_id, found in counts.items()
    }


def facts_of(case: Case, record: ReporterRecord, now: datetime) -> CaseFacts:
    """What the case's priority is made from at this moment."""
    stage = case.stage_at(now)
    return CaseFacts(
        reasons=case.reasons,
        report_count=case.report_count,
        reporters=record,
        is_live=case.is_live,
        is_escalated=stage in {CaseStage.ESCALATED, CaseStage.ESCALATED_CLAIMED},
        age_s=(now - case.opened_at).total_seconds(),
    )


def summary(case: Case, record: ReporterRecord, now: datetime) -> CaseSummary:
    """A row of the queue as it stands now."""
    stage = case.stage_at(now)
    is_leased = stage in LEASED_STAGES
    facts = facts_of(case, record, now)
    return CaseSummary(
        id=case.id,
        subject_type=case.subject_type,
        subject_id=case.subject_id,
        subject_label=case.subject_label,
        stream_id=case.stream_id,
        reasons=list(case.reasons),
        report_count=case.report_count,
        state=wire_state(stage),
        priority=points_of(facts).total,
        priority_parts=priority_parts(facts),
        claimed_by=case.holder if is_leased else None,
        lease_until=case.lease_until if is_leased else None,
        opened_at=case.opened_at,
        updated_at=case.updated_at,
        version=case.version,
    )


async def summarise(db: AsyncConnection, case: Case, now: datetime) -> CaseSummary:
    """One case as a row of the queue."""
    records = await reporter_records(db, [case.id])
    return summary(case, records.get(case.id, ReporterRecord()), now)

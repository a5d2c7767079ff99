"""Reports: several about one subject become one case, with the subject as it was at the first."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.ids import new_id
from shared.schemas.common import Page
from shared.schemas.moderation import Report, ReportCreate, ReportReason, SubjectType
from shared.schemas.realtime import MOD_ROOM, EventType
from shared.server.core import Core
from shared.server.db.database import Tx, upsert
from shared.server.http.sessions import Caller
from shared.server.moderation.log import current_case, happened, record
from shared.server.moderation.priority import SEVERITY, gravest
from shared.server.moderation.refusals import not_oneself
from shared.server.moderation.subjects import Subject, find_subject
from shared.server.moderation.tables import CaseRow, ReportRow
from shared.server.moderation.transitions import CaseEvent, CaseStage
from shared.server.moderation.views import summarise


class Reports:
    """What members report."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def create(self, caller: Caller, body: ReportCreate, key: str | None) -> Report:
        """File a report; a person's second report of an undecided case changes nothing.

        Raises:
            Refused: there is no such subject, or it is the reporter.
        """

        async def work(tx: Tx) -> Report:
            return await self._file(tx, caller, body)

        return await self._core.once.run(
            work, actor=caller.user_id, scope="reports", key=key, body=body, answer=Report
        )

    async def mine(self, caller: Caller, *, cursor: str | None, limit: int) -> Page[Report]:
        """The person's own reports, newest first, each with its outcome once there is one."""
        query = (
            select(*_REPORT_COLUMNS)
            .join(CaseRow, CaseRow.id == ReportRow.case_id)
            .where(ReportRow.reporter_id == caller.user_id)
            .order_by(ReportRow.id.desc())
            .limit(limit + 1)
        )
        if cursor is not None:
            query = query.where(ReportRow.id < cursor)
        async with self._core.db.read() as db:
            rows = [_report(row) for row in await db.execute(query)]
        more = rows[limit - 1].id if len(rows) > limit else None
        return Page[Report](items=rows[:limit], next_cursor=more)

    async def _file(self, tx: Tx, caller: Caller, body: ReportCreate) -> Report:
        subject = await find_subject(tx.db, body.subject_type, body.subject_id)
        if subject.user is not None and subject.user.id == caller.user_id:
            raise not_oneself()
        case_id, is_new = await _open_case(tx, subject, body.reason, count=1)
        if (known := await _report_of(tx.db, case_id, caller.user_id)) is not None:
            return known
        report_id = new_id()
        await tx.db.execute(
            insert(ReportRow).values(
                id=report_id,
                case_id=case_id,
                reporter_id=caller.user_id,
                reason=body.reason.value,
                note=body.note,
                at=tx.now,
            )
        )
        details = {"report_id": report_id, "reason": body.reason.value}
        if is_new:
            event = CaseEvent.REPORTED
            await record(tx, case_id, event, actor_id=caller.user_id, details=details)
        else:
            await _merge(tx, case_id, body.reason, details, actor_id=caller.user_id, count=1)
        row = await summarise(tx.db, await current_case(tx, case_id), tx.now)
        self._core.feed.publish(tx, MOD_ROOM, EventType.REPORT_FILED, row)
        return Report(
            id=report_id,
            case_id=case_id,
            subject_type=body.subject_type,
            subject_id=body.subject_id,
            reason=body.reason,
            note=body.note,
            at=tx.now,
        )

    async def open_by_system(
        self, tx: Tx, stream_id: str, reason: ReportReason, details: Mapping[str, Any]
    ) -> str:
        """Open a case about a stream that nobody reported, or join the one there is; its id."""
        return await self.open_about(tx, SubjectType.STREAM, stream_id, reason, details)

    async def open_about(
        self,
        tx: Tx,
        type_: SubjectType,
        subject_id: str,
        reason: ReportReason,
        details: Mapping[str, Any],
        *,
        evidence: Mapping[str, Any] | None = None,
    ) -> str:
        """Open a case by the system about anything, or join the one there is; its id.

        `evidence` is kept with the subject as it is now, when the case is new.
        """
        subject = await find_subject(tx.db, type_, subject_id)
        if evidence is not None:
            subject = replace(subject, evidence={**subject.evidence, **evidence})
        case_id, is_new = await _open_case(tx, subject, reason, count=0)
        about = {"automated": True, "reason": reason.value, **details}
        if is_new:
            await record(tx, case_id, CaseEvent.REPORTED, actor_id=None, details=about)
        else:
            await _merge(tx, case_id, reason, about, actor_id=None, count=0)
        row = await summarise(tx.db, await current_case(tx, case_id), tx.now)
        self._core.feed.publish(tx, MOD_ROOM, EventType.REPORT_FILED, row)
        return case_id


async def _open_case(
    tx: Tx, subject: Subject, reason: ReportReason, *, count: int
) -> tuple[str, bool]:
    """The subject's undecided case, locked, and whether it was made here."""
    case_id = new_id()
    statement = (
        upsert(tx.db.dialect, CaseRow)
        .values(
            id=case_id,
            subject_type=subject.type.value,
            subject_id=subject.id,
            subject_user_id=subject.user.id if subject.user else None,
            subject_label=subject.label[:200],
            stream_id=subject.stream_id,
            stage=CaseStage.OPEN.value,
            version=1,
            stage_version=1,
            reasons=[reason.value],
            report_count=count,
            base_priority=SEVERITY[reason],
            evidence=dict(subject.evidence),
            evidence_hash=evidence_hash(subject.evidence),
            lease_token=0,
            opened_at=tx.now,
            updated_at=tx.now,
        )
        .on_conflict_do_nothing(
            index_elements=[CaseRow.subject_type, CaseRow.subject_id],
            index_where=CaseRow.stage != CaseStage.DECIDED.value,
        )
        .returning(CaseRow.id)
    )
    if (await tx.db.execute(statement)).scalar_one_or_none() is not None:
        return case_id, True
    query = (
        select(CaseRow.id)
        .where(
            CaseRow.subject_type == subject.type.value,
            CaseRow.subject_id == subject.id,
            CaseRow.stage != CaseStage.DECIDED.value,
        )
        .with_for_update()
    )
    return (await tx.db.execute(query)).scalar_one(), False


async def _merge(
    tx: Tx,
    case_id: str,
    reason: ReportReason,
    details: Mapping[str, Any],
    *,
    actor_id: str | None,
    count: int,
) -> None:
    case = await current_case(tx, case_id)
    reasons = list(dict.fromkeys([*case.reasons, reason]))
    await happened(
        tx,
        case,
        CaseEvent.REPORTED,
        actor_id=actor_id,
        details=details,
        values={
            "reasons": [entry.value for entry in reasons],
            "report_count": case.report_count + count,
            "base_priority": SEVERITY[gravest(reasons)],
        },
    )


def evidence_hash(evidence: Any) -> str:
    """Hex SHA-256 of the evidence as JSON with sorted keys: proves it was not changed."""
    text = json.dumps(evidence, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


_REPORT_COLUMNS = (
    ReportRow.id,
    ReportRow.case_id,
    CaseRow.subject_type,
    CaseRow.subject_id,
    ReportRow.reason,
    ReportRow.note,
    ReportRow.at,
    ReportRow.outcome,
)


async def _report_of(db: AsyncConnection, case_id: str, reporter_id: str) -> Report | None:
    query = (
        select(*_REPORT_COLUMNS)
        .join(CaseRow, CaseRow.id == ReportRow.case_id)
        .where(ReportRow.case_id == case_id, ReportRow.reporter_id == reporter_id)
    )
    row = (await db.execute(query)).first()
    return None if row is None else _report(row)


def _report(row: Any) -> Report:
    return Report(
        id=row.id,
        case_id=row.case_id,
        subject_type=SubjectType(row.subject_type),
        subject_id=row.subject_id,
        reason=ReportReason(row.reason),
        note=row.note,
        at=row.at,
        outcome=row.outcome,
    )

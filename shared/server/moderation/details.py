"""One case with everything a moderator needs to decide it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.schemas.accounts import UserRef
from shared.schemas.moderation import (
    Action,
    ActionKind,
    AuditEntry,
    CaseDetail,
    CaseSummary,
    Decision,
    Report,
    ReportReason,
    SubjectType,
)
from shared.schemas.roles import Role
from shared.server.accounts.tables import UserRow
from shared.server.moderation import audit
from shared.server.moderation.subjects import context_of, person, restrictions_of
from shared.server.moderation.tables import ActionRow, AuditRow, DecisionRow, ReportRow
from shared.server.moderation.views import Case, evidence_of, reporter_records

_MOST_REPORTS = 100
_HISTORY = 30


async def case_detail(
    db: AsyncConnection, case: Case, row: CaseSummary, now: datetime
) -> CaseDetail:
    """The case with its reports, context and history; `row` says how it stands now."""
    subject_user = await person(db, case.subject_user_id)
    evidence = await evidence_of(db, case.id)
    record = (await reporter_records(db, [case.id])).get(case.id)
    return CaseDetail(
        **row.model_dump(),
        reports=await _reports(db, row),
        evidence=evidence,
        subject_user=subject_user,
        context=await context_of(db, case, evidence),
        history=await _history(db, case.subject_user_id),
        restrictions=await restrictions_of(db, subject_user, now),
        reporter_accuracy=round(record.accuracy, 3) if record else None,
        decision=await decision_of(db, case.id),
    )


async def _reports(db: AsyncConnection, case: CaseSummary) -> list[Report]:
    query = (
        select(
            ReportRow.id,
            ReportRow.reason,
            ReportRow.note,
            ReportRow.at,
            ReportRow.outcome,
            UserRow.id,
            UserRow.display_name,
            UserRow.role,
        )
        .join(UserRow, UserRow.id == ReportRow.reporter_id)
        .where(ReportRow.case_id == case.id)
        .order_by(ReportRow.id)
        .limit(_MOST_REPORTS)
    )
    return [
        Report(
            id=report_id,
            case_id=case.id,
            subject_type=case.subject_type,
            subject_id=case.subject_id,
            reason=ReportReason(reason),
            note=note,
            reporter=UserRef(id=user_id, display_name=name, role=Role(role)),
            at=at,
            outcome=outcome,
        )
        for report_id, reason, note, at, outcome, user_id, name, role in (await db.execute(query))
    ]


async def _history(db: AsyncConnection, user_id: str | None) -> list[AuditEntry]:
    """What was decided about the person before, newest first."""
    if user_id is None:
        return []
    about = (AuditRow.subject_type == SubjectType.USER.value, AuditRow.subject_id == user_id)
    return await audit.entries_before(db, None, _HISTORY, *about)


async def decision_of(db: AsyncConnection, case_id: str) -> Decision | None:
    """The case's decision with its actions; None while there is none."""
    query = (
        select(
            DecisionRow.id,
            DecisionRow.policy,
            DecisionRow.statement,
            DecisionRow.at,
            UserRow.id,
            UserRow.display_name,
            UserRow.role,
        )
        .join(UserRow, UserRow.id == DecisionRow.by_id)
        .where(DecisionRow.case_id == case_id)
    )
    row = (await db.execute(query)).first()
    if row is None:
        return None
    decision_id, policy, statement, at, user_id, name, role = row
    return Decision(
        id=decision_id,
        case_id=case_id,
        by=UserRef(id=user_id, display_name=name, role=Role(role)),
        at=at,
        actions=await _actions(db, decision_id),
        policy=policy,
        statement=statement,
    )


async def _actions(db: AsyncConnection, decision_id: str) -> list[Action]:
    query = (
        select(
            ActionRow.id,
            ActionRow.kind,
            ActionRow.target_type,
            ActionRow.target_id,
            ActionRow.until,
        )
        .where(ActionRow.decision_id == decision_id)
        .order_by(ActionRow.id)
    )
    return [
        Action(
            id=action_id,
            kind=ActionKind(kind),
            target_type=SubjectType(target_type),
            target_id=target_id,
            until=until,
        )
        for action_id, kind, target_type, target_id, until in (await db.execute(query))
    ]

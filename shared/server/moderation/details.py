"""One case with everything a moderator needs to decide it."""

from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.schemas.accounts import UserRef
from shared.schemas.moderation import (
    Action,
    ActionEnd,
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
from shared.server.moderation.strikes import strikes_of
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
        history=await history_of(db, case.subject_user_id),
        restrictions=await restrictions_of(db, subject_user, now),
        reporter_accuracy=round(record.accuracy, 3) if record else None,
        strikes=await strikes_of(db, case.subject_user_id, now),
        decision=await decision_of(db, DecisionRow.case_id == case.id),
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


async def history_of(db: AsyncConnection, user_id: str | None) -> list[AuditEntry]:
    """What was decided about the person before, newest first."""
    if user_id is None:
        return []
    about = (AuditRow.subject_type == SubjectType.USER.value, AuditRow.subject_id == user_id)
    return await audit.entries_before(db, None, _HISTORY, *about)


async def decision_of(db: AsyncConnection, named: ColumnElement[bool]) -> Decision | None:
    """The decision in force that is so named, with its actions; None while there is none."""
    found = await decisions_of(db, named, DecisionRow.superseded_at.is_(None))
    return found[0] if found else None


async def decisions_of(db: AsyncConnection, *where: ColumnElement[bool]) -> list[Decision]:
    """Decisions with their actions, those that were replaced included, newest first."""
    query = (
        select(
            DecisionRow.id,
            DecisionRow.case_id,
            DecisionRow.policy,
            DecisionRow.statement,
            DecisionRow.at,
            UserRow.id,
            UserRow.display_name,
            UserRow.role,
        )
        .join(UserRow, UserRow.id == DecisionRow.by_id)
        .where(*where)
        .order_by(DecisionRow.id.desc())
        .limit(_HISTORY)
    )
    return [
        Decision(
            id=decision_id,
            case_id=case_id,
            by=UserRef(id=user_id, display_name=name, role=Role(role)),
            at=at,
            actions=await actions_of(db, ActionRow.decision_id == decision_id),
            policy=policy,
            statement=statement,
        )
        for decision_id, case_id, policy, statement, at, user_id, name, role in (
            await db.execute(query)
        ).all()
    ]


async def actions_of(db: AsyncConnection, *where: ColumnElement[bool]) -> list[Action]:
    """Actions as they stand, in the order in which they were carried out."""
    query = (
        select(
            ActionRow.id,
            ActionRow.kind,
            ActionRow.target_type,
            ActionRow.target_id,
            ActionRow.until,
            ActionRow.ended_at,
            ActionRow.ended_how,
        )
        .where(*where)
        .order_by(ActionRow.id)
    )
    return [
        Action(
            id=action_id,
            kind=ActionKind(kind),
            target_type=SubjectType(target_type),
            target_id=target_id,
            until=until,
            ended_at=ended_at,
            ended_how=None if how is None else ActionEnd(how),
        )
        for action_id, kind, target_type, target_id, until, ended_at, how in (
            await db.execute(query)
        )
    ]

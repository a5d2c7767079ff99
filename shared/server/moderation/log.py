"""The only way a case changes: one event in its log, and the projection that follows from it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.schemas.common import ErrorCode
from shared.server.db.database import Tx
from shared.server.http.errors import Refused, not_found
from shared.server.moderation.tables import CaseEventRow, CaseRow
from shared.server.moderation.transitions import LEASED_STAGES, CaseEvent, next_stage
from shared.server.moderation.views import Case, cases


async def locked_case(tx: Tx, case_id: str) -> Case:
    """The case, which nobody else can change until the transaction ends.

    A claim whose lease ran out is first undone, in the name of the system.

    Raises:
        Refused: there is no such case.
    """
    lock = select(CaseRow.id).where(CaseRow.id == case_id).with_for_update()
    if (await tx.db.execute(lock)).scalar_one_or_none() is None:
        raise not_found()
    case = await current_case(tx, case_id)
    if case.stage in LEASED_STAGES and not case.is_leased_at(tx.now):
        details = {"token": case.lease_token, "was": case.lease_by}
        await happened(tx, case, CaseEvent.LEASE_EXPIRED, actor_id=None, details=details)
        case = await current_case(tx, case_id)
    return case


async def current_case(tx: Tx, case_id: str) -> Case:
    """The case as the transaction sees it."""
    case = await case_or_none(tx.db, case_id)
    if case is None:
        raise not_found()
    return case


async def case_or_none(db: AsyncConnection, case_id: str) -> Case | None:
    """The case of this id."""
    found = await cases(db, CaseRow.id == case_id, limit=1)
    return found[0] if found else None


async def happened(
    tx: Tx,
    case: Case,
    event: CaseEvent,
    *,
    actor_id: str | None,
    details: Mapping[str, Any],
    values: Mapping[str, Any] | None = None,
) -> None:
    """Log an event of a locked case and bring its projection up to it.

    `values` are columns that change with it. Every event but a report and a renewal makes a new
    stage version, which decisions are checked against.

    Raises:
        Refused: this may not happen to a case in this stage.
    """
    after = next_stage(case.stage, event)
    if after is None:
        raise Refused(
            ErrorCode.CONFLICT,
            "This cannot be done to the case as it is now; open it again to see its state.",
            "Dit kan niet met de zaak zoals die nu is; open de zaak opnieuw om de stand te zien.",
            meta={"state": case.stage.value},
        )
    changes: dict[str, Any] = {
        "stage": after.value,
        "version": case.version + 1,
        "updated_at": tx.now,
        **(values or {}),
    }
    if event not in (CaseEvent.REPORTED, CaseEvent.RENEWED):
        changes["stage_version"] = case.version + 1
    if after not in LEASED_STAGES:
        changes |= {"lease_by": None, "lease_until": None}
    if event is CaseEvent.DECIDED:
        changes["decided_at"] = tx.now
    elif event is CaseEvent.REOPENED:
        changes["decided_at"] = None
    await tx.db.execute(update(CaseRow).where(CaseRow.id == case.id).values(**changes))
    await record(tx, case.id, event, actor_id=actor_id, details=details)


async def record(
    tx: Tx, case_id: str, event: CaseEvent, *, actor_id: str | None, details: Mapping[str, Any]
) -> None:
    """Add a row to the log of a case that this transaction holds."""
    last = select(func.max(CaseEventRow.seq)).where(CaseEventRow.case_id == case_id)
    seq = (await tx.db.execute(last)).scalar_one() or 0
    await tx.db.execute(
        insert(CaseEventRow).values(
            case_id=case_id,
            seq=seq + 1,
            event=event.value,
            actor_id=actor_id,
            at=tx.now,
            details=dict(details),
        )
    )

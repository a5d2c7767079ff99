"""The compliance vault: one queue per kind, decided once, by somebody else, with a reason."""

from typing import Any

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.ids import new_id
from shared.schemas.accounts import UserRef
from shared.schemas.administration import (
    ComplianceDecide,
    ComplianceKind,
    ComplianceRecord,
    ComplianceState,
    ComplianceSubmit,
    ComplianceVerdict,
)
from shared.schemas.common import ErrorCode, Page
from shared.schemas.notices import Notice, NoticeKind
from shared.schemas.realtime import EventType, user_room
from shared.schemas.roles import Role
from shared.server.accounts.service import AccountService
from shared.server.accounts.tables import UserRow
from shared.server.compliance.tables import AgeRow, KycRow, Record2257Row
from shared.server.core import Core
from shared.server.db.database import Tx
from shared.server.http.errors import Refused, forbidden, not_found, version_conflict
from shared.server.http.sessions import Caller
from shared.server.moderation import audit

type _Table = type[KycRow] | type[AgeRow] | type[Record2257Row]
_TABLES: dict[ComplianceKind, _Table] = {
    ComplianceKind.KYC: KycRow,
    ComplianceKind.AGE: AgeRow,
    ComplianceKind.RECORD_2257: Record2257Row,
}
_STATES = {
    ComplianceVerdict.APPROVE: ComplianceState.APPROVED,
    ComplianceVerdict.REJECT: ComplianceState.REJECTED,
}


class ComplianceService:
    """Keeps records and decides them."""

    def __init__(self, core: Core, accounts: AccountService) -> None:
        self._core = core
        self._accounts = accounts

    async def submit(
        self,
        caller: Caller,
        user_id: str,
        kind: ComplianceKind,
        body: ComplianceSubmit,
        key: str | None,
    ) -> ComplianceRecord:
        """Hand in one's own record.

        Raises:
            Refused: it is somebody else's, or one of this kind waits already.
        """
        if caller.user_id != user_id:
            raise forbidden()
        table = _TABLES[kind]

        async def work(tx: Tx) -> ComplianceRecord:
            await tx.db.execute(select(UserRow.id).where(UserRow.id == user_id).with_for_update())
            waits = (table.user_id == user_id) & (table.state == ComplianceState.OPEN.value)
            if await _records(tx.db, kind, waits, limit=1):
                raise Refused(
                    ErrorCode.CONFLICT,
                    "A record of this kind waits for a decision; you will be told of it.",
                    "Een document van deze soort wacht op een beslissing; je krijgt bericht.",
                )
            record_id = new_id()
            await tx.db.execute(
                insert(table).values(
                    id=record_id,
                    user_id=user_id,
                    state=ComplianceState.OPEN.value,
                    version=1,
                    details=body.model_dump(),
                    at=tx.now,
                )
            )
            return (await _records(tx.db, kind, table.id == record_id, limit=1))[0]

        return await self._core.once.run(
            work,
            actor=caller.user_id,
            scope=f"compliance:{kind.value}",
            key=key,
            body=body,
            answer=ComplianceRecord,
        )

    async def queue(
        self,
        caller: Caller,
        kind: ComplianceKind,
        state: ComplianceState,
        cursor: str | None,
        limit: int,
    ) -> Page[ComplianceRecord]:
        """Records of one kind and state, oldest first; that they were looked at is audited."""
        table = _TABLES[kind]
        named = table.state == state.value
        if cursor is not None:
            named &= table.id > cursor
        async with self._core.db.read() as db:
            found = await _records(db, kind, named, limit=limit + 1)
        if found:
            async with self._core.db.write() as tx:
                await audit.append(
                    tx,
                    actor=caller.ref,
                    action="compliance.viewed",
                    subject_type=kind.value,
                    subject_id=found[0].id,
                    details={"state": state.value, "records": len(found[:limit])},
                )
        more = found[limit - 1].id if len(found) > limit else None
        return Page[ComplianceRecord](items=found[:limit], next_cursor=more)

    async def decide(
        self, caller: Caller, kind: ComplianceKind, record_id: str, body: ComplianceDecide
    ) -> ComplianceRecord:
        """Approve or reject somebody else's record.

        Raises:
            Refused: there is none, it is the caller's own, or it was decided in the meantime.
        """
        table = _TABLES[kind]
        async with self._core.db.write() as tx:
            lock = select(table.id).where(table.id == record_id).with_for_update()
            await tx.db.execute(lock)
            found = await _records(tx.db, kind, table.id == record_id, limit=1)
            if not found:
                raise not_found()
            before = found[0]
            if before.user.id == caller.user_id:
                raise forbidden()
            if before.version != body.version or before.state is not ComplianceState.OPEN:
                raise version_conflict(before.model_dump(mode="json"))
            state = _STATES[body.verdict]
            await tx.db.execute(
                update(table)
                .where(table.id == record_id)
                .values(
                    state=state.value,
                    version=before.version + 1,
                    decided_by=caller.user_id,
                    decided_at=tx.now,
                    reason=body.reason,
                )
            )
            await audit.append(
                tx,
                actor=caller.ref,
                action=f"compliance.{state.value}",
                subject_type=kind.value,
                subject_id=record_id,
                details={"user_id": before.user.id},
            )
            user = await self._accounts.user(tx.db, before.user.id)
            self._core.feed.publish(
                tx,
                user_room(user.id),
                EventType.NOTIFICATION_NEW,
                Notice(
                    id=new_id(),
                    kind=NoticeKind.COMPLIANCE_DECIDED,
                    text=_sentence(state, body.reason, dutch=user.locale == "nl"),
                    subject_type=kind.value,
                    subject_id=record_id,
                    at=tx.now,
                ),
            )
            return (await _records(tx.db, kind, table.id == record_id, limit=1))[0]


def _sentence(state: ComplianceState, reason: str, *, dutch: bool) -> str:
    if state is ComplianceState.APPROVED:
        return "Je document is goedgekeurd." if dutch else "Your record was approved."
    if dutch:
        return f"Je document is afgewezen ({reason}); dien het opnieuw in."
    return f"Your record was rejected ({reason}); hand it in again."


async def _records(
    db: AsyncConnection, kind: ComplianceKind, named: ColumnElement[bool], *, limit: int
) -> list[ComplianceRecord]:
    table = _TABLES[kind]
    columns: tuple[Any, ...] = (
        table.id,
        table.user_id,
        UserRow.display_name,
        UserRow.role,
        table.state,
        table.version,
        table.details,
        table.at,
        table.decided_by,
        table.decided_at,
        table.reason,
    )
    query = (
        select(*columns)
        .join(UserRow, UserRow.id == table.user_id)
        .where(named)
        .order_by(table.id)
        .limit(limit)
    )
    return [
        ComplianceRecord(
            id=row.id,
            kind=kind,
            user=UserRef(id=row.user_id, display_name=row.display_name, role=Role(row.role)),
            state=ComplianceState(row.state),
            version=row.version,
            details=row.details,
            at=row.at,
            decided_by=row.decided_by,
            decided_at=row.decided_at,
            reason=row.reason,
        )
        for row in (await db.execute(query)).all()
    ]

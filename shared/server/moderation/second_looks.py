"""Second looks: decisions drawn by chance, which somebody else judges without changing them."""

import hashlib

from sqlalchemy import insert, select, update

from shared.schemas.appeals import SecondLook, SecondLookDecide
from shared.schemas.common import ErrorCode, Page
from shared.server.core import Core
from shared.server.db.database import Tx
from shared.server.http.errors import Refused, not_found
from shared.server.http.sessions import Caller
from shared.server.moderation import audit
from shared.server.moderation.details import decisions_of
from shared.server.moderation.refusals import not_the_first
from shared.server.moderation.review_tables import SecondLookRow
from shared.server.moderation.tables import CaseRow, DecisionRow


async def draw(tx: Tx, *, decision_id: str, decider_id: str, percent: int) -> bool:
    """Draw a decision, or not: by its id, so that nobody can arrange which."""
    digest = hashlib.sha256(decision_id.encode()).digest()
    if int.from_bytes(digest[:4]) % 100 >= percent:
        return False
    await tx.db.execute(
        insert(SecondLookRow).values(
            decision_id=decision_id, decider_id=decider_id, drawn_at=tx.now
        )
    )
    return True


class SecondLooks:
    """What waits for a second look, and what came of it."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def waiting(self, caller: Caller, cursor: str | None, limit: int) -> Page[SecondLook]:
        """Drawn decisions of others that nobody has looked at, oldest first."""
        query = (
            select(SecondLookRow.decision_id, SecondLookRow.drawn_at, CaseRow.subject_label)
            .join(DecisionRow, DecisionRow.id == SecondLookRow.decision_id)
            .join(CaseRow, CaseRow.id == DecisionRow.case_id)
            .where(SecondLookRow.reviewer_id.is_(None), SecondLookRow.decider_id != caller.user_id)
            .order_by(SecondLookRow.decision_id)
            .limit(limit + 1)
        )
        if cursor is not None:
            query = query.where(SecondLookRow.decision_id > cursor)
        async with self._core.db.read() as db:
            rows = (await db.execute(query)).all()
            named = DecisionRow.id.in_([row.decision_id for row in rows])
            found = {each.id: each for each in await decisions_of(db, named)} if rows else {}
        items = [
            SecondLook(
                decision=found[row.decision_id],
                subject_label=row.subject_label,
                drawn_at=row.drawn_at,
            )
            for row in rows[:limit]
            if row.decision_id in found
        ]
        more = rows[limit - 1].decision_id if len(rows) > limit else None
        return Page[SecondLook](items=items, next_cursor=more)

    async def judge(self, caller: Caller, decision_id: str, body: SecondLookDecide) -> SecondLook:
        """Say whether one would have decided the same.

        Raises:
            Refused: it was not drawn, was looked at already, or is the caller's own decision.
        """
        async with self._core.db.write() as tx:
            query = (
                select(
                    SecondLookRow.decider_id,
                    SecondLookRow.reviewer_id,
                    SecondLookRow.drawn_at,
                    CaseRow.subject_label,
                )
                .join(DecisionRow, DecisionRow.id == SecondLookRow.decision_id)
                .join(CaseRow, CaseRow.id == DecisionRow.case_id)
                .where(SecondLookRow.decision_id == decision_id)
                .with_for_update(of=SecondLookRow)
            )
            row = (await tx.db.execute(query)).first()
            if row is None:
                raise not_found()
            if row.decider_id == caller.user_id:
                raise not_the_first()
            if row.reviewer_id is not None:
                raise Refused(
                    ErrorCode.CONFLICT,
                    "Somebody has looked at this decision already; take the next one.",
                    "Iemand heeft al naar dit besluit gekeken; neem het volgende.",
                )
            await tx.db.execute(
                update(SecondLookRow)
                .where(SecondLookRow.decision_id == decision_id)
                .values(
                    reviewer_id=caller.user_id,
                    agrees=body.agrees,
                    note=body.note,
                    reviewed_at=tx.now,
                )
            )
            await audit.append(
                tx,
                actor=caller.ref,
                action="decision.confirmed" if body.agrees else "decision.doubted",
                subject_type="decision",
                subject_id=decision_id,
                details={"decider_id": row.decider_id},
            )
            decision = (await decisions_of(tx.db, DecisionRow.id == decision_id))[0]
            return SecondLook(
                decision=decision,
                subject_label=row.subject_label,
                drawn_at=row.drawn_at,
                reviewer=caller.ref,
                agrees=body.agrees,
                note=body.note,
                reviewed_at=tx.now,
            )

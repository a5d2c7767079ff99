"""Holds on earnings: while one is in force, nothing leaves a creator's earnings but a refund.

The ledger itself asks (`ledger.post`), so whatever will pay out one day cannot forget to.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.ids import new_id
from shared.schemas.common import ErrorCode
from shared.server.db.database import Tx
from shared.server.http.errors import Refused
from shared.server.wallet.payment_tables import PayoutHoldRow
from shared.server.wallet.tables import LedgerAccountRow


def _in_force(user_id: str, now: datetime) -> ColumnElement[bool]:
    return and_(
        PayoutHoldRow.user_id == user_id,
        PayoutHoldRow.lifted_at.is_(None),
        or_(PayoutHoldRow.until.is_(None), PayoutHoldRow.until > now),
    )


async def hold(tx: Tx, user_id: str, *, reason: str, until: datetime | None) -> str:
    """Hold a person's earnings, until it is lifted where no end is given; the hold's id."""
    # Whoever takes from the account locks its row first, and so comes wholly before or after.
    account = LedgerAccountRow.id == f"earnings:{user_id}"
    await tx.db.execute(select(LedgerAccountRow.id).where(account).with_for_update())
    hold_id = new_id()
    await tx.db.execute(
        insert(PayoutHoldRow).values(
            id=hold_id, user_id=user_id, reason=reason, at=tx.now, until=until
        )
    )
    return hold_id


async def lift(tx: Tx, hold_id: str) -> None:
    """Lift one hold; others of the same person stand."""
    await _lift(tx, PayoutHoldRow.id == hold_id)


async def lift_by_reason(tx: Tx, reason: str) -> None:
    """Lift what was put on for this reason."""
    await _lift(tx, PayoutHoldRow.reason == reason)


async def _lift(tx: Tx, named: ColumnElement[bool]) -> None:
    standing = and_(named, PayoutHoldRow.lifted_at.is_(None))
    await tx.db.execute(update(PayoutHoldRow).where(standing).values(lifted_at=tx.now))


async def is_held(db: AsyncConnection, user_id: str, now: datetime) -> bool:
    """Whether a hold on the person's earnings is in force."""
    query = select(PayoutHoldRow.id).where(_in_force(user_id, now)).limit(1)
    return (await db.execute(query)).first() is not None


async def held_until(db: AsyncConnection, user_id: str, now: datetime) -> datetime | None:
    """When the last hold in force ends; None where one has no end, or there is none."""
    query = select(PayoutHoldRow.until).where(_in_force(user_id, now))
    ends = list((await db.execute(query)).scalars())
    return None if not ends or None in ends else max(end for end in ends if end is not None)


async def check_free(tx: Tx, user_id: str) -> None:
    """Let earnings go only where nothing holds them.

    Raises:
        Refused: a hold is in force.
    """
    if not await is_held(tx.db, user_id, tx.now):
        return
    until = await held_until(tx.db, user_id, tx.now)
    raise Refused(
        ErrorCode.CONFLICT,
        "These earnings are on hold until a question about them is settled; your notices say why.",
        "Deze verdiensten staan vast tot een vraag erover is opgelost; je meldingen zeggen waarom.",
        meta={"held_until": None if until is None else until.isoformat(timespec="milliseconds")},
    )

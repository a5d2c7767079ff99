"""Strikes: what decisions count against a person, for how long, and how the count is undone."""

from datetime import datetime, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.schemas.moderation import Policy, Strike
from shared.server.db.database import Tx
from shared.server.moderation.priority import SEVERITY, gravest
from shared.server.moderation.tables import ActionRow, StrikeRow

_GRAVE, _SERIOUS = 45.0, 20.0
"""From which severity a breach counts three or two points."""
LASTS = {1: timedelta(days=90), 2: timedelta(days=180), 3: timedelta(days=365)}
"""How long a strike of so many points counts."""


def points_for(policy: Policy) -> int:
    """One to three points, by the gravest thing that the policy is about."""
    severity = SEVERITY[gravest(policy.reasons)]
    return 3 if severity >= _GRAVE else 2 if severity >= _SERIOUS else 1


async def add_strike(tx: Tx, *, decision_id: str, user_id: str, policy: Policy) -> None:
    """A decision against a person counts."""
    points = points_for(policy)
    await tx.db.execute(
        insert(StrikeRow).values(
            decision_id=decision_id,
            user_id=user_id,
            policy=policy.id,
            points=points,
            at=tx.now,
            expires_at=tx.now + LASTS[points],
        )
    )


async def void_if_undone(tx: Tx, decision_id: str) -> None:
    """Once each of a decision's actions was taken back, it no longer counts.

    An action that expired was right while it lasted.
    """
    standing = select(ActionRow.id).where(
        ActionRow.decision_id == decision_id,
        ActionRow.ended_how.is_(None) | (ActionRow.ended_how == "expired"),
    )
    if (await tx.db.execute(standing.limit(1))).first() is None:
        named = (StrikeRow.decision_id == decision_id, StrikeRow.voided_at.is_(None))
        await tx.db.execute(update(StrikeRow).where(*named).values(voided_at=tx.now))


async def strikes_of(db: AsyncConnection, user_id: str | None, now: datetime) -> list[Strike]:
    """What counts against a person now, newest first."""
    if user_id is None:
        return []
    query = (
        select(
            StrikeRow.decision_id,
            StrikeRow.policy,
            StrikeRow.points,
            StrikeRow.at,
            StrikeRow.expires_at,
        )
        .where(
            StrikeRow.user_id == user_id,
            StrikeRow.voided_at.is_(None),
            StrikeRow.expires_at > now,
        )
        .order_by(StrikeRow.at.desc(), StrikeRow.decision_id)
        .limit(50)
    )
    return [
        Strike(decision_id=decision_id, policy=policy, points=points, at=at, expires_at=expires_at)
        for decision_id, policy, points, at, expires_at in await db.execute(query)
    ]

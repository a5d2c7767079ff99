"""How moderation does: how fast, how right, and what waits."""

import statistics
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.schemas.appeals import AppealState, ModerationMetrics, ModeratorFigures
from shared.server.accounts.service import AccountService
from shared.server.core import Core
from shared.server.moderation.review_tables import AppealRow, SecondLookRow
from shared.server.moderation.tables import CaseRow, DecisionRow
from shared.server.moderation.transitions import CaseStage

_MOST = 50_000
_ESCALATED = {CaseStage.ESCALATED.value, CaseStage.ESCALATED_CLAIMED.value}


class Figures:
    """Reads moderation's own figures."""

    def __init__(self, core: Core, accounts: AccountService) -> None:
        self._core = core
        self._accounts = accounts

    async def of(self, days: int) -> ModerationMetrics:
        """The figures of the last so many days, and the queue as it is now."""
        now = self._core.clock.now()
        since = now - timedelta(days=days)
        async with self._core.db.survey() as db:
            decided = await _decided(db, since)
            appeals = await _appeals(db, since)
            looks = await _looks(db, since)
            waiting = (
                await db.execute(
                    select(CaseRow.opened_at, CaseRow.stage).where(
                        CaseRow.stage != CaseStage.DECIDED.value
                    )
                )
            ).all()
            looks_open = select(func.count()).where(SecondLookRow.reviewer_id.is_(None))
            open_looks = int((await db.execute(looks_open)).scalar_one())
            ids = {row.by_id for row in decided} | {row.decider_id for row in appeals}
            people = await self._accounts.refs(db, ids)
        took = [(row.at - row.opened_at).total_seconds() for row in decided]
        ages = [(now - row.opened_at).total_seconds() for row in waiting]
        judged = [row for row in appeals if row.state != AppealState.OPEN.value]
        overturned = Counter(
            row.decider_id for row in judged if row.state == AppealState.OVERTURNED.value
        )
        looked = [row for row in looks if row.agrees is not None]
        by_moderator = Counter(row.by_id for row in decided)
        seconds = Counter(row.decider_id for row in looked)
        agreed = Counter(row.decider_id for row in looked if row.agrees)
        return ModerationMetrics(
            since=since,
            decided=len(decided),
            time_to_action_p50_s=percentile(took, 50),
            time_to_action_p90_s=percentile(took, 90),
            appeals=len(appeals),
            appeals_open=len(appeals) - len(judged),
            overturn_rate=_rate(overturned.total(), len(judged)),
            second_looks_open=open_looks,
            agreement_rate=_rate(agreed.total(), len(looked)),
            queue=len(waiting),
            escalated=sum(row.stage in _ESCALATED for row in waiting),
            queue_age_p50_s=percentile(ages, 50),
            queue_oldest_s=max(ages, default=None),
            moderators=[
                ModeratorFigures(
                    moderator=people[user_id],
                    decided=by_moderator[user_id],
                    overturned=overturned[user_id],
                    second_looks=seconds[user_id],
                    agreed=agreed[user_id],
                )
                for user_id in sorted(ids, key=lambda each: (-by_moderator[each], each))
                if user_id in people
            ],
        )


def percentile(values: Sequence[float], percent: int) -> float | None:
    """The value that so many percent do not exceed, between neighbours in proportion."""
    if not values:
        return None
    if len(values) == 1:
        return values[0]
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def _rate(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


async def _decided(db: AsyncConnection, since: datetime) -> Sequence[Row[str, datetime, datetime]]:
    query = (
        select(DecisionRow.by_id, DecisionRow.at, CaseRow.opened_at)
        .join(CaseRow, CaseRow.id == DecisionRow.case_id)
        .where(DecisionRow.at >= since)
        .order_by(DecisionRow.at.desc())
        .limit(_MOST)
    )
    return (await db.execute(query)).all()


async def _appeals(db: AsyncConnection, since: datetime) -> Sequence[Row[str, str]]:
    query = select(AppealRow.decider_id, AppealRow.state).where(AppealRow.at >= since).limit(_MOST)
    return (await db.execute(query)).all()


async def _looks(db: AsyncConnection, since: datetime) -> Sequence[Row[str, bool | None]]:
    query = (
        select(SecondLookRow.decider_id, SecondLookRow.agrees)
        .where(SecondLookRow.drawn_at >= since)
        .limit(_MOST)
    )
    return (await db.execute(query)).all()

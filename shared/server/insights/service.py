"""A creator's dashboard, insights and coach, and what one stream brought."""

from collections import Counter
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.schemas.accounts import UserRef
from shared.schemas.gifts import GiftKind
from shared.schemas.insights import CoachAnswer, CoachRequest, Dashboard, Insights, Supporter
from shared.schemas.roles import Permission, Role
from shared.schemas.streams import StreamStats, ViewerMinute
from shared.server.accounts.tables import FollowRow, UserRow
from shared.server.ai.guardrails import check_input
from shared.server.core import Core
from shared.server.http.errors import forbidden
from shared.server.http.sessions import Caller
from shared.server.insights import advice, figures
from shared.server.insights.tables import PairRow, SupportRow
from shared.server.room.tables import ChatMessageRow
from shared.server.show.tables import GoalRow
from shared.server.streams.planning import PlanService
from shared.server.streams.service import StreamService
from shared.server.streams.tables import StreamRow, ViewerMinuteRow
from shared.server.streams.watching import Watching
from shared.server.wallet import ledger
from shared.server.wallet.ledger import earnings_of, wallet_of
from shared.server.wallet.tables import GiftRow, LedgerEntryRow, TipRow

DASHBOARD_DAYS = 30
TOP = 5
_POPULAR_DAYS = timedelta(days=7)


class InsightService:
    """Reads what is kept; one's own for creators, everybody's for admins."""

    def __init__(
        self, core: Core, *, streams: StreamService, watching: Watching, plans: PlanService
    ) -> None:
        self._core = core
        self._streams = streams
        self._watching = watching
        self._plans = plans

    def _check(self, caller: Caller, user_id: str) -> None:
        if caller.user_id != user_id and not caller.may(Permission.ADMINISTER_USERS):
            raise forbidden()

    async def stats(self, caller: Caller, stream_id: str) -> StreamStats:
        """What one stream brought.

        Raises:
            Refused: there is no such stream, or it is somebody else's.
        """
        async with self._core.db.survey() as db:
            stream = await self._streams.require(db, stream_id)
            self._check(caller, stream.creator.id)
            end = stream.ended_at or self._core.clock.now()
            begin = stream.live_at or end
            said = select(func.count(), func.count(ChatMessageRow.author_id.distinct())).where(
                ChatMessageRow.stream_id == stream_id, ChatMessageRow.is_ai.is_(False)
            )
            messages, chatters = (await db.execute(said)).one()
            tips, tipped, tippers = await _given(db, TipRow, stream_id)
            gifts, gifted, givers = await _given(db, GiftRow, stream_id)
            goals = select(func.count()).where(
                GoalRow.stream_id == stream_id, GoalRow.reached_at.is_not(None)
            )
            follows = select(func.count()).where(
                FollowRow.followed_id == stream.creator.id,
                FollowRow.at >= stream.started_at,
                FollowRow.at <= end,
            )
            watched = (
                select(ViewerMinuteRow.minute, ViewerMinuteRow.viewers)
                .where(ViewerMinuteRow.stream_id == stream_id)
                .order_by(ViewerMinuteRow.minute)
            )
            return StreamStats(
                stream_id=stream_id,
                duration_s=round((end - begin).total_seconds(), 3),
                viewers=self._watching.count(stream),
                messages=messages,
                chatters=chatters,
                tips=tips,
                gifts=gifts,
                supporters=len(tippers | givers),
                tokens=tipped + gifted,
                goals_reached=(await db.execute(goals)).scalar_one(),
                new_followers=(await db.execute(follows)).scalar_one(),
                minutes=[
                    ViewerMinute(minute=minute, viewers=viewers)
                    for minute, viewers in await db.execute(watched)
                ],
            )

    async def dashboard(self, caller: Caller, user_id: str) -> Dashboard:
        """A creator's private figures.

        Raises:
            Refused: they are somebody else's.
        """
        self._check(caller, user_id)
        now = self._core.clock.now()
        since = now - timedelta(days=DASHBOARD_DAYS)
        plans = await self._plans.plans(caller, user_id, TOP)
        async with self._core.db.survey() as db:
            found = [s for s in await figures.shows(db, user_id, now) if s.end > since]
            earned = select(func.coalesce(func.sum(LedgerEntryRow.tokens), 0)).where(
                LedgerEntryRow.account_id == earnings_of(user_id), LedgerEntryRow.at > since
            )
            subscribers = select(func.count()).where(FollowRow.followed_id == user_id)
            supporters = select(func.count()).where(
                PairRow.creator_id == user_id, PairRow.tokens > 0
            )
            ever = select(SupportRow.received_tokens).where(SupportRow.user_id == user_id)
            gifts = (
                select(GiftRow.gift, func.sum(GiftRow.quantity))
                .where(GiftRow.creator_id == user_id, GiftRow.at > since)
                .group_by(GiftRow.gift)
            )
            return Dashboard(
                user_id=user_id,
                at=now,
                days=DASHBOARD_DAYS,
                balance_tokens=await ledger.balance(db, wallet_of(user_id)),
                earned_tokens=int((await db.execute(earned)).scalar_one()),
                earned_tokens_ever=(await db.execute(ever)).scalar_one_or_none() or 0,
                supporters=(await db.execute(supporters)).scalar_one(),
                subscribers=(await db.execute(subscribers)).scalar_one(),
                streams=len(found),
                stream_hours=round(sum(show.hours for show in found), 2),
                gifts={GiftKind(kind): int(n) for kind, n in await db.execute(gifts)},
                top_supporters=await _top(db, user_id),
                plans=plans.items,
            )

    async def insights(self, caller: Caller, user_id: str) -> Insights:
        """What worked for a creator so far.

        Raises:
            Refused: they are somebody else's.
        """
        self._check(caller, user_id)
        async with self._core.db.survey() as db:
            found = await figures.shows(db, user_id, self._core.clock.now())
            tokens = await figures.tokens_by_hour(db, [show.id for show in found])
            pairs = select(PairRow.count).where(PairRow.creator_id == user_id, PairRow.tokens > 0)
            counts = list((await db.execute(pairs)).scalars())
        hours = figures.by_hour(found, tokens)
        tags = figures.by_tag(found, tokens)
        best = sorted(hours, key=lambda hour: -hour.tokens_per_hour)[:3]
        again = sum(count > 1 for count in counts)
        returning = round(100 * again / len(counts), 1) if counts else 0.0
        return Insights(
            user_id=user_id,
            days=figures.DAYS,
            streams=len(found),
            hours_on_air=round(sum(show.hours for show in found), 2),
            tokens_per_hour=figures.per_hour(found, tokens),
            returning_percent=returning,
            hours=hours,
            best_hours=best,
            tags=tags,
            advice=advice.of_figures(
                streams=len(found),
                best=best,
                tags=tags,
                returning_percent=returning,
                locale=caller.locale,
            ),
        )

    async def coach(self, caller: Caller, body: CoachRequest) -> CoachAnswer:
        """Advice on a title and tags, from the caller's own figures and what others use now."""
        harm = check_input(body.title)
        own = await self.insights(caller, caller.user_id)
        now = self._core.clock.now()
        async with self._core.db.survey() as db:
            shows = await figures.shows(db, caller.user_id, now)
            recent = select(StreamRow.tags).where(StreamRow.started_at > now - _POPULAR_DAYS)
            popular = Counter(
                tag for tags in (await db.execute(recent.limit(2000))).scalars() for tag in tags
            )
        if not harm.allowed:
            return CoachAnswer(
                advice=[],
                suggested_tags=[],
                best_hours=[],
                based_on_streams=own.streams,
                refused=harm.harm.value if harm.harm else None,
            )
        wanted = [row.tag for row in own.tags if row.tokens_per_hour > 0]
        wanted += [tag for tag, _ in popular.most_common(20)]
        fresh = [tag for tag in dict.fromkeys(wanted) if tag not in body.tags]
        earlier = {show.title.casefold() for show in shows}
        return CoachAnswer(
            advice=advice.of_title(body.title, body.tags, earlier, caller.locale),
            suggested_tags=fresh[:TOP],
            best_hours=own.best_hours,
            based_on_streams=own.streams,
        )


async def _given(db: AsyncConnection, table: Any, stream_id: str) -> tuple[int, int, set[str]]:
    """How many, how many tokens, and by whom."""
    query = (
        select(table.sender_id, func.count(), func.sum(table.tokens))
        .where(table.stream_id == stream_id)
        .group_by(table.sender_id)
    )
    rows = (await db.execute(query)).all()
    return sum(row[1] for row in rows), sum(int(row[2]) for row in rows), {row[0] for row in rows}


async def _top(db: AsyncConnection, creator_id: str) -> list[Supporter]:
    query = (
        select(UserRow.id, UserRow.display_name, UserRow.role, PairRow.tokens, PairRow.count)
        .join(UserRow, UserRow.id == PairRow.sender_id)
        .where(PairRow.creator_id == creator_id, PairRow.tokens > 0)
        .order_by(PairRow.tokens.desc(), UserRow.id)
        .limit(TOP)
    )
    return [
        Supporter(
            user=UserRef(id=id_, display_name=name, role=Role(role)), tokens=tokens, count=count
        )
        for id_, name, role, tokens, count in await db.execute(query)
    ]

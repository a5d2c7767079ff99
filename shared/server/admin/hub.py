"""The Intelligence Hub's figures: read from the rows themselves, and pushed when they change."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.schemas.accounts import UserRef
from shared.schemas.admin import Hub, HubReports, HubRevenue, HubStreams, HubUsers
from shared.schemas.moods import Mood
from shared.schemas.realtime import ADMIN_ROOM, EventType
from shared.schemas.wallet import EntryKind
from shared.server.accounts.tables import UserRow
from shared.server.core import Core
from shared.server.insights.hours import HourFigures
from shared.server.moderation.tables import CaseRow
from shared.server.moderation.transitions import CaseStage
from shared.server.realtime.feed import FeedEvent
from shared.server.show.mood import decayed, strip
from shared.server.show.tables import MoodRow
from shared.server.streams.records import ON_AIR, record, selection
from shared.server.streams.service import StreamService
from shared.server.streams.tables import StreamRow
from shared.server.wallet.ledger import PLATFORM
from shared.server.wallet.tables import LedgerEntryRow

_WEEK, _DAY = timedelta(days=7), timedelta(days=1)
_FRESH_FOR = timedelta(seconds=1)
_PAUSE_S = 1.0
_LOOK_AGAIN_S = 5.0
_MOST_DURATIONS = 10_000

_TELLING = frozenset(
    {
        EventType.TIP_RECEIVED,
        EventType.GIFT_RECEIVED,
        EventType.MOOD_STRIP,
        EventType.STREAM_STARTED,
        EventType.STREAM_UPDATED,
        EventType.STREAM_ENDED,
        EventType.PRESENCE_JOINED,
        EventType.PRESENCE_LEFT,
        EventType.VIEWERS_COUNT,
        EventType.REPORT_FILED,
        EventType.CASE_UPDATED,
    }
)
"""Events after which a figure may be another."""


class HubService:
    """The figures now, at most a second old, and a push to the admins' room when they change."""

    def __init__(self, core: Core, streams: StreamService, hours: HourFigures) -> None:
        self._core = core
        self._hours = hours
        self._streams = streams
        self._fresh: Hub | None = None
        self._reading = asyncio.Lock()
        self._stirred = asyncio.Event()

    async def hub(self) -> Hub:
        """The figures; who asks within a second of another gets the same ones."""
        async with self._reading:
            now = self._core.clock.now()
            if self._fresh is None or not self._holds(self._fresh, now):
                self._fresh = await self.read(now)
            return self._fresh

    def _holds(self, hub: Hub, now: datetime) -> bool:
        target = self._core.settings.revenue_target_tokens
        return timedelta() <= now - hub.at < _FRESH_FOR and hub.revenue.target_tokens == target

    async def read(self, now: datetime) -> Hub:
        """The figures of this moment, from one snapshot of the database."""
        async with self._core.db.read() as db:
            return Hub(
                at=now,
                users=await _users(db, now),
                streams=await self._on_air(db),
                revenue=await self._revenue(db, now),
                reports=await _reports(db, now),
                mood=await _mood(db, now),
            )

    async def _on_air(self, db: AsyncConnection) -> HubStreams:
        on_air = StreamRow.state.in_([state.value for state in ON_AIR])
        found = [record(row) for row in await db.execute(selection().where(on_air))]
        viewers = sum(self._streams.viewers(stream) for stream in found)
        return HubStreams(active=len(found), viewers=viewers)

    async def _revenue(self, db: AsyncConnection, now: datetime) -> HubRevenue:
        """What tips and gifts took from wallets less what came back, and what the platform kept."""
        since = now - _DAY + timedelta(milliseconds=1)
        tipped = -await self._hours.total(db, "tipped", since, now)
        tipped -= await self._hours.total(db, "gifted", since, now)
        kept = await self._hours.total(db, "fees", since, now)
        # Few: a tip taken back returns to its wallet, its fee leaves the platform.
        to_wallet = LedgerEntryRow.account_id.like("wallet:%") & (LedgerEntryRow.tokens > 0)
        from_platform = LedgerEntryRow.account_id == PLATFORM
        return HubRevenue(
            tokens_24h=tipped - await _sum(db, EntryKind.REVERSAL, since, to_wallet),
            target_tokens=self._core.settings.revenue_target_tokens,
            fee_tokens_24h=kept + await _sum(db, EntryKind.REVERSAL, since, from_platform),
        )

    # Pushing

    def hear(self, room: str, events: Sequence[FeedEvent]) -> None:
        """Note that a figure may have changed."""
        if room != ADMIN_ROOM and any(event.type in _TELLING for event in events):
            self._stirred.set()

    def somebody_came(self, room: str, user: UserRef, users: Mapping[str, int]) -> None:
        """Look at once when an admin begins to watch."""
        self._stirred.set()

    async def push(self) -> None:
        """Tell the admins' room of changed figures, at most once a second, while it has people."""
        shown: Hub | None = None
        while True:
            try:
                async with asyncio.timeout(_LOOK_AGAIN_S):
                    await self._stirred.wait()
            except TimeoutError:
                pass  # signups and the passing of time make no event
            self._stirred.clear()
            if not self._core.fanout.users(ADMIN_ROOM):
                shown = None
                continue
            hub = self._fresh = await self.read(self._core.clock.now())
            if shown is None or _figures(hub) != _figures(shown):
                self._core.posts.post(ADMIN_ROOM, EventType.HUB_UPDATED, hub)
                shown = hub
            await asyncio.sleep(_PAUSE_S)


def _figures(hub: Hub) -> Hub:
    """The figures without their moment, moods to the nearest percent."""
    mood = {name: round(share, 2) for name, share in hub.mood.items()}
    return hub.model_copy(update={"at": None, "mood": mood})


async def _sum(
    db: AsyncConnection, kind: EntryKind, since: datetime, *where: ColumnElement[bool]
) -> int:
    query = select(func.coalesce(func.sum(LedgerEntryRow.tokens), 0)).where(
        LedgerEntryRow.kind == kind.value, LedgerEntryRow.at >= since, *where
    )
    return int((await db.execute(query)).scalar_one())


async def _users(db: AsyncConnection, now: datetime) -> HubUsers:
    total = (await db.execute(select(func.count()).select_from(UserRow))).scalar_one()
    joined = select(func.count()).select_from(UserRow)
    this_week = joined.where(UserRow.created_at > now - _WEEK)
    week_before = joined.where(
        UserRow.created_at > now - 2 * _WEEK, UserRow.created_at <= now - _WEEK
    )
    new = (await db.execute(this_week)).scalar_one()
    before = (await db.execute(week_before)).scalar_one()
    return HubUsers(total=total, week_change_percent=change_percent(new, before))


def change_percent(new: int, before: int) -> float:
    """How much more `new` is than `before`, in percent; from nothing to something is 100."""
    if before == 0:
        return 100.0 if new else 0.0
    return round((new - before) * 100 / before, 1)


async def _reports(db: AsyncConnection, now: datetime) -> HubReports:
    undecided = select(func.count()).where(CaseRow.stage != CaseStage.DECIDED.value)
    pending = (await db.execute(undecided)).scalar_one()
    recent = (
        select(CaseRow.opened_at, CaseRow.decided_at)
        .where(CaseRow.decided_at > now - _WEEK)
        .order_by(CaseRow.decided_at.desc())
        .limit(_MOST_DURATIONS)
    )
    took = sorted(
        (decided - opened).total_seconds()
        for opened, decided in (await db.execute(recent))
        if decided is not None
    )
    if not took:
        return HubReports(pending=pending)
    return HubReports(
        pending=pending,
        average_action_s=round(sum(took) / len(took), 3),
        p50_action_s=quantile(took, 0.5),
        p90_action_s=quantile(took, 0.9),
    )


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value at this share of a sorted, non-empty list, between neighbours by straight line."""
    place = (len(ordered) - 1) * share
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return round(ordered[low] + (ordered[high] - ordered[low]) * (place - low), 3)


async def _mood(db: AsyncConnection, now: datetime) -> dict[Mood, float]:
    """All rooms on air as one strip, each with what it weighs now."""
    query = (
        select(MoodRow.weights, MoodRow.at)
        .join(StreamRow, StreamRow.id == MoodRow.stream_id)
        .where(StreamRow.state.in_([state.value for state in ON_AIR]))
    )
    weights: dict[Mood, float] = {}
    for stored, at in await db.execute(query):
        room = {Mood(mood): weight for mood, weight in stored.items()}
        for mood, weight in decayed(room, (now - at).total_seconds()).items():
            weights[mood] = weights.get(mood, 0.0) + weight
    return strip(weights, now).shares

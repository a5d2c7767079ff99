"""Figures from a creator's past: when they were on air, and what each hour and tag brought."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Integer, func, literal_column, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.schemas.insights import HourInsight, TagInsight
from shared.server.streams.tables import StreamRow
from shared.server.wallet.tables import GiftRow, TipRow

DAYS = 90
MOST_STREAMS = 500
_HOUR = timedelta(hours=1)
_HOUR_MS = 3_600_000
_LEAST_ON_AIR_H = 0.5
"""Hours of the week with less time on air than this say nothing."""


@dataclass(frozen=True, slots=True)
class Show:
    """One past or running stream that had a picture."""

    id: str
    title: str
    tags: tuple[str, ...]
    begin: datetime
    end: datetime

    @property
    def hours(self) -> float:
        """How long it was on air."""
        return max(0.0, (self.end - self.begin).total_seconds() / 3600)


async def shows(db: AsyncConnection, creator_id: str, now: datetime) -> list[Show]:
    """The creator's last streams, newest first."""
    query = (
        select(StreamRow.id, StreamRow.title, StreamRow.tags, StreamRow.live_at, StreamRow.ended_at)
        .where(
            StreamRow.creator_id == creator_id,
            StreamRow.started_at > now - timedelta(days=DAYS),
            StreamRow.live_at.is_not(None),
        )
        .order_by(StreamRow.started_at.desc())
        .limit(MOST_STREAMS)
    )
    return [
        Show(id_, title, tuple(tags), live_at, ended_at or now)
        for id_, title, tags, live_at, ended_at in (await db.execute(query))
        if live_at is not None
    ]


async def tokens_by_hour(
    db: AsyncConnection, stream_ids: Sequence[str]
) -> dict[str, dict[int, int]]:
    """Tokens of each stream by hour, counted in hours since 1970."""
    found: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    tables: tuple[Any, ...] = (TipRow, GiftRow)
    for table in tables:
        # Written out, not bound: PostgreSQL does not see that two parameters are the same.
        hour = type_coerce(table.at, BigInteger) // literal_column(str(_HOUR_MS), Integer)
        query = (
            select(table.stream_id, hour, func.sum(table.tokens))
            .where(table.stream_id.in_(stream_ids))
            .group_by(table.stream_id, hour)
        )
        for stream_id, at_hour, tokens in await db.execute(query):
            found[stream_id][int(at_hour)] += int(tokens)
    return found


def on_air(show: Show) -> Iterator[tuple[int, float]]:
    """The hours since 1970 that a stream touched, and how much of each."""
    at = show.begin
    while at < show.end:
        hour = int(at.timestamp()) // 3600
        until = min(show.end, at.replace(minute=0, second=0, microsecond=0) + _HOUR)
        yield hour, (until - at).total_seconds() / 3600
        at = until


def of_the_week(hour: int) -> tuple[int, int]:
    """Weekday (0 is Monday) and hour of day of an hour since 1970, which began a Thursday."""
    return (hour // 24 + 3) % 7, hour % 24


def by_hour(found: Sequence[Show], tokens: dict[str, dict[int, int]]) -> list[HourInsight]:
    """Every hour of the week that was on air long enough, in the order of the week."""
    aired: dict[tuple[int, int], float] = defaultdict(float)
    got: dict[tuple[int, int], int] = defaultdict(int)
    for show in found:
        for hour, share in on_air(show):
            aired[of_the_week(hour)] += share
        for hour, count in tokens.get(show.id, {}).items():
            got[of_the_week(hour)] += count
    return [
        HourInsight(
            weekday=place[0],
            hour=place[1],
            hours_on_air=round(hours, 2),
            tokens_per_hour=round(got[place] / hours, 1),
        )
        for place, hours in sorted(aired.items())
        if hours >= _LEAST_ON_AIR_H
    ]


def by_tag(found: Sequence[Show], tokens: dict[str, dict[int, int]]) -> list[TagInsight]:
    """What each tag brought an hour, the best first."""
    shown: dict[str, list[Show]] = defaultdict(list)
    for show in found:
        for tag in show.tags:
            shown[tag].append(show)
    rows = [
        TagInsight(
            tag=tag,
            streams=len(those),
            tokens_per_hour=per_hour(those, tokens),
        )
        for tag, those in shown.items()
    ]
    return sorted(rows, key=lambda row: (-row.tokens_per_hour, row.tag))[:20]


def per_hour(found: Sequence[Show], tokens: dict[str, dict[int, int]]) -> float:
    """Tokens an hour on air over these streams."""
    hours = sum(show.hours for show in found)
    total = sum(sum(tokens.get(show.id, {}).values()) for show in found)
    return round(total / hours, 1) if hours else 0.0

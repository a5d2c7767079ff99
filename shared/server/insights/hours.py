"""Sums by hour, rolled up once when an hour is over: nobody adds up a whole table.

What lies between (the part of an hour at the beginning, the hours since the last roll-up) is read
from the rows by their index, so a sum over any time is exact.
"""

import asyncio
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    bindparam,
    func,
    insert,
    literal_column,
    select,
    type_coerce,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.schemas.wallet import EntryKind
from shared.server.core import Core
from shared.server.insights.tables import HourFigureRow
from shared.server.wallet.tables import LedgerEntryRow

_HOUR: Final = timedelta(hours=1)
_HOUR_MS: Final = 3_600_000
_SETTLED: Final = timedelta(minutes=2)
"""So long after its end no transaction of an hour is still open."""
_LOOK_EVERY_S: Final = 300.0
_ROLLED: Final = "rolled"
"""The figure whose hours say how far the roll-up has come."""

FIGURES: Final[dict[str, tuple[EntryKind, ColumnElement[bool] | None]]] = {
    # Of a tip's or gift's entries only its sender's is negative, so the index alone answers.
    "tipped": (EntryKind.TIP, LedgerEntryRow.tokens < 0),
    "gifted": (EntryKind.GIFT, LedgerEntryRow.tokens < 0),
    "fees": (EntryKind.FEE, None),
}
"""What is rolled up: entries of one kind."""


def _entries(figure: str, *columns: Any) -> Select[*tuple[Any, ...]]:
    kind, only = FIGURES[figure]
    query = select(*columns).where(
        LedgerEntryRow.kind == kind.value,
        LedgerEntryRow.at >= bindparam("since"),
        LedgerEntryRow.at < bindparam("until"),
    )
    return query if only is None else query.where(only)


_TOTAL = func.coalesce(func.sum(LedgerEntryRow.tokens), 0)
# Written out, not bound: PostgreSQL does not see that two parameters are the same.
_IN_HOUR = type_coerce(LedgerEntryRow.at, BigInteger) // literal_column(str(_HOUR_MS), BigInteger)
_RAW = {figure: _entries(figure, _TOTAL) for figure in FIGURES}
_BY_HOUR = {
    figure: _entries(figure, _IN_HOUR, _TOTAL, func.count()).group_by(_IN_HOUR)
    for figure in FIGURES
}
_KEPT = select(func.coalesce(func.sum(HourFigureRow.total), 0)).where(
    HourFigureRow.figure == bindparam("the_figure"),
    HourFigureRow.hour >= bindparam("first"),
    HourFigureRow.hour < bindparam("end"),
)
_LAST = select(func.max(HourFigureRow.hour)).where(HourFigureRow.figure == _ROLLED)


def hour_of(moment: datetime) -> int:
    """Whole hours since 1970."""
    return int(moment.timestamp()) // 3600


def _begin_of(hour: int, like: datetime) -> datetime:
    return datetime.fromtimestamp(hour * 3600, like.tzinfo)


class HourFigures:
    """The roll-up, and sums that use it."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def total(self, db: AsyncConnection, figure: str, since: datetime, now: datetime) -> int:
        """The figure's sum from `since` (included) to `now` (included)."""
        until = now + timedelta(milliseconds=1)
        rolled = (await db.execute(_LAST)).scalar_one()
        first = hour_of(since - timedelta(milliseconds=1)) + 1
        end = min(hour_of(now), -1 if rolled is None else rolled + 1)
        if end <= first:
            return await self._raw(db, figure, since, until)
        named = {"the_figure": figure, "first": first, "end": end}
        kept = int((await db.execute(_KEPT, named)).scalar_one())
        before = await self._raw(db, figure, since, _begin_of(first, now))
        return before + kept + await self._raw(db, figure, _begin_of(end, now), until)

    async def _raw(self, db: AsyncConnection, figure: str, since: datetime, until: datetime) -> int:
        times = {"since": since, "until": until}
        return int((await db.execute(_RAW[figure], times)).scalar_one())

    async def roll(self) -> None:
        """Roll up every hour that is over and was not rolled up before."""
        now = self._core.clock.now()
        end = hour_of(now - _SETTLED)
        async with self._core.db.survey() as db:
            last = (await db.execute(_LAST)).scalar_one()
            if last is not None and last + 1 >= end:
                return
            since = datetime.fromtimestamp(0, now.tzinfo)
            if last is not None:
                since = _begin_of(last + 1, now)
            times = {"since": since, "until": _begin_of(end, now)}
            rows = [
                {"figure": figure, "hour": int(hour), "total": int(total), "count": int(count)}
                for figure, query in _BY_HOUR.items()
                for hour, total, count in await db.execute(query, times)
            ]
        rows.append({"figure": _ROLLED, "hour": end - 1, "total": 0, "count": 0})
        async with self._core.db.write() as tx:
            again = (await tx.db.execute(_LAST)).scalar_one()
            if again == last:  # else another process was first
                await tx.db.execute(insert(HourFigureRow), rows)

    async def run(self) -> None:
        """Roll up as the hours pass."""
        while True:
            await self.roll()
            await asyncio.sleep(_LOOK_EVERY_S)

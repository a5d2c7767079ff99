"""A creator's figures over time: tokens a day from the ledger, and who stayed in the last show."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from shared.schemas.insights import HourInsight
from shared.schemas.streams import ViewerMinute
from shared.schemas.wallet import EntryKind, LedgerEntry

_EARNING = frozenset({EntryKind.TIP, EntryKind.GIFT})


@dataclass(frozen=True, slots=True)
class Day:
    """One day on this machine's clock."""

    day: date
    tokens: int = 0
    tips: int = 0


def by_day(entries: Iterable[LedgerEntry], *, days: int, today: date) -> tuple[Day, ...]:
    """What came in on each of the last days, oldest first, days without anything included."""
    first = today - timedelta(days=days - 1)
    tokens: dict[date, int] = {}
    tips: dict[date, int] = {}
    for entry in entries:
        day = entry.at.astimezone().date()
        if entry.kind in _EARNING and entry.tokens > 0 and first <= day <= today:
            tokens[day] = tokens.get(day, 0) + entry.tokens
            tips[day] = tips.get(day, 0) + 1
    every = (first + timedelta(days=at) for at in range(days))
    return tuple(Day(day, tokens.get(day, 0), tips.get(day, 0)) for day in every)


def hours_by_weekday(hours: Iterable[HourInsight]) -> tuple[float, ...]:
    """Hours on air for each day of the week, Monday first."""
    found = [0.0] * 7
    for hour in hours:
        found[hour.weekday] += hour.hours_on_air
    return tuple(found)


def earnings_by_hour(hours: Iterable[HourInsight]) -> tuple[float, ...]:
    """Tokens an hour on air, for each hour of the day over the week."""
    tokens, on_air = [0.0] * 24, [0.0] * 24
    for hour in hours:
        tokens[hour.hour] += hour.tokens_per_hour * hour.hours_on_air
        on_air[hour.hour] += hour.hours_on_air
    return tuple(got / time if time > 0 else 0.0 for got, time in zip(tokens, on_air, strict=True))


def as_csv(days: Sequence[Day], hours: Sequence[float]) -> str:
    """The figures as a table for a spreadsheet."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(("date", "tokens", "tips"))
    table.writerows((day.day.isoformat(), day.tokens, day.tips) for day in days)
    table.writerow(())
    table.writerow(("weekday", "hours_on_air"))
    table.writerows((at + 1, round(value, 2)) for at, value in enumerate(hours))
    return out.getvalue()


def retention(minutes: Iterable[ViewerMinute]) -> tuple[tuple[float, float], ...]:
    """Minutes into a show, and viewers in percent of the most there were."""
    seen = [(one.minute, one.viewers) for one in minutes]
    most = max((viewers for _, viewers in seen), default=0)
    if not most:
        return ()
    return tuple((float(minute), 100 * viewers / most) for minute, viewers in seen)

"""Figures by day and hour, the table for a spreadsheet, and who stayed."""

from datetime import UTC, date, datetime, timedelta

from shared.schemas.insights import HourInsight
from shared.schemas.streams import ViewerMinute
from shared.schemas.wallet import EntryKind, LedgerEntry
from studio.live.figures import as_csv, by_day, earnings_by_hour, hours_by_weekday, retention

_NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
_ID = "0192d3b4-5c6d-7e8f-9a0b-000000000001"


def entry(tokens: int, *, kind: EntryKind = EntryKind.TIP, days_ago: int = 0) -> LedgerEntry:
    at = _NOON - timedelta(days=days_ago)
    return LedgerEntry(id=_ID, transaction_id=_ID, kind=kind, tokens=tokens, balance_after=0, at=at)


def test_only_what_came_in_counts_on_its_day() -> None:
    entries = [
        entry(100),
        entry(50, kind=EntryKind.GIFT),
        entry(-30),
        entry(500, kind=EntryKind.PURCHASE),
        entry(20, days_ago=2),
        entry(999, days_ago=7),
    ]
    days = by_day(entries, days=7, today=date(2026, 11, 20))
    assert [one.tokens for one in days] == [0, 0, 0, 0, 20, 0, 150]
    assert sum(one.tips for one in days) == 3


def test_hours_add_up_by_weekday_and_weigh_earnings_by_time_on_air() -> None:
    hours = [
        HourInsight(weekday=4, hour=20, hours_on_air=3.0, tokens_per_hour=100.0),
        HourInsight(weekday=5, hour=20, hours_on_air=1.0, tokens_per_hour=20.0),
    ]
    assert hours_by_weekday(hours) == (0, 0, 0, 0, 3.0, 1.0, 0)
    assert earnings_by_hour(hours)[20] == 80.0
    assert sum(earnings_by_hour(hours)) == 80.0


def test_the_table_has_every_day() -> None:
    table = as_csv(by_day([entry(5)], days=2, today=date(2026, 11, 20)), (1.0,) * 7)
    assert "2026-11-19,0,0\r\n2026-11-20,5,1\r\n" in table
    assert table.count("\r\n") == 3 + 1 + 8


def test_who_stayed_is_told_in_percent_of_the_most() -> None:
    counted = ((0, 5), (1, 20), (3, 0))
    minutes = [ViewerMinute(minute=at, viewers=viewers) for at, viewers in counted]
    assert retention(minutes) == ((0.0, 25.0), (1.0, 100.0), (3.0, 0.0))
    assert retention(minutes[2:]) == ()
    assert retention(()) == ()

"""Who runs the room: around midnight, around the turn of the clock, and when it changes next."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import InvalidInput
from shared.schemas.teezer import ScheduleSlot, SlotMode, TeezerSchedule
from shared.server.teezer.schedule import is_active, mode_at, next_change, zone

FRIDAY = datetime(2026, 11, 20, tzinfo=UTC)
AMSTERDAM = "Europe/Amsterdam"


def _slot(weekday: int, start: str, end: str, mode: SlotMode = SlotMode.TEEZER) -> ScheduleSlot:
    return ScheduleSlot(weekday=weekday, start=start, end=end, mode=mode)


def _week(*slots: ScheduleSlot, timezone: str = "UTC") -> TeezerSchedule:
    return TeezerSchedule(timezone=timezone, slots=list(slots))


def test_without_slots_the_switch_decides() -> None:
    assert is_active(TeezerSchedule(), enabled=True, now=FRIDAY)
    assert not is_active(TeezerSchedule(), enabled=False, now=FRIDAY)
    assert mode_at(TeezerSchedule(), enabled=False, now=FRIDAY) is SlotMode.LIVE
    assert next_change(TeezerSchedule(), now=FRIDAY) is None


def test_a_slot_begins_with_its_minute_and_ends_before_its_end() -> None:
    week = _week(_slot(4, "20:00", "21:00"))
    assert not is_active(week, enabled=True, now=FRIDAY.replace(hour=19, minute=59, second=59))
    assert is_active(week, enabled=True, now=FRIDAY.replace(hour=20))
    assert is_active(week, enabled=True, now=FRIDAY.replace(hour=20, minute=59, second=59))
    assert not is_active(week, enabled=True, now=FRIDAY.replace(hour=21))
    assert not is_active(week, enabled=False, now=FRIDAY.replace(hour=20))


def test_midnight_joins_two_slots_without_a_gap() -> None:
    week = _week(_slot(4, "22:00", "00:00"), _slot(5, "00:00", "02:00"))
    for minutes in range(-119, 119):
        moment = FRIDAY + timedelta(days=1, minutes=minutes)
        assert is_active(week, enabled=True, now=moment), moment
    change = next_change(week, now=FRIDAY.replace(hour=22, minute=30))
    assert change == FRIDAY + timedelta(days=1, hours=2)


def test_the_zone_decides_the_day() -> None:
    week = _week(_slot(5, "00:00", "01:00"), timezone=AMSTERDAM)
    assert is_active(week, enabled=True, now=FRIDAY.replace(hour=23, minute=30))
    assert not is_active(week, enabled=True, now=FRIDAY.replace(hour=22, minute=30))


def test_an_hour_that_summer_time_skips_never_comes() -> None:
    # 2026-03-29 02:00 Amsterdam time becomes 03:00 (01:00 UTC).
    week = _week(_slot(6, "02:00", "03:00"), timezone=AMSTERDAM)
    sunday = datetime(2026, 3, 29, tzinfo=UTC)
    assert not any(
        is_active(week, enabled=True, now=sunday + timedelta(minutes=minute))
        for minute in range(24 * 60)
    )
    across = _week(_slot(6, "01:30", "04:00"), timezone=AMSTERDAM)
    on = [
        minute
        for minute in range(24 * 60)
        if is_active(across, enabled=True, now=sunday + timedelta(minutes=minute))
    ]
    assert (on[0], on[-1], len(on)) == (30, 119, 90)


def test_an_hour_that_winter_time_repeats_comes_twice() -> None:
    # 2026-10-25 03:00 Amsterdam time becomes 02:00 (01:00 UTC).
    week = _week(_slot(6, "02:00", "03:00"), timezone=AMSTERDAM)
    sunday = datetime(2026, 10, 25, tzinfo=UTC)
    on = [
        minute
        for minute in range(24 * 60)
        if is_active(week, enabled=True, now=sunday + timedelta(minutes=minute))
    ]
    assert on == list(range(120))
    assert next_change(week, now=sunday) == sunday + timedelta(hours=2)


def test_two_halves_around_the_repeated_hour_change_where_the_wall_says() -> None:
    week = _week(
        _slot(6, "01:00", "02:30"),
        _slot(6, "02:30", "04:00", SlotMode.LIVE),
        timezone=AMSTERDAM,
    )
    moment = datetime(2026, 10, 24, 23, 30, tzinfo=UTC)
    changes = []
    for _ in range(3):
        found = next_change(week, now=moment)
        assert found is not None
        changes.append(found - datetime(2026, 10, 25, tzinfo=UTC))
        moment = found
    # 02:30 comes, the clock goes back to 02:00 (the first slot again), 02:30 comes once more.
    assert changes == [timedelta(minutes=30), timedelta(minutes=60), timedelta(minutes=90)]


def test_other_modes_are_told() -> None:
    week = _week(_slot(4, "10:00", "12:00", SlotMode.LIVE))
    assert mode_at(week, enabled=True, now=FRIDAY.replace(hour=11)) is SlotMode.LIVE
    assert mode_at(week, enabled=True, now=FRIDAY.replace(hour=13)) is SlotMode.OFFLINE


@pytest.mark.parametrize("name", ["Mars/Base", "../etc/passwd", "Europe", "", "/etc/localtime"])
def test_an_unknown_zone_is_refused_in_words(name: str) -> None:
    with pytest.raises(InvalidInput, match="time zone"):
        zone(name)


_moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(  # noqa: DTZ001
    lambda moment: moment.replace(tzinfo=UTC, microsecond=0)
)


@given(
    day=st.integers(0, 6),
    start=st.integers(0, 22),
    length=st.integers(1, 12),
    timezone=st.sampled_from(["UTC", AMSTERDAM, "America/New_York", "Australia/Lord_Howe"]),
    now=_moments,
)
def test_the_next_change_is_the_first(
    day: int, start: int, length: int, timezone: str, now: datetime
) -> None:
    end = f"{min(start + length, 24) % 24:02d}:00"
    week = _week(_slot(day, f"{start:02d}:15", end), timezone=timezone)
    if week.slots[0].end != "00:00" and week.slots[0].start >= week.slots[0].end:
        return
    change = next_change(week, now=now)
    assert change is not None
    assert now < change <= now + timedelta(days=8)
    before = mode_at(week, enabled=True, now=now)
    assert mode_at(week, enabled=True, now=change) is not before
    probe = now
    while probe < change:
        assert mode_at(week, enabled=True, now=probe) is before, probe
        probe += timedelta(minutes=37)

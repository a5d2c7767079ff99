"""Who runs a creator's room now and when that changes next, by the schedule, as pure code."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shared.errors import InvalidInput
from shared.schemas.teezer import ScheduleSlot, SlotMode, TeezerSchedule

_DAYS_AHEAD = 8


def zone(name: str) -> ZoneInfo:
    """The time zone of this name.

    Raises:
        InvalidInput: no zone has this name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as failure:
        raise InvalidInput(
            f"There is no time zone named {name!r}; choose one such as Europe/Amsterdam.",
            meta={"timezone": name},
        ) from failure


def mode_at(schedule: TeezerSchedule, *, enabled: bool, now: datetime) -> SlotMode:
    """Who runs the room at a moment.

    Slots are read against the clock on the wall of the schedule's zone: an hour that summer time
    skips never comes, one that it repeats comes twice. Outside all slots nobody is expected. A
    schedule without slots leaves it to the switch alone.
    """
    if not schedule.slots:
        return SlotMode.TEEZER if enabled else SlotMode.LIVE
    local = now.astimezone(zone(schedule.timezone))
    clock = local.strftime("%H:%M")
    for slot in schedule.slots:
        if slot.weekday == local.weekday() and slot.start <= clock < _end(slot):
            return slot.mode
    return SlotMode.OFFLINE


def is_active(schedule: TeezerSchedule, *, enabled: bool, now: datetime) -> bool:
    """Whether Teezer answers at a moment: switched on, and the schedule agrees."""
    return enabled and mode_at(schedule, enabled=enabled, now=now) is SlotMode.TEEZER


def next_change(schedule: TeezerSchedule, *, now: datetime) -> datetime | None:
    """The next moment (UTC) at which another mode begins; None when it never changes."""
    if not schedule.slots:
        return None
    current = mode_at(schedule, enabled=True, now=now)
    for moment in sorted(_edges(schedule, now)):
        if moment > now and mode_at(schedule, enabled=True, now=moment) is not current:
            return moment
    return None


def _edges(schedule: TeezerSchedule, now: datetime) -> set[datetime]:
    """Every moment of the coming week at which a slot may begin or end, or the clock is turned."""
    here = zone(schedule.timezone)
    today = now.astimezone(here).date()
    edges: set[datetime] = set()
    for ahead in range(-1, _DAYS_AHEAD + 1):
        day = today + timedelta(days=ahead)
        walls = {time(0, 0)}
        for slot in schedule.slots:
            if slot.weekday == day.weekday():
                walls |= {time.fromisoformat(slot.start), time.fromisoformat(slot.end)}
        for wall in walls:
            for fold in (0, 1):
                local = datetime.combine(day, wall, tzinfo=here).replace(fold=fold)
                edges.add(local.astimezone(UTC))
        edges |= _turns(datetime.combine(day, time(0, 0), tzinfo=here))
    return edges


def _turns(midnight: datetime) -> set[datetime]:
    """The moment within a day at which its zone's clock is turned, if there is one."""
    start = midnight.astimezone(UTC)
    offset = midnight.utcoffset()
    end = start + timedelta(hours=26)
    if end.astimezone(midnight.tzinfo).utcoffset() == offset:
        return set()
    while end - start > timedelta(seconds=1):
        middle = start + (end - start) / 2
        if middle.astimezone(midnight.tzinfo).utcoffset() == offset:
            start = middle
        else:
            end = middle
    return {end.replace(microsecond=0)}


def _end(slot: ScheduleSlot) -> str:
    return "24:00" if slot.end == "00:00" else slot.end

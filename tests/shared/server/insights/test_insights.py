"""Figures add up, belong to their creator, and advice says what it rests on."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fakes.people import Person, Town, town
from fakes.platform import MovableClock
from fakes.server import local_server, quick_settings
from hypothesis import given
from hypothesis import strategies as st

from shared.schemas.roles import Role
from shared.schemas.streams import StreamState
from shared.server.insights import advice, figures
from shared.server.insights.figures import Show
from shared.server.streams.service import StreamService
from shared.server.streams.upkeep import Upkeep

_MONDAY = datetime(2026, 11, 16, tzinfo=UTC)


@given(
    begin=st.integers(0, 14 * 86_400),
    length=st.integers(0, 3 * 86_400),
)
def test_time_on_air_is_shared_out_whole(begin: int, length: int) -> None:
    at = _MONDAY + timedelta(seconds=begin)
    show = Show("s", "t", (), at, at + timedelta(seconds=length))
    shares = list(figures.on_air(show))
    assert abs(sum(share for _, share in shares) - length / 3600) < 1e-6
    assert all(0 < share <= 1 for _, share in shares)
    assert len({hour for hour, _ in shares}) == len(shares)


def test_hours_of_the_week() -> None:
    hour = int(_MONDAY.timestamp()) // 3600
    assert figures.of_the_week(hour) == (0, 0)
    assert figures.of_the_week(hour + 24 * 6 + 21) == (6, 21)
    show = Show("s", "t", ("piano",), _MONDAY, _MONDAY + timedelta(hours=2))
    rows = figures.by_hour([show], {"s": {hour: 30, hour + 1: 90}})
    assert [(row.weekday, row.hour, row.tokens_per_hour) for row in rows] == [
        (0, 0, 30.0),
        (0, 1, 90.0),
    ]
    assert figures.by_tag([show], {"s": {hour: 30}})[0].tokens_per_hour == 15.0


def test_advice_on_titles() -> None:
    loud = advice.of_title("COME NOW!!", ["a"], set(), "en")
    assert len(loud) == 4
    good = advice.of_title("Piano and quiet talk", ["a", "b", "c"], set(), "en")
    assert good == ["Nothing to improve by these rules."]
    again = advice.of_title("Piano and quiet talk", ["a", "b", "c"], {"piano and quiet talk"}, "nl")
    assert "gebruikte je al" in again[0]


async def _show(people: Town, creator: Person, **fields: Any) -> str:
    stream_id = await people.stream(creator, **fields)
    server = people.local.server
    streams = server.services.get(StreamService)
    async with server.core.db.write() as tx:
        stream = await streams.require(tx.db, stream_id)
        await streams.set_state(tx, stream, StreamState.LIVE)
    return stream_id


async def test_who_watched_is_kept_minute_by_minute(tmp_path: Path) -> None:
    clock = MovableClock()
    async with (
        local_server(quick_settings(tmp_path / "d"), clock=clock) as local,
        town(local) as people,
    ):
        creator, fan = await people.person(Role.CREATOR), await people.person()
        stream_id = await _show(people, creator, tags=["piano"])
        upkeep = local.server.services.get(Upkeep)
        async with people.socket(fan) as socket:
            await socket.call("join", {"room": f"stream:{stream_id}"})
            await upkeep.tidy()
            clock.move(minutes=2)
            await upkeep.tidy()
            await upkeep.tidy()
        clock.move(minutes=1)
        while (await creator.get(f"/streams/{stream_id}/viewers"))["viewers"]:
            await asyncio.sleep(0.01)
        await upkeep.tidy()
        await creator.post(f"/streams/{stream_id}/end")
        stats = await creator.get(f"/streams/{stream_id}/stats")
        assert [(one["minute"], one["viewers"]) for one in stats["minutes"]] == [
            (0, 1),
            (2, 1),
            (3, 0),
        ]


async def test_figures_of_a_creator(tmp_path: Path) -> None:
    clock = MovableClock()
    async with (
        local_server(quick_settings(tmp_path / "d"), clock=clock) as local,
        town(local) as people,
    ):
        creator, other = await people.person(Role.CREATOR), await people.person(Role.CREATOR)
        fan, admin = await people.person(tokens=1000), await people.person(Role.ADMIN)
        few = await creator.get(f"/users/{creator.id}/insights")
        assert few["advice"] == [
            "Only 0 streams so far: stream a few more before you trust these figures."
        ]
        for tokens in (100, 50, 30):
            stream_id = await _show(people, creator, tags=["piano"])
            await fan.post(f"/streams/{stream_id}/chat", {"text": "good evening"})
            await fan.post(f"/streams/{stream_id}/tip", {"tokens": tokens})
            clock.move(hours=1)
            await creator.post(f"/streams/{stream_id}/end")
            clock.move(hours=3)
        await fan.post(f"/users/{creator.id}/follow")

        stats = await creator.get(f"/streams/{stream_id}/stats")
        assert (stats["duration_s"], stats["messages"], stats["tokens"]) == (3600, 1, 30)
        assert (stats["chatters"], stats["supporters"], stats["tips"]) == (1, 1, 1)
        assert (await other.refused("GET", f"/streams/{stream_id}/stats"))[0] == 403

        board = await creator.get(f"/users/{creator.id}/dashboard")
        assert (board["streams"], board["stream_hours"]) == (3, 3)
        assert (board["earned_tokens"], board["earned_tokens_ever"]) == (144, 180)
        assert (board["supporters"], board["subscribers"]) == (1, 1)
        assert board["top_supporters"][0]["tokens"] == 180
        assert (await other.refused("GET", f"/users/{creator.id}/dashboard"))[0] == 403
        assert (await admin.get(f"/users/{creator.id}/dashboard"))["streams"] == 3

        seen = await creator.get(f"/users/{creator.id}/insights")
        assert (seen["streams"], seen["tokens_per_hour"]) == (3, 60)
        assert seen["tags"][0] == {"tag": "piano", "streams": 3, "tokens_per_hour": 60}
        assert seen["returning_percent"] == 100
        assert "piano" in " ".join(seen["advice"])

        told = await creator.post("/ai/content-coach", {"title": "An evening", "tags": []})
        assert told["is_ai"] is True
        assert told["suggested_tags"] == ["piano"]
        assert told["based_on_streams"] == 3
        assert any("used this title before" in line for line in told["advice"])
        assert (await fan.refused("POST", "/ai/content-coach", {"title": "Mine"}))[0] == 403

"""Duels: nobody is dragged into one, one vote each, tips count, the clock ends them."""

from pathlib import Path

from fakes.people import Town, town
from fakes.platform import MovableClock
from fakes.server import local_server, quick_settings

from shared.schemas.realtime import EventType, stream_room
from shared.schemas.roles import Role
from shared.server.stage.duels import Duels


async def _types(people: Town, stream_id: str) -> list[EventType]:
    core = people.local.server.core
    async with core.db.read() as db:
        return [e.type for e in await core.feed.since(db, stream_room(stream_id), 0, 500)]


async def test_a_duel_from_offer_to_end(tmp_path: Path) -> None:
    clock = MovableClock()
    async with (
        local_server(quick_settings(tmp_path / "d"), clock=clock) as local,
        town(local) as people,
    ):
        one, two = await people.person(Role.CREATOR), await people.person(Role.CREATOR)
        fan, other = await people.person(tokens=100), await people.person()
        first, second = await people.stream(one), await people.stream(two)
        offer = {"rival_stream_id": second, "mood": "romantic", "duration_s": 60}
        answer = {"rival_stream_id": first, "mood": "wild", "duration_s": 600}
        assert (await two.refused("POST", f"/streams/{first}/duels", answer))[0] == 403
        own = offer | {"rival_stream_id": first}
        assert (await one.refused("POST", f"/streams/{first}/duels", own))[0] == 409
        made = await one.post(f"/streams/{first}/duels", offer)
        assert made["state"] == "offered"
        vote = f"/duels/{made['id']}/vote"
        assert (await fan.refused("POST", vote, {"stream_id": first}))[0] == 409
        assert EventType.DUEL_STARTED not in await _types(people, second)

        started = await two.post(f"/streams/{second}/duels", answer)
        assert (started["id"], started["state"]) == (made["id"], "running")
        assert (await two.refused("POST", f"/streams/{second}/duels", answer))[0] == 409
        for side in (first, second, second):
            voted = await fan.post(vote, {"stream_id": side})
        assert [side["score"] for side in voted["sides"]] == [0, 1]
        await other.post(vote, {"stream_id": first})
        assert (await other.refused("POST", vote, {"stream_id": made["id"]}))[0] == 404
        await fan.post(f"/streams/{first}/tip", {"tokens": 15})  # log2(16) = 4
        duel = (await fan.get(f"/streams/{first}/duels"))["items"][0]
        assert [side["score"] for side in duel["sides"]] == [5, 1]

        clock.move(seconds=61)
        await local.server.services.get(Duels).end_due()
        assert (await fan.refused("POST", vote, {"stream_id": first}))[0] == 409
        assert (await fan.get(f"/streams/{first}/duels"))["items"] == []
        core = local.server.core
        for room in (first, second):
            async with core.db.read() as db:
                said = await core.feed.since(db, stream_room(room), 0, 500)
            ended = [e.model().data for e in said if e.type is EventType.DUEL_ENDED]
            assert [d["winner_stream_id"] for d in ended] == [first]


async def test_an_offer_lapses(tmp_path: Path) -> None:
    clock = MovableClock()
    async with (
        local_server(quick_settings(tmp_path / "d"), clock=clock) as local,
        town(local) as people,
    ):
        one, two = await people.person(Role.CREATOR), await people.person(Role.CREATOR)
        first, second = await people.stream(one), await people.stream(two)
        await one.post(f"/streams/{first}/duels", {"rival_stream_id": second, "mood": "chill"})
        clock.move(minutes=3)
        answer = await two.post(
            f"/streams/{second}/duels", {"rival_stream_id": first, "mood": "wild"}
        )
        assert answer["state"] == "offered"  # theirs was over, so this is a new one
        await one.post(f"/streams/{first}/end")
        late = {"rival_stream_id": first, "mood": "wild"}
        assert (await two.refused("POST", f"/streams/{second}/duels", late))[0] == 409

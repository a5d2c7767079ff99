"""Schedules, room states and who watches."""

from datetime import UTC, datetime, timedelta

from fakes.people import Town

from shared.schemas.realtime import stream_room
from shared.schemas.roles import Role


def _at(**ahead: int) -> str:
    return (datetime.now(UTC) + timedelta(**ahead)).isoformat()


async def test_a_schedule_is_its_creators_own(people: Town) -> None:
    creator, other = await people.person(Role.CREATOR), await people.person(Role.CREATOR)
    admin = await people.person(Role.ADMIN)
    later = await creator.post("/streams/schedule", {"title": "Later", "starts_at": _at(days=3)})
    soon = {"title": "Soon", "starts_at": _at(hours=3), "mood": "romantic", "tags": ["piano"]}
    made = await creator.post("/streams/schedule", soon, key="plan-soon-1")
    assert await creator.post("/streams/schedule", soon, key="plan-soon-1") == made
    for bad in (_at(hours=-1), _at(days=800), "2030-01-01T00:00:00"):
        body = {"title": "Never", "starts_at": bad}
        assert (await creator.refused("POST", "/streams/schedule", body))[0] == 422
    plans = (await creator.get("/streams/schedule"))["items"]
    assert [plan["id"] for plan in plans] == [made["id"], later["id"]]
    assert (plans[0]["mood"], plans[0]["duration_min"]) == ("romantic", 60)
    assert (await other.get("/streams/schedule"))["items"] == []
    path = f"/streams/schedule?user_id={creator.id}"
    assert (await other.refused("GET", path))[0] == 403
    assert len((await admin.get(path))["items"]) == 2
    assert (await other.refused("DELETE", f"/streams/schedule/{made['id']}"))[0] == 404
    assert (await creator.call("DELETE", f"/streams/schedule/{made['id']}")).status_code == 200
    assert len((await creator.get("/streams/schedule"))["items"]) == 1


async def test_states_of_a_room(people: Town) -> None:
    creator, member = await people.person(Role.CREATOR), await people.person()
    stream_id = await people.stream(creator)
    path = f"/streams/{stream_id}"
    listed = "/streams/active?state=waiting"
    seen = {}
    for audience in ("public", "away", "hidden", "subscribers", "private"):
        await creator.call("PATCH", path, {"audience": audience})
        is_listed = bool((await member.get(listed))["items"])
        seen[audience] = (is_listed, (await member.call("GET", path)).status_code)
    assert seen == {
        "public": (True, 200),
        "away": (True, 200),
        "hidden": (False, 200),
        "subscribers": (False, 403),
        "private": (False, 403),
    }
    assert (await creator.get(listed))["items"][0]["id"] == stream_id


async def test_who_watches(people: Town) -> None:
    creator, member = await people.person(Role.CREATOR), await people.person()
    viewer = await people.person(Role.VIEWER)
    stream_id = await people.stream(creator)
    async with people.socket(member) as one, people.socket(creator) as own:
        await one.call("join", {"room": stream_room(stream_id)})
        await own.call("join", {"room": stream_room(stream_id)})
        found = await member.get(f"/streams/{stream_id}/viewers")
        assert (found["viewers"], found["peak"]) == (1, 1)
        assert [user["id"] for user in found["users"]] == [member.id]
        assert (await viewer.get(f"/streams/{stream_id}/viewers"))["users"] == []

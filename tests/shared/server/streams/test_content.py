"""A profile's content: what was on air, for those who could have been there."""

from fakes.people import Person, Town

from shared.schemas.roles import Role
from shared.server.ingest.reports import Media
from shared.server.streams.authority import StreamAuthority

MEDIA = Media("h264", 1280, 720, "aac", 48000, 2)


async def _over(people: Town, creator: Person, **fields: str) -> str:
    stream_id = await people.stream(creator, **fields)
    await people.local.server.services.get(StreamAuthority).started(stream_id, MEDIA)
    await creator.post(f"/streams/{stream_id}/end")
    return stream_id


async def test_everybody_sees_of_a_profile_what_was_meant_for_them(people: Town) -> None:
    creator, fan = await people.person(Role.CREATOR), await people.person()
    stranger, moderator = await people.person(), await people.person(Role.MOD)
    await fan.post(f"/users/{creator.id}/follow")
    made = {
        audience: await _over(people, creator, audience=audience)
        for audience in ("public", "subscribers", "private", "hidden")
    }
    taken_down = await people.stream(creator)
    await people.local.server.services.get(StreamAuthority).started(taken_down, MEDIA)
    body = {"policy": "safety.violence", "statement": "A fight was shown on purpose."}
    await moderator.post(f"/moderation/streams/{taken_down}/suspend", body)
    never_seen = await people.stream(creator)

    async def seen_by(person: Person) -> set[str]:
        page = await person.get(f"/users/{creator.id}/content")
        return {item["id"] for item in page["items"]}

    assert await seen_by(stranger) == {made["public"]}
    assert await seen_by(fan) == {made["public"], made["subscribers"]}
    assert await seen_by(creator) == await seen_by(moderator) == set(made.values())
    assert never_seen not in await seen_by(creator)
    first = await creator.get(f"/users/{creator.id}/content?limit=1")
    rest = await creator.get(f"/users/{creator.id}/content?cursor={first['next_cursor']}")
    assert len(first["items"] + rest["items"]) == len(made)
    assert first["items"][0]["kind"] == "stream"
    assert not first["items"][0]["is_live"]
    assert (await stranger.refused("GET", f"/users/{taken_down}/content"))[0] == 404

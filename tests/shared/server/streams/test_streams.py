"""Streams: announced once, steered by their creators, seen by their audience, ended for good."""

import itertools
from datetime import timedelta

import pytest
from fakes.people import Person, Town
from sqlalchemy import select, update

from shared.schemas.roles import Role
from shared.schemas.streams import StreamState
from shared.server.ingest.authority import EndReason
from shared.server.ingest.hls import HlsStore
from shared.server.ingest.reports import Media
from shared.server.streams.authority import StreamAuthority
from shared.server.streams.playback import Playback
from shared.server.streams.records import TRANSITIONS
from shared.server.streams.tables import StreamRow
from shared.server.streams.upkeep import INTERRUPTED_LIMIT, Upkeep

MEDIA = Media("h264", 1280, 720, "aac", 48000, 2)


def _authority(people: Town) -> StreamAuthority:
    return people.local.server.services.get(StreamAuthority)


async def _live(people: Town, creator: Person) -> str:
    stream_id = await people.stream(creator)
    await _authority(people).started(stream_id, MEDIA)
    return stream_id


async def test_a_creator_has_one_open_stream(people: Town) -> None:
    creator = await people.person(Role.CREATOR)
    stream_id = await people.stream(creator)
    response = await creator.call("POST", "/streams/start", {"title": "Another"})
    assert response.status_code == 409
    assert response.json()["code"] == "ALREADY_LIVE"
    assert response.json()["meta"]["stream_id"] == stream_id
    await creator.post(f"/streams/{stream_id}/end")
    assert await people.stream(creator) != stream_id


async def test_starting_again_with_the_same_key_gives_the_same_stream(people: Town) -> None:
    creator = await people.person(Role.CREATOR)
    first = await creator.post("/streams/start", {"title": "One"}, key="start-key-1")
    again = await creator.post("/streams/start", {"title": "One"}, key="start-key-1")
    assert again == first
    assert first["ingest"]["stream_key"]


async def test_it_is_live_with_its_first_picture_and_waits_when_the_line_is_cut(
    people: Town,
) -> None:
    creator, member = await people.person(Role.CREATOR), await people.person()
    stream_id = await people.stream(creator)
    assert (await member.get("/streams/active"))["items"] == []
    await _authority(people).started(stream_id, MEDIA)
    stream = (await member.get("/streams/active"))["items"][0]
    assert stream["state"] == "live"
    assert stream["media"] == {
        "video_codec": "h264",
        "audio_codec": "aac",
        "width": 1280,
        "height": 720,
        "fps": None,
        "bitrate_kbps": None,
    }
    await _authority(people).ended(stream_id, EndReason.CONNECTION_LOST)
    assert (await member.get(f"/streams/{stream_id}"))["state"] == "interrupted"
    await _authority(people).started(stream_id, MEDIA)
    again = await member.get(f"/streams/{stream_id}")
    assert again["state"] == "live"
    assert again["live_at"] == stream["live_at"]


async def test_keys_open_the_door_until_they_are_replaced_or_the_stream_ends(
    people: Town,
) -> None:
    authority = _authority(people)
    creator = await people.person(Role.CREATOR)
    key = (await creator.get("/streams/key"))["stream_key"]
    assert await authority.authorise(key, "peer:1") is None  # nothing announced
    stream_id = await people.stream(creator)
    grant = await authority.authorise(key, "peer:1")
    assert grant is not None
    assert grant.stream_id == stream_id
    assert grant.max_kbps is None
    assert await authority.authorise(key + "x", "peer:1") is None
    assert await authority.authorise("", "peer:1") is None
    new = (await creator.post("/streams/key/regenerate"))["stream_key"]
    assert new != key
    assert await authority.authorise(key, "peer:1") is None
    assert await authority.authorise(new, "peer:1") is not None
    assert (await creator.get("/streams/key"))["stream_key"] == new
    await creator.post(f"/streams/{stream_id}/end")
    assert await authority.authorise(new, "peer:1") is None


async def test_a_provider_streams_within_limits(people: Town) -> None:
    provider = await people.person(Role.PROVIDER)
    await people.stream(provider)
    key = (await provider.get("/streams/key"))["stream_key"]
    grant = await _authority(people).authorise(key, "peer:1")
    assert grant is not None
    assert (grant.max_kbps, grant.max_width, grant.max_height) == (2500, 1280, 720)


async def test_only_its_creator_steers_a_stream_and_a_moderator_may_end_it(
    people: Town,
) -> None:
    creator, other = await people.person(Role.CREATOR), await people.person(Role.CREATOR)
    moderator, member = await people.person(Role.MOD), await people.person()
    stream_id = await _live(people, creator)
    path = f"/streams/{stream_id}"
    for verb in ("freeze", "panic", "reveal", "end"):
        assert (await other.refused("POST", f"{path}/{verb}")) == (403, "FORBIDDEN")
    assert (await member.refused("POST", f"{path}/end")) == (403, "FORBIDDEN")
    assert (await other.refused("PATCH", path, {"title": "Mine"})) == (403, "FORBIDDEN")
    changed = (await creator.call("PATCH", path, {"title": "New", "mood": "wild"})).json()
    assert (changed["title"], changed["mood"]) == ("New", "wild")
    assert (await moderator.post(f"{path}/end"))["state"] == "ended"
    assert (await creator.refused("PATCH", path, {"title": "Late"})) == (409, "STREAM_ENDED")


async def test_freeze_panic_and_reveal_hold_through_a_reconnect(people: Town) -> None:
    creator = await people.person(Role.CREATOR)
    stream_id = await _live(people, creator)
    path = f"/streams/{stream_id}"
    assert (await creator.post(f"{path}/freeze"))["state"] == "frozen"
    assert (await creator.post(f"{path}/panic"))["state"] == "panicked"
    await _authority(people).ended(stream_id, EndReason.CONNECTION_LOST)
    await _authority(people).started(stream_id, MEDIA)
    assert (await creator.get(path))["state"] == "panicked"
    assert (await creator.refused("POST", f"{path}/freeze"))[0] == 409
    assert (await creator.post(f"{path}/reveal"))["state"] == "live"


@pytest.mark.parametrize("audience", ["subscribers", "private"])
async def test_an_audience_keeps_others_out(people: Town, audience: str) -> None:
    creator, fan = await people.person(Role.CREATOR), await people.person()
    stranger, moderator = await people.person(), await people.person(Role.MOD)
    await fan.post(f"/users/{creator.id}/follow")
    stream_id = await people.stream(creator, audience=audience)
    await _authority(people).started(stream_id, MEDIA)
    allowed = {
        person.id: (await person.call("GET", f"/streams/{stream_id}")).status_code == 200
        for person in (creator, fan, stranger, moderator)
    }
    follows = audience == "subscribers"
    assert list(allowed.values()) == [True, follows, False, True]
    listed = [
        bool((await person.get("/streams/active"))["items"])
        for person in (creator, fan, stranger, moderator)
    ]
    assert listed == list(allowed.values())
    assert (await stranger.refused("POST", f"/streams/{stream_id}/chat", {"text": "hi"}))[0] == 403


async def test_the_list_is_paged_in_a_stable_order(people: Town) -> None:
    member = await people.person()
    made = [await _live(people, await people.person(Role.CREATOR)) for _ in range(5)]
    found: list[str] = []
    cursor = ""
    for _ in itertools.repeat(None, 5):
        page = await member.get(f"/streams/active?limit=2{cursor}")
        found += [stream["id"] for stream in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert found == made[::-1]


async def test_streams_that_nobody_publishes_end_by_themselves(people: Town) -> None:
    creator, waiting = await people.person(Role.CREATOR), await people.person(Role.CREATOR)
    stream_id, waiting_id = await _live(people, creator), await people.stream(waiting)
    core = people.local.server.core
    upkeep = people.local.server.services.get(Upkeep)
    await _authority(people).ended(stream_id, EndReason.CONNECTION_LOST)
    await upkeep.tidy()
    assert (await creator.get(f"/streams/{stream_id}"))["state"] == "interrupted"
    long_ago = core.clock.now() - INTERRUPTED_LIMIT - timedelta(seconds=1)
    async with core.db.write() as tx:
        await tx.db.execute(update(StreamRow).values(state_at=long_ago))
    await upkeep.tidy()
    assert (await creator.get(f"/streams/{stream_id}"))["state"] == "ended"
    assert (await waiting.get(f"/streams/{waiting_id}"))["state"] == "waiting"


async def test_a_provider_is_off_after_an_hour(people: Town) -> None:
    provider, creator = await people.person(Role.PROVIDER), await people.person(Role.CREATOR)
    limited, free = await _live(people, provider), await _live(people, creator)
    core = people.local.server.core
    async with core.db.write() as tx:
        began = core.clock.now() - timedelta(minutes=61)
        await tx.db.execute(update(StreamRow).values(live_at=began))
    await people.local.server.services.get(Upkeep).tidy()
    assert (await provider.get(f"/streams/{limited}"))["state"] == "ended"
    assert (await creator.get(f"/streams/{free}"))["state"] == "live"


def test_every_state_has_its_transitions_and_ended_has_none() -> None:
    assert set(TRANSITIONS) == set(StreamState)
    assert TRANSITIONS[StreamState.ENDED] == frozenset()
    for state in set(StreamState) - {StreamState.ENDED}:
        assert StreamState.ENDED in TRANSITIONS[state]


async def test_a_playlist_address_works_for_its_session_only_while_that_lasts(
    people: Town,
) -> None:
    creator, member = await people.person(Role.CREATOR), await people.person()
    viewer = await people.person(Role.VIEWER)
    stream_id = await _live(people, creator)
    address = (await member.get(f"/streams/{stream_id}"))["playlist_url"]
    assert (await viewer.get(f"/streams/{stream_id}"))["playlist_url"] is None
    http = people.http
    assert (await http.get(address)).status_code == 404  # allowed in, but nothing is there yet
    assert (await http.get(address[:-1] + ("0" if address[-1] != "0" else "1"))).status_code == 401
    other = await _live(people, await people.person(Role.CREATOR))
    assert (await http.get(address.replace(stream_id, other))).status_code == 401
    bare = address.partition("?")[0]
    assert (await http.get(bare)).status_code == 401
    assert (await viewer.call("GET", bare.removeprefix("/api/v1"))).status_code == 403
    await creator.post(f"/streams/{stream_id}/ban", {"user_id": member.id})
    assert (await http.get(address)).json()["code"] == "BANNED_FROM_ROOM"
    await member.post("/auth/logout")
    assert (await http.get(address)).status_code == 401


async def test_a_signed_playlist_signs_all_it_names(people: Town) -> None:
    core = people.local.server.core
    signed = Playback(core.secret, core.clock).sign_playlist(
        '#EXTM3U\n#EXT-X-MAP:URI="init-1.mp4"\n#EXTINF:1.0,\n1-1.m4s\n', "TOKEN"
    )
    assert signed.splitlines() == [
        "#EXTM3U",
        '#EXT-X-MAP:URI="segments/init-1.mp4?t=TOKEN"',
        "#EXTINF:1.0,",
        "segments/1-1.m4s?t=TOKEN",
    ]


async def test_after_a_restart_the_live_wait_and_the_hidden_stay_hidden(people: Town) -> None:
    live, hidden = await people.person(Role.CREATOR), await people.person(Role.CREATOR)
    live_id, hidden_id = await _live(people, live), await _live(people, hidden)
    await hidden.post(f"/streams/{hidden_id}/panic")
    await people.local.server.services.get(Upkeep).recover()
    assert (await live.get(f"/streams/{live_id}"))["state"] == "interrupted"
    assert (await hidden.get(f"/streams/{hidden_id}"))["state"] == "panicked"
    store = people.local.server.services.get(HlsStore)
    store.open(hidden_id)  # the ingest of the new process knows nothing of the panic yet
    await _authority(people).started(hidden_id, MEDIA)
    store.add_thumbnail(hidden_id, b"jpeg")
    assert store.thumbnail(hidden_id) is None
    assert (await hidden.post(f"/streams/{hidden_id}/reveal"))["state"] == "live"
    store.add_thumbnail(hidden_id, b"jpeg")
    assert store.thumbnail(hidden_id) == b"jpeg"


async def test_the_record_of_viewers_is_kept(people: Town) -> None:
    creator, members = await people.person(Role.CREATOR), [await people.person() for _ in range(2)]
    stream_id = await _live(people, creator)
    upkeep = people.local.server.services.get(Upkeep)
    for member in members:
        async with people.socket(member) as socket:
            await socket.call("join", {"room": f"stream:{stream_id}"})
            await upkeep.tidy()
            count = await creator.get(f"/streams/{stream_id}/viewers")
            assert (count["viewers"], count["peak"]) == (1, 1)
    async with people.local.server.core.db.read() as db:
        assert (await db.execute(select(StreamRow.peak_viewers))).scalar_one() == 1

"""Every event of the contract is made by the server, and by a test that looks for it."""

import ast
import asyncio
import re

import pytest
from fakes.people import Person, Town
from fakes.server import ROOT
from sqlalchemy import select

from shared.schemas.realtime import EventType
from shared.schemas.roles import Role
from shared.server.ingest.authority import IngestHealth
from shared.server.ingest.reports import Media
from shared.server.realtime.tables import FeedEventRow
from shared.server.streams.authority import StreamAuthority

MEDIA = Media("h264", 1280, 720, "aac", 48000, 2)
E = EventType
SEEN_HERE = {
    *(E.STREAM_STARTED, E.STREAM_UPDATED, E.STREAM_FROZEN, E.STREAM_REVEALED, E.STREAM_PANICKED),
    *(E.STREAM_ENDED, E.STREAM_HEALTH, E.PRESENCE_JOINED, E.PRESENCE_LEFT, E.VIEWERS_COUNT),
    *(E.MOOD_STRIP, E.UNLOCK_PROGRESS, E.DUEL_SCORE, E.SESSION_REVOKED),
}
"""What no other test asks for by name."""


def _made() -> set[str]:
    """Names of event types that the server's source gives away, not only compares."""
    found = set()
    for file in (ROOT / "shared" / "server").rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        compared = {
            id(part)
            for node in ast.walk(tree)
            if isinstance(node, ast.Compare)
            for part in ast.walk(node)
        }
        for node in ast.walk(tree):
            match node:
                case ast.Attribute(value=ast.Name(id="EventType"), attr=name):
                    if id(node) not in compared:
                        found.add(name)
    return found


def test_every_event_type_is_made_and_tested() -> None:
    assert {type_.name for type_ in EventType} - _made() == set()
    texts = [
        file.read_text(encoding="utf-8")
        for file in (ROOT / "tests" / "shared" / "server").rglob("test_*.py")
        if file.name != "test_every_event.py"
    ]
    written = "\n".join(texts)
    named = set(re.findall(r"EventType\.([A-Z_]+)", written))
    elsewhere = {type_ for type_ in EventType if type_.name in named or f'"{type_}"' in written}
    assert set(EventType) - elsewhere <= SEEN_HERE


@pytest.fixture
async def room(people: Town) -> tuple[Person, str]:
    creator = await people.person(Role.CREATOR)
    return creator, await people.stream(creator)


async def _types(people: Town) -> list[EventType]:
    async with people.local.server.core.db.read() as db:
        rows = await db.execute(select(FeedEventRow.type))
        return [EventType(type_) for type_ in rows.scalars()]


async def _until(people: Town, *wanted: EventType) -> None:
    """Wait for what the server logs a moment later than it answers."""
    async with asyncio.timeout(30):
        while set(wanted) - set(await _types(people)):
            await asyncio.sleep(0.02)


async def test_a_stream_tells_of_its_whole_life(people: Town, room: tuple[Person, str]) -> None:
    creator, stream_id = room
    path, member = f"/streams/{stream_id}", await people.person()
    authority = people.local.server.services.get(StreamAuthority)
    await authority.started(stream_id, MEDIA)
    await creator.call("PATCH", path, {"title": "A late evening"})
    for step in ("freeze", "reveal", "panic", "reveal"):
        await creator.post(f"{path}/{step}")
    health = IngestHealth(
        kbps=2500,
        video_kbps=2372,
        audio_kbps=128,
        fps=30.0,
        keyframe_interval_s=2.0,
        bytes_received=10_000,
        uptime_s=5.0,
        silent_s=0.0,
        dropped_frames=0,
    )
    await authority.health(stream_id, health)
    await _until(people, E.STREAM_HEALTH)
    async with people.socket(member) as socket:
        assert (await socket.call("join", {"room": f"stream:{stream_id}"}))["ok"]
        await _until(people, E.PRESENCE_JOINED, E.VIEWERS_COUNT)
        await socket.call("leave", {"room": f"stream:{stream_id}"})
        await _until(people, E.PRESENCE_LEFT)
    await creator.post(f"{path}/end")
    await member.post("/auth/logout")
    expected = [
        *(E.STREAM_STARTED, E.STREAM_UPDATED, E.STREAM_UPDATED),  # announced, live, renamed
        *(E.STREAM_FROZEN, E.STREAM_REVEALED, E.STREAM_PANICKED, E.STREAM_REVEALED),
        E.STREAM_ENDED,
    ]
    core = people.local.server.core
    async with core.db.read() as db:
        told = [e.type for e in await core.feed.since(db, f"stream:{stream_id}", 0, 99)]
    life = [type_ for type_ in told if type_ in expected]
    assert life == expected
    assert E.SESSION_REVOKED in await _types(people)


async def test_the_audience_moves_mood_unlockable_and_duel(
    people: Town, room: tuple[Person, str]
) -> None:
    one, first = room
    two, fan = await people.person(Role.CREATOR), await people.person(tokens=100)
    second = await people.stream(two)
    body = {"title": "A poem", "threshold_tokens": 500}
    await one.post(f"/streams/{first}/unlockables", body)
    for creator, own, rival in ((one, first, second), (two, second, first)):
        offer = {"rival_stream_id": rival, "mood": "wild", "duration_s": 60}
        duel = await creator.post(f"/streams/{own}/duels", offer)
    before = (await _types(people)).count(E.UNLOCK_PROGRESS)
    await fan.post(f"/duels/{duel['id']}/vote", {"stream_id": first})
    await fan.post(f"/streams/{first}/tip", {"tokens": 15})
    await fan.post(f"/streams/{first}/mood-vote", {"mood": "spicy"})
    await _until(people, E.MOOD_STRIP)
    types = await _types(people)
    assert types.count(E.UNLOCK_PROGRESS) == before + 1
    assert types.count(E.DUEL_SCORE) == 4  # the vote and the tip, each in both rooms

"""The consent log is its people's; the safe word takes the picture away and is never stored."""

import sqlite3
from pathlib import Path

from fakes.people import Town

from shared.schemas.realtime import MOD_ROOM, EventType
from shared.schemas.roles import Role
from shared.schemas.streams import StreamState
from shared.server.db.upgrade import FILE_NAME
from shared.server.streams.service import StreamService

GRANT = {"kind": "granted", "scope": "being named in the show"}


async def test_each_logs_for_themselves_and_the_creator_reads_all(people: Town) -> None:
    creator, member = await people.person(Role.CREATOR), await people.person()
    other = await people.person()
    path = f"/streams/{await people.stream(creator)}/consent"
    own = await creator.post(path, {"kind": "boundary", "scope": "no requests by name"})
    theirs = await member.post(path, GRANT, key="consent-1")
    assert await member.post(path, GRANT, key="consent-1") == theirs
    forged = {"kind": "safe_word", "scope": "stream"}
    assert (await member.refused("POST", path, forged))[0] == 422
    assert [e["id"] for e in (await creator.get(path))["items"]] == [theirs["id"], own["id"]]
    assert [e["id"] for e in (await member.get(path))["items"]] == [theirs["id"]]
    assert (await other.get(path))["items"] == []


async def test_the_safe_word_stops_the_show(people: Town, tmp_path: Path) -> None:
    creator, other = await people.person(Role.CREATOR), await people.person(Role.CREATOR)
    stream_id = await people.stream(creator)
    server = people.local.server
    streams = server.services.get(StreamService)
    async with server.core.db.write() as tx:
        stream = await streams.require(tx.db, stream_id)
        await streams.set_state(tx, stream, StreamState.LIVE)
    word = {"word": "Pineapple pizza"}
    say = f"/streams/{stream_id}/safe-word"
    assert (await creator.refused("POST", say, word))[0] == 409  # none is set
    assert (await other.refused("PUT", f"/users/{creator.id}/safe-word", word))[0] == 403
    path = f"/users/{creator.id}/safe-word"
    assert (await creator.call("PUT", path, word)).status_code == 200
    assert (await creator.refused("POST", say, {"word": "something else"}))[0] == 409
    assert (await other.refused("POST", say, word))[0] == 403
    stopped = await creator.post(say, {"word": "  pineapple PIZZA "})
    assert stopped["state"] == "panicked"
    log = (await creator.get(f"/streams/{stream_id}/consent"))["items"]
    assert log[0]["kind"] == "safe_word"
    async with server.core.db.read() as db:
        told = await server.core.feed.since(db, MOD_ROOM, 0, 100)
    assert EventType.CONSENT_LOGGED in [event.type for event in told]
    connection = sqlite3.connect(tmp_path / "data" / FILE_NAME)
    dump = "\n".join(connection.iterdump()).lower()
    connection.close()
    assert "pineapple" not in dump

"""Gifts, the stage, admins' acts, insights and erasure on PostgreSQL: the same as on SQLite."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest
from fakes.people import Town, town
from fakes.postgres import TOOLS, Postgres
from fakes.server import local_server, quick_settings

from shared.errors import StorageError
from shared.schemas.roles import Role
from shared.schemas.streams import StreamState
from shared.server.db.restoring import restore_all
from shared.server.db.saving import save
from shared.server.db.upgrade import open_database
from shared.server.moderation.exhibits import key_of
from shared.server.objects import Objects
from shared.server.streams.service import StreamService
from shared.server.wallet import ledger


@pytest.fixture(scope="module")
def database(postgres: Postgres) -> str:
    return postgres.migrated()


@pytest.fixture
async def people(database: str, tmp_path: Path) -> AsyncIterator[Town]:
    settings = quick_settings(tmp_path / "data", database_url=database)
    async with local_server(settings) as local, town(local) as made:
        yield made


async def test_a_show_from_gift_to_refund(people: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    creator, rival = await people.person(Role.CREATOR), await people.person(Role.CREATOR)
    fan, admin = await people.person(tokens=500), await people.person(Role.ADMIN)
    stream_id, other_id = await people.stream(creator, tags=["piano"]), await people.stream(rival)
    server = people.local.server
    streams = server.services.get(StreamService)
    async with server.core.db.write() as tx:
        stream = await streams.require(tx.db, stream_id)
        await streams.set_state(tx, stream, StreamState.LIVE)
    path = f"/streams/{stream_id}"
    menu = {"items": [{"title": "A song", "tokens": 20, "duration_s": 60}]}
    await creator.call("PUT", f"/users/{creator.id}/tip-menu", menu)
    goal = {"title": "Light", "target_tokens": 50, "advance_percent": 10}
    await creator.post(f"{path}/goals", goal)
    await creator.post(f"{path}/unlockables", {"title": "A poem", "threshold_tokens": 60})
    duel = {"rival_stream_id": other_id, "mood": "chill"}
    await creator.post(f"{path}/duels", duel)
    answer = {"rival_stream_id": stream_id, "mood": "wild"}
    running = await rival.post(f"/streams/{other_id}/duels", answer)
    await fan.post(f"/duels/{running['id']}/vote", {"stream_id": stream_id})
    await fan.post(f"{path}/gift", {"gift": "bouquet"})
    await fan.post(f"{path}/spin", {"tokens": 25}, key="spin-once-1")
    tip = (await fan.post(f"{path}/tip", {"tokens": 30}))["tip"]
    await fan.post(f"{path}/chat", {"text": "what a lovely evening"})
    assert (await fan.get(f"{path}/unlockables"))["items"][0]["opened_at"] is not None
    assert (await fan.get(f"{path}/duels"))["items"][0]["sides"][0]["score"] > 10
    assert len((await fan.get(f"{path}/actions"))["items"]) == 1
    refund = {"id": tip["id"], "reason": "sent by mistake"}
    await admin.post("/admin/refunds", refund)
    assert (await admin.refused("POST", "/admin/refunds", refund))[0] == 409

    assert (await creator.get(f"{path}/stats"))["tokens"] == 105
    assert (await creator.get(f"/users/{creator.id}/dashboard"))["supporters"] == 1
    assert (await creator.get(f"/users/{creator.id}/insights"))["streams"] == 1
    found = await admin.get("/admin/users", params={"q": fan.email})
    assert [row["id"] for row in found["items"]] == [fan.id]
    version = (await admin.get("/admin/config"))["version"]
    patch = {"version": version, "revenue_target_tokens": 500}
    assert (await admin.call("PATCH", "/admin/config", patch)).status_code == 200
    with monkeypatch.context() as without_tools:
        without_tools.setenv("PATH", "")
        refused = await admin.call("POST", "/admin/backup")
    assert (refused.status_code, "pg_dump" in refused.json()["message"]) == (409, True)
    export = await fan.get(f"/users/{fan.id}/export")
    assert export["sections"]["messages"]["items"]
    erased = await fan.call("DELETE", f"/users/{fan.id}")
    assert erased.status_code == 200, erased.text
    assert (await creator.get(f"{path}/chat"))["items"][0]["text"] == ""
    async with server.core.db.read() as db:
        assert (await ledger.check(db)).ok


async def test_wrong_passwords_are_counted(people: Town) -> None:
    member = await people.person()
    login = {"email": member.email, "password": "not the password"}
    codes = [
        (await people.http.post("/api/v1/auth/login", json=login)).json()["code"] for _ in range(11)
    ]
    assert codes == ["INVALID_CREDENTIALS"] * 10 + ["ACCOUNT_LOCKED"]


async def test_a_backup_of_postgresql_is_made_and_put_back(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(TOOLS), prepend=":")
    settings = quick_settings(tmp_path / "data", database_url=database)
    engines = await open_database(settings.data, database)
    db = await asyncpg.connect(database)
    await db.execute("INSERT INTO feed_rooms VALUES ('kept', 7)")
    objects, now = Objects.of(settings), datetime.now(UTC)
    await objects.put(key_of(hashlib.sha256(b"clip").hexdigest()), b"clip")
    made = await save(settings, objects, now)
    assert made.manifest is not None
    assert (made.manifest.dialect, len(made.manifest.files)) == ("postgresql", 1)
    await db.execute("DELETE FROM feed_rooms WHERE room = 'kept'")
    with pytest.raises(StorageError, match="stop it first"):
        await asyncio.to_thread(restore_all, made.path, settings, now)
    await db.close()
    await engines.aclose()
    bad = tmp_path / made.path.name
    bad.write_bytes(made.path.read_bytes()[:400])
    with pytest.raises(StorageError, match="not a sound backup"):
        await asyncio.to_thread(restore_all, bad, settings, now)
    await asyncio.to_thread(restore_all, made.path, settings, now)
    db = await asyncpg.connect(database)
    assert await db.fetchval("SELECT seq FROM feed_rooms WHERE room = 'kept'") == 7
    await db.close()

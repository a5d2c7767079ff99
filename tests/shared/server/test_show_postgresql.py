"""Gifts, the stage, admins' acts, insights and erasure on PostgreSQL: the same as on SQLite."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fakes.people import Town, town
from fakes.postgres import Postgres
from fakes.server import local_server, quick_settings

from shared.schemas.roles import Role
from shared.schemas.streams import StreamState
from shared.server.streams.service import StreamService
from shared.server.wallet import ledger


@pytest.fixture(scope="module")
def database(postgres: Postgres) -> str:
    return postgres.database()


@pytest.fixture
async def people(database: str, tmp_path: Path) -> AsyncIterator[Town]:
    settings = quick_settings(tmp_path / "data", database_url=database)
    async with local_server(settings) as local, town(local) as made:
        yield made


async def test_a_show_from_gift_to_refund(people: Town) -> None:
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
    assert (await admin.refused("POST", "/admin/backup"))[0] == 409  # pg_dump's work
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

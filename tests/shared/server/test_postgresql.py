"""The same server on PostgreSQL: schema, money and feed hold there, too."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fakes.people import Town, town
from fakes.postgres import Postgres
from fakes.server import local_server, quick_settings
from sqlalchemy import text

from shared.schemas.roles import Role
from shared.server.draft import difference
from shared.server.wallet import ledger


@pytest.fixture(scope="module")
def database(postgres: Postgres) -> str:
    return postgres.database()


@pytest.fixture
async def people(database: str, tmp_path: Path) -> AsyncIterator[Town]:
    settings = quick_settings(tmp_path / "data", database_url=database)
    async with local_server(settings) as local, town(local) as made:
        yield made


async def test_the_migrations_lead_to_the_declared_tables(people: Town) -> None:
    async with people.local.server.core.db.engines.writer.begin() as connection:
        found = await connection.run_sync(difference)
    assert [type(op).__name__ for op in found.ops] == []


async def test_tips_are_whole_with_retries_and_many_writers(people: Town) -> None:
    creator = await people.person(Role.CREATOR)
    stream_id = await people.stream(creator)
    tippers = [await people.person(tokens=100) for _ in range(10)]
    path = f"/streams/{stream_id}/tip"
    answers = await asyncio.gather(
        *(
            person.call("POST", path, {"tokens": 30}, key=f"tip-number-{turn}")
            for person in tippers
            for turn in range(4)
            for _ in range(3)
        )
    )
    codes = {(a.status_code, a.json().get("code")) for a in answers}
    assert codes == {(201, None), (409, "INSUFFICIENT_TOKENS")}
    receipts = {a.json()["tip"]["id"] for a in answers if a.status_code == 201}
    assert len(receipts) == 30
    assert (await creator.get("/wallet/balance"))["earned_tokens"] == 30 * 24
    async with people.local.server.core.db.read() as db:
        assert (await ledger.check(db)).ok
        query = "SELECT seq, type FROM feed_events WHERE room = :r ORDER BY seq"
        logged = (await db.execute(text(query), {"r": f"stream:{stream_id}"})).all()
    assert [seq for seq, _ in logged] == list(range(1, len(logged) + 1))
    assert sum(type_ == "tip.received" for _, type_ in logged) == 30


async def test_frames_are_in_order_whatever_the_commits_order(people: Town) -> None:
    creator = await people.person(Role.CREATOR)
    stream_id = await people.stream(creator)
    room = f"stream:{stream_id}"
    talkers = [await people.person() for _ in range(6)]
    seqs: list[int] = []
    whole = asyncio.Event()

    def hear(frame: dict[str, list[dict[str, int]]]) -> None:
        seqs.extend(event["seq"] for event in frame["events"])
        if seqs and seqs[-1] >= 60:
            whole.set()

    async with people.socket(creator, hear) as socket:
        start = (await socket.call("join", {"room": room}))["seq"]
        await asyncio.gather(
            *(
                person.post(f"/streams/{stream_id}/chat", {"text": f"number {number}"})
                for person in talkers
                for number in range(10)
            )
        )
        async with asyncio.timeout(20):
            await whole.wait()
    assert seqs == list(range(start + 1, start + 1 + len(seqs)))

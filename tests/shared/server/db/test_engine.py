"""The database loses no update, keeps readers apart from writers, and undoes what fails."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from shared.clock import SystemClock
from shared.server.db.database import Database
from shared.server.db.engine import Engines


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    engines = Engines.sqlite(tmp_path / "a.sqlite3")
    database = Database(engines, SystemClock())
    async with database.write() as tx:
        await tx.db.execute(text("CREATE TABLE counters (id INTEGER PRIMARY KEY, n INTEGER)"))
        await tx.db.execute(text("INSERT INTO counters VALUES (1, 0)"))
    yield database
    await database.aclose()


async def _count(db: Database) -> int:
    async with db.read() as connection:
        return int((await connection.execute(text("SELECT n FROM counters"))).scalar_one())


async def test_concurrent_read_modify_writes_lose_nothing(db: Database) -> None:
    async def increment() -> None:
        async with db.write() as tx:
            n = (await tx.db.execute(text("SELECT n FROM counters"))).scalar_one()
            await asyncio.sleep(0)
            await tx.db.execute(text("UPDATE counters SET n = :n"), {"n": n + 1})

    await asyncio.gather(*(increment() for _ in range(60)))
    assert await _count(db) == 60


async def test_a_failed_transaction_changes_nothing(db: Database) -> None:
    async def fail() -> None:
        async with db.write() as tx:
            await tx.db.execute(text("UPDATE counters SET n = 9"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert await _count(db) == 0


async def test_reads_go_on_while_a_write_is_open_and_see_the_state_before(db: Database) -> None:
    async with db.write() as tx:
        await tx.db.execute(text("UPDATE counters SET n = 5"))
        assert await _count(db) == 0
    assert await _count(db) == 5


async def test_one_read_sees_one_moment(db: Database) -> None:
    async with db.read() as connection:
        before = (await connection.execute(text("SELECT n FROM counters"))).scalar_one()
        async with db.write() as tx:
            await tx.db.execute(text("UPDATE counters SET n = 7"))
        after = (await connection.execute(text("SELECT n FROM counters"))).scalar_one()
    assert before == after == 0


async def test_the_reading_side_cannot_write(db: Database) -> None:
    async with db.read() as connection:
        with pytest.raises(DBAPIError):
            await connection.execute(text("UPDATE counters SET n = 1"))


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 1), ("foreign_keys", 1), ("wal_autocheckpoint", 0)],
)
async def test_the_writer_leaves_the_disk_to_the_one_wait_for_all(
    db: Database, pragma: str, value: object
) -> None:
    async with db.engines.writer.connect() as connection:
        found = await connection.exec_driver_sql(f"PRAGMA {pragma}")
        assert found.scalar_one() == value

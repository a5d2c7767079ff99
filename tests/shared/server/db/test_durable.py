"""Nobody hears of a transaction before the disk has it, and many share one wait."""

import asyncio
import os
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from shared.clock import SystemClock
from shared.server.db import durable
from shared.server.db.database import Database, Tx
from shared.server.db.engine import Engines
from shared.server.db.inline import sqlite


class Disk:
    """Stands in for fsync: it can be held, refuses when told to, and counts."""

    def __init__(self) -> None:
        self.real = os.fsync
        self.free = threading.Event()
        self.free.set()
        self.reached = threading.Event()
        self.count = 0
        self.error: OSError | None = None

    def fsync(self, descriptor: int) -> None:
        """Wait until it is free, then do it."""
        self.reached.set()
        assert self.free.wait(30)
        self.count += 1
        if self.error is not None:
            raise self.error
        self.real(descriptor)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    made = Disk()
    monkeypatch.setattr(durable.os, "fsync", made.fsync)
    return made


@pytest.fixture
async def db(tmp_path: Path, disk: Disk) -> AsyncIterator[Database]:
    database = Database(Engines.sqlite(tmp_path / "a.sqlite3"), SystemClock())
    async with database.write() as tx:
        await tx.db.execute(text("CREATE TABLE entries (n INTEGER)"))
    yield database
    disk.free.set()
    await database.aclose()


async def _insert(db: Database, n: int) -> None:
    async with db.write() as tx:
        await tx.db.execute(text("INSERT INTO entries VALUES (:n)"), {"n": n})


async def test_nothing_is_announced_or_answered_before_the_disk_has_it(
    db: Database, disk: Disk
) -> None:
    told: list[Tx] = []

    async def nothing(_: Tx) -> None: ...

    async def tell(tx: Tx) -> None:
        told.append(tx)

    db.hook(before_commit=nothing, after_commit=tell)
    disk.free.clear()
    disk.reached.clear()
    writing = asyncio.create_task(_insert(db, 1))
    await asyncio.to_thread(disk.reached.wait, 30)
    await asyncio.sleep(0.05)
    assert not writing.done()
    assert told == []
    disk.free.set()
    await writing
    assert len(told) == 1


async def test_many_share_one_wait_and_go_on_in_the_order_of_their_commits(
    db: Database, disk: Disk
) -> None:
    order: list[int] = []
    committed: list[int] = []

    async def write(n: int) -> None:
        async with db.write() as tx:
            await tx.db.execute(text("INSERT INTO entries VALUES (:n)"), {"n": n})
            committed.append(n)
        order.append(n)

    before = disk.count
    await asyncio.gather(*(write(n) for n in range(200)))
    assert order == committed
    assert 1 <= disk.count - before < 100
    async with db.read() as connection:
        found = (await connection.execute(text("SELECT count(*) FROM entries"))).scalar_one()
    assert found == 200


async def test_a_disk_that_refuses_fails_the_write_and_the_next_one_tries_again(
    db: Database, disk: Disk
) -> None:
    disk.error = OSError(5, "input/output error")
    with pytest.raises(OSError, match="input/output"):
        await _insert(db, 1)
    disk.error = None
    await _insert(db, 2)


async def test_what_is_committed_is_announced_even_if_nobody_waits_any_more(
    db: Database, disk: Disk
) -> None:
    told: list[Tx] = []

    async def nothing(_: Tx) -> None: ...

    async def tell(tx: Tx) -> None:
        told.append(tx)

    db.hook(before_commit=nothing, after_commit=tell)
    disk.free.clear()
    disk.reached.clear()
    writing = asyncio.create_task(_insert(db, 1))
    await asyncio.to_thread(disk.reached.wait, 30)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    assert len(told) == 1


async def test_the_log_does_not_grow_without_end(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(durable, "_CHECKPOINT_EVERY", 20)
    for n in range(300):
        await _insert(db, n)
    assert (tmp_path / "a.sqlite3-wal").stat().st_size < 1_000_000


async def test_another_program_that_writes_is_waited_for(db: Database, tmp_path: Path) -> None:
    file = tmp_path / "a.sqlite3"
    with closing(sqlite.connect(file, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        writing = asyncio.create_task(_insert(db, 1))
        await asyncio.sleep(0.2)
        assert not writing.done()
        async with db.read() as connection:  # nobody else is held up
            await connection.execute(text("SELECT 1"))
        other.execute("COMMIT")
        await writing


async def test_who_was_cancelled_while_waiting_waits_for_nothing(
    tmp_path: Path, disk: Disk
) -> None:
    with ThreadPoolExecutor(1) as executor:
        waits = durable.Durable(tmp_path / "b.sqlite3", executor)
        (tmp_path / "b.sqlite3-wal").touch()
        disk.reached.clear()
        disk.free.clear()
        first = asyncio.create_task(waits.wait())
        await asyncio.to_thread(disk.reached.wait, 30)
        second = asyncio.create_task(waits.wait())
        await asyncio.sleep(0)
        second.cancel()
        disk.free.set()
        await first
    assert disk.count == 1
    with pytest.raises(OSError, match="closed"):
        await waits.wait()

"""The audit log in the database: it only grows, and whatever is done to it behind us is found."""

import asyncio
from pathlib import Path

import pytest
from fakes.platform import Platform, platform
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from shared.schemas.moderation import AuditVerdict
from shared.server.db.engine import sqlite_module
from shared.server.db.upgrade import FILE_NAME
from shared.server.moderation import audit


async def _append(home: Platform, count: int) -> None:
    for number in range(count):
        async with home.core.db.write() as tx:
            await audit.append(
                tx,
                actor=None,
                action="test.noted",
                subject_type="case",
                subject_id=str(number),
                details={"number": number, "share": 0.1},
            )


async def _verdict(home: Platform) -> AuditVerdict:
    async with home.core.db.read() as db:
        return await audit.verify(db)


def _behind_our_back(data: Path, *statements: str) -> None:
    """What somebody with the file and no scruples may do."""
    connection = sqlite_module().connect(str(data / FILE_NAME))
    for trigger in ("audit_entries_no_update", "audit_entries_no_delete"):
        connection.execute(f"DROP TRIGGER {trigger}")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


async def test_an_empty_log_and_a_grown_one_verify(tmp_path: Path) -> None:
    async with platform(tmp_path) as home:
        assert (await _verdict(home)).ok
        await _append(home, 5)
        verdict = await _verdict(home)
        assert (verdict.ok, verdict.entries) == (True, 5)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entries SET actor = 'Nobody' WHERE seq = 2",
        "DELETE FROM audit_entries WHERE seq = 2",
        "UPDATE case_events SET event = 'x'",
        "DELETE FROM case_events",
    ],
)
async def test_the_database_refuses_to_change_or_remove(tmp_path: Path, statement: str) -> None:
    async with platform(tmp_path) as home:
        await _append(home, 3)
        if "case_events" in statement:
            async with home.core.db.write() as tx:
                await tx.db.execute(
                    text(
                        "INSERT INTO cases SELECT 'c','user','u',NULL,'l',NULL,'open',1,1,'[]',1,"
                        "1.0,'{}','',0,NULL,NULL,1,1,NULL"
                    )
                )
                await tx.db.execute(
                    text("INSERT INTO case_events VALUES ('c', 1, 'reported', NULL, 1, '{}')")
                )
        with pytest.raises(DBAPIError, match="append-only"):
            async with home.core.db.write() as tx:
                await tx.db.execute(text(statement))
        assert (await _verdict(home)).ok


@pytest.mark.parametrize(
    ("statements", "broken_at"),
    [
        (["UPDATE audit_entries SET actor = 'Nobody' WHERE seq = 2"], 2),
        (["UPDATE audit_entries SET details = '{\"number\":9}' WHERE seq = 4"], 4),
        (["UPDATE audit_entries SET at = at + 1 WHERE seq = 1"], 1),
        (["DELETE FROM audit_entries WHERE seq = 3"], 4),
        (["DELETE FROM audit_entries WHERE seq >= 4"], 4),
        (["DELETE FROM audit_entries"], 1),
        (["UPDATE audit_head SET hash = 'f', seq = 5"], 6),
    ],
)
async def test_tampering_is_found_where_it_is(
    tmp_path: Path, statements: list[str], broken_at: int
) -> None:
    async with platform(tmp_path) as home:
        await _append(home, 5)
        await asyncio.to_thread(_behind_our_back, tmp_path, *statements)
        verdict = await _verdict(home)
        assert (verdict.ok, verdict.broken_at) == (False, broken_at)


async def test_links_added_at_once_form_one_chain(tmp_path: Path) -> None:
    async with platform(tmp_path) as home:
        await asyncio.gather(*(_append(home, 5) for _ in range(8)))
        verdict = await _verdict(home)
        assert (verdict.ok, verdict.entries) == (True, 40)


async def test_what_is_undone_leaves_no_link(tmp_path: Path) -> None:
    async def fail_after_append() -> None:
        async with home.core.db.write() as tx:
            await audit.append(
                tx, actor=None, action="x", subject_type="case", subject_id="1", details={}
            )
            raise LookupError

    async with platform(tmp_path) as home:
        await _append(home, 2)
        with pytest.raises(LookupError):
            await fail_after_append()
        await _append(home, 1)
        verdict = await _verdict(home)
        assert (verdict.ok, verdict.entries) == (True, 3)

"""Migrations lead to the declared tables; what cannot be used is refused in one sentence."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes.server import migrated
from sqlalchemy import text

from shared.errors import StorageError
from shared.server.db import upgrade
from shared.server.db.engine import Engines
from shared.server.db.upgrade import FILE_NAME, head, open_database, open_mark, prepare_folder
from shared.server.draft import difference


async def _version(engines: Engines) -> str:
    async with engines.reading() as db:
        return str((await db.execute(text("SELECT version_num FROM alembic_version"))).scalar())


async def test_an_empty_folder_gets_the_newest_schema(tmp_path: Path) -> None:
    engines = await open_database(tmp_path, "")
    try:
        assert await _version(engines) == head()
        async with engines.writer.begin() as connection:
            found = await connection.run_sync(difference)
        assert [type(op).__name__ for op in found.ops] == []
    finally:
        await engines.aclose()


async def test_opening_again_keeps_everything(tmp_path: Path) -> None:
    engines = await open_database(tmp_path, "")
    async with engines.writing() as db:
        await db.execute(text("INSERT INTO feed_rooms VALUES ('mod', 3)"))
    await engines.aclose()
    engines = await open_database(tmp_path, "")
    async with engines.reading() as db:
        assert (await db.execute(text("SELECT seq FROM feed_rooms"))).scalar_one() == 3
    await engines.aclose()


async def test_a_file_that_is_no_database_is_refused_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"certainly not a database" * 500)
    with pytest.raises(StorageError, match=r"damaged.*backup") as caught:
        await open_database(tmp_path, "")
    assert caught.value.code == "DATABASE_DAMAGED"


def _flip(file: Path) -> None:
    """Turn every bit of the first bytes of each page behind the first: its header."""
    content = bytearray(file.read_bytes())
    for page in range(4096, len(content), 4096):
        content[page : page + 8] = bytes(byte ^ 0xFF for byte in content[page : page + 8])
    file.write_bytes(content)


def _overwrite(file: Path) -> None:
    with file.open("r+b") as handle:
        handle.seek(4096)
        handle.write(os.urandom(4096 * 6))


def _truncate(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2 + 100)


@pytest.mark.parametrize("damage", [_flip, _overwrite, _truncate])
async def test_a_damaged_database_is_refused_with_the_restore_command(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    await migrated(tmp_path)
    file = tmp_path / FILE_NAME
    damage(file)
    broken = file.read_bytes()
    with pytest.raises(StorageError, match=r"teezu-server restore .*backups/NEWEST") as caught:
        await open_database(tmp_path, "")
    assert caught.value.code == "DATABASE_DAMAGED"
    assert file.read_bytes() == broken  # left as it is, for those who try to save it


async def test_a_log_that_is_gone_is_missed_and_one_that_is_there_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As kill -9 leaves it: the database, its log, and the mark that it is open."""
    running, copy = tmp_path / "running", tmp_path / "copy"
    await migrated(running)
    engines = await open_database(running, "")
    async with engines.writing() as db:
        await db.execute(text("INSERT INTO feed_rooms VALUES ('mod', 3)"))
    shutil.copytree(running, copy)
    other = await open_database(running, "")
    await engines.aclose()
    assert not open_mark(running).exists()
    await other.aclose()  # the mark is gone already

    log = copy / f"{FILE_NAME}-wal"
    held = log.read_bytes()
    for file in (log, copy / FILE_NAME):
        whole = file.read_bytes()
        file.unlink()
        with pytest.raises(StorageError, match=r"-wal .*teezu-server restore") as caught:
            await open_database(copy, "")
        assert caught.value.code == "DATABASE_DAMAGED"
        file.write_bytes(whole)
    assert log.read_bytes() == held
    with monkeypatch.context() as older:  # an older version looks at it, and refuses
        older.setattr(upgrade, "head", lambda: "0001")
        with pytest.raises(StorageError, match="newer version"):
            await open_database(copy, "")
    assert not log.exists()
    engines = await open_database(copy, "")
    async with engines.reading() as db:
        assert (await db.execute(text("SELECT seq FROM feed_rooms"))).scalar_one() == 3
    await engines.aclose()


async def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    engines = await open_database(tmp_path, "")
    await engines.aclose()
    connection = sqlite3.connect(tmp_path / FILE_NAME)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    with pytest.raises(StorageError, match="newer version") as caught:
        await open_database(tmp_path, "")
    assert caught.value.code == "DATABASE_TOO_NEW"


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="--data") as caught:
        prepare_folder(tmp_path / "file" / "data")
    assert caught.value.code == "DATA_FOLDER_NOT_WRITABLE"

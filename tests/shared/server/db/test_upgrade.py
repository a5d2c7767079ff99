"""Migrations lead to the declared tables; what cannot be used is refused in one sentence."""

import os
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text

from shared.errors import StorageError
from shared.server.db.engine import Engines
from shared.server.db.upgrade import FILE_NAME, head, open_database, prepare_folder
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


async def test_a_database_with_a_broken_page_is_refused(tmp_path: Path) -> None:
    engines = await open_database(tmp_path, "")
    await engines.aclose()
    file = tmp_path / FILE_NAME
    with file.open("r+b") as handle:
        handle.seek(4096)
        handle.write(os.urandom(4096 * 6))
    with pytest.raises(StorageError) as caught:
        await open_database(tmp_path, "")
    assert caught.value.code == "DATABASE_DAMAGED"


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

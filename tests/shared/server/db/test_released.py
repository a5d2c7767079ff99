"""From every released schema to the newest one, with rows in every table, on both engines."""

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fakes.postgres import Postgres
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection
from tools.schema_dumps import FOLDER, migrate

from shared.server.db.engine import Engines
from shared.server.db.upgrade import FILE_NAME, open_database
from shared.server.draft import difference

RELEASED = 10
SCHEMAS = sorted(FOLDER.glob("v*.sql"))
type Rows = dict[str, list[dict[str, Any]]]


def _stored(path: Path) -> Rows:
    """The rows of a stored database, by table."""
    with closing(sqlite3.connect(":memory:")) as db:
        db.executescript(path.read_text())
        db.row_factory = sqlite3.Row
        names = [
            row[0]
            for row in db.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table'"
                " AND name NOT IN ('alembic_version') AND name NOT LIKE 'sqlite_%'"
            )
        ]
        return {name: [dict(row) for row in db.execute(f"SELECT * FROM {name}")] for name in names}


async def _check_kept(connection: AsyncConnection, before: Rows) -> None:
    """Every row is there with what it held."""
    for table, rows in before.items():
        columns = ", ".join(f'"{name}"' for name in rows[0])
        after = await connection.execute(text(f"SELECT {columns} FROM {table}"))
        kept = {tuple(_plain(value) for value in row) for row in after.all()}
        assert kept >= {tuple(_plain(value) for value in row.values()) for row in rows}, table


def _plain(value: object) -> object:
    """PostgreSQL has dates and truth values where SQLite has texts and numbers."""
    return value if isinstance(value, (int, float, type(None))) else str(value)


def test_every_released_schema_is_stored() -> None:
    assert [path.stem for path in SCHEMAS] == [f"v{n:04d}" for n in range(1, len(SCHEMAS) + 1)]
    assert len(SCHEMAS) >= RELEASED


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.stem)
async def test_sqlite_comes_up_from_it(path: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as db:
        db.executescript(path.read_text())
    engines = await open_database(tmp_path, "")
    try:
        async with engines.writer.begin() as connection:
            await _check_kept(connection, _stored(path))
            if path == SCHEMAS[0]:
                found = await connection.run_sync(difference)
                assert [type(op).__name__ for op in found.ops] == []
    finally:
        await engines.aclose()
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as db:
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


async def test_postgresql_comes_up_through_all_of_them(postgres: Postgres, tmp_path: Path) -> None:
    """Each table gets its rows at the first schema that has it, and all go on from there."""
    url, kept = postgres.database(), {}
    engines = Engines.postgresql(url)
    try:
        for path in SCHEMAS:
            stored = _stored(path)
            async with engines.writer.begin() as connection:
                new = {name: rows for name, rows in stored.items() if name not in kept}
                filled = await connection.run_sync(_fill, path.stem.removeprefix("v"), new)
            kept |= {name: new[name] for name in filled}
        await engines.aclose()
        engines = await open_database(tmp_path, url)
        async with engines.writer.begin() as connection:
            await _check_kept(connection, kept)
    finally:
        await engines.aclose()


def _fill(connection: Connection, revision: str, rows: Rows) -> list[str]:
    """Migrate, and fill the tables that are new and that the migration itself did not fill."""
    migrate(connection, revision)
    kinds = {
        (table, column): kind
        for table, column, kind in connection.exec_driver_sql(
            "SELECT table_name, column_name, data_type FROM information_schema.columns"
            " WHERE table_schema = 'public'"
        )
    }
    # The rows refer to each other in circles of no order; each dump is whole in itself.
    connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
    filled = []
    for table, values in rows.items():
        if connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one():
            continue
        names = ", ".join(f'"{name}"' for name in values[0])
        places = ", ".join(f":{name}" for name in values[0])
        typed = [
            {name: _of_type(kinds[table, name], value) for name, value in row.items()}
            for row in values
        ]
        connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({places})"), typed)
        filled.append(table)
    return filled


def _of_type(kind: str, value: Any) -> object:
    if value is None:
        return None
    if kind == "boolean":
        return bool(value)
    return date.fromisoformat(value) if kind == "date" else value

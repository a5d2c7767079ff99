"""For developers: `python tests/tools/schema_dumps.py` stores a small database of each schema.

Each dump under tests/shared/server/db/schemas is SQL as SQLite gives it, with rows in every table.
A dump that exists is never made again: it is what a server of that time had on its disk.
"""

import sqlite3
import sys
from datetime import date
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import (
    BigInteger,
    Boolean,
    Connection,
    Date,
    Float,
    Integer,
    MetaData,
    Table,
    create_engine,
)

from shared.server.db import upgrade

FOLDER = Path(__file__).parents[1] / "shared" / "server" / "db" / "schemas"
_ROWS = 2
_MOMENT = 1_750_000_000_000
_JSON = {"tags": "[]", "reasons": "[]", "flags": "{}", "media": '{"width":1280}'}
# What a check or a unique index of the table wants; by table and column, a value for each row.
_SPECIAL: dict[tuple[str, str], tuple[object, ...]] = {
    ("users", "role"): ("mod", "creator"),
    ("users", "birth_date"): (date(1990, 5, 17), date(1985, 1, 2)),
    ("appeals", "decider_id"): ("users-0", "users-0"),
    ("appeals", "appellant_id"): ("users-1", "users-1"),
    ("appeals", "reviewer_id"): (None, None),
    ("appeals", "state"): ("open", "open"),
    ("second_looks", "decider_id"): ("users-0", "users-0"),
    ("second_looks", "reviewer_id"): ("users-1", None),
    ("streams", "ended_at"): (None, _MOMENT),
}


def migrate(connection: Connection, revision: str) -> None:
    """Bring an empty or older database to a revision."""
    config = Config()
    scripts = Path(upgrade.__file__).parent / "migrations"
    config.set_main_option("script_location", str(scripts))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def tables(connection: Connection) -> list[Table]:
    """The tables of a database, those that others refer to first."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def _value(table: Table, name: str, row: int) -> object:
    column = table.c[name]
    if (table.name, name) in _SPECIAL:
        return _SPECIAL[table.name, name][row]
    if column.foreign_keys:
        target = next(iter(column.foreign_keys)).column
        return _value(target.table, target.name, row)
    if isinstance(column.type, Boolean):
        return False
    if isinstance(column.type, Date):
        return date(2026, 1, 2)
    if isinstance(column.type, Float):
        return 0.5
    if isinstance(column.type, BigInteger):
        return _MOMENT + row
    if isinstance(column.type, Integer):
        return row + 1
    if name in _JSON:
        return _JSON[name]
    length = getattr(column.type, "length", None)
    if length is None:
        return "{}"
    return f"{table.name}-{row}"[-length:]


def dump(revision: str) -> str:
    """The SQL of a database of this revision with rows in every table."""
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        migrate(connection, revision)
        for table in tables(connection):
            rows = [
                {column.name: _value(table, column.name, row) for column in table.columns}
                for row in range(_ROWS)
            ]
            connection.execute(table.insert(), rows)
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        assert broken == [], broken
        raw = connection.connection.dbapi_connection
        assert isinstance(raw, sqlite3.Connection)
        raw.commit()
        text = "\n".join(raw.iterdump())
    engine.dispose()
    return text + "\n"


def main() -> int:
    """Make the dumps that are missing."""
    FOLDER.mkdir(exist_ok=True)
    for number in range(1, int(upgrade.head()) + 1):
        path = FOLDER / f"v{number:04d}.sql"
        if not path.exists():
            path.write_text(dump(f"{number:04d}"))
            print(path.name)  # noqa: T201 - a tool for the terminal
    return 0


if __name__ == "__main__":
    sys.exit(main())

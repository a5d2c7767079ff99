"""Brings a database up to this version at start, and refuses one that is damaged."""

import asyncio
import logging
import os
import pkgutil
from contextlib import suppress
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from shared.errors import StorageError
from shared.files import write_atomically
from shared.server.db.engine import Engines, sqlite_module
from shared.server.db.migrations import versions

_log = logging.getLogger(__name__)
FILE_NAME = "teezu.sqlite3"
_SMALL_BYTES = 64 * 1024 * 1024
_LARGE_BYTES = 2 * 1024 * 1024 * 1024
"""Up to these sizes a database is looked through at a start, and at one after a bad stop."""
_SCRIPTS = Path(__file__).parent / "migrations"


def head() -> str:
    """The newest schema's number: the leading digits of the last migration's file."""
    names = sorted(module.name for module in pkgutil.iter_modules(versions.__path__))
    return names[-1].removeprefix("v").partition("_")[0]


def prepare_folder(data: Path) -> None:
    """Make the data folder and prove that we can write in it.

    Raises:
        StorageError: we cannot.
    """
    probe = data / f".probe-{os.getpid()}"
    try:
        data.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"x")
        probe.unlink()
    except OSError as error:
        raise StorageError(
            f"The data folder {data} cannot be written ({error.strerror or error}); "
            "choose another with --data or give this account the right to write there.",
            code="DATA_FOLDER_NOT_WRITABLE",
        ) from error


async def open_database(data: Path, url: str) -> Engines:
    """Open the database at its newest schema.

    Raises:
        StorageError: it is damaged, newer than this program, or not reachable.
    """
    if url:
        engines = Engines.postgresql(url)
    else:
        file = data / FILE_NAME
        if file.exists() or open_mark(data).exists():
            await asyncio.to_thread(_refuse_damaged, file)
        engines = Engines.sqlite(file)
    try:
        await _upgrade(engines)
        if not url:
            await asyncio.to_thread(write_atomically, open_mark(data), b"")
            engines.on_close(partial(_remove, open_mark(data)))
    except (SQLAlchemyError, OSError) as error:
        await engines.aclose()
        if url:
            raise StorageError(
                "The database server of TEEZU_DATABASE_URL does not answer or refuses us; "
                "check the address, the account and that it runs.",
                code="DATABASE_UNREACHABLE",
            ) from error
        raise _damaged(data / FILE_NAME) from error
    except StorageError:
        await engines.aclose()
        raise
    return engines


def open_mark(data: Path) -> Path:
    """The file that is there while the database is open, and after a stop that nobody expected."""
    return data / f".{FILE_NAME}.open"


def _remove(mark: Path) -> None:
    """A mark that cannot be removed costs a longer look at the next start."""
    with suppress(OSError):
        mark.unlink()


def _restore(file: Path) -> str:
    return f"teezu-server restore {file.parent / 'backups'}/NEWEST.sqlite3 --data {file.parent}"


def _damaged(file: Path) -> StorageError:
    return StorageError(
        f"The database {file} is damaged; stop the server and put your newest backup back: "
        f"{_restore(file)}",
        code="DATABASE_DAMAGED",
    )


def _refuse_lost_log(file: Path) -> None:
    """What was written last lies in the log until it is closed: without it, it would be lost."""
    if file.exists() and file.with_name(f"{file.name}-wal").exists():
        return
    raise StorageError(
        f"The database {file} was not closed, and its log {file.name}-wal or the file itself is "
        "missing, with what was written last; put them back where they were, or your newest "
        f"backup: {_restore(file)} - or, where another program has opened and closed it since, "
        f"which merges the log, remove {open_mark(file.parent)}",
        code="DATABASE_DAMAGED",
    )


def _refuse_damaged(file: Path) -> None:
    """Read enough to notice damage: the header, the schema, and a quick structural check.

    Raises:
        StorageError: it is damaged, or somebody else uses it.
    """
    sqlite = sqlite_module()
    was_open = open_mark(file.parent).exists()
    if was_open:
        _refuse_lost_log(file)
    try:
        connection = sqlite.connect(f"{file.resolve().as_uri()}?mode=rw", uri=True, timeout=5)
        try:
            size = file.stat().st_size
            is_quick = size < (_LARGE_BYTES if was_open else _SMALL_BYTES)
            check = "quick_check(1)" if is_quick else "schema_version"
            row = connection.execute(f"PRAGMA {check}").fetchone()
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if not is_quick or row[0] == "ok":
                # Closing merges the log into the database and removes it: not a lost one then.
                _remove(open_mark(file.parent))
        finally:
            connection.close()
    except sqlite.OperationalError as error:
        if "locked" in str(error):
            raise StorageError(
                f"Another server uses the database {file}; stop it or choose another --data.",
                code="DATABASE_LOCKED",
            ) from error
        raise _damaged(file) from error
    except sqlite.DatabaseError as error:
        raise _damaged(file) from error
    if check.startswith("quick") and row[0] != "ok":
        raise _damaged(file)


async def _upgrade(engines: Engines) -> None:
    wanted = head()
    if await _current(engines) == wanted:
        return
    async with engines.writer.begin() as connection:
        await connection.run_sync(run_migrations)
    _log.info("database brought to schema %s", wanted)


async def _current(engines: Engines) -> str | None:
    """The schema's number, or None for an empty database."""
    async with engines.writer.begin() as connection:
        if not await connection.run_sync(
            lambda sync: sync.dialect.has_table(sync, "alembic_version")
        ):
            return None
        current = await connection.execute(text("SELECT version_num FROM alembic_version"))
        found: str | None = current.scalar_one_or_none()
    if found is not None and found > head():
        raise StorageError(
            f"The database was written by a newer version (schema {found}, we know {head()}); "
            "install that version or restore a backup made before it.",
            code="DATABASE_TOO_NEW",
        )
    return found


def run_migrations(connection: Connection) -> None:
    """Run what is missing on an open transaction."""
    # Alembic takes a quarter of a second to import: only when there is something to do.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")

"""A PostgreSQL database in backups, by PostgreSQL's own tools where they are installed.

The password goes to them in their environment, never on a command line that others can list.
"""

import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy.engine import make_url

from shared.errors import StorageError, Unavailable
from shared.files import sync_folder
from shared.server.db.manifest import FOLDER, BackupFile, damaged, new_name

_TIMEOUT_S: Final = 3600.0
_LIST_S: Final = 120.0
_WORD: Final = re.compile(r"version mismatch|No space left|permission denied|already exists")
_OTHERS: Final = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)


def has_tools() -> bool:
    """Whether PostgreSQL's own tools are installed here."""
    return shutil.which("pg_dump") is not None


def make_dump(url: str, data: Path, now: datetime) -> BackupFile:
    """Dump the database as it is now, check the dump, keep it. Blocks; use a thread.

    Raises:
        Unavailable: the tools are not installed.
        StorageError: they fail, or the disk is full.
    """
    folder = data / FOLDER
    name = new_name(now, "pgdump")
    temporary = folder / f".{name}.new"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        options = ("--format=custom", "--no-owner", f"--file={temporary}")
        _run(url, "pg_dump", options, "No backup could be made")
        temporary.chmod(0o600)
        _check(temporary)
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(folder / name)
        sync_folder(folder)
    except OSError as error:
        raise StorageError(
            f"No backup could be made in {folder}; make room there or make it writable.",
            code="BACKUP_FAILED",
        ) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()
    return BackupFile(folder / name, now, (folder / name).stat().st_size)


def restore_dump(backup: Path, url: str) -> None:
    """Put a dump in the place of what the database holds: all of it, or nothing.

    Raises:
        Unavailable: the tools are not installed.
        StorageError: the dump is damaged, a server uses the database, or the tools fail.
    """
    _check(backup)
    words = "The backup could not be put back"
    others = _run(url, "psql", ("--no-psqlrc", "-qAt", "-c", _OTHERS), words).strip()
    if others != "0":
        raise StorageError(
            "A server uses the database of TEEZU_DATABASE_URL; stop it first.",
            code="DATABASE_LOCKED",
        )
    options = ("--clean", "--if-exists", "--no-owner", "--single-transaction", str(backup))
    _run(url, "pg_restore", options, words, into_database=True)


def _check(dump: Path) -> None:
    """Read a dump's table of contents.

    Raises:
        StorageError: there is none.
    """
    done = _started(["pg_restore", "--list", str(dump)], dict(os.environ), _LIST_S)
    if done.returncode != 0 or "alembic_version" not in done.stdout:
        raise damaged(dump, "it is no whole dump")


def _run(
    url: str, tool: str, options: Sequence[str], words: str, *, into_database: bool = False
) -> str:
    address = make_url(url).set(drivername="postgresql")
    env = dict(os.environ)
    if address.password is not None:
        env["PGPASSWORD"] = str(address.password)
    plain = address.set(password=None).render_as_string(hide_password=False)
    named = ("--dbname", plain) if into_database or tool != "psql" else (plain,)
    done = _started([tool, *named, *options], env, _TIMEOUT_S)
    if done.returncode != 0:
        raise StorageError(
            f"{words}: {tool} ended with {done.returncode}{_why(done.stderr)}. Run it by hand to "
            "see why; it must be of the server's version or newer.",
            code="BACKUP_FAILED",
        )
    return done.stdout


def _why(stderr: str) -> str:
    """What it said, where it is a word we know: the rest may hold addresses and data."""
    found = _WORD.search(stderr)
    return f" ({found[0]})" if found else ""


def _started(
    command: list[str], env: dict[str, str], timeout_s: float
) -> "subprocess.CompletedProcess[str]":
    program = shutil.which(command[0])
    if program is None:
        raise Unavailable(
            f"{command[0]} is not installed here; install PostgreSQL's client tools, or back the "
            "database up where it runs.",
            code="BACKUP_TOOL_MISSING",
        )
    try:
        return subprocess.run(
            [program, *command[1:]],
            env={**env, "PGCONNECT_TIMEOUT": "10", "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise StorageError(
            f"{command[0]} did not end in time; look at the load of the database server.",
            code="BACKUP_FAILED",
        ) from error

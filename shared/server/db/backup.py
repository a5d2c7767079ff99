"""The embedded database in backups: copied while it runs, checked, put back."""

import contextlib
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from shared.errors import StorageError
from shared.files import sync_folder
from shared.server.db.engine import sqlite_module
from shared.server.db.manifest import FOLDER, BackupFile, damaged, new_name
from shared.server.db.upgrade import FILE_NAME, head, open_mark, prepare_folder

_PAGES = 2000


def make_backup(data: Path, now: datetime) -> BackupFile:
    """Copy the running database as it is now, check the copy, keep it. Blocks; use a thread.

    Raises:
        StorageError: the disk is full, or the copy is not sound.
    """
    folder = data / FOLDER
    name = new_name(now, "sqlite3")
    temporary = folder / f".{name}.new"
    sqlite = sqlite_module()
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        _copy(data / FILE_NAME, temporary)
        _check(temporary)
        _sync(temporary)
        temporary.replace(folder / name)
        sync_folder(folder)
    except (OSError, sqlite.Error) as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise StorageError(
            f"No backup could be made in {folder}; make room there or make it writable.",
            code="BACKUP_FAILED",
        ) from error
    return BackupFile(folder / name, now, (folder / name).stat().st_size)


def _copy(source: Path, target: Path) -> None:
    sqlite = sqlite_module()
    target.unlink(missing_ok=True)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    os.close(descriptor)
    with (
        contextlib.closing(_open(source, "ro")) as running,
        contextlib.closing(sqlite.connect(str(target))) as copy,
    ):
        running.backup(copy, pages=_PAGES, sleep=0.005)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, that can be moved alone


def _open(path: Path, mode: str) -> Any:
    return sqlite_module().connect(f"{path.resolve().as_uri()}?mode={mode}", uri=True, timeout=5)


def _check(path: Path) -> None:
    """Refuse a file that is no sound database of ours.

    Raises:
        StorageError: it is not.
    """
    sqlite = sqlite_module()
    try:
        with contextlib.closing(_open(path, "ro")) as found:
            sound = found.execute("PRAGMA integrity_check(1)").fetchone()[0] == "ok"
            schema = found.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    except sqlite.Error as error:
        raise damaged(path, "it is no whole database") from error
    if not sound:
        raise damaged(path, "it is no whole database")
    if schema > head():
        raise StorageError(
            f"The backup {path} was made by a newer version (schema {schema}); install that one.",
            code="DATABASE_TOO_NEW",
        )


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def restore(backup: Path, data: Path, now: datetime) -> Path | None:
    """Put a backup in the database's place; where the replaced one is kept, if there was one.

    Raises:
        StorageError: the backup is not sound, or a server uses the database.
    """
    if not backup.is_file():
        raise damaged(backup, "there is no such file")
    _check(backup)
    prepare_folder(data)
    file = data / FILE_NAME
    _refuse_used(file)
    incoming = data / f".{FILE_NAME}.restored"
    try:
        shutil.copyfile(backup, incoming)
        incoming.chmod(0o600)
        _sync(incoming)
        kept = _set_aside(file, now)
        incoming.replace(file)
        open_mark(data).unlink(missing_ok=True)
        sync_folder(data)
    except OSError as error:
        raise StorageError(
            f"The backup could not be copied to {data} ({error.strerror or error}); make room "
            "there or make it writable.",
            code="RESTORE_FAILED",
        ) from error
    return kept


def _refuse_used(file: Path) -> None:
    sqlite = sqlite_module()
    if not file.exists():
        return
    try:
        with contextlib.closing(_open(file, "rw")) as found:
            found.execute("PRAGMA busy_timeout=500")
            found.execute("PRAGMA locking_mode=EXCLUSIVE").fetchone()
            found.execute("BEGIN EXCLUSIVE")
            found.execute("ROLLBACK")
            open_mark(file.parent).unlink(missing_ok=True)  # closing it merges its log
    except sqlite.OperationalError as error:
        if "locked" in str(error):
            raise StorageError(
                f"A server uses the database {file}; stop it first.", code="DATABASE_LOCKED"
            ) from error
    except sqlite.DatabaseError:
        return  # damaged, which is why it is replaced


def _set_aside(file: Path, now: datetime) -> Path | None:
    """Move the database and its write-ahead log out of the way."""
    stamp = f"{now.astimezone(UTC):%Y%m%dT%H%M%S}"
    kept = None
    for suffix in ("", "-wal", "-shm"):
        old = file.with_name(file.name + suffix)
        if old.exists():
            aside = file.with_name(f"{file.stem}.replaced-{stamp}{file.suffix}{suffix}")
            old.replace(aside)
            kept = kept or aside
    return kept

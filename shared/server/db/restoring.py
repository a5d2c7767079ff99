"""Putting a backup back: all parts are checked first; then the database, then the files."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from shared.errors import InvalidInput
from shared.files import write_atomically
from shared.server.db.backup import restore
from shared.server.db.dumps import restore_dump
from shared.server.db.manifest import (
    FOLDER,
    NAME,
    Manifest,
    check_parts,
    manifest_of,
    pool_path,
    read_manifest,
)
from shared.server.db.upgrade import prepare_folder
from shared.server.objects import Objects
from shared.server.secret import FILE_NAME as SECRET
from shared.server.settings import Settings


@dataclass(slots=True)
class Restored:
    """What was done, in sentences for the terminal."""

    kept: Path | None = None
    """Where the replaced database is kept."""
    notes: list[str] = field(default_factory=list)


def restore_all(backup: Path, settings: Settings, now: datetime) -> Restored:
    """Put a backup back: the database, the server's secret where it is gone, files of evidence.

    Raises:
        InvalidInput: it is a dump of PostgreSQL and no database is named.
        StorageError: a part is damaged, or a server uses the database.
        Unavailable: the object store does not answer.
    """
    manifest = read_manifest(backup)
    if manifest is not None:
        check_parts(backup, manifest)
    done = Restored()
    if manifest is None:
        done.notes.append(
            "This backup has no manifest beside it: the database alone was put back, without "
            "files of evidence."
        )
    is_dump = backup.suffix == ".pgdump"
    if is_dump and not settings.database_url:
        raise InvalidInput(
            f"{backup.name} is a dump of PostgreSQL: say where to, with TEEZU_DATABASE_URL.",
            code="DATABASE_NOT_NAMED",
        )
    if not is_dump:
        done.kept = restore(backup, settings.data, now)
    else:
        prepare_folder(settings.data)
        restore_dump(backup, settings.database_url)
    if manifest is not None:
        if not settings.secret.get_secret_value():
            _secret(backup, manifest, settings.data, done)
        asyncio.run(_files(backup, manifest, settings, done))
    return done


def _secret(backup: Path, manifest: Manifest, data: Path, done: Restored) -> None:
    if (data / SECRET).exists():
        return
    if manifest.secret is None:
        done.notes.append(
            "The server's secret is not in this backup: without the TEEZU_SECRET of before, every "
            "creator gets a new stream key."
        )
        return
    source = pool_path(backup.parent, manifest.secret.sha256)
    write_atomically(data / SECRET, source.read_bytes())
    done.notes.append("The server's secret was put back, so that stream keys stay as they are.")


async def _files(backup: Path, manifest: Manifest, settings: Settings, done: Restored) -> None:
    objects = Objects.of(settings)
    there = {each.key: each.size_bytes for each in await objects.under("evidence/")}
    absent = [part for part in manifest.files if there.get(part.key) != part.size_bytes]
    if manifest.files_in == "store":
        if absent:
            done.notes.append(
                f"{len(absent)} of {len(manifest.files)} files of evidence are not in the object "
                "store; put them back from its own versions or backups."
            )
        return
    for part in manifest.files:  # also those that are there: they may have been changed
        await objects.put_file(part.key, pool_path(backup.parent, part.sha256))
    done.notes.append(
        f"Files of evidence put back: {len(manifest.files)}; gone or changed were {len(absent)}."
    )


def fetched(file: Path, settings: Settings, folder: Path) -> Path:
    """The backup itself, or a copy of the one with this name in the object store.

    Raises:
        Unavailable: the object store does not answer.
    """
    in_folder = settings.data / FOLDER / file.name
    if file.exists():
        return file.with_suffix(_suffix_of(file)) if file.suffix == ".json" else file
    if in_folder.exists():
        return in_folder
    if not settings.store_url or not NAME.match(file.name):
        return file
    return asyncio.run(_from_store(file.name, settings, folder)) or file


def _suffix_of(manifest: Path) -> str:
    """Of which kind the backup is that a manifest is named for."""
    return ".pgdump" if manifest.with_suffix(".pgdump").exists() else ".sqlite3"


async def _from_store(name: str, settings: Settings, folder: Path) -> Path | None:
    objects = Objects.of(settings)
    copy = folder / name
    if not await objects.get_file(f"{FOLDER}/{name}", copy):
        return None
    beside = manifest_of(copy)
    await objects.get_file(f"{FOLDER}/{beside.name}", beside)
    return copy

"""Making a backup: the database, the files of evidence, the secret, and a manifest of them all.

Evidence never changes and is named by its hash, so the folder keeps each file once for all
backups. Where a shared object store is set, evidence stays there and the manifest names it: that
bucket must keep versions of its own; database and manifest are copied to it.
"""

import asyncio
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from shared.errors import StorageError
from shared.files import write_atomically
from shared.server.db.backup import make_backup
from shared.server.db.dumps import make_dump
from shared.server.db.manifest import (
    FOLDER,
    BackupFile,
    Manifest,
    Part,
    hash_bytes,
    hash_file,
    manifest_of,
    part_of,
    pool_path,
    write_manifest,
)
from shared.server.db.upgrade import head
from shared.server.objects import Objects, Stored
from shared.server.secret import FILE_NAME as SECRET
from shared.server.settings import Settings

EVIDENCE = "evidence/"


async def save(settings: Settings, objects: Objects, now: datetime) -> BackupFile:
    """Make a backup of everything; without its manifest, written last, there is none.

    Raises:
        StorageError: the disk is full, or the database's copy is not sound.
        Unavailable: the object store does not answer, or a tool is not installed.
    """
    if settings.database_url:
        made = await asyncio.to_thread(make_dump, settings.database_url, settings.data, now)
    else:
        made = await asyncio.to_thread(make_backup, settings.data, now)
    try:
        manifest = await _manifest(settings, objects, made, now)
        await asyncio.to_thread(write_manifest, made.path, manifest)
    except BaseException:
        made.path.unlink(missing_ok=True)  # half a backup is none
        raise
    if objects.is_shared:
        await objects.put_file(f"{FOLDER}/{made.path.name}", made.path)
        beside = manifest_of(made.path)
        await objects.put_file(f"{FOLDER}/{beside.name}", beside)
    return replace(made, manifest=manifest)


async def prune_copies(objects: Objects, keep: int) -> None:
    """Remove all but the newest copies in a shared store.

    Raises:
        Unavailable: it does not answer.
    """
    if not objects.is_shared:
        return
    copies = [each.key for each in await objects.under(f"{FOLDER}/")]
    newest = sorted({key.rpartition(".")[0] for key in copies})[-keep:]
    await objects.delete([key for key in copies if key.rpartition(".")[0] not in newest])


async def _manifest(
    settings: Settings, objects: Objects, made: BackupFile, now: datetime
) -> Manifest:
    folder = made.path.parent
    stored = await objects.under(EVIDENCE)
    damaged: list[str] = []
    if not objects.is_shared:
        damaged += [each.key for each in stored if not await _pooled(folder, objects, each)]
    try:
        database = await asyncio.to_thread(part_of, made.path, made.path.name)
        # A secret goes to no store: processes that share one have theirs from TEEZU_SECRET.
        is_own = not objects.is_shared
        secret = await asyncio.to_thread(_secret, settings.data, folder) if is_own else None
    except OSError as error:
        raise StorageError(
            f"No backup could be made in {folder}; make room there or make it writable.",
            code="BACKUP_FAILED",
        ) from error
    return Manifest(
        made_at=now,
        db_schema=head(),
        dialect="postgresql" if settings.database_url else "sqlite",
        database=database,
        secret=secret,
        files=[
            Part(key=each.key, size_bytes=each.size_bytes, sha256=_name(each.key))
            for each in stored
            if each.key not in damaged
        ],
        files_in="store" if objects.is_shared else "backup",
        damaged=damaged,
    )


def _name(key: str) -> str:
    return key.rpartition("/")[2]


async def _pooled(folder: Path, objects: Objects, stored: Stored) -> bool:
    """Whether the backups folder holds this file, whole; it is copied there if need be."""
    sha256 = _name(stored.key)
    target = pool_path(folder, sha256)
    if await asyncio.to_thread(_is_whole, target, stored.size_bytes, sha256):
        return True
    content = await objects.get(stored.key)
    if content is None or await asyncio.to_thread(hash_bytes, content) != sha256:
        return False
    await asyncio.to_thread(write_atomically, target, content)
    return True


def _is_whole(path: Path, size_bytes: int, sha256: str) -> bool:
    """A file of an earlier backup is read again each time: a disk may forget."""
    try:
        return path.stat().st_size == size_bytes and hash_file(path) == sha256
    except OSError:
        return False


def _secret(data: Path, folder: Path) -> Part | None:
    """Keep the data folder's own secret, from which stream keys derive."""
    path = data / SECRET
    if not path.exists():
        return None
    part = part_of(path, SECRET)
    write_atomically(pool_path(folder, part.sha256), path.read_bytes())
    return part

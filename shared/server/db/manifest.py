"""What a backup consists of, with the hash of each part: written last, checked before a restore."""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from shared.errors import StorageError
from shared.files import write_atomically
from shared.ids import new_id

FOLDER = "backups"
POOL = "files"
NAME = re.compile(r"^teezu-(\d{8}T\d{6})-[0-9a-f]{4}\.(sqlite3|pgdump)$")
_PIECE = 1024 * 1024


class Part(BaseModel):
    """One file, by the SHA-256 of its content."""

    model_config = ConfigDict(extra="ignore")
    key: str
    size_bytes: int
    sha256: str


class Manifest(BaseModel):
    """One backup. Recordings and what is on air are in none: they are kept for a while only."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)
    version: int = 1
    made_at: datetime
    db_schema: str
    dialect: Literal["sqlite", "postgresql"]
    database: Part
    secret: Part | None = None
    files: list[Part] = []
    """The files of evidence."""
    files_in: Literal["backup", "store"] = "backup"
    """`store`: they stay where TEEZU_STORE_URL says; that bucket must keep its own versions."""
    damaged: list[str] = []
    """Files that were not what their names say when the backup was made."""


@dataclass(frozen=True, slots=True)
class BackupFile:
    """One backup in the folder."""

    path: Path
    at: datetime
    size_bytes: int
    manifest: Manifest | None = None


def new_name(now: datetime, suffix: str) -> str:
    """A name for a backup of this moment."""
    return f"teezu-{now.astimezone(UTC):%Y%m%dT%H%M%S}-{new_id()[-4:]}.{suffix}"


def manifest_of(backup: Path) -> Path:
    """Where a backup's manifest lies: beside it."""
    return backup.with_suffix(".json")


def pool_path(folder: Path, sha256: str) -> Path:
    """Where a backups folder keeps the file of evidence with this hash, once for all backups."""
    return folder / POOL / sha256[:2] / sha256


def hash_bytes(content: bytes) -> str:
    """The SHA-256 of a content."""
    return hashlib.sha256(content).hexdigest()


def hash_file(path: Path) -> str:
    """The SHA-256 of a file.

    Raises:
        OSError: it cannot be read.
    """
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            found.update(piece)
    return found.hexdigest()


def part_of(path: Path, key: str) -> Part:
    """A file as part of a backup.

    Raises:
        OSError: it cannot be read.
    """
    return Part(key=key, size_bytes=path.stat().st_size, sha256=hash_file(path))


def read_manifest(backup: Path) -> Manifest | None:
    """A backup's manifest; None for a backup of an earlier version, which has none.

    Raises:
        StorageError: it is damaged.
    """
    path = manifest_of(backup)
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        raise damaged(backup, f"its manifest {path.name} cannot be read") from error


def write_manifest(backup: Path, manifest: Manifest) -> None:
    """Put a manifest beside its backup.

    Raises:
        StorageError: the disk is full or the folder is not writable.
    """
    write_atomically(manifest_of(backup), manifest.model_dump_json(indent=1).encode())


def damaged(backup: Path, why: str) -> StorageError:
    """A backup that must not be put back."""
    return StorageError(
        f"{backup} is not a sound backup of this server ({why}); choose another from its backups "
        "folder.",
        code="BACKUP_DAMAGED",
    )


def check_parts(backup: Path, manifest: Manifest) -> None:
    """Read every file that the manifest names and compare the hashes.

    Raises:
        StorageError: one is missing or is not what it was.
    """
    _check(backup, backup, manifest.database)
    if manifest.secret is not None:
        _check(backup, pool_path(backup.parent, manifest.secret.sha256), manifest.secret)
    if manifest.files_in == "backup":
        for part in manifest.files:
            _check(backup, pool_path(backup.parent, part.sha256), part)


def _check(backup: Path, path: Path, part: Part) -> None:
    try:
        is_whole = path.stat().st_size == part.size_bytes and hash_file(path) == part.sha256
    except OSError as error:
        raise damaged(backup, f"{part.key} is missing") from error
    if not is_whole:
        raise damaged(backup, f"{part.key} is not what was saved")


def backups(data: Path) -> list[BackupFile]:
    """All backups in the data folder, newest first."""
    found = []
    for path in (data / FOLDER).glob("teezu-*.*"):
        match = NAME.match(path.name)
        if match:
            at = datetime.strptime(match[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
            found.append(BackupFile(path, at, path.stat().st_size, _manifest_or_none(path)))
    return sorted(found, key=lambda each: each.path.name, reverse=True)


def _manifest_or_none(path: Path) -> Manifest | None:
    try:
        return read_manifest(path)
    except StorageError:
        return None


def prune_backups(data: Path, keep: int) -> None:
    """Remove all but the newest, and the files of evidence that none of those names."""
    found = backups(data)
    for old in found[keep:]:
        manifest_of(old.path).unlink(missing_ok=True)
        old.path.unlink(missing_ok=True)
    if any(each.manifest is None and manifest_of(each.path).exists() for each in found[:keep]):
        return  # one that cannot be read may name anything
    named = {part.sha256 for each in found[:keep] if each.manifest for part in _all(each.manifest)}
    for path in (data / FOLDER / POOL).glob("*/*"):
        if path.name not in named:
            path.unlink(missing_ok=True)


def _all(manifest: Manifest) -> list[Part]:
    return [*manifest.files, *([] if manifest.secret is None else [manifest.secret])]

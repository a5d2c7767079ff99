"""Files that survive a crash: written aside, synced, renamed, with earlier versions kept."""

import contextlib
import os
from pathlib import Path

from shared.errors import StorageError


def write_atomically(path: Path, data: bytes, *, generations: int = 0, mode: int = 0o600) -> None:
    """Replace a file as a whole; whoever reads it sees the old or the new content, never half.

    With `generations`, the old content is kept as `NAME.1` (the newest) to `NAME.<generations>`.
    Folders on the way are made.

    Raises:
        StorageError: the disk is full or the folder is not writable; the old file is untouched.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(descriptor, view) :]
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if generations > 0:
            _shift(path, generations)
        temporary.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise StorageError(
            f"{path.name} cannot be saved in {path.parent}; make room there or make it writable.",
            code="FILE_NOT_SAVED",
        ) from error


def generation(path: Path, number: int) -> Path:
    """Return where the version before the present one (1), the one before that (2) ... lies."""
    return path.with_name(f"{path.name}.{number}")


def _shift(path: Path, generations: int) -> None:
    """Move every kept version one place on, and link the present file as the newest of them."""
    if not path.exists():
        return
    for number in range(generations - 1, 0, -1):
        with contextlib.suppress(FileNotFoundError):
            generation(path, number).replace(generation(path, number + 1))
    newest = generation(path, 1)
    with contextlib.suppress(FileNotFoundError):
        newest.unlink()
    try:
        os.link(path, newest)
    except OSError:  # a file system without links: a copy does, the present file stays
        newest.write_bytes(path.read_bytes())


def sync_folder(folder: Path) -> None:
    """Make a rename in a folder last through a power cut, where the system can."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

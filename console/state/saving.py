"""A file that is there whole or not at all, written piece by piece as the pieces arrive."""

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from shared.errors import StorageError
from shared.files import sync_folder


@contextlib.contextmanager
def whole_file(target: Path) -> Iterator[Callable[[bytes], None]]:
    """Give what takes the pieces; the file appears at the end of the block, unless that failed.

    Raises:
        StorageError: the disk is full or the folder is not writable; nothing is left behind.
    """
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as output:

            def take(piece: bytes) -> None:
                output.write(piece)

            yield take
            output.flush()
            os.fsync(output.fileno())
        part.replace(target)
        sync_folder(target.parent)
    except OSError as error:
        raise StorageError(
            f"{target.name} cannot be saved in {target.parent}; make room there or make it "
            "writable.",
            code="FILE_NOT_SAVED",
        ) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)

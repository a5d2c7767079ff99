"""Where a running engine is found: the runtime folder, its lock and its address file."""

import json
import os
import secrets
import stat
import sys
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import platformdirs
from pydantic import ValidationError

from shared.errors import StorageError, Unavailable
from studio.engine.protocol import PROTOCOL_VERSION, EngineAddress

_ADDRESS = "engine.json"
_LOCK = "engine.lock"


def default_runtime_dir() -> Path:
    """Return the user's folder for sockets and pids, made if need be, private to the user.

    Raises:
        StorageError: no private folder can be made.
    """
    with warnings.catch_warnings():
        # Without a login session it names a shared place, and warns; privacy is checked below.
        warnings.simplefilter("ignore", UserWarning)
        preferred = Path(platformdirs.user_runtime_dir("teezu-studio", appauthor=False))
    owner = os.getuid() if hasattr(os, "getuid") else "user"
    fallback = Path(tempfile.gettempdir()) / f"teezu-studio-{owner}"
    for folder in (preferred, fallback):
        try:
            return private_folder(folder)
        except StorageError:
            continue
    raise StorageError(
        f"No private folder for running programs can be made; make {preferred} writable for you.",
        code="RUNTIME_DIR",
    )


def private_folder(folder: Path) -> Path:
    """Make a folder that only its owner may enter, and return it.

    Raises:
        StorageError: it cannot be made, or somebody else owns it.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode):
            raise NotADirectoryError(folder)
        if hasattr(os, "getuid"):
            if found.st_uid != os.getuid():
                raise PermissionError(folder)
            if stat.S_IMODE(found.st_mode) & 0o077:
                folder.chmod(0o700)
    except OSError as error:
        raise StorageError(
            f"The folder {folder} cannot be used; check that it is yours and writable.",
            code="RUNTIME_DIR",
        ) from error
    return folder


def address_path(runtime_dir: Path) -> Path:
    """Return where the address file of this runtime folder lies."""
    return runtime_dir / _ADDRESS


def write_address(runtime_dir: Path, *, host: str, port: int) -> EngineAddress:
    """Write the address file, 0600, with a fresh token, and return what is in it."""
    address = EngineAddress(
        protocol=PROTOCOL_VERSION,
        pid=os.getpid(),
        host=host,
        port=port,
        token=secrets.token_urlsafe(32),
    )
    path = address_path(runtime_dir)
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(address.model_dump_json())
    temporary.replace(path)
    return address


def read_address(runtime_dir: Path) -> EngineAddress | None:
    """Return the address of the engine that runs here, or None when none has written one."""
    try:
        text = address_path(runtime_dir).read_text(encoding="utf-8")
        return EngineAddress.model_validate_json(text)
    except (OSError, ValidationError, json.JSONDecodeError):
        return None


def remove_address(runtime_dir: Path) -> None:
    """Remove the address file if it is this process's."""
    address = read_address(runtime_dir)
    if address is not None and address.pid == os.getpid():
        address_path(runtime_dir).unlink(missing_ok=True)


def can_be_found(runtime_dir: Path) -> bool:
    """Return whether the runtime folder still exists: without it no client finds the engine."""
    return runtime_dir.is_dir()


@dataclass(slots=True)
class InstanceLock:
    """Held by the one engine of a runtime folder; the system frees it when the process dies."""

    runtime_dir: Path
    _file: IO[str] | None = None

    def acquire(self) -> None:
        """Take the lock.

        Raises:
            Unavailable: another engine holds it.
        """
        file = (self.runtime_dir / _LOCK).open("a+", encoding="utf-8")
        try:
            _lock_exclusively(file)
        except OSError as error:
            file.close()
            raise Unavailable(
                "The broadcast engine already runs; the studio connects to it by itself.",
                code="ENGINE_RUNNING",
            ) from error
        self._file = file

    def release(self) -> None:
        """Give the lock back."""
        if self._file is not None:
            self._file.close()
            self._file = None


if sys.platform == "win32":
    import msvcrt

    def _lock_exclusively(file: IO[str]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock_exclusively(file: IO[str]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)

"""The server's own secret, from which stream keys and signed addresses derive."""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from shared.errors import InvalidInput, StorageError

FILE_NAME = "server.secret"
_BYTES = 32


def load_secret(data: Path) -> bytes:
    """Read the data folder's secret; made on first use, readable by its owner only.

    Raises:
        StorageError: it cannot be read or made, or it was cut short.
    """
    path = data / FILE_NAME
    try:
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            found = path.read_bytes()
        else:
            found = secrets.token_bytes(_BYTES)
            with os.fdopen(handle, "wb") as file:
                file.write(found)
                file.flush()
                os.fsync(file.fileno())
    except OSError as error:
        raise StorageError(
            f"The server's secret {path} cannot be read or made ({error.strerror}); "
            "give this account the right to read and write it.",
            code="SECRET_UNREADABLE",
        ) from error
    if len(found) != _BYTES:
        raise StorageError(
            f"The server's secret {path} is damaged; restore it from a backup, or remove it, "
            "after which every creator gets a new stream key.",
            code="SECRET_DAMAGED",
        )
    return found


def given_secret(text: str) -> bytes:
    """The secret an operator gave, for processes that share a database.

    Raises:
        InvalidInput: it is not 64 hexadecimal digits.
    """
    try:
        found = bytes.fromhex(text)
    except ValueError:
        found = b""
    if len(found) != _BYTES:
        raise InvalidInput(
            "TEEZU_SECRET must be 64 hexadecimal digits; make some with `openssl rand -hex 32`.",
            code="SECRET_DAMAGED",
        )
    return found


def derive(secret: bytes, purpose: str, *parts: str) -> bytes:
    """32 bytes that only the holder of the secret can make for this purpose and these parts."""
    text = "\x1f".join((purpose, *parts))
    return hmac.new(secret, text.encode(), hashlib.sha256).digest()

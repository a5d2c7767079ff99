"""Accounts and addresses as the command line gives them; loads nothing that talks to a server."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from shared.errors import InvalidInput
from shared.qt.server_process import is_local


@dataclass(frozen=True, slots=True)
class Credentials:
    """An e-mail and password from the command line; never shown or logged."""

    email: str
    password: str = field(repr=False)


def demo_credentials(path: Path, role: str) -> Credentials:
    """The first demo account of a role.

    Raises: InvalidInput when the file cannot be read or lists no such account; never quotes it.
    """
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))["accounts"]
        found = next(one for one in listed if one["role"] == role)
        return Credentials(str(found["email"]), str(found["password"]))
    except (OSError, ValueError, KeyError, TypeError, StopIteration):
        raise InvalidInput(
            f"{path} lists no demo account of the role {role}; start the server with --demo.",
            code="NO_DEMO_ACCOUNT",
        ) from None


def password_credentials(email: str, password_file: Path) -> Credentials:
    """An account whose password is the first line of a file.

    Raises: InvalidInput when the file cannot be read or is empty.
    """
    try:
        lines = password_file.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        lines = []
    if not lines or not lines[0]:
        raise InvalidInput(
            f"{password_file} holds no password; put it on the first line.", code="NO_PASSWORD"
        )
    return Credentials(email, lines[0])


def server_url(typed: str) -> str:
    """An address as people type it, with its scheme: encrypted unless it is this computer."""
    bare = typed.strip().rstrip("/")
    if "://" in bare:
        return bare
    return f"http://{bare}" if is_local(f"http://{bare}") else f"https://{bare}"

"""What an installation is called by servers: a random number, so that a ban is not undone by a
new account.

Why this and nothing else. A moderator who bans somebody for good needs a hint when the same person
comes back under another name. Programs often take that hint from the machine: serial numbers,
network cards, fonts. Such a print cannot be changed by its owner, follows them to every service
that takes it, and tells of the computer what nobody needs to know. So:

- the number is random. It says nothing of the computer, the person or their other programs;
- each server gets another one, derived from it and the server's address. Two servers, or one that
  loses its data, cannot tell that they know the same installation;
- it is sent with signing in and up, and with no other request;
- our server keeps a keyed hash of it only (`moderation.evasion.trace_hash`), never the number;
  the hash is in the person's export by its dates, goes when it was not seen for half a year or
  the account is erased, and stays only with an account that is banned for good;
- it is only ever a hint for a person to look at, never a decision;
- its owner can have a new one at any time, in the sign-in page, and the file holds nothing else.
  It has no earlier generations, so a number that was given up is gone.

A file that cannot be read or written means that no number is sent: signing in goes on.
"""

import hashlib
import hmac
import logging
import re
import secrets
from pathlib import Path
from urllib.parse import urlsplit

import platformdirs

from shared.errors import StorageError
from shared.files import write_atomically

_log = logging.getLogger(__name__)
_NUMBER = re.compile(r"[0-9a-f]{64}")
_SHOWN = 32
"""Hexadecimal digits that a server gets: 128 bits."""


class Installation:
    """The random number of this installation, in a file of its own; both apps share it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._number: str | None = None

    def name_for(self, server: str) -> str | None:
        """What the server of this address may call us; None where the file cannot be kept.

        Blocks for the time of a small file.
        """
        try:
            number = self._number or self._read() or self._made()
        except StorageError as error:
            _log.warning("no number for this installation: %s", error.code)
            return None
        self._number = number
        key, place = bytes.fromhex(number), _origin(server)
        return hmac.new(key, place.encode(), hashlib.sha256).hexdigest()[:_SHOWN]

    def renew(self) -> None:
        """Take another number; no server can tell that it was us before.

        Raises:
            StorageError: the file cannot be written; the number stays as it was.
        """
        self._number = self._made()

    def _read(self) -> str | None:
        try:
            text = self._path.read_text("ascii").strip()
        except (OSError, UnicodeDecodeError):
            return None
        return text if _NUMBER.fullmatch(text) else None

    def _made(self) -> str:
        number = secrets.token_hex(32)
        write_atomically(self._path, number.encode() + b"\n")
        return number


def _origin(server: str) -> str:
    parts = urlsplit(server)
    return f"{parts.scheme}://{parts.netloc}".lower()


def installation() -> Installation:
    """The installation of the person who is signed in to this computer."""
    folder = platformdirs.user_config_dir("teezu-studio", appauthor=False)
    return Installation(Path(folder) / "installation-number")

"""The accounts that simulated viewers use, as the server's demo writes them."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from shared.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Account:
    """An account to sign in with; the password stays out of every representation."""

    email: str
    password: str = field(repr=False)


def read_accounts(path: Path) -> list[Account]:
    """The accounts of a file `{"accounts": [{"email": ..., "password": ...}, ...]}`.

    Raises:
        InvalidInput: it cannot be read or is not such a file.
    """
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))["accounts"]
        return [Account(str(entry["email"]), str(entry["password"])) for entry in listed]
    except OSError as failure:
        raise InvalidInput(
            f"The accounts file {path} cannot be read ({failure.strerror}); "
            "give the demo-accounts.json of the server's data folder."
        ) from failure
    except (ValueError, KeyError, TypeError):
        raise InvalidInput(
            f"{path} is not an accounts file; give the demo-accounts.json of the server's data "
            "folder."
        ) from None

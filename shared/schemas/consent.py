"""The consent log and the safe word on the wire."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, SecretStr

from shared.schemas.accounts import UserRef
from shared.schemas.common import PLAIN_TEXT, Id, Request, Resource, Timestamp


class ConsentKind(StrEnum):
    """What an entry says."""

    GRANTED = "granted"
    WITHDRAWN = "withdrawn"
    BOUNDARY = "boundary"
    CHECKED = "checked"
    SAFE_WORD = "safe_word"
    """Only the server writes this: the safe word was used."""


class ConsentCreate(Request):
    """An entry about oneself; nothing in the log is ever changed or removed."""

    kind: Literal[
        ConsentKind.GRANTED, ConsentKind.WITHDRAWN, ConsentKind.BOUNDARY, ConsentKind.CHECKED
    ]
    scope: Annotated[str, Field(min_length=1, max_length=80, pattern=PLAIN_TEXT)]
    note: Annotated[str, Field(max_length=300, pattern=PLAIN_TEXT)] = ""


class ConsentEntry(Resource):
    """One entry of a stream's consent log."""

    id: Id
    stream_id: Id
    user: UserRef
    kind: ConsentKind
    scope: str
    note: str = ""
    at: Timestamp


class SafeWord(Request):
    """A creator's safe word; compared without case and outer spaces, stored as a keyed hash."""

    word: Annotated[SecretStr, Field(min_length=4, max_length=64)]

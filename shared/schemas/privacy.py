"""A person's data on the wire: all of it, and what is left after it was erased."""

from typing import Any

from shared.schemas.accounts import User
from shared.schemas.common import Id, Resource, Timestamp


class ExportSection(Resource):
    """Rows of one kind, newest first; `is_complete` is false where there are more than fit."""

    items: list[dict[str, Any]]
    is_complete: bool


class UserExport(Resource):
    """Everything the platform holds of one person, by kind."""

    at: Timestamp
    user: User
    sections: dict[str, ExportSection]


class KeptRecords(Resource):
    """Records that erasure did not remove, how many, and the duty that demands them."""

    what: str
    count: int
    why: str


class Erasure(Resource):
    """What the erasure of an account did, by kind of record and number of rows."""

    user_id: Id
    at: Timestamp
    erased: dict[str, int]
    pseudonymised: dict[str, int]
    kept: list[KeptRecords]

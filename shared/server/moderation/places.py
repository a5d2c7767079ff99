"""Cursors into lists whose order is computed: the sort key of the last row shown, as a token."""

import base64
import binascii
import json

from shared.schemas.common import ErrorCode
from shared.server.http.errors import Refused

type Place = tuple[bool, float, str, str]
"""Put last or not, the number sorted by, then two texts that settle equals."""


def encode(place: Place) -> str:
    """The cursor behind which the next page begins."""
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def decode(cursor: str) -> Place:
    """The place a cursor names.

    Raises:
        Refused: it is not one of ours.
    """
    try:
        raw = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        last, number, first, second = raw
        return (bool(last), float(number), str(first), str(second))
    except (binascii.Error, ValueError, TypeError, RecursionError):
        raise Refused(
            ErrorCode.NOT_FOUND,
            "This page does not exist; load the list from its beginning.",
            "Deze pagina bestaat niet; laad de lijst vanaf het begin.",
        ) from None


def cut[T](
    placed: list[tuple[Place, T]], *, cursor: str | None, limit: int
) -> tuple[list[T], str | None]:
    """One page of a list sorted by place, and the cursor of the next one."""
    if cursor is not None:
        after = decode(cursor)
        placed = [entry for entry in placed if entry[0] > after]
    more = encode(placed[limit - 1][0]) if len(placed) > limit else None
    return [row for _, row in placed[:limit]], more

"""What every area of the wire contract is made of: ids, times, pages and the error envelope."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, PlainSerializer

API_PREFIX = "/api/v1"
DEFAULT_PAGE = 50
MAX_PAGE = 200


def _rfc3339_ms(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Timestamp = Annotated[
    AwareDatetime, PlainSerializer(_rfc3339_ms, return_type=str, when_used="json")
]
"""A moment with a zone; on the wire RFC 3339 UTC with milliseconds."""

Id = Annotated[
    str,
    Field(
        min_length=36,
        max_length=36,
        pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
        examples=["0192d3b4-5c6d-7e8f-9a0b-1c2d3e4f5a6b"],
    ),
]
"""A UUIDv7 in its canonical lower-case form."""

Tokens = Annotated[int, Field(ge=1, le=1_000_000)]
"""An amount of tokens in one movement; money is never a fraction."""

PLAIN_TEXT = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
"""No control characters but tab and line ends: PostgreSQL refuses NUL, people see none of them."""


class Request(BaseModel):
    """A body a client sends: unknown keys are refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Resource(BaseModel):
    """A body the server sends: unknown keys are ignored, so that older apps keep working."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Page[T](Resource):
    """One page of a list in a stable order; `next_cursor` is null on the last page."""

    items: list[T]
    next_cursor: str | None = None


class Done(Resource):
    """The answer of a route whose only news is that it succeeded."""

    ok: Literal[True] = True


class ErrorCode(StrEnum):
    """Every stable code the server may answer with."""

    INVALID_INPUT = "INVALID_INPUT"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    INVALID_CREDENTIALS = "INVALID_CREDENTIALS"
    TWO_FACTOR_REQUIRED = "TWO_FACTOR_REQUIRED"
    ACCOUNT_BANNED = "ACCOUNT_BANNED"
    ACCOUNT_LOCKED = "ACCOUNT_LOCKED"
    FORBIDDEN = "FORBIDDEN"
    ORIGIN_REFUSED = "ORIGIN_REFUSED"
    NOT_FOUND = "NOT_FOUND"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    CONFLICT = "CONFLICT"
    VERSION_CONFLICT = "VERSION_CONFLICT"
    IDEMPOTENCY_MISMATCH = "IDEMPOTENCY_MISMATCH"
    ALREADY_LIVE = "ALREADY_LIVE"
    STREAM_ENDED = "STREAM_ENDED"
    INSUFFICIENT_TOKENS = "INSUFFICIENT_TOKENS"
    MUTED = "MUTED"
    BANNED_FROM_ROOM = "BANNED_FROM_ROOM"
    MESSAGE_REFUSED = "MESSAGE_REFUSED"
    SLOW_MODE = "SLOW_MODE"
    CASE_CLAIMED = "CASE_CLAIMED"
    LEASE_LOST = "LEASE_LOST"
    RATE_LIMITED = "RATE_LIMITED"
    PAYLOAD_TOO_LARGE = "PAYLOAD_TOO_LARGE"
    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"
    UNAVAILABLE = "UNAVAILABLE"
    INTERNAL = "INTERNAL"


class ErrorEnvelope(Resource):
    """The body of every error of every kind; its keys are the platform's own camelCase."""

    status: Literal["error"] = "error"
    code: str
    message: str
    retryAfter: float | None = None
    requestId: str
    meta: dict[str, Any] | None = None

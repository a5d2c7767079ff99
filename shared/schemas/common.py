"""What every area of the wire contract is made of: ids, times, pages and the error envelope."""

from datetime import UTC, date, datetime
from enum import Enum, StrEnum
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, TypeAliasType, Union, get_args, get_origin

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationInfo,
    field_validator,
)

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
_SPACE = r"[\s\x85\ufeff]*"
_INK = r"[^\s\x00-\x1f\x7f-\x9f\ufeff]"
# Said in full: what counts as white space beyond ASCII differs between the readers of a pattern.
PLAIN_WORDS = rf"^{_SPACE}{_INK}{PLAIN_TEXT[1:-2]}+{_INK}{_SPACE}$"
"""Plain text of three characters or more; the white space around it, which is cut off, is none."""


def _plain_type(kind: type) -> str:
    if issubclass(kind, bool):
        return "boolean"
    return "number" if issubclass(kind, int | float) else "string"


@cache
def _plain_types(annotation: Any) -> frozenset[str]:
    """The JSON types of plain values that fit; empty where pydantic alone can tell."""
    if isinstance(annotation, TypeAliasType):
        return _plain_types(annotation.__value__)
    origin = get_origin(annotation)
    if origin is Annotated:
        return _plain_types(get_args(annotation)[0])
    if origin is Literal:
        return frozenset(_plain_type(type(value)) for value in get_args(annotation))
    if origin in (Union, UnionType):
        parts = [part for part in get_args(annotation) if part is not type(None)]
        found = [_plain_types(part) for part in parts]
        return frozenset().union(*found) if all(found) else frozenset()
    if isinstance(annotation, type) and issubclass(
        annotation, bool | int | float | str | date | AwareDatetime | Enum
    ):
        return frozenset({_plain_type(annotation)})
    return frozenset()


class Request(BaseModel):
    """A body a client sends: unknown keys are refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    @field_validator("*", mode="before")
    @classmethod
    def _takes_the_type_it_declares(cls, value: Any, info: ValidationInfo) -> Any:
        """Refuse `1` for a truth, `true` for a number, and a number for a date."""
        if isinstance(value, bool | int | float | str) and info.field_name:
            declared: Any = cls.model_fields[info.field_name].annotation
            wanted = _plain_types(declared)
            given = _plain_type(type(value))
            if wanted and given not in wanted:
                raise ValueError(f"it should be a {' or '.join(sorted(wanted))}")
        return value


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

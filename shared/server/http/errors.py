"""Refusals: an error with its status, its stable code and its sentence in each language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.errors import AppError
from shared.schemas.common import ErrorCode, ErrorEnvelope

STATUS: dict[ErrorCode, int] = {
    ErrorCode.INVALID_INPUT: 422,
    ErrorCode.UNAUTHENTICATED: 401,
    ErrorCode.INVALID_CREDENTIALS: 401,
    ErrorCode.TWO_FACTOR_REQUIRED: 401,
    ErrorCode.ACCOUNT_BANNED: 403,
    ErrorCode.ACCOUNT_LOCKED: 403,
    ErrorCode.FORBIDDEN: 403,
    ErrorCode.ORIGIN_REFUSED: 403,
    ErrorCode.NOT_FOUND: 404,
    ErrorCode.METHOD_NOT_ALLOWED: 405,
    ErrorCode.CONFLICT: 409,
    ErrorCode.VERSION_CONFLICT: 409,
    ErrorCode.IDEMPOTENCY_MISMATCH: 409,
    ErrorCode.ALREADY_LIVE: 409,
    ErrorCode.STREAM_ENDED: 409,
    ErrorCode.INSUFFICIENT_TOKENS: 409,
    ErrorCode.MUTED: 403,
    ErrorCode.BANNED_FROM_ROOM: 403,
    ErrorCode.MESSAGE_REFUSED: 422,
    ErrorCode.SLOW_MODE: 429,
    ErrorCode.CASE_CLAIMED: 409,
    ErrorCode.LEASE_LOST: 409,
    ErrorCode.RATE_LIMITED: 429,
    ErrorCode.PAYLOAD_TOO_LARGE: 413,
    ErrorCode.UNSUPPORTED_MEDIA_TYPE: 415,
    ErrorCode.UNAVAILABLE: 503,
    ErrorCode.INTERNAL: 500,
}
"""The HTTP status of each code."""


class Refused(AppError):
    """A request that cannot be done, in one sentence per language that its reader can act on."""

    def __init__(
        self,
        code: ErrorCode,
        en: str,
        nl: str,
        *,
        meta: Mapping[str, Any] | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(en, code=code, meta=meta, retry_after_s=retry_after_s)
        self.nl = nl
        self.status = STATUS[code]


@dataclass(frozen=True, slots=True)
class RequestContext:
    """What an answer needs to know of its request."""

    id: str
    language: str = "en"


def not_found() -> Refused:
    """There is no such thing, or it is not for this person: nobody learns which."""
    return Refused(
        ErrorCode.NOT_FOUND,
        "This could not be found; it may have been removed.",
        "Dit is niet gevonden; misschien is het verwijderd.",
    )


def forbidden() -> Refused:
    """The person's role does not allow it."""
    return Refused(
        ErrorCode.FORBIDDEN,
        "Your account may not do this; sign in with another account or ask an administrator.",
        "Je account mag dit niet; log in met een ander account of vraag een beheerder.",
    )


def unauthenticated() -> Refused:
    """No session, or one that has ended."""
    return Refused(
        ErrorCode.UNAUTHENTICATED,
        "You are not signed in, or your session has ended; sign in again.",
        "Je bent niet ingelogd of je sessie is verlopen; log opnieuw in.",
    )


def version_conflict(current: Mapping[str, Any]) -> Refused:
    """Somebody else changed it first; `current` is how it is now."""
    return Refused(
        ErrorCode.VERSION_CONFLICT,
        "Somebody changed this in the meantime; look at the new state and try again.",
        "Iemand heeft dit intussen gewijzigd; bekijk de nieuwe stand en probeer het opnieuw.",
        meta={"current": dict(current)},
    )


def internal() -> Refused:
    """A defect of ours; the log has it under the request id."""
    return Refused(
        ErrorCode.INTERNAL,
        "Something went wrong on our side; try again, and give the request id if it stays.",
        "Er ging bij ons iets mis; probeer het opnieuw en noem het verzoeknummer als het blijft.",
    )


def envelope(error: AppError, info: RequestContext) -> ErrorEnvelope:
    """The body that tells of the error, in the reader's language."""
    message = error.message
    if info.language == "nl" and isinstance(error, Refused):
        message = error.nl
    return ErrorEnvelope(
        code=str(error.code),
        message=message,
        retryAfter=error.retry_after_s,
        requestId=info.id,
        meta=error.meta or None,
    )


def status_of(error: AppError) -> int:
    """The HTTP status of any error of the family."""
    if isinstance(error, Refused):
        return error.status
    return STATUS.get(ErrorCode(error.code), 500) if error.code in list(ErrorCode) else 500


def language_of(accept_language: str) -> str:
    """`nl` where the header prefers Dutch to English, else `en`."""
    best, best_quality = "en", -1.0
    for part in accept_language.split(","):
        name, _, parameter = part.strip().partition(";")
        base = name.strip().lower().partition("-")[0]
        try:
            quality = float(parameter.strip().removeprefix("q=")) if parameter else 1.0
        except ValueError:
            quality = 0.0
        if base in ("en", "nl") and quality > best_quality:
            best, best_quality = base, quality
    return best

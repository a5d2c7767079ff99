"""What can go wrong between an app and the server, as sentences with a next step."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from shared.errors import AppError, ProtocolError, Unavailable
from shared.schemas.common import ErrorCode, ErrorEnvelope


class ApiError(AppError):
    """The server refused, with its own sentence and code.

    `status` is the HTTP status (0 when the answer came over a socket); `request_id` finds the
    request in the server's log.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str,
        status: int,
        request_id: str,
        retry_after_s: float | None = None,
        meta: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message, code=code, meta=meta, retry_after_s=retry_after_s)
        self.status = status
        self.request_id = request_id

    @classmethod
    def from_envelope(cls, envelope: ErrorEnvelope, *, status: int) -> "ApiError":
        """The error that an envelope describes."""
        return cls(
            envelope.message,
            code=envelope.code,
            status=status,
            request_id=envelope.requestId,
            retry_after_s=envelope.retryAfter,
            meta=envelope.meta,
        )

    @classmethod
    def from_body(cls, body: bytes, *, status: int, request_id: str) -> "ApiError":
        """The error of a refused request, also when something between us and the server wrote it.

        A proxy answers in its own words; those are not shown, the status is named instead.
        """
        try:
            return cls.from_envelope(ErrorEnvelope.model_validate_json(body), status=status)
        except ValidationError:
            return cls(
                f"The server refused with status {status}. Try again in a moment.",
                code=ErrorCode.UNAVAILABLE if status >= 500 else ErrorCode.INTERNAL,
                status=status,
                request_id=request_id,
            )


def unreachable(host: str) -> Unavailable:
    """Nobody answers at the address."""
    return Unavailable(
        f"The server at {host} cannot be reached. Check that it runs and that you are online,"
        " then try again.",
        code="SERVER_UNREACHABLE",
        meta={"host": host},
    )


def too_slow(host: str) -> Unavailable:
    """Somebody is there but says nothing."""
    return Unavailable(
        f"The server at {host} did not answer in time. Try again in a moment.",
        code="SERVER_TIMEOUT",
        meta={"host": host},
    )


def untrusted(host: str) -> Unavailable:
    """The server's certificate does not prove who it is."""
    return Unavailable(
        f"The certificate of {host} is not trusted, so nothing was sent. Check the address and"
        " this computer's clock.",
        code="CERTIFICATE_REFUSED",
        meta={"host": host},
    )


def not_understood(host: str) -> ProtocolError:
    """The server's answer is not what the contract says."""
    return ProtocolError(
        f"The answer of {host} could not be understood. Check the address, and update the app if"
        " it is older than the server.",
        code="ANSWER_NOT_UNDERSTOOD",
        meta={"host": host},
    )

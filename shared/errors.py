"""The one family of errors that may reach a person, for every part of the product."""

from collections.abc import Mapping
from typing import Any, ClassVar


class AppError(Exception):
    """A failure with a sentence its reader can act on and a code that never changes.

    `message` is one English sentence naming the next step; it never holds a secret. The apps
    translate it by `code` and `meta`, the server by the request's `Accept-Language`.
    """

    default_code: ClassVar[str] = "INTERNAL"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        meta: Mapping[str, Any] | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.meta: dict[str, Any] = dict(meta or {})
        self.retry_after_s = retry_after_s

    def __str__(self) -> str:
        return self.message


class InvalidInput(AppError):
    """Something a person or another program gave us cannot be used as it is."""

    default_code = "INVALID_INPUT"


class Unavailable(AppError):
    """A device, a host or a service is not there now; trying again may help."""

    default_code = "UNAVAILABLE"


class DeviceError(AppError):
    """A camera, screen, microphone or encoder cannot be opened or has gone."""

    default_code = "DEVICE_FAILED"


class StorageError(AppError):
    """A file or database cannot be read or written."""

    default_code = "STORAGE_FAILED"


class ProtocolError(AppError):
    """A peer sent bytes that its protocol does not allow."""

    default_code = "PROTOCOL_ERROR"

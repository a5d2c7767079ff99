"""What admins are told at once: `alert.raised` in their room, on the wire."""

from enum import StrEnum
from typing import Any

from shared.schemas.common import Id, Resource, Timestamp


class AlertKind(StrEnum):
    """What is wrong."""

    RATE_LIMITS = "rate_limits"
    ERRORS = "errors"
    INGEST = "ingest"
    BACKUP = "backup"
    AUDIT = "audit"
    DISK = "disk"
    STORE = "store"
    RELAY = "relay"


class Severity(StrEnum):
    """How soon somebody must look."""

    WARNING = "warning"
    CRITICAL = "critical"


class Alert(Resource):
    """Something an operator must know, in one sentence with the next step.

    The apps translate it by `kind` and `details`; the same kind is told again after ten minutes
    at the earliest.
    """

    id: Id
    kind: AlertKind
    severity: Severity
    text: str
    details: dict[str, Any] = {}
    at: Timestamp

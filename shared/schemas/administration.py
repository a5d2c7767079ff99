"""What admins read and set on the wire: people, settings, announcements, backups, compliance."""

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field, StrictBool

from shared.schemas.accounts import UserRef
from shared.schemas.admin import Health
from shared.schemas.common import PLAIN_TEXT, PLAIN_WORDS, Id, Request, Resource, Timestamp
from shared.schemas.roles import Role

Reason = Annotated[str, Field(min_length=3, max_length=300, pattern=PLAIN_WORDS)]


class AdminUser(Resource):
    """A person as admins see them."""

    id: Id
    email: str
    display_name: str
    role: Role
    is_banned: bool
    two_factor: bool
    created_at: Timestamp
    last_seen_at: Timestamp | None = None
    erased_at: Timestamp | None = None


class AdminUserPatch(Request):
    """A change to somebody below one's own rank; `reason` goes into the audit log."""

    role: Role | None = None
    reset_two_factor: bool = False
    unlock: bool = False
    reason: Reason


FlagName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")]


class Config(Resource):
    """The settings that may be changed while the server runs."""

    version: int
    revenue_target_tokens: int
    requests_per_minute: int
    address_requests_per_minute: int
    logins_per_minute: int
    fee_percent: int
    flags: dict[str, bool] = {}


class ConfigPatch(Request):
    """Changes; null leaves a setting as it is. The fee is for super admins only."""

    version: int
    revenue_target_tokens: Annotated[int, Field(ge=1, le=1_000_000_000)] | None = None
    requests_per_minute: Annotated[int, Field(ge=10, le=1_000_000)] | None = None
    address_requests_per_minute: Annotated[int, Field(ge=10, le=10_000_000)] | None = None
    logins_per_minute: Annotated[int, Field(ge=1, le=1000)] | None = None
    fee_percent: Annotated[int, Field(ge=0, le=100)] | None = None
    flags: (
        Annotated[
            dict[FlagName, StrictBool],
            Field(max_length=50, json_schema_extra={"additionalProperties": False}),
        ]
        | None
    ) = None


ROOT_SETTINGS = frozenset({"fee_percent"})
"""Settings that need the permission of a super admin."""


class AnnouncementCreate(Request):
    """A sentence to everybody, until `until` where it is given."""

    title: Annotated[str, Field(min_length=1, max_length=120, pattern=PLAIN_TEXT)]
    text: Annotated[str, Field(min_length=1, max_length=1000, pattern=PLAIN_TEXT)]
    until: Timestamp | None = None


class Announcement(Resource):
    """An announcement."""

    id: Id
    title: str
    text: str
    by: str
    at: Timestamp
    until: Timestamp | None = None


class ExportKind(StrEnum):
    """What can be exported as a table."""

    USERS = "users"
    STREAMS = "streams"
    TIPS = "tips"
    LEDGER = "ledger"
    REPORTS = "reports"
    AUDIT = "audit"


class RefundRequest(Request):
    """The id of a tip or gift to take back."""

    id: Id
    reason: Reason


class Backup(Resource):
    """One backup in the data folder.

    `evidence_in` says where its files of evidence are: in the backup, or still in the object
    store, whose own versions keep them. Backups of earlier versions have none.
    """

    name: str
    at: Timestamp
    size_bytes: int
    evidence_files: int | None = None
    evidence_in: Literal["backup", "store"] | None = None


class AdminHealth(Health):
    """Health, and how large and how busy the server is."""

    uptime_s: float
    database: str
    database_bytes: int | None = None
    backups: int = 0
    newest_backup_at: Timestamp | None = None


class ComplianceKind(StrEnum):
    """The kinds of compliance records."""

    KYC = "kyc"
    AGE = "age"
    RECORD_2257 = "2257"


class ComplianceState(StrEnum):
    """Where a record is."""

    OPEN = "open"
    APPROVED = "approved"
    REJECTED = "rejected"


class ComplianceSubmit(Request):
    """What somebody declares; the paper itself stays with them, its SHA-256 identifies it."""

    name: Annotated[str, Field(min_length=2, max_length=120, pattern=PLAIN_TEXT)]
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    document: Annotated[str, Field(pattern=r"^(passport|id_card|driving_licence|release)$")]
    document_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class ComplianceVerdict(StrEnum):
    """How a record is decided."""

    APPROVE = "approve"
    REJECT = "reject"


class ComplianceDecide(Request):
    """A decision about a record; `version` must be the one last seen."""

    version: int
    verdict: ComplianceVerdict
    reason: Reason


class ComplianceRecord(Resource):
    """One record of a queue."""

    id: Id
    kind: ComplianceKind
    user: UserRef
    state: ComplianceState
    version: int
    details: dict[str, Any]
    at: Timestamp
    decided_by: Id | None = None
    decided_at: Timestamp | None = None
    reason: str | None = None

"""Reports, cases, decisions and the audit log on the wire."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from shared.schemas.accounts import UserRef
from shared.schemas.common import PLAIN_TEXT, PLAIN_WORDS, Id, Request, Resource, Timestamp
from shared.schemas.room import ChatMessage, Restriction

Note = Annotated[str, Field(max_length=2000, pattern=PLAIN_TEXT)]


class SubjectType(StrEnum):
    """What a report or a case is about."""

    MESSAGE = "message"
    USER = "user"
    STREAM = "stream"


class ReportReason(StrEnum):
    """Why something is reported, from most to least severe."""

    MINOR_SAFETY = "minor_safety"
    NON_CONSENSUAL = "non_consensual"
    VIOLENCE = "violence"
    HATE = "hate"
    HARASSMENT = "harassment"
    PRIVACY = "privacy"
    FRAUD = "fraud"
    SPAM = "spam"
    OTHER = "other"


class ReportCreate(Request):
    """A report by a member. Reports on one subject merge into one case."""

    subject_type: SubjectType
    subject_id: Id
    reason: ReportReason
    note: Note = ""


class Report(Resource):
    """A report as its reporter and the moderators see it."""

    id: Id
    case_id: Id
    subject_type: SubjectType
    subject_id: Id
    reason: ReportReason
    note: str = ""
    reporter: UserRef | None = None
    at: Timestamp
    outcome: str | None = None


class CaseState(StrEnum):
    """Where a case is. A claimed case whose lease ran out counts as open."""

    OPEN = "open"
    CLAIMED = "claimed"
    ESCALATED = "escalated"
    DECIDED = "decided"


class PriorityPart(Resource):
    """One reason why a case stands where it stands in the queue."""

    name: str
    points: float
    because: str


class CaseSummary(Resource):
    """A row of the queue."""

    id: Id
    subject_type: SubjectType
    subject_id: Id
    subject_label: str
    stream_id: Id | None = None
    reasons: list[ReportReason]
    report_count: int
    state: CaseState
    priority: float
    priority_parts: list[PriorityPart]
    claimed_by: UserRef | None = None
    lease_until: Timestamp | None = None
    opened_at: Timestamp
    updated_at: Timestamp
    version: int


class CaseDetail(CaseSummary):
    """A case with what a moderator needs to decide: evidence as it was, context, history.

    `reporter_accuracy` is the share of the reporters' earlier reports that held (0 to 1), None
    while nothing is known.
    """

    reports: list[Report]
    evidence: dict[str, Any]
    subject_user: UserRef | None = None
    context: list[ChatMessage] = []
    history: list["AuditEntry"] = []
    restrictions: list[Restriction] = []
    reporter_accuracy: float | None = None
    strikes: list["Strike"] = []
    decision: "Decision | None" = None


class Lease(Resource):
    """The right to decide a case. `token` fences: it rises with every claim of the case."""

    case: CaseDetail
    token: int
    expires_at: Timestamp


class ActionKind(StrEnum):
    """What a decision may do; a case with no action is decided as no violation.

    A timeout is a mute that must end; who is restricted neither writes nor tips. Suspending takes
    the person's stream off the air, and with a duration keeps them off it so long.
    """

    DELETE_MESSAGE = "delete_message"
    WARN = "warn"
    TIMEOUT = "timeout"
    MUTE = "mute"
    RESTRICT = "restrict"
    SUSPEND_STREAM = "suspend_stream"
    HOLD_PAYOUT = "hold_payout"
    BAN = "ban"
    NO_VIOLATION = "no_violation"


class ActionRequest(Request):
    """One action of a decision; a duration only where the action takes one, none is for good."""

    kind: ActionKind
    duration_s: Annotated[int, Field(ge=60, le=31_536_000)] | None = None


class DecideRequest(Request):
    """A decision, valid only under the lease that `lease_token` names and the version seen."""

    version: int
    lease_token: int
    actions: Annotated[list[ActionRequest], Field(min_length=1, max_length=5)]
    policy: Annotated[str, Field(min_length=1, max_length=80)]
    statement: Annotated[str, Field(min_length=10, max_length=4000, pattern=PLAIN_TEXT)]


class CaseToken(Request):
    """Names the lease under which something is done to a case."""

    lease_token: int


class EscalateRequest(Request):
    """Hands a claimed case on to an admin, with a word on why."""

    lease_token: int
    note: Note = ""


class Policy(Resource):
    """A rule of the platform that a decision names as its ground."""

    id: str
    title: str
    text: str
    reasons: list[ReportReason]
    usual_actions: list[ActionKind]


class ActionEnd(StrEnum):
    """How an action came to its end."""

    EXPIRED = "expired"
    REVERSED = "reversed"
    OVERTURNED = "overturned"


class Action(Resource):
    """An action that was carried out, and whether it still stands."""

    id: Id
    kind: ActionKind
    target_type: SubjectType
    target_id: Id
    until: Timestamp | None = None
    ended_at: Timestamp | None = None
    ended_how: ActionEnd | None = None


Why = Annotated[str, Field(min_length=3, max_length=2000, pattern=PLAIN_WORDS)]


class ReverseRequest(Request):
    """Takes an action back, and says why."""

    reason: Why


class ReopenRequest(Request):
    """Opens a decided case again, and says why."""

    reason: Why


class PreviewRequest(Request):
    """A decision as it is being made: what would it do?"""

    actions: Annotated[list[ActionRequest], Field(min_length=1, max_length=5)]
    policy: Annotated[str, Field(min_length=1, max_length=80)] | None = None


class Preview(Resource):
    """What a decision would do, as sentences; `problem` says why it would be refused."""

    consequences: list[str]
    problem: str | None = None


class SuspendRequest(Request):
    """Takes a stream off the air at once; with a duration its creator stays off it so long."""

    policy: Annotated[str, Field(min_length=1, max_length=80)]
    statement: Annotated[str, Field(min_length=10, max_length=4000, pattern=PLAIN_TEXT)]
    duration_s: Annotated[int, Field(ge=60, le=31_536_000)] | None = None


class Strike(Resource):
    """What a decision counts against a person while it stands and has not expired."""

    decision_id: Id
    policy: str
    points: int
    at: Timestamp
    expires_at: Timestamp


class SubjectView(Resource):
    """What is known about something that could be reported, or was."""

    subject_type: SubjectType
    subject_id: Id
    label: str
    user: UserRef | None = None
    stream_id: Id | None = None
    strikes: list[Strike] = []
    strike_points: int = 0
    restrictions: list[Restriction] = []
    is_payout_held: bool = False
    history: list["AuditEntry"] = []
    open_cases: list[CaseSummary] = []
    times_reported: int = 0
    reporter_accuracy: float | None = None
    """Of the person's own reports, how many held."""


class Decision(Resource):
    """A decision with its actions and its statement of reasons."""

    id: Id
    case_id: Id
    by: UserRef
    at: Timestamp
    actions: list[Action]
    policy: str
    statement: str


class AuditEntry(Resource):
    """One link of the audit chain.

    `hash` is the hex SHA-256 of the canonical JSON (sorted keys, no spaces, UTF-8) of every other
    field of this model, `prev_hash` included; the first entry's `prev_hash` is 64 zeros.
    """

    seq: int
    at: Timestamp
    actor_id: str
    actor: str
    action: str
    subject_type: str
    subject_id: str
    details: dict[str, Any]
    prev_hash: str
    hash: str


class AuditVerdict(Resource):
    """Whether the whole chain verifies; `broken_at` is the first entry that does not."""

    ok: bool
    entries: int
    broken_at: int | None = None
    head: str


CaseDetail.model_rebuild()
SubjectView.model_rebuild()

"""Second opinions on the wire: appeals, second looks, statements of reasons, evidence, figures."""

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field

from shared.schemas.accounts import LoginRequest, UserRef
from shared.schemas.common import PLAIN_TEXT, Id, Request, Resource, Timestamp
from shared.schemas.moderation import Action, ActionEnd, ActionKind, Decision, Note, SubjectType

Words = Annotated[str, Field(min_length=10, max_length=4000, pattern=PLAIN_TEXT)]


class AppealState(StrEnum):
    """Where an appeal is."""

    OPEN = "open"
    UPHELD = "upheld"
    OVERTURNED = "overturned"


class AppealCreate(Request):
    """A complaint against a decision by the person concerned, or by one whose report it was."""

    decision_id: Id
    text: Words


class BannedProof(LoginRequest):
    """Who a person banned from the platform is: they have no session to show."""


class BannedAppeal(BannedProof):
    """Their appeal against the ban."""

    text: Words


class AppealDecide(Request):
    """What another person than the first makes of it; overturning takes everything back."""

    outcome: Annotated[
        Literal[AppealState.UPHELD, AppealState.OVERTURNED], Field(examples=[AppealState.UPHELD])
    ]
    statement: Words


class Appeal(Resource):
    """An appeal. Who decided and who reviewed is for moderators only."""

    id: Id
    decision_id: Id
    case_id: Id
    subject_type: SubjectType
    subject_id: Id
    subject_label: str
    appellant: UserRef
    text: str
    state: AppealState
    at: Timestamp
    policy: str
    decision_statement: str
    actions: list[Action]
    statement: str | None = None
    reviewed_at: Timestamp | None = None
    decider: UserRef | None = None
    reviewer: UserRef | None = None


class RestrictionScope(StrEnum):
    """What a measure restricts, as Art. 17(1) of the Digital Services Act sorts them."""

    VISIBILITY = "visibility"
    MONETARY = "monetary"
    SERVICE = "service"
    ACCOUNT = "account"
    NONE = "none"


class StatementMeasure(Resource):
    """One measure with its scope, its extent and its length (Art. 17(3)(a))."""

    action: ActionKind
    scope: RestrictionScope
    territory: str
    until: Timestamp | None = None
    ended_at: Timestamp | None = None
    ended_how: ActionEnd | None = None


class StatementOfReasons(Resource):
    """Why something was decided, in the shape of Art. 17(3) of the Digital Services Act."""

    id: Id
    case_id: Id
    at: Timestamp
    subject_type: SubjectType
    subject_id: Id
    measures: list[StatementMeasure]
    """(a) What was restricted, where and for how long."""
    facts: str
    """(b) The facts relied on."""
    source: str
    """(b) `notice` when somebody reported it, `own_initiative` when nobody did."""
    automated_detection: bool
    """(c) Whether software found it."""
    automated_decision: bool
    """(c) Whether software decided it."""
    policy: str
    policy_title: str
    policy_text: str
    policy_version: str
    """(e) The rule of the platform that it breaks."""
    explanation: str
    """(e) Why it breaks that rule."""
    redress: list[str]
    """(f) What can be done against it."""
    appeal_until: Timestamp
    evidence_sha256: str | None = None


class BannedNotice(Resource):
    """What a banned person may know: why, and what became of their appeal."""

    statement: StatementOfReasons
    appeal: Appeal | None = None


class EvidenceBundle(Resource):
    """A case's evidence as it was sealed when it was first decided.

    `sha256` is the hex SHA-256 of `bundle` as canonical JSON: sorted keys, no spaces, UTF-8.
    """

    case_id: Id
    at: Timestamp
    bundle: dict[str, Any]
    sha256: str
    on_hold: bool


class EvidenceClip(Resource):
    """A case's clip of the broadcast: from some seconds before the report to some after it.

    `sha256` is the hex SHA-256 of the video's bytes.
    """

    case_id: Id
    begins_at: Timestamp
    ends_at: Timestamp
    size_bytes: int
    sha256: str
    stills: int
    """How many pictures of it there are."""


class HoldRequest(Request):
    """Forbids, or allows again, that a case's evidence is ever erased."""

    on_hold: bool


class SecondLook(Resource):
    """A decision drawn by chance for a look by somebody else."""

    decision: Decision
    subject_label: str
    drawn_at: Timestamp
    reviewer: UserRef | None = None
    agrees: bool | None = None
    note: str = ""
    reviewed_at: Timestamp | None = None


class SecondLookDecide(Request):
    """Whether the second person would have decided the same."""

    agrees: bool
    note: Note = ""


class ModeratorFigures(Resource):
    """What one moderator did in the time asked for."""

    moderator: UserRef
    decided: int
    overturned: int
    second_looks: int
    agreed: int


class ModerationMetrics(Resource):
    """How moderation does; times are seconds, rates 0 to 1 or None while nothing is known."""

    since: Timestamp
    decided: int
    time_to_action_p50_s: float | None = None
    time_to_action_p90_s: float | None = None
    appeals: int
    appeals_open: int
    overturn_rate: float | None = None
    second_looks_open: int
    agreement_rate: float | None = None
    queue: int
    escalated: int
    queue_age_p50_s: float | None = None
    queue_oldest_s: float | None = None
    moderators: list[ModeratorFigures]

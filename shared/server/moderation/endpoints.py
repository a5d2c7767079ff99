"""Routes for reports by members, and for the moderators who decide about them."""

from typing import Annotated

from fastapi import Header, Query

from shared.schemas.common import DEFAULT_PAGE, MAX_PAGE, ErrorCode, Id, Page
from shared.schemas.moderation import (
    Action,
    AuditEntry,
    CaseDetail,
    CaseState,
    CaseSummary,
    CaseToken,
    DecideRequest,
    Decision,
    EscalateRequest,
    Lease,
    Policy,
    Preview,
    PreviewRequest,
    ReopenRequest,
    Report,
    ReportCreate,
    ReportReason,
    ReverseRequest,
    SubjectType,
    SubjectView,
    SuspendRequest,
)
from shared.schemas.roles import Permission
from shared.schemas.streams import Stream
from shared.server.http.errors import language_of
from shared.server.http.routes import IdempotencyKey, Router, SignedIn, provided
from shared.server.moderation.consequences import Consequences
from shared.server.moderation.decisions import Decisions
from shared.server.moderation.leases import Leases
from shared.server.moderation.policies import policies as policies_in
from shared.server.moderation.queue import Queue, QueueFilter
from shared.server.moderation.reports import Reports
from shared.server.moderation.reversals import Reversals
from shared.server.moderation.standing import Standing
from shared.server.moderation.streams import Supervision
from shared.server.moderation.suspension import Suspension
from shared.server.moderation.trail import Trail

ROUTER = Router("moderation")

_Reports = Annotated[Reports, provided(Reports)]
_Queue = Annotated[Queue, provided(Queue)]
_Leases = Annotated[Leases, provided(Leases)]
_Decisions = Annotated[Decisions, provided(Decisions)]
_Reversals = Annotated[Reversals, provided(Reversals)]
_Suspension = Annotated[Suspension, provided(Suspension)]
_Consequences = Annotated[Consequences, provided(Consequences)]
_Standing = Annotated[Standing, provided(Standing)]
_Language = Annotated[str, Header(alias="Accept-Language", include_in_schema=False)]
_Supervision = Annotated[Supervision, provided(Supervision)]
_Trail = Annotated[Trail, provided(Trail)]
_Limit = Annotated[int, Query(ge=1, le=MAX_PAGE)]
_Cursor = Annotated[str | None, Query(max_length=400)]

_SETTLED = (ErrorCode.NOT_FOUND, ErrorCode.CONFLICT, ErrorCode.IDEMPOTENCY_MISMATCH)
_LEASED = (ErrorCode.NOT_FOUND, ErrorCode.LEASE_LOST, ErrorCode.CONFLICT)


@ROUTER.post(
    "/reports",
    needs=Permission.REPORT,
    status_code=201,
    errors=(ErrorCode.NOT_FOUND, ErrorCode.IDEMPOTENCY_MISMATCH),
    summary="Report a message, a person or a stream",
)
async def report(
    body: ReportCreate, caller: SignedIn, reports: _Reports, key: IdempotencyKey = None
) -> Report:
    """Reports on one subject merge into one case; the reporter hears of the outcome."""
    return await reports.create(caller, body, key)


@ROUTER.get("/reports/mine", needs=Permission.REPORT, summary="My reports")
async def my_reports(
    caller: SignedIn, reports: _Reports, cursor: _Cursor = None, limit: _Limit = DEFAULT_PAGE
) -> Page[Report]:
    """Newest first, each with its outcome once it is decided."""
    return await reports.mine(caller, cursor=cursor, limit=limit)


@ROUTER.get("/moderation/queue", needs=Permission.MODERATE, summary="Cases to decide")
async def queue(
    caller: SignedIn,
    cases: _Queue,
    state: CaseState | None = None,
    reason: ReportReason | None = None,
    subject_type: SubjectType | None = None,
    stream_id: Id | None = None,
    mine: bool = False,
    cursor: _Cursor = None,
    limit: _Limit = DEFAULT_PAGE,
) -> Page[CaseSummary]:
    """Most urgent first, with the reasons why; without a state, all that are undecided."""
    wanted = QueueFilter(state, reason, subject_type, stream_id, mine)
    return await cases.page(caller, wanted, cursor=cursor, limit=limit)


@ROUTER.get(
    "/moderation/cases/{case_id}",
    needs=Permission.MODERATE,
    errors=(ErrorCode.NOT_FOUND,),
    summary="One case",
)
async def case(case_id: Id, trail: _Trail) -> CaseDetail:
    """Evidence as it was when first reported, context, history, restrictions and reporters."""
    return await trail.case(case_id)


@ROUTER.post(
    "/moderation/cases/{case_id}/claim",
    needs=Permission.MODERATE,
    errors=(ErrorCode.NOT_FOUND, ErrorCode.CASE_CLAIMED, ErrorCode.CONFLICT),
    summary="Claim a case, or renew a claim",
)
async def claim(case_id: Id, caller: SignedIn, leases: _Leases) -> Lease:
    """The token rises with every new claim; decisions under an older one are refused."""
    return await leases.claim(caller, case_id)


@ROUTER.post(
    "/moderation/cases/{case_id}/release",
    needs=Permission.MODERATE,
    errors=_LEASED,
    summary="Give a case back",
)
async def release(case_id: Id, body: CaseToken, caller: SignedIn, leases: _Leases) -> CaseSummary:
    """It waits again for whoever takes it."""
    return await leases.release(caller, case_id, body.lease_token)


@ROUTER.post(
    "/moderation/cases/{case_id}/skip",
    needs=Permission.MODERATE,
    errors=_LEASED,
    summary="Leave a case to others",
)
async def skip(case_id: Id, body: CaseToken, caller: SignedIn, leases: _Leases) -> CaseSummary:
    """It waits again, and for half an hour comes last in one's own queue."""
    return await leases.skip(caller, case_id, body.lease_token)


@ROUTER.post(
    "/moderation/cases/{case_id}/escalate",
    needs=Permission.MODERATE,
    errors=_LEASED,
    summary="Hand a case on to the admins",
)
async def escalate(
    case_id: Id, body: EscalateRequest, caller: SignedIn, leases: _Leases
) -> CaseSummary:
    """From now on an admin has to take it."""
    return await leases.escalate(caller, case_id, body.lease_token, body.note)


@ROUTER.post(
    "/moderation/cases/{case_id}/decide",
    needs=Permission.MODERATE,
    errors=(*_LEASED, ErrorCode.VERSION_CONFLICT, ErrorCode.IDEMPOTENCY_MISMATCH),
    summary="Decide a case",
)
async def decide(
    case_id: Id,
    body: DecideRequest,
    caller: SignedIn,
    decisions: _Decisions,
    key: IdempotencyKey = None,
) -> Decision:
    """Decision, actions, statement of reasons and audit link are one transaction."""
    return await decisions.decide(caller, case_id, body, key)


@ROUTER.post(
    "/moderation/cases/{case_id}/preview",
    needs=Permission.MODERATE,
    errors=(ErrorCode.NOT_FOUND,),
    summary="What a decision would do",
)
async def preview(
    case_id: Id,
    body: PreviewRequest,
    caller: SignedIn,
    consequences: _Consequences,
    language: _Language = "en",
) -> Preview:
    """The consequences as sentences, and why the decision would be refused if it would."""
    is_dutch = language_of(language) == "nl"
    return await consequences.preview(caller, case_id, body, is_dutch=is_dutch)


@ROUTER.post(
    "/moderation/cases/{case_id}/reopen",
    needs=Permission.MODERATE,
    errors=_SETTLED,
    summary="Open a decided case again",
)
async def reopen(
    case_id: Id,
    body: ReopenRequest,
    caller: SignedIn,
    reversals: _Reversals,
    key: IdempotencyKey = None,
) -> CaseSummary:
    """It waits in the queue again; what was done stands until it is taken back."""
    return await reversals.reopen(caller, case_id, body, key)


@ROUTER.post(
    "/moderation/actions/{action_id}/reverse",
    needs=Permission.MODERATE,
    errors=_SETTLED,
    summary="Take an action back",
)
async def reverse(
    action_id: Id,
    body: ReverseRequest,
    caller: SignedIn,
    reversals: _Reversals,
    key: IdempotencyKey = None,
) -> Action:
    """The inverse of exactly what it did; the person concerned is told."""
    return await reversals.reverse(caller, action_id, body, key)


@ROUTER.get(
    "/moderation/subjects/{subject_type}/{subject_id}",
    needs=Permission.MODERATE,
    errors=(ErrorCode.NOT_FOUND,),
    summary="What is known about a subject",
)
async def subject(subject_type: SubjectType, subject_id: Id, standing: _Standing) -> SubjectView:
    """Strikes, restrictions, history and open cases of a message, a person or a stream."""
    return await standing.of(subject_type, subject_id)


@ROUTER.get("/moderation/policies", needs=Permission.MODERATE, summary="The policies")
async def policies(language: _Language = "en") -> Page[Policy]:
    """What a decision may name as its ground, in the language of `Accept-Language`."""
    return Page[Policy](items=policies_in(is_dutch=language_of(language) == "nl"))


@ROUTER.get("/moderation/streams", needs=Permission.MODERATE, summary="Streams on air by risk")
async def streams(
    caller: SignedIn, wall: _Supervision, cursor: _Cursor = None, limit: _Limit = DEFAULT_PAGE
) -> Page[Stream]:
    """Riskiest first; `safety_score` is the risk they are ordered by."""
    return await wall.page(caller, cursor=cursor, limit=limit)


@ROUTER.post(
    "/moderation/streams/{stream_id}/suspend",
    needs=Permission.MODERATE,
    errors=(ErrorCode.NOT_FOUND, ErrorCode.STREAM_ENDED, ErrorCode.IDEMPOTENCY_MISMATCH),
    summary="Take a stream off the air",
)
async def suspend(
    stream_id: Id,
    body: SuspendRequest,
    caller: SignedIn,
    suspension: _Suspension,
    key: IdempotencyKey = None,
) -> Decision:
    """At once: publisher and segments go with the commit; the creator gets the statement."""
    return await suspension.suspend(caller, stream_id, body, key)


@ROUTER.get("/moderation/log", needs=Permission.AUDIT_OWN, summary="What was done")
async def log(
    caller: SignedIn, trail: _Trail, cursor: _Cursor = None, limit: _Limit = DEFAULT_PAGE
) -> Page[AuditEntry]:
    """Newest first: one's own acts, and everybody's for those who may read the audit log."""
    return await trail.log(caller, cursor=cursor, limit=limit)

"""Routes for second opinions: appeals, second looks, statements of reasons, evidence, figures."""

from typing import Annotated

from fastapi import Header, Query, Request, Response
from fastapi import Path as PathParameter

from shared.schemas.appeals import (
    Appeal,
    AppealCreate,
    AppealDecide,
    AppealState,
    BannedAppeal,
    BannedNotice,
    BannedProof,
    EvidenceBundle,
    EvidenceClip,
    HoldRequest,
    ModerationMetrics,
    SecondLook,
    SecondLookDecide,
    StatementOfReasons,
)
from shared.schemas.common import DEFAULT_PAGE, MAX_PAGE, ErrorCode, Id, Page
from shared.schemas.roles import Permission
from shared.server.accounts.service import AccountService
from shared.server.core import Core
from shared.server.http.errors import language_of
from shared.server.http.gateway import client_address
from shared.server.http.routes import Access, IdempotencyKey, Router, SignedIn, provided
from shared.server.moderation.appeals import Appeals
from shared.server.moderation.banned import Banned
from shared.server.moderation.clips import Clips
from shared.server.moderation.evidence import Evidence
from shared.server.moderation.figures import Figures
from shared.server.moderation.second_looks import SecondLooks
from shared.server.moderation.statements import Statements

ROUTER = Router("moderation")

_Appeals = Annotated[Appeals, provided(Appeals)]
_Evidence = Annotated[Evidence, provided(Evidence)]
_Accounts = Annotated[AccountService, provided(AccountService)]
_Banned = Annotated[Banned, provided(Banned)]
_Core = Annotated[Core, provided(Core)]
_Clips = Annotated[Clips, provided(Clips)]
_Figures = Annotated[Figures, provided(Figures)]
_SecondLooks = Annotated[SecondLooks, provided(SecondLooks)]
_Statements = Annotated[Statements, provided(Statements)]
_Limit = Annotated[int, Query(ge=1, le=MAX_PAGE)]
_Language = Annotated[str, Header(alias="Accept-Language", include_in_schema=False)]
_Number = Annotated[int, PathParameter(ge=0, le=99)]
_PRIVATE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_Days = Annotated[int, Query(ge=1, le=366)]

_PROVING = (
    ErrorCode.INVALID_CREDENTIALS,
    ErrorCode.TWO_FACTOR_REQUIRED,
    ErrorCode.ACCOUNT_LOCKED,
)
_SETTLED = (ErrorCode.NOT_FOUND, ErrorCode.CONFLICT, ErrorCode.IDEMPOTENCY_MISMATCH)


def _address(request: Request, core: Core) -> str:
    headers = dict(request.scope["headers"])
    return client_address(request.scope, headers, trust_proxy=core.settings.trust_proxy)


@ROUTER.get("/appeals", needs=Access.SIGNED_IN, summary="Appeals")
async def appeals(
    caller: SignedIn,
    service: _Appeals,
    state: AppealState | None = None,
    cursor: Id | None = None,
    limit: _Limit = DEFAULT_PAGE,
) -> Page[Appeal]:
    """One's own; moderators see all, those that waited longest first."""
    return await service.page(caller, state=state, cursor=cursor, limit=limit)


@ROUTER.post(
    "/appeals",
    needs=Access.SIGNED_IN,
    status_code=201,
    errors=_SETTLED,
    summary="Appeal against a decision",
)
async def appeal(
    body: AppealCreate, caller: SignedIn, service: _Appeals, key: IdempotencyKey = None
) -> Appeal:
    """Within six months, once, by whom it concerns or who had reported it."""
    return await service.file(caller, body, key)


@ROUTER.post(
    "/auth/banned",
    needs=Access.PUBLIC,
    errors=(*_PROVING, ErrorCode.NOT_FOUND, ErrorCode.CONFLICT),
    summary="Why I am banned",
)
async def banned(
    body: BannedProof,
    accounts: _Accounts,
    service: _Banned,
    core: _Core,
    request: Request,
    language: _Language = "en",
) -> BannedNotice:
    """The statement of reasons and the appeal, for who is banned and cannot sign in."""
    caller = await accounts.banned(body, address=_address(request, core))
    return await service.notice(caller, is_dutch=language_of(language) == "nl")


@ROUTER.post(
    "/auth/banned/appeal",
    needs=Access.PUBLIC,
    status_code=201,
    errors=(*_PROVING, ErrorCode.NOT_FOUND, ErrorCode.CONFLICT),
    summary="Appeal against my ban",
)
async def banned_appeal(
    body: BannedAppeal, accounts: _Accounts, service: _Banned, core: _Core, request: Request
) -> Appeal:
    """Within six months, once; somebody else than the first person judges it."""
    caller = await accounts.banned(body, address=_address(request, core))
    return await service.appeal(caller, body.text)


@ROUTER.post(
    "/appeals/{appeal_id}/decide",
    needs=Permission.MODERATE,
    errors=_SETTLED,
    summary="Judge an appeal",
)
async def judge(
    appeal_id: Id,
    body: AppealDecide,
    caller: SignedIn,
    service: _Appeals,
    key: IdempotencyKey = None,
) -> Appeal:
    """By another person than the first. Overturning runs the inverse of every action."""
    return await service.judge(caller, appeal_id, body, key)


@ROUTER.get(
    "/moderation/statements/{decision_id}",
    needs=Access.SIGNED_IN,
    errors=(ErrorCode.NOT_FOUND,),
    summary="A statement of reasons",
)
async def statement(
    decision_id: Id, caller: SignedIn, statements: _Statements, language: _Language = "en"
) -> StatementOfReasons:
    """For the person concerned and for moderators, in the shape of DSA Art. 17."""
    return await statements.of(caller, decision_id, is_dutch=language_of(language) == "nl")


@ROUTER.get(
    "/moderation/cases/{case_id}/evidence",
    needs=Permission.MODERATE,
    errors=(ErrorCode.NOT_FOUND,),
    summary="A case's sealed evidence",
)
async def evidence(case_id: Id, service: _Evidence) -> EvidenceBundle:
    """As it was when the case was first decided, with the hash that the audit log names."""
    return await service.of(case_id)


@ROUTER.get(
    "/moderation/cases/{case_id}/clip",
    needs=Permission.MODERATE,
    errors=(ErrorCode.NOT_FOUND,),
    summary="A case's clip of the broadcast",
)
async def clip(case_id: Id, clips: _Clips) -> EvidenceClip:
    """When it was, how long it is, and its hash; some seconds after the report it is there."""
    return await clips.of(case_id)


@ROUTER.get(
    "/moderation/cases/{case_id}/clip/video",
    needs=Permission.MODERATE,
    errors=(ErrorCode.NOT_FOUND,),
    response_class=Response,
    summary="The clip itself",
)
async def clip_video(case_id: Id, clips: _Clips) -> Response:
    """Fragmented MP4, as the broadcast's viewers got it."""
    content = await clips.video(case_id)
    return Response(content, media_type="video/mp4", headers=_PRIVATE)


@ROUTER.get(
    "/moderation/cases/{case_id}/clip/stills/{number}",
    needs=Permission.MODERATE,
    errors=(ErrorCode.NOT_FOUND,),
    response_class=Response,
    summary="A picture of the clip",
)
async def clip_still(case_id: Id, number: _Number, clips: _Clips) -> Response:
    """A small JPEG; show it blurred until somebody asks to see it."""
    content = await clips.still(case_id, number)
    return Response(content, media_type="image/jpeg", headers=_PRIVATE)


@ROUTER.post(
    "/moderation/cases/{case_id}/hold",
    needs=Permission.MODERATE,
    errors=(ErrorCode.NOT_FOUND,),
    summary="Put evidence on hold",
)
async def hold(
    case_id: Id, body: HoldRequest, caller: SignedIn, service: _Evidence
) -> EvidenceBundle:
    """What is on hold is not erased, not even on request of the person concerned."""
    return await service.hold(caller, case_id, on_hold=body.on_hold)


@ROUTER.get(
    "/moderation/second-looks", needs=Permission.MODERATE, summary="Decisions to look at again"
)
async def second_looks(
    caller: SignedIn,
    service: _SecondLooks,
    cursor: Id | None = None,
    limit: _Limit = DEFAULT_PAGE,
) -> Page[SecondLook]:
    """Drawn by chance from decisions of others, oldest first."""
    return await service.waiting(caller, cursor, limit)


@ROUTER.post(
    "/moderation/second-looks/{decision_id}",
    needs=Permission.MODERATE,
    errors=(ErrorCode.NOT_FOUND, ErrorCode.CONFLICT),
    summary="Say whether one would have decided the same",
)
async def second_look(
    decision_id: Id, body: SecondLookDecide, caller: SignedIn, service: _SecondLooks
) -> SecondLook:
    """Changes nothing by itself: it counts in the figures, and the case may be reopened."""
    return await service.judge(caller, decision_id, body)


@ROUTER.get("/moderation/metrics", needs=Permission.MODERATE, summary="How moderation does")
async def metrics(figures: _Figures, days: _Days = 28) -> ModerationMetrics:
    """Time to action, overturn rate and second looks of so many days, and the queue now."""
    return await figures.of(days)

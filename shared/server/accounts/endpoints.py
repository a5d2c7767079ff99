"""Routes for signing up, in and out, and for one's own sessions."""

from typing import Annotated

from fastapi import Header, Query, Request, Response

from shared.schemas.accounts import (
    ActiveSession,
    LoginRequest,
    PasswordChange,
    SessionGrant,
    SignupRequest,
    User,
)
from shared.schemas.common import DEFAULT_PAGE, MAX_PAGE, Done, ErrorCode, Id, Page
from shared.server.accounts.service import AccountService
from shared.server.core import Core
from shared.server.http.gateway import client_address
from shared.server.http.routes import Access, Router, SignedIn, provided
from shared.server.http.sessions import COOKIE

ROUTER = Router("auth")
Accounts = Annotated[AccountService, provided(AccountService)]
Parts = Annotated[Core, provided(Core)]
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE)]
Device = Annotated[
    str | None,
    Header(alias="X-Device-Id", min_length=16, max_length=64, pattern=r"^[A-Za-z0-9-]+$"),
]
"""A random name that an app made for itself; kept as a salted hash only."""


def _client(request: Request) -> str:
    return request.headers.get("user-agent", "unknown")[:120]


def _address(request: Request, core: Core) -> str:
    headers = dict(request.scope["headers"])
    return client_address(request.scope, headers, trust_proxy=core.settings.trust_proxy)


def _set_cookie(request: Request, response: Response, core: Core, secret: str) -> None:
    response.set_cookie(
        COOKIE,
        secret,
        max_age=core.settings.session_absolute_s,
        path="/",
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    response.headers["Cache-Control"] = "no-store"


@ROUTER.post(
    "/auth/signup",
    needs=Access.PUBLIC,
    status_code=201,
    errors=(ErrorCode.CONFLICT, ErrorCode.FORBIDDEN),
    summary="Become a member",
)
async def signup(
    body: SignupRequest,
    accounts: Accounts,
    core: Parts,
    request: Request,
    response: Response,
    device: Device = None,
) -> SessionGrant:
    """Make an account for an adult and sign in."""
    grant = await accounts.signup(
        body, client=_client(request), address=_address(request, core), device=device
    )
    _set_cookie(request, response, core, grant.session)
    return grant


@ROUTER.post(
    "/auth/login",
    needs=Access.PUBLIC,
    errors=(
        ErrorCode.INVALID_CREDENTIALS,
        ErrorCode.TWO_FACTOR_REQUIRED,
        ErrorCode.ACCOUNT_BANNED,
        ErrorCode.ACCOUNT_LOCKED,
    ),
    summary="Sign in",
)
async def login(
    body: LoginRequest,
    accounts: Accounts,
    core: Parts,
    request: Request,
    response: Response,
    device: Device = None,
) -> SessionGrant:
    """Begin a session; the secret is also set as a cookie for browsers."""
    grant = await accounts.login(
        body, client=_client(request), address=_address(request, core), device=device
    )
    _set_cookie(request, response, core, grant.session)
    return grant


@ROUTER.post("/auth/logout", needs=Access.SIGNED_IN, summary="Sign out")
async def logout(caller: SignedIn, accounts: Accounts, response: Response) -> Done:
    """End this session, its sockets included."""
    await accounts.logout(caller)
    response.delete_cookie(COOKIE, path="/")
    return Done()


@ROUTER.get("/auth/me", needs=Access.SIGNED_IN, summary="Who I am")
async def me(caller: SignedIn, accounts: Accounts) -> User:
    """The signed-in person with their permissions."""
    return await accounts.me(caller)


@ROUTER.get("/auth/sessions", needs=Access.SIGNED_IN, summary="My sessions")
async def sessions(
    caller: SignedIn, accounts: Accounts, cursor: Id | None = None, limit: Limit = DEFAULT_PAGE
) -> Page[ActiveSession]:
    """Every session of mine that still holds, newest first."""
    return await accounts.sessions(caller, cursor, limit)


@ROUTER.delete(
    "/auth/sessions/{session_id}",
    needs=Access.SIGNED_IN,
    errors=(ErrorCode.NOT_FOUND,),
    summary="End one of my sessions",
)
async def end_session(session_id: Id, caller: SignedIn, accounts: Accounts) -> Done:
    """End it at once, its sockets included."""
    await accounts.revoke(caller, session_id)
    return Done()


@ROUTER.post(
    "/auth/password",
    needs=Access.SIGNED_IN,
    errors=(ErrorCode.INVALID_CREDENTIALS, ErrorCode.ACCOUNT_LOCKED),
    summary="Change my password",
)
async def password(
    body: PasswordChange,
    caller: SignedIn,
    accounts: Accounts,
    core: Parts,
    request: Request,
    response: Response,
) -> SessionGrant:
    """Ends every session of mine and begins a new one."""
    grant = await accounts.change_password(
        caller, current=body.current, new=body.new, client=_client(request)
    )
    _set_cookie(request, response, core, grant.session)
    return grant

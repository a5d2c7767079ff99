"""Routes for the second factor."""

from typing import Annotated

from shared.schemas.accounts import (
    RecoveryCodes,
    TwoFactorDisable,
    TwoFactorEnable,
    TwoFactorSetup,
    TwoFactorVerify,
)
from shared.schemas.common import Done, ErrorCode
from shared.server.accounts.service import AccountService
from shared.server.http.routes import Access, Router, SignedIn, provided

ROUTER = Router("auth")
Accounts = Annotated[AccountService, provided(AccountService)]


@ROUTER.post(
    "/auth/2fa/enable",
    needs=Access.SIGNED_IN,
    errors=(ErrorCode.INVALID_CREDENTIALS, ErrorCode.ACCOUNT_LOCKED, ErrorCode.CONFLICT),
    summary="Begin with a second factor",
)
async def enable(body: TwoFactorEnable, caller: SignedIn, accounts: Accounts) -> TwoFactorSetup:
    """A secret for an authenticator app; nothing changes until a code of it was given."""
    return await accounts.begin_two_factor(caller, body.password)


@ROUTER.post(
    "/auth/2fa/verify",
    needs=Access.SIGNED_IN,
    errors=(ErrorCode.INVALID_CREDENTIALS, ErrorCode.CONFLICT),
    summary="Turn the second factor on",
)
async def verify(body: TwoFactorVerify, caller: SignedIn, accounts: Accounts) -> RecoveryCodes:
    """By a first code. The recovery codes are shown this once: each signs in one time."""
    return await accounts.confirm_two_factor(caller, body.code)


@ROUTER.post(
    "/auth/2fa/disable",
    needs=Access.SIGNED_IN,
    errors=(ErrorCode.INVALID_CREDENTIALS, ErrorCode.ACCOUNT_LOCKED),
    summary="Turn the second factor off",
)
async def disable(body: TwoFactorDisable, caller: SignedIn, accounts: Accounts) -> Done:
    """By password and a code of the app or a recovery code."""
    await accounts.end_two_factor(caller, body.password, body.code)
    return Done()

"""Signing up, in and out, for every app."""

from collections.abc import Callable

from pydantic import SecretStr

from shared.api.calls import Calls
from shared.schemas.accounts import (
    ActiveSession,
    LoginRequest,
    PasswordChange,
    RecoveryCodes,
    SessionGrant,
    SignupRequest,
    TwoFactorDisable,
    TwoFactorEnable,
    TwoFactorSetup,
    TwoFactorVerify,
    User,
)
from shared.schemas.common import Done, Page


class Auth:
    """`/auth`: each grant becomes the client's session."""

    def __init__(self, calls: Calls, set_session: Callable[[str | None], None]) -> None:
        self._calls = calls
        self._set_session = set_session

    async def signup(self, request: SignupRequest, *, device: str | None = None) -> SessionGrant:
        """Make an account and sign in; `device` is what `shared.installation` calls us there."""
        grant = await self._calls.post(
            "/auth/signup", SessionGrant, body=request, headers=_known_by(device)
        )
        self._set_session(grant.session)
        return grant

    async def login(
        self, email: str, password: str, code: str | None = None, *, device: str | None = None
    ) -> SessionGrant:
        """Sign in; `code` is a TOTP or recovery code where two-factor is on."""
        request = LoginRequest(email=email, password=SecretStr(password), code=code)
        grant = await self._calls.post(
            "/auth/login", SessionGrant, body=request, headers=_known_by(device)
        )
        self._set_session(grant.session)
        return grant

    async def logout(self) -> None:
        """End the session on the server and forget it here."""
        await self._calls.post("/auth/logout", Done)
        self._set_session(None)

    async def me(self) -> User:
        """Who is signed in."""
        return await self._calls.get("/auth/me", User)

    async def change_password(self, current: str, new: str) -> SessionGrant:
        """Take a new password; every session ends, and the answer's one begins."""
        request = PasswordChange(current=SecretStr(current), new=SecretStr(new))
        grant = await self._calls.post("/auth/password", SessionGrant, body=request)
        self._set_session(grant.session)
        return grant

    async def sessions(
        self, *, cursor: str | None = None, limit: int | None = None
    ) -> Page[ActiveSession]:
        """Where the person is signed in, newest first."""
        params = {"cursor": cursor, "limit": limit}
        return await self._calls.get("/auth/sessions", Page[ActiveSession], params=params)

    async def end_session(self, session_id: str) -> None:
        """Sign another of the person's sessions out."""
        await self._calls.delete(f"/auth/sessions/{session_id}", Done)

    async def enable_two_factor(self, password: str) -> TwoFactorSetup:
        """Begin with a second factor; the answer goes into an authenticator app."""
        request = TwoFactorEnable(password=SecretStr(password))
        return await self._calls.post("/auth/2fa/enable", TwoFactorSetup, body=request)

    async def verify_two_factor(self, code: str) -> RecoveryCodes:
        """Turn the second factor on by a first code; show the recovery codes at once."""
        request = TwoFactorVerify(code=code)
        return await self._calls.post("/auth/2fa/verify", RecoveryCodes, body=request)

    async def disable_two_factor(self, password: str, code: str) -> None:
        """Turn the second factor off."""
        request = TwoFactorDisable(password=SecretStr(password), code=code)
        await self._calls.post("/auth/2fa/disable", Done, body=request)


def _known_by(device: str | None) -> dict[str, str]:
    return {} if device is None else {"X-Device-Id": device}

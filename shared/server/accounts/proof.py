"""Proving who one is: e-mail and password, a pause after too many failures, and a second factor."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from pydantic import SecretStr
from sqlalchemy import select

from shared.schemas.accounts import LoginRequest
from shared.schemas.common import ErrorCode
from shared.server.accounts.lockout import Lockout
from shared.server.accounts.passwords import Passwords
from shared.server.accounts.second_factor import SecondFactor
from shared.server.accounts.tables import UserRow
from shared.server.core import Core
from shared.server.db.database import Tx
from shared.server.http.errors import Refused


def wrong_credentials() -> Refused:
    """One sentence, whether the e-mail or the password is wrong."""
    return Refused(
        ErrorCode.INVALID_CREDENTIALS,
        "The e-mail or the password is not right; check both and try again.",
        "Het e-mailadres of het wachtwoord klopt niet; controleer beide en probeer opnieuw.",
    )


def _two_factor_required() -> Refused:
    return Refused(
        ErrorCode.TWO_FACTOR_REQUIRED,
        "This account has a second factor; give the code of your authenticator app, too.",
        "Dit account heeft een tweede factor; geef ook de code van je authenticator-app.",
    )


@dataclass(frozen=True, slots=True)
class Known:
    """Whose e-mail and password were given."""

    id: str
    is_banned: bool
    role: str
    display_name: str
    locale: str


class Proof:
    """Checks what somebody gives to prove who they are, and counts what was wrong."""

    def __init__(self, core: Core, passwords: Passwords, factor: SecondFactor) -> None:
        self._core = core
        self._passwords = passwords
        self._factor = factor
        self._lockout = Lockout(core)

    async def by_password(self, email: str, body: LoginRequest, *, address: str) -> Known:
        """The person whose e-mail (in its stored form) and password these are.

        Raises:
            Refused: they are not right, or it was tried too often.
        """
        self._core.limits.check(f"login:{address}:{email}", self._core.settings.logins_per_minute)
        await self._lockout.check(email)
        query = select(
            UserRow.password_hash,
            UserRow.id,
            UserRow.is_banned,
            UserRow.role,
            UserRow.display_name,
            UserRow.locale,
        ).where(UserRow.email == email)
        async with self._core.db.read() as db:
            row = (await db.execute(query)).first()
        given = body.password.get_secret_value()
        right = await self._passwords.verify(given, None if row is None else row.password_hash)
        if row is None or not right:
            await self._lockout.failed(email)
            raise wrong_credentials()
        return Known(row.id, row.is_banned, row.role, row.display_name, row.locale)

    async def again(self, user_id: str, password: SecretStr) -> str:
        """Have somebody who is signed in prove their password once more; their e-mail.

        Raises:
            Refused: it is not right, or it was tried too often.
        """
        self._core.limits.check(f"password:{user_id}", self._core.settings.logins_per_minute)
        query = select(UserRow.password_hash, UserRow.email).where(UserRow.id == user_id)
        async with self._core.db.read() as db:
            hashed, email = (await db.execute(query)).one()
        await self._lockout.check(email)
        if not await self._passwords.verify(password.get_secret_value(), hashed):
            await self._lockout.failed(email)
            raise wrong_credentials()
        return str(email)

    @asynccontextmanager
    async def counted(self, email: str) -> AsyncIterator[None]:
        """Count what is wrong within the block as a failure; its end begins the count anew."""
        try:
            yield
        except Refused as refused:
            if refused.code == ErrorCode.INVALID_CREDENTIALS:
                await self._lockout.failed(email)
            raise
        await self._lockout.succeeded(email)

    async def by_code(self, tx: Tx, user_id: str, code: str | None) -> None:
        """Take a code where the person has a second factor.

        Raises:
            Refused: it is missing, not right, or was used before.
        """
        if await self._factor.enabled(tx.db, user_id):
            if code is None:
                raise _two_factor_required()
            await self._factor.take(tx, user_id, code)

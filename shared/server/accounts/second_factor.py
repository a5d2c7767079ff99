"""Second factors: enabled, confirmed by a first code, asked for at sign-in, disabled."""

import secrets

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.schemas.accounts import RecoveryCodes, TwoFactorSetup
from shared.schemas.common import ErrorCode
from shared.server.accounts import totp
from shared.server.accounts.security_tables import RecoveryCodeRow, TwoFactorRow
from shared.server.core import Core
from shared.server.db.database import Tx
from shared.server.http.errors import Refused
from shared.server.http.sessions import hash_secret
from shared.server.secret import derive

RECOVERY_CODES = 10
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def _new_code() -> str:
    """80 random bits as four groups that can be read aloud."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))


def _plain(code: str) -> str:
    return "".join(char for char in code.upper() if char.isalnum())


def wrong_code() -> Refused:
    """The code of the second factor is not right."""
    return Refused(
        ErrorCode.INVALID_CREDENTIALS,
        "This code is not right or was used before; wait for the next one and try again.",
        "Deze code klopt niet of is al gebruikt; wacht op de volgende en probeer het opnieuw.",
    )


def _conflict(en: str, nl: str) -> Refused:
    return Refused(ErrorCode.CONFLICT, en, nl)


class SecondFactor:
    """Everybody's TOTP factors and recovery codes."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def _secret(self, user_id: str, salt: str) -> bytes:
        return derive(self._core.secret, "totp", user_id, salt)[:20]

    async def enabled(self, db: AsyncConnection, user_id: str) -> bool:
        """Whether sign-in asks this person for a code."""
        query = select(TwoFactorRow.user_id).where(
            TwoFactorRow.user_id == user_id, TwoFactorRow.confirmed_at.is_not(None)
        )
        return (await db.execute(query)).first() is not None

    async def begin(self, user_id: str, email: str) -> TwoFactorSetup:
        """A new secret for an authenticator app; it counts once a code has confirmed it.

        Raises:
            Refused: a second factor is on already.
        """
        async with self._core.db.write() as tx:
            if await self.enabled(tx.db, user_id):
                raise _conflict(
                    "A second factor is on already; turn it off first to set up another.",
                    "Er is al een tweede factor actief; zet die eerst uit om een andere te maken.",
                )
            salt = secrets.token_hex(16)
            await tx.db.execute(delete(TwoFactorRow).where(TwoFactorRow.user_id == user_id))
            await tx.db.execute(
                insert(TwoFactorRow).values(
                    user_id=user_id, salt=salt, created_at=tx.now, last_step=0
                )
            )
        secret = self._secret(user_id, salt)
        return TwoFactorSetup(secret=totp.base32(secret), address=totp.address(secret, email))

    async def confirm(self, user_id: str, code: str) -> RecoveryCodes:
        """Turn the factor on by its first code; the recovery codes are shown this once.

        Raises:
            Refused: none is being set up, or the code is not right.
        """
        async with self._core.db.write() as tx:
            query = select(TwoFactorRow.confirmed_at).where(TwoFactorRow.user_id == user_id)
            found = (await tx.db.execute(query)).first()
            if found is None or found[0] is not None:
                raise _conflict(
                    "No second factor is being set up; begin with turning one on.",
                    "Er wordt geen tweede factor ingesteld; begin met er een aan te zetten.",
                )
            await self._take_totp(tx, user_id, code)
            await tx.db.execute(
                update(TwoFactorRow)
                .where(TwoFactorRow.user_id == user_id)
                .values(confirmed_at=tx.now)
            )
            await tx.db.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.user_id == user_id))
            codes = [_new_code() for _ in range(RECOVERY_CODES)]
            await tx.db.execute(
                insert(RecoveryCodeRow),
                [{"code_hash": hash_secret(_plain(c)), "user_id": user_id} for c in codes],
            )
        return RecoveryCodes(codes=codes)

    async def take(self, tx: Tx, user_id: str, code: str) -> None:
        """Take a code of the app, or one recovery code, at most once each.

        Raises:
            Refused: it is not right or was used before.
        """
        plain = _plain(code)
        if len(plain) == totp.DIGITS and plain.isdigit():
            await self._take_totp(tx, user_id, plain)
            return
        used = await tx.db.execute(
            update(RecoveryCodeRow)
            .where(
                RecoveryCodeRow.code_hash == hash_secret(plain),
                RecoveryCodeRow.user_id == user_id,
                RecoveryCodeRow.used_at.is_(None),
            )
            .values(used_at=tx.now)
        )
        if not used.rowcount:
            raise wrong_code()

    async def _take_totp(self, tx: Tx, user_id: str, code: str) -> None:
        query = select(TwoFactorRow.salt, TwoFactorRow.last_step).where(
            TwoFactorRow.user_id == user_id
        )
        row = (await tx.db.execute(query.with_for_update())).first()
        if row is None:
            raise wrong_code()
        secret = self._secret(user_id, row[0])
        step = totp.matching_step(secret, _plain(code), tx.now.timestamp(), after=row[1])
        if step is None:
            raise wrong_code()
        await tx.db.execute(
            update(TwoFactorRow).where(TwoFactorRow.user_id == user_id).values(last_step=step)
        )

    async def remove(self, tx: Tx, user_id: str) -> None:
        """Turn the factor off and forget its recovery codes; without one, nothing changes."""
        await tx.db.execute(delete(TwoFactorRow).where(TwoFactorRow.user_id == user_id))
        await tx.db.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.user_id == user_id))

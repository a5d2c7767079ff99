"""Lockout: after many wrong passwords in a row, sign-in pauses, each time for longer."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from shared.schemas.common import ErrorCode
from shared.server.accounts.security_tables import LoginFailureRow
from shared.server.core import Core
from shared.server.db.database import upsert
from shared.server.http.errors import Refused

FREE_TRIES = 10
"""Wrong passwords in a row before the first pause."""
FIRST_PAUSE_S = 30
LONGEST_PAUSE_S = 900
"""Also what a stranger can at most do to somebody whose e-mail they know."""
FORGET_AFTER = timedelta(hours=24)


def pause_s(failures: int) -> int:
    """How long sign-in pauses after this many failures in a row."""
    beyond = failures - FREE_TRIES
    return 0 if beyond < 0 else min(FIRST_PAUSE_S * 2 ** min(beyond, 10), LONGEST_PAUSE_S)


def _locked(seconds: int) -> Refused:
    return Refused(
        ErrorCode.ACCOUNT_LOCKED,
        f"Too many wrong passwords; sign-in is paused for {seconds} s. Sessions stay open.",
        f"Te veel verkeerde wachtwoorden; inloggen kan over {seconds} s weer. "
        "Lopende sessies blijven open.",
        retry_after_s=seconds,
    )


class Lockout:
    """Counts failures per e-mail, whether anybody has it or not, so that nobody learns which."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def _subject(self, email: str) -> str:
        return hashlib.sha256(email.encode()).hexdigest()

    async def check(self, email: str) -> None:
        """Raise a refusal while sign-in with this e-mail pauses."""
        query = select(LoginFailureRow.locked_until).where(
            LoginFailureRow.subject == self._subject(email)
        )
        async with self._core.db.read() as db:
            until: datetime | None = (await db.execute(query)).scalar_one_or_none()
        if until is not None:
            left = (until - self._core.clock.now()).total_seconds()
            if left > 0:
                raise _locked(int(left) + 1)

    async def failed(self, email: str) -> None:
        """Count a failure."""
        subject = self._subject(email)
        row = LoginFailureRow
        async with self._core.db.write() as tx:
            query = select(row.failures).where(
                row.subject == subject, row.last_at > tx.now - FORGET_AFTER
            )
            before = (await tx.db.execute(query.with_for_update())).scalar_one_or_none() or 0
            pause = pause_s(before + 1)
            values = {
                "failures": before + 1,
                "last_at": tx.now,
                "locked_until": tx.now + timedelta(seconds=pause) if pause else None,
            }
            statement = upsert(tx.db.dialect, row).values(subject=subject, **values)
            await tx.db.execute(
                statement.on_conflict_do_update(index_elements=[row.subject], set_=values)
            )
            await tx.db.execute(delete(row).where(row.last_at <= tx.now - FORGET_AFTER))

    async def succeeded(self, email: str) -> None:
        """Begin to count anew."""
        subject = self._subject(email)
        query = select(LoginFailureRow.subject).where(LoginFailureRow.subject == subject)
        async with self._core.db.read() as db:
            if (await db.execute(query)).first() is None:
                return
        async with self._core.db.write() as tx:
            await tx.db.execute(delete(LoginFailureRow).where(LoginFailureRow.subject == subject))

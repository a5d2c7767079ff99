"""People for admins: found, given other roles, helped back in."""

import hashlib
from typing import Any

from sqlalchemy import Select, delete, exists, func, or_, select, update

from shared.schemas.administration import AdminUser, AdminUserPatch
from shared.schemas.common import Page
from shared.schemas.roles import Role, may_grant
from shared.server.accounts.security_tables import LoginFailureRow, RecoveryCodeRow, TwoFactorRow
from shared.server.accounts.sessions import Sessions
from shared.server.accounts.tables import SessionRow, UserRow
from shared.server.core import Core
from shared.server.db.database import Tx
from shared.server.http.errors import forbidden, not_found
from shared.server.http.sessions import Caller
from shared.server.moderation import audit


def _users() -> Select[*tuple[Any, ...]]:
    seen = (
        select(func.max(SessionRow.last_seen_at))
        .where(SessionRow.user_id == UserRow.id)
        .scalar_subquery()
    )
    factor = exists().where(
        TwoFactorRow.user_id == UserRow.id, TwoFactorRow.confirmed_at.is_not(None)
    )
    return select(
        UserRow.id,
        UserRow.email,
        UserRow.display_name,
        UserRow.role,
        UserRow.is_banned,
        UserRow.created_at,
        UserRow.erased_at,
        seen.label("last_seen_at"),
        factor.label("two_factor"),
    )


def _user(row: Any) -> AdminUser:
    return AdminUser.model_validate(row, from_attributes=True)


class UserDesk:
    """The list of people, and what admins change of them."""

    def __init__(self, core: Core, sessions: Sessions) -> None:
        self._core = core
        self._sessions = sessions

    async def users(
        self, *, query: str | None, role: Role | None, cursor: str | None, limit: int
    ) -> Page[AdminUser]:
        """People whose name or e-mail holds `query`, newest first."""
        found = _users().order_by(UserRow.id.desc()).limit(limit + 1)
        if query:
            words = query.lower()
            found = found.where(
                or_(
                    UserRow.email.contains(words, autoescape=True),
                    func.lower(UserRow.display_name).contains(words, autoescape=True),
                )
            )
        if role is not None:
            found = found.where(UserRow.role == role.value)
        if cursor is not None:
            found = found.where(UserRow.id < cursor)
        async with self._core.db.read() as db:
            rows = (await db.execute(found)).all()
        items = [_user(row) for row in rows[:limit]]
        return Page[AdminUser](items=items, next_cursor=items[-1].id if len(rows) > limit else None)

    async def change(self, caller: Caller, user_id: str, body: AdminUserPatch) -> AdminUser:
        """Change somebody below one's own rank; a new role ends all their sessions.

        Raises:
            Refused: there is no such person, or they or the role are not below the caller.
        """
        async with self._core.db.write() as tx:
            row = (
                await tx.db.execute(
                    select(UserRow.role, UserRow.email)
                    .where(UserRow.id == user_id, UserRow.erased_at.is_(None))
                    .with_for_update()
                )
            ).first()
            if row is None:
                raise not_found()
            current, email = Role(row[0]), str(row[1])
            if not may_grant(caller.role, current, body.role or current):
                raise forbidden()
            changes: dict[str, Any] = {}
            if body.role is not None and body.role is not current:
                changes["role"] = [current.value, body.role.value]
                await tx.db.execute(
                    update(UserRow).where(UserRow.id == user_id).values(role=body.role.value)
                )
                await self._sessions.revoke_all(tx, user_id)
            if body.reset_two_factor:
                changes["two_factor"] = "reset"
                await tx.db.execute(delete(TwoFactorRow).where(TwoFactorRow.user_id == user_id))
                await tx.db.execute(
                    delete(RecoveryCodeRow).where(RecoveryCodeRow.user_id == user_id)
                )
                await self._sessions.revoke_all(tx, user_id)
            if body.unlock:
                changes["lockout"] = "lifted"
                subject = hashlib.sha256(email.encode()).hexdigest()
                await tx.db.execute(
                    delete(LoginFailureRow).where(LoginFailureRow.subject == subject)
                )
            if changes:
                await self._note(tx, caller, user_id, changes, body.reason)
            found = (await tx.db.execute(_users().where(UserRow.id == user_id))).one()
        return _user(found)

    async def _note(
        self, tx: Tx, caller: Caller, user_id: str, changes: dict[str, Any], reason: str
    ) -> None:
        await audit.append(
            tx,
            actor=caller.ref,
            action="user.changed",
            subject_type="user",
            subject_id=user_id,
            details={**changes, "reason_sha256": hashlib.sha256(reason.encode()).hexdigest()},
        )

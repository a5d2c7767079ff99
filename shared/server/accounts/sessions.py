"""Sessions in the database: made, found by their secret, kept alive by use, revoked."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, delete, insert, select, update

from shared.clock import Clock
from shared.ids import new_id
from shared.schemas.accounts import ActiveSession
from shared.schemas.realtime import EventType, user_room
from shared.schemas.roles import Role
from shared.server.accounts.tables import SessionRow, UserRow
from shared.server.db.database import Database, Tx
from shared.server.http.sessions import Caller, hash_secret, new_secret
from shared.server.realtime.feed import Feed
from shared.server.settings import Settings

_TOUCH_EVERY = timedelta(minutes=5)
_SESSIONS = select(
    SessionRow.id,
    SessionRow.last_seen_at,
    SessionRow.expires_at,
    SessionRow.absolute_at,
    UserRow.id,
    UserRow.role,
    UserRow.display_name,
    UserRow.locale,
    UserRow.is_banned,
).join(UserRow, UserRow.id == SessionRow.user_id)
_BY_SECRET = _SESSIONS.where(SessionRow.secret_hash == bindparam("named"))
_BY_ID = _SESSIONS.where(SessionRow.id == bindparam("named"))


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session just made; `secret` goes to its owner and nowhere else."""

    id: str
    secret: str
    expires_at: datetime


class Sessions:
    """All sessions. Who holds sockets open listens for `session.revoked` and asks `alive`."""

    def __init__(self, db: Database, feed: Feed, clock: Clock, settings: Settings) -> None:
        self._db = db
        self._feed = feed
        self._clock = clock
        self._rolling = timedelta(seconds=settings.session_rolling_s)
        self._absolute = timedelta(seconds=settings.session_absolute_s)

    async def caller(self, secret: str) -> Caller | None:
        """The person behind the secret, or None; use keeps the session alive."""
        return await self._caller(_BY_SECRET, hash_secret(secret))

    async def by_id(self, session_id: str) -> Caller | None:
        """The person of the session with this id, or None."""
        return await self._caller(_BY_ID, session_id)

    async def _caller(self, query: Select[*tuple[Any, ...]], named: str) -> Caller | None:
        async with self._db.read() as db:
            row = (await db.execute(query, {"named": named})).first()
        now = self._clock.now()
        if row is None:
            return None
        session_id, seen, expires, absolute, user_id, role, name, locale, banned = row
        if banned or now >= expires:
            return None
        if now - seen >= _TOUCH_EVERY:
            await self._touch(session_id, absolute)
        return Caller(user_id, Role(role), name, session_id, locale)

    async def _touch(self, session_id: str, absolute: datetime) -> None:
        async with self._db.write() as tx:
            await tx.db.execute(
                update(SessionRow)
                .where(SessionRow.id == session_id)
                .values(last_seen_at=tx.now, expires_at=min(tx.now + self._rolling, absolute))
            )

    async def create(self, tx: Tx, user_id: str, client: str) -> NewSession:
        """A new session of the user."""
        new = NewSession(new_id(), new_secret(), tx.now + self._rolling)
        await tx.db.execute(
            insert(SessionRow).values(
                id=new.id,
                secret_hash=hash_secret(new.secret),
                user_id=user_id,
                client=client[:120],
                created_at=tx.now,
                last_seen_at=tx.now,
                expires_at=new.expires_at,
                absolute_at=tx.now + self._absolute,
            )
        )
        return new

    async def revoke(self, tx: Tx, user_id: str, session_id: str) -> bool:
        """End one session of the user, its sockets included; False when there is none."""
        ended = await tx.db.execute(
            delete(SessionRow).where(SessionRow.id == session_id, SessionRow.user_id == user_id)
        )
        if ended.rowcount:
            self._feed.publish(tx, user_room(user_id), EventType.SESSION_REVOKED)
        return bool(ended.rowcount)

    async def revoke_all(self, tx: Tx, user_id: str) -> None:
        """End every session of the user: after a password or role change, or a ban."""
        await tx.db.execute(delete(SessionRow).where(SessionRow.user_id == user_id))
        self._feed.publish(tx, user_room(user_id), EventType.SESSION_REVOKED)

    async def alive(self, session_ids: set[str]) -> set[str]:
        """Those of the sessions that still hold: the socket layer asks after a revocation."""
        query = (
            select(SessionRow.id)
            .join(UserRow, UserRow.id == SessionRow.user_id)
            .where(
                SessionRow.id.in_(session_ids),
                SessionRow.expires_at > self._clock.now(),
                UserRow.is_banned.is_(False),
            )
        )
        async with self._db.read() as db:
            return set((await db.execute(query)).scalars())

    async def of_user(self, caller: Caller, cursor: str | None, limit: int) -> list[ActiveSession]:
        """The caller's sessions, newest first, from a cursor on."""
        query = (
            select(SessionRow.id, SessionRow.created_at, SessionRow.last_seen_at, SessionRow.client)
            .where(SessionRow.user_id == caller.user_id, SessionRow.expires_at > self._clock.now())
            .order_by(SessionRow.id.desc())
            .limit(limit)
        )
        if cursor is not None:
            query = query.where(SessionRow.id < cursor)
        async with self._db.read() as db:
            return [
                ActiveSession(
                    id=id_,
                    created_at=created,
                    last_seen_at=seen,
                    client=client,
                    current=id_ == caller.session_id,
                )
                for id_, created, seen, client in (await db.execute(query))
            ]

    async def prune(self) -> None:
        """Forget sessions that have ended."""
        async with self._db.write() as tx:
            await tx.db.execute(delete(SessionRow).where(SessionRow.expires_at <= tx.now))

"""People as others see them: public profiles, and who follows whom."""

from collections.abc import Awaitable, Callable

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.schemas.accounts import Profile, ProfilePatch, UserRef
from shared.schemas.common import Page
from shared.schemas.roles import Permission, Role
from shared.server.accounts.service import AccountService
from shared.server.accounts.tables import FollowRow, UserRow
from shared.server.core import Core
from shared.server.db.database import upsert
from shared.server.http.errors import forbidden, not_found
from shared.server.http.sessions import Caller

type LiveStream = Callable[[AsyncConnection, str], Awaitable[str | None]]


async def _nobody_is_live(db: AsyncConnection, user_id: str) -> str | None:
    return None


class People:
    """Profiles, what people may change of their own, and whom they follow."""

    def __init__(self, core: Core, accounts: AccountService) -> None:
        self._core = core
        self._accounts = accounts
        self.live_stream: LiveStream = _nobody_is_live
        """Asked for the stream that a person is on air with; the streams area answers."""

    async def profile(self, db: AsyncConnection, user_id: str) -> Profile:
        """A public profile.

        Raises:
            Refused: there is no such person.
        """
        followers = (
            select(func.count())
            .select_from(FollowRow)
            .where(FollowRow.followed_id == UserRow.id)
            .scalar_subquery()
        )
        query = select(
            UserRow.display_name, UserRow.role, UserRow.bio, UserRow.tags, followers
        ).where(UserRow.id == user_id, UserRow.is_banned.is_(False), UserRow.erased_at.is_(None))
        row = (await db.execute(query)).first()
        if row is None:
            raise not_found()
        name, role, bio, tags, count = row
        stream_id = await self.live_stream(db, user_id)
        return Profile(
            id=user_id,
            display_name=name,
            role=Role(role),
            bio=bio,
            tags=tags,
            followers=count,
            is_live=stream_id is not None,
            stream_id=stream_id,
        )

    async def change_profile(self, caller: Caller, body: ProfilePatch) -> None:
        """Change the caller's own profile."""
        values = body.model_dump(exclude_none=True)
        if values:
            async with self._core.db.write() as tx:
                await tx.db.execute(
                    update(UserRow).where(UserRow.id == caller.user_id).values(**values)
                )

    async def follow(self, caller: Caller, user_id: str) -> None:
        """Follow a person; again changes nothing.

        Raises:
            Refused: there is no such person, or it is the caller.
        """
        if user_id == caller.user_id:
            raise not_found()
        async with self._core.db.write() as tx:
            if await self._accounts.ref(tx.db, user_id) is None:
                raise not_found()
            statement = upsert(tx.db.dialect, FollowRow).values(
                follower_id=caller.user_id, followed_id=user_id, at=tx.now
            )
            await tx.db.execute(statement.on_conflict_do_nothing())

    async def unfollow(self, caller: Caller, user_id: str) -> None:
        """Follow a person no more."""
        async with self._core.db.write() as tx:
            await tx.db.execute(
                delete(FollowRow).where(
                    FollowRow.follower_id == caller.user_id, FollowRow.followed_id == user_id
                )
            )

    async def followers(
        self, caller: Caller, user_id: str, cursor: str | None, limit: int
    ) -> Page[UserRef]:
        """Who follows a person, for themselves and for admins.

        Raises:
            Refused: it is somebody else's list.
        """
        if caller.user_id != user_id and not caller.may(Permission.ADMINISTER_USERS):
            raise forbidden()
        query = (
            select(UserRow.id, UserRow.display_name, UserRow.role)
            .join(FollowRow, FollowRow.follower_id == UserRow.id)
            .where(FollowRow.followed_id == user_id)
            .order_by(UserRow.id.desc())
            .limit(limit + 1)
        )
        if cursor is not None:
            query = query.where(UserRow.id < cursor)
        async with self._core.db.read() as db:
            rows = (await db.execute(query)).all()
        items = [
            UserRef(id=i, display_name=name, role=Role(role)) for i, name, role in rows[:limit]
        ]
        return Page[UserRef](items=items, next_cursor=items[-1].id if len(rows) > limit else None)

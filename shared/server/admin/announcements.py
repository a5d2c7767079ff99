"""Announcements: said once to everybody who is there, listed for those who come later."""

from typing import Any

from sqlalchemy import ColumnElement, insert, or_, select

from shared.ids import new_id
from shared.schemas.administration import Announcement, AnnouncementCreate
from shared.schemas.common import Page
from shared.schemas.realtime import ADMIN_ROOM, MOD_ROOM, EventType, stream_room
from shared.server.admin.tables import AnnouncementRow
from shared.server.core import Core
from shared.server.db.database import Tx
from shared.server.http.sessions import Caller
from shared.server.moderation import audit
from shared.server.streams.tables import StreamRow


class AnnouncementService:
    """What admins say to everybody."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def publish(
        self, caller: Caller, body: AnnouncementCreate, key: str | None
    ) -> Announcement:
        """Keep it, and tell staff and every open room."""

        async def work(tx: Tx) -> Announcement:
            made = Announcement(
                id=new_id(),
                title=body.title,
                text=body.text,
                by=caller.display_name,
                at=tx.now,
                until=body.until,
            )
            await tx.db.execute(
                insert(AnnouncementRow).values(**made.model_dump(), by_id=caller.user_id)
            )
            await audit.append(
                tx,
                actor=caller.ref,
                action="announcement.published",
                subject_type="announcement",
                subject_id=made.id,
                details={},
            )
            open_streams = select(StreamRow.id).where(StreamRow.ended_at.is_(None))
            streams = (await tx.db.execute(open_streams)).scalars()
            for room in (ADMIN_ROOM, MOD_ROOM, *(stream_room(id_) for id_ in streams)):
                self._core.feed.publish(tx, room, EventType.ANNOUNCEMENT_PUBLISHED, made)
            return made

        return await self._core.once.run(
            work,
            actor=caller.user_id,
            scope="announcements",
            key=key,
            body=body,
            answer=Announcement,
        )

    async def all(self, cursor: str | None, limit: int) -> Page[Announcement]:
        """Every announcement ever made, newest first."""
        return await self._page(cursor, limit)

    async def in_force(self, cursor: str | None, limit: int) -> Page[Announcement]:
        """Those that are not over, newest first."""
        now = self._core.clock.now()
        holds = or_(AnnouncementRow.until.is_(None), AnnouncementRow.until > now)
        return await self._page(cursor, limit, holds)

    async def _page(
        self, cursor: str | None, limit: int, *named: ColumnElement[bool]
    ) -> Page[Announcement]:
        columns: tuple[Any, ...] = tuple(
            getattr(AnnouncementRow, name) for name in Announcement.model_fields
        )
        query = select(*columns).where(*named).order_by(AnnouncementRow.id.desc()).limit(limit + 1)
        if cursor is not None:
            query = query.where(AnnouncementRow.id < cursor)
        async with self._core.db.read() as db:
            rows = (await db.execute(query)).all()
        items = [Announcement.model_validate(row, from_attributes=True) for row in rows[:limit]]
        more = items[-1].id if len(rows) > limit else None
        return Page[Announcement](items=items, next_cursor=more)

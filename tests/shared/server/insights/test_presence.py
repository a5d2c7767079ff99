"""Who is where: in the views, at other processes, and after a process has died."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from fakes.platform import MovableClock, Platform, platform
from sqlalchemy import insert, text

from shared.schemas.notices import Notice, NoticeKind
from shared.schemas.realtime import EventType, stream_room, user_room
from shared.schemas.roles import Role
from shared.server.insights.presence import Presences
from shared.server.insights.tables import PresenceRow, ProcessRow

VIEWS = (
    "user_analytics",
    "content_analytics",
    "stream_analytics",
    "moderation_analytics",
    "active_users_now",
    "unread_notifications",
    "presence",
)


async def _rows(made: Platform, query: str) -> list[Any]:
    async with made.core.db.read() as db:
        return list((await db.execute(text(query))).all())


async def test_the_views_show_people_where_they_are_and_what_they_missed(tmp_path: Path) -> None:
    clock = MovableClock()
    async with platform(tmp_path / "data", clock=clock) as made:
        creator = await made.person("Robin", Role.CREATOR)
        member = await made.person("Alex")
        stream = await made.on_air(creator)
        presences = made.services.get(Presences)

        async def notify() -> None:
            async with made.core.db.write() as tx:
                notice = Notice(
                    id=stream.id, kind=NoticeKind.ACHIEVEMENT, text="first_tip",
                    subject_type="user", subject_id=member.id, at=tx.now,
                )  # fmt: skip
                room = user_room(member.id)
                made.core.feed.publish(tx, room, EventType.NOTIFICATION_NEW, notice)

        await notify()
        await notify()
        unread = f"SELECT unread FROM unread_notifications WHERE user_id = '{member.id}'"
        assert await _rows(made, unread) == [(2,)]
        await made.watch(member, user_room(member.id))
        await made.watch(member, stream_room(stream.id))
        clock.move(seconds=5)
        await presences.sync()
        assert await _rows(made, unread) == []
        found = await _rows(made, "SELECT room, user_id FROM presence ORDER BY room")
        assert found == sorted(
            [(stream_room(stream.id), member.id), (user_room(member.id), member.id)]
        )
        active = await _rows(made, "SELECT user_id, rooms FROM active_users_now")
        assert active == [(member.id, 2)]
        for view in VIEWS:
            await _rows(made, f"SELECT * FROM {view}")
        await presences.begin()  # as after a restart
        assert await _rows(made, "SELECT * FROM presence") == []


async def test_another_processes_people_count_until_it_dies(tmp_path: Path) -> None:
    clock = MovableClock()
    async with platform(tmp_path / "data", clock=clock) as made:
        creator = await made.person("Robin", Role.CREATOR)
        member = await made.person("Alex")
        stream = await made.on_air(creator)
        presences = made.services.get(Presences)
        presences._is_shared = True
        watcher = await made.watch(member, stream_room(stream.id))
        async with made.core.db.write() as tx:
            await tx.db.execute(insert(ProcessRow).values(id="other", seen_at=tx.now))
            for user_id in (creator.id, "somebody", member.id):
                await tx.db.execute(
                    insert(PresenceRow).values(
                        room=stream_room(stream.id), user_id=user_id, process="other", since=tx.now
                    )
                )
        await presences.sync()
        assert (await member.api.streams.read(stream.id)).viewers == 2  # without the creator
        event = await watcher.wait(EventType.VIEWERS_COUNT)
        while event.data["viewers"] != 2:
            event = await watcher.wait(
                EventType.VIEWERS_COUNT, len(watcher.events(EventType.VIEWERS_COUNT)) + 1
            )
        clock.move(seconds=timedelta(seconds=16).total_seconds())
        await presences.sync()
        assert (await member.api.streams.read(stream.id)).viewers == 1

"""Notices to one person arrive from a real server, and leave with the feed."""

from pathlib import Path

from fakes.platform import platform
from tools.waiting import until

from shared.ids import new_id
from shared.realtime import RealtimeClient
from shared.schemas.notices import Notice, NoticeKind
from shared.schemas.realtime import EventType, user_room
from shared.schemas.roles import Role
from studio.live.personal import follow_notices


async def test_a_notice_reaches_its_person(tmp_path: Path) -> None:
    told: list[Notice] = []
    async with platform(tmp_path) as home:
        mila = await home.person("Mila", Role.CREATOR)
        core = home.core

        async def notify(text: str) -> None:
            notice = Notice(
                id=new_id(),
                kind=NoticeKind.ACTION_TAKEN,
                text=text,
                subject_type="stream",
                subject_id=new_id(),
                at=core.clock.now(),
            )
            async with core.db.write() as tx:
                core.feed.publish(tx, user_room(mila.id), EventType.NOTIFICATION_NEW, notice)

        async with RealtimeClient(home.url, session=mila.session) as realtime:
            feed = follow_notices(realtime, mila.id, told.append)
            await until(lambda: feed.seq is not None, "joined")
            await notify("A warning.")
            await until(lambda: told, "the notice")
            feed.close()
    assert [one.text for one in told] == ["A warning."]

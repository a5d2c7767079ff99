"""The show: goals, tip menu and mood strip."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.schemas.realtime import SocketMoodVote
from shared.server.core import Area, Core, Services
from shared.server.http.sessions import Caller
from shared.server.room.restrictions import Restrictions
from shared.server.room.service import RoomService
from shared.server.show.endpoints import ROUTER
from shared.server.show.mood import MoodService
from shared.server.show.service import ShowService
from shared.server.streams.records import StreamRecord
from shared.server.streams.service import StreamService


def _build(core: Core, services: Services) -> None:
    streams = services.get(StreamService)
    room = services.get(RoomService)
    show = ShowService(core, streams)
    moods = MoodService(core, streams, services.get(Restrictions))
    services.add(show)
    services.add(moods)
    streams.on_start(show.carry_goals)
    room.hear(moods.heard)
    core.calls.add("mood:vote", SocketMoodVote, moods.vote_call)

    async def shown(db: AsyncConnection, caller: Caller, stream: StreamRecord) -> Mapping[str, Any]:
        return {
            "goals": await show.goals(db, stream.id),
            "mood": await moods.current(db, stream.id),
        }

    room.show(shown)


AREA = Area("show", _build, (ROUTER,))

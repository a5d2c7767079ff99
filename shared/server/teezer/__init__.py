"""Teezer: a creator's stand-in that answers from what the creator said before."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.schemas.realtime import EventType
from shared.server.ai.providers import EndpointProvider, TextProvider
from shared.server.ai.retrieval import LexicalProvider
from shared.server.core import Area, Core, Services
from shared.server.http.sessions import Caller
from shared.server.realtime.feed import FeedEvent
from shared.server.room.service import RoomService
from shared.server.streams.records import StreamRecord
from shared.server.streams.service import StreamService
from shared.server.teezer import endpoints
from shared.server.teezer.memories import Memories
from shared.server.teezer.service import TeezerService, public
from shared.server.teezer.stand_in import StandIn
from shared.server.teezer.suggestions import SuggestionService
from shared.server.teezer.timetable import Timetable
from shared.server.teezer.writer import Writer


def _provider(core: Core) -> TextProvider | None:
    settings = core.settings
    if not settings.ai_url:
        return None
    return EndpointProvider(
        settings.ai_url,
        model=settings.ai_model or "default",
        key=settings.ai_key,
        timeout_s=settings.ai_timeout_s,
    )


def _build(core: Core, services: Services) -> None:
    streams = services.get(StreamService)
    memories = Memories(core, LexicalProvider())
    services.on_close(memories.close)
    teezers = TeezerService(core, streams, memories)
    rooms = services.get(RoomService)
    writer = Writer(core, _provider(core))
    services.add(writer)
    services.on_close(writer.close)
    stand_in = StandIn(
        core, streams=streams, rooms=rooms, teezers=teezers, memories=memories, writer=writer
    )
    timetable = Timetable(core, teezers)

    def on_committed(room: str, events: Sequence[FeedEvent]) -> None:
        if room.startswith("stream:"):
            stand_in.hear(room, events)
            if any(event.type is EventType.STREAM_STARTED for event in events):
                timetable.nudge()

    async def in_snapshot(
        db: AsyncConnection, caller: Caller, stream: StreamRecord
    ) -> Mapping[str, Any]:
        status = await teezers.of(db, stream.creator.id, core.clock.now())
        is_own = caller.user_id == stream.creator.id
        return {"teezer": status if is_own else public(status)}

    rooms.show(in_snapshot)
    core.feed.listen(on_committed)
    services.add(teezers)
    services.add(SuggestionService(core, memories, writer))
    services.add(timetable)
    services.add(stand_in)
    services.run("teezer answers", stand_in.run)
    services.run("teezer timetable", timetable.run)


AREA = Area("teezer", _build, (endpoints.ROUTER,))

"""What a creator made, for their profile: streams on air and over, as far as one may see them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Protocol

from fastapi import Query
from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.schemas.common import DEFAULT_PAGE, MAX_PAGE, ErrorCode, Id, Page
from shared.schemas.roles import Permission
from shared.schemas.streams import Audience, ContentItem, StreamState
from shared.server.accounts.people import People
from shared.server.accounts.tables import FollowRow
from shared.server.core import Core
from shared.server.http.routes import Router, SignedIn, provided
from shared.server.http.sessions import Caller
from shared.server.streams.playback import Playback
from shared.server.streams.records import ON_AIR, StreamRecord, record, selection
from shared.server.streams.service import StreamService
from shared.server.streams.tables import StreamRow


class Recorded(Protocol):
    """A recording."""

    @property
    def duration_ms(self) -> int:
        """How long it is."""
        ...


type Recordings = Callable[[AsyncConnection, Sequence[str]], Awaitable[Mapping[str, Recorded]]]


async def _none(db: AsyncConnection, stream_ids: Sequence[str]) -> Mapping[str, Recorded]:
    return {}


_SHOWN = ON_AIR | {StreamState.ENDED}
"""A stream that nobody saw yet is no content, and neither is one that was taken off the air."""


class Content:
    """Everybody's work."""

    def __init__(
        self, core: Core, people: People, streams: StreamService, playback: Playback
    ) -> None:
        self._core = core
        self._people = people
        self._streams = streams
        self._playback = playback
        self.recordings: Recordings = _none

    async def of(
        self, caller: Caller, user_id: str, cursor: str | None, limit: int
    ) -> Page[ContentItem]:
        """A creator's work, newest first; hidden and private streams for themselves only.

        Raises:
            Refused: there is no such person.
        """
        async with self._core.db.read() as db:
            await self._people.profile(db, user_id)
            query = selection().where(
                StreamRow.creator_id == user_id,
                StreamRow.live_at.is_not(None),
                StreamRow.state.in_(sorted(state.value for state in _SHOWN)),
            )
            if caller.user_id != user_id and not caller.may(Permission.MODERATE):
                query = query.where(await _open_to(db, caller, user_id))
            if cursor is not None:
                query = query.where(StreamRow.id < cursor)
            query = query.order_by(StreamRow.id.desc()).limit(limit + 1)
            found = [record(row) for row in (await db.execute(query)).all()]
            recorded = await self.recordings(db, [stream.id for stream in found[:limit]])
        now = self._core.clock.now()
        items = [self._item(stream, now) for stream in found[:limit]]
        items = [
            item.model_copy(update=self._recording(caller, item.id, recorded[item.id].duration_ms))
            if item.id in recorded
            else item
            for item in items
        ]
        return Page[ContentItem](
            items=items, next_cursor=items[-1].id if len(found) > limit else None
        )

    def _recording(self, caller: Caller, stream_id: str, duration_ms: int) -> dict[str, object]:
        token = self._playback.token(stream_id, caller.session_id)
        path = self._playback.recording_path(stream_id, token)
        return {"recording_url": path, "recording_s": duration_ms / 1000}

    def _item(self, stream: StreamRecord, now: datetime) -> ContentItem:
        began = stream.live_at or stream.started_at
        return ContentItem(
            id=stream.id,
            title=stream.title,
            tags=list(stream.tags),
            mood=stream.mood,
            audience=stream.audience,
            at=began,
            is_live=stream.is_open,
            duration_s=max(0.0, ((stream.ended_at or now) - began).total_seconds()),
            peak_viewers=max(stream.peak_viewers, self._streams.viewers(stream)),
        )


async def _open_to(db: AsyncConnection, caller: Caller, user_id: str) -> ColumnElement[bool]:
    """Which of a creator's streams may be shown to somebody else."""
    follows = exists().where(
        FollowRow.follower_id == caller.user_id, FollowRow.followed_id == user_id
    )
    audiences = [Audience.PUBLIC.value, Audience.AWAY.value]
    if (await db.execute(select(follows))).scalar():
        audiences.append(Audience.SUBSCRIBERS.value)
    return StreamRow.audience.in_(audiences)


ROUTER = Router("profiles")
Works = Annotated[Content, provided(Content)]
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE)]


@ROUTER.get(
    "/users/{user_id}/content",
    needs=Permission.VIEW_ALL,
    errors=(ErrorCode.NOT_FOUND,),
    summary="What a creator made",
)
async def content(
    user_id: Id,
    caller: SignedIn,
    works: Works,
    cursor: Id | None = None,
    limit: Limit = DEFAULT_PAGE,
) -> Page[ContentItem]:
    """Streams on air and over, newest first, of those that the caller may see."""
    return await works.of(caller, user_id, cursor, limit)

"""Streams from announcement to end: who may start, see and change them, and their states."""

from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, exists, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.ids import new_id
from shared.schemas.accounts import UserRef
from shared.schemas.common import ErrorCode, Page
from shared.schemas.realtime import MOD_ROOM, EventType, stream_room
from shared.schemas.roles import Permission, Role
from shared.schemas.streams import (
    Audience,
    Stream,
    StreamPatch,
    StreamStart,
    StreamState,
    Viewers,
)
from shared.server.accounts.tables import FollowRow, UserRow
from shared.server.core import Core
from shared.server.db.database import Tx
from shared.server.http.errors import Refused, forbidden, not_found
from shared.server.http.sessions import Caller
from shared.server.streams.playback import Playback
from shared.server.streams.records import (
    ON_AIR,
    TRANSITIONS,
    StreamRecord,
    find,
    record,
    selection,
)
from shared.server.streams.tables import StreamRow
from shared.server.streams.watching import Watching

OPEN_TO_ALL = frozenset({Audience.PUBLIC, Audience.AWAY, Audience.HIDDEN})
"""Rooms that everybody may enter who finds them; a hidden one is not listed."""

_TOLD = frozenset({Audience.PUBLIC, Audience.AWAY, Audience.SUBSCRIBERS})
"""Rooms of which a profile says that they are on air."""

LISTED_VIEWERS = 200

type Started = Callable[[Tx, StreamRecord], Awaitable[None]]
type Ended = Callable[[StreamRecord], None]

_EVENTS = {
    StreamState.FROZEN: EventType.STREAM_FROZEN,
    StreamState.PANICKED: EventType.STREAM_PANICKED,
    StreamState.ENDED: EventType.STREAM_ENDED,
    StreamState.SUSPENDED: EventType.STREAM_ENDED,
}


def _listed() -> ColumnElement[bool]:
    """What a list shows to one person who keeps no order."""
    followed = exists().where(
        FollowRow.follower_id == bindparam("who"),
        FollowRow.followed_id == StreamRow.creator_id,
    )
    for_followers = (StreamRow.audience == Audience.SUBSCRIBERS.value) & followed
    public = StreamRow.audience.in_([Audience.PUBLIC.value, Audience.AWAY.value])
    return public | for_followers | (StreamRow.creator_id == bindparam("who"))


@cache
def _active(states: frozenset[StreamState], *, for_all: bool, on: bool) -> Select[*tuple[Any, ...]]:
    """The list of open streams: what everybody may see, and from a cursor on."""
    query = selection().where(StreamRow.state.in_(sorted(state.value for state in states)))
    if for_all:
        query = query.where(_listed())
    if on:
        query = query.where(StreamRow.id < bindparam("before"))
    return query.order_by(StreamRow.id.desc()).limit(bindparam("most"))


def stream_ended() -> Refused:
    """The stream is over."""
    return Refused(
        ErrorCode.STREAM_ENDED,
        "This stream has ended; find another one that is live.",
        "Deze stream is afgelopen; zoek een andere die live is.",
    )


class StreamService:
    """All streams of the platform."""

    def __init__(self, core: Core, playback: Playback, watching: Watching) -> None:
        self._core = core
        self._playback = playback
        self._watching = watching
        self._on_start: list[Started] = []
        self._on_end: list[Ended] = []

    def on_start(self, hook: Started) -> None:
        """Take part in the transaction that starts a stream."""
        self._on_start.append(hook)

    def on_end(self, hook: Ended) -> None:
        """Be told, after its commit, of a stream that ended or was suspended."""
        self._on_end.append(hook)

    async def start(self, caller: Caller, body: StreamStart, key: str | None) -> Stream:
        """Announce a stream; it is live when its first picture arrives.

        Raises:
            Refused: the caller has an open stream already.
        """

        async def work(tx: Tx) -> Stream:
            stream_id = new_id()
            await tx.db.execute(
                insert(StreamRow).values(
                    id=stream_id,
                    creator_id=caller.user_id,
                    title=body.title,
                    tags=list(body.tags),
                    mood=body.mood.value,
                    audience=body.audience.value,
                    state=StreamState.WAITING.value,
                    started_at=tx.now,
                    state_at=tx.now,
                    peak_viewers=0,
                    safety_score=0.0,
                    keep_recording=body.keep_recording and self._core.settings.recordings,
                )
            )
            started = await self.require(tx.db, stream_id)
            self._announce(tx, started, EventType.STREAM_STARTED)
            for hook in self._on_start:
                await hook(tx, started)
            return started.view()

        try:
            return await self._core.once.run(
                work,
                actor=caller.user_id,
                scope="streams:start",
                key=key,
                body=body,
                answer=Stream,
            )
        except IntegrityError as error:
            open_id = await self._open_stream(caller.user_id)
            if open_id is None:
                raise
            raise Refused(
                ErrorCode.ALREADY_LIVE,
                "You have a stream that has not ended; end it first, or go on with it.",
                "Je hebt nog een lopende stream; beëindig die eerst of ga ermee door.",
                meta={"stream_id": open_id},
            ) from error

    async def _open_stream(self, creator_id: str) -> str | None:
        query = select(StreamRow.id).where(
            StreamRow.creator_id == creator_id, StreamRow.ended_at.is_(None)
        )
        async with self._core.db.read() as db:
            return (await db.execute(query)).scalar_one_or_none()

    async def open_of(self, db: AsyncConnection, creator_id: str) -> StreamRecord | None:
        """The creator's stream that has not ended."""
        query = selection().where(StreamRow.creator_id == creator_id, StreamRow.ended_at.is_(None))
        row = (await db.execute(query)).first()
        return None if row is None else record(row)

    async def live_of(self, db: AsyncConnection, creator_id: str) -> str | None:
        """The stream everybody may know that the creator is on air with."""
        found = await self.open_of(db, creator_id)
        if found is None or found.state not in ON_AIR or found.audience not in _TOLD:
            return None
        return found.id

    async def require(self, db: AsyncConnection, stream_id: str) -> StreamRecord:
        """The stream of this id.

        Raises:
            Refused: there is none.
        """
        found = await find(db, stream_id)
        if found is None:
            raise not_found()
        return found

    async def require_open(self, db: AsyncConnection, stream_id: str) -> StreamRecord:
        """The stream of this id, which has not ended.

        Raises:
            Refused: there is none, or it has ended.
        """
        found = await self.require(db, stream_id)
        if not found.is_open:
            raise stream_ended()
        return found

    def may_steer(self, caller: Caller, stream: StreamRecord) -> bool:
        """Whether the stream is the caller's own to run."""
        return caller.user_id == stream.creator.id

    def may_moderate(self, caller: Caller, stream: StreamRecord) -> bool:
        """Whether the caller keeps order there: its creator, and moderators everywhere."""
        own = self.may_steer(caller, stream) and caller.may(Permission.MODERATE_OWN_ROOM)
        return own or caller.may(Permission.MODERATE)

    async def check_visible(
        self, db: AsyncConnection, caller: Caller, stream: StreamRecord
    ) -> None:
        """Raise a refusal when the stream's audience does not include the caller.

        Until there are subscriptions, a creator's followers are their subscribers.
        """
        if stream.audience in OPEN_TO_ALL or self.may_moderate(caller, stream):
            return
        if self.may_steer(caller, stream):
            return
        if stream.audience is Audience.SUBSCRIBERS:
            query = select(
                exists().where(
                    FollowRow.follower_id == caller.user_id,
                    FollowRow.followed_id == stream.creator.id,
                )
            )
            if (await db.execute(query)).scalar():
                return
        raise forbidden()

    async def one(self, caller: Caller, stream_id: str) -> Stream:
        """A stream with addresses signed for the caller."""
        async with self._core.db.read() as db:
            found = await self.require(db, stream_id)
            await self.check_visible(db, caller, found)
        return self.view(found, caller)

    def view(self, stream: StreamRecord, caller: Caller | None = None) -> Stream:
        """The stream on the wire, with signed addresses where a caller is given."""
        viewers = self._watching.viewers(stream)
        if caller is None or stream.state not in ON_AIR or not caller.may(Permission.VIEW_ALL):
            return stream.view(viewers=viewers)
        token = self._playback.token(stream.id, caller.session_id)
        return stream.view(
            viewers=viewers,
            playlist=self._playback.playlist_path(stream.id, token),
            thumbnail=self._playback.thumbnail_path(stream.id, token),
        )

    def viewers(self, stream: StreamRecord) -> int:
        """How many people are in the room besides its creator."""
        return self._watching.viewers(stream)

    async def active(
        self, caller: Caller, cursor: str | None, limit: int, *, include_waiting: bool = False
    ) -> Page[Stream]:
        """Streams that are on air, newest first."""
        states = ON_AIR | {StreamState.WAITING} if include_waiting else ON_AIR
        query = _active(states, for_all=not caller.may(Permission.MODERATE), on=cursor is not None)
        values = {"who": caller.user_id, "before": cursor, "most": limit + 1}
        async with self._core.db.read() as db:
            found = [record(row) for row in (await db.execute(query, values)).all()]
        items = [self.view(stream, caller) for stream in found[:limit]]
        return Page[Stream](items=items, next_cursor=items[-1].id if len(found) > limit else None)

    async def patch(self, caller: Caller, stream_id: str, body: StreamPatch) -> Stream:
        """Change title, tags, mood or audience of one's own open stream.

        Raises:
            Refused: it is not the caller's, or it has ended.
        """
        values = body.model_dump(mode="json", exclude_none=True)
        async with self._core.db.write() as tx:
            before = await self.require_open(tx.db, stream_id)
            if not self.may_steer(caller, before):
                raise forbidden()
            if values:
                await self._update(tx, stream_id, **values)
            changed = await self.require(tx.db, stream_id)
            self._announce(tx, changed, EventType.STREAM_UPDATED)
        return self.view(changed, caller)

    async def move(self, caller: Caller, stream_id: str, to: StreamState) -> Stream:
        """Freeze, reveal, panic or end one's own stream; a moderator may end any.

        Raises:
            Refused: it is not the caller's, or it cannot go there from where it is.
        """
        async with self._core.db.write() as tx:
            before = await self.require(tx.db, stream_id)
            if not self.may_steer(caller, before) and not (
                to is StreamState.ENDED and caller.may(Permission.MODERATE)
            ):
                raise forbidden()
            after = await self.set_state(tx, before, to)
        if not after.is_open:
            self.ended(after)
        return self.view(after, caller)

    async def set_state(
        self, tx: Tx, stream: StreamRecord, to: StreamState, **values: Any
    ) -> StreamRecord:
        """Change the state within a transaction; the same state again changes nothing.

        After the commit, call `ended` where the stream is no longer open.

        Raises:
            Refused: the state cannot follow the one the stream is in.
        """
        if stream.state is to and not values:
            return stream
        if stream.state is not to and to not in TRANSITIONS[stream.state]:
            if not stream.is_open:
                raise stream_ended()
            raise Refused(
                ErrorCode.CONFLICT,
                f"The stream is {stream.state.value}, so this cannot be done now.",
                f"De stream is nu {stream.state.value}; daarom kan dit niet.",
                meta={"state": stream.state.value},
            )
        values |= {"state": to.value, "state_at": tx.now}
        if to is StreamState.LIVE and stream.live_at is None:
            values["live_at"] = tx.now
        if to in (StreamState.ENDED, StreamState.SUSPENDED) and stream.ended_at is None:
            values["ended_at"] = tx.now
        await self._update(tx, stream.id, **values)
        after = await self.require(tx.db, stream.id)
        type_ = _EVENTS.get(to, EventType.STREAM_UPDATED)
        if to is StreamState.LIVE and stream.state in (StreamState.FROZEN, StreamState.PANICKED):
            type_ = EventType.STREAM_REVEALED
        self._announce(tx, after, type_)
        return after

    def ended(self, stream: StreamRecord) -> None:
        """Tell ingest and the rest that the stream is over; call it after the commit."""
        for hook in self._on_end:
            hook(stream)

    async def _update(self, tx: Tx, stream_id: str, **values: Any) -> None:
        await tx.db.execute(update(StreamRow).where(StreamRow.id == stream_id).values(**values))

    def _announce(self, tx: Tx, stream: StreamRecord, type_: EventType) -> None:
        view = self.view(stream)
        self._core.feed.publish(tx, stream_room(stream.id), type_, view)
        self._core.feed.publish(tx, MOD_ROOM, type_, view)

    async def who_watches(self, caller: Caller, stream_id: str) -> Viewers:
        """How many watch, the most so far, and who, for those who may enter."""
        async with self._core.db.read() as db:
            found = await self.require(db, stream_id)
            await self.check_visible(db, caller, found)
            users: list[UserRef] = []
            if caller.may(Permission.VIEW_ALL):
                there = list(self._core.fanout.users(stream_room(stream_id)))
                users = await self._refs(db, [id_ for id_ in there if id_ != found.creator.id])
        return Viewers(**self._watching.count(found).model_dump(), users=users)

    async def _refs(self, db: AsyncConnection, user_ids: list[str]) -> list[UserRef]:
        query = (
            select(UserRow.id, UserRow.display_name, UserRow.role)
            .where(UserRow.id.in_(user_ids[:LISTED_VIEWERS]))
            .order_by(UserRow.display_name, UserRow.id)
        )
        return [
            UserRef(id=id_, display_name=name, role=Role(role))
            for id_, name, role in (await db.execute(query))
        ]

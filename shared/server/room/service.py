"""What is said in rooms: sent, shown, deleted."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.ids import new_id
from shared.schemas.accounts import UserRef
from shared.schemas.common import ErrorCode, Page, Resource
from shared.schemas.realtime import (
    EventType,
    RoomEvent,
    RoomSnapshot,
    SocketChatSend,
    stream_room,
)
from shared.schemas.roles import Permission
from shared.schemas.room import ChatDeleted, ChatMessage, ChatSend
from shared.server.core import Core
from shared.server.db.database import Tx
from shared.server.http.errors import Refused, forbidden, not_found
from shared.server.http.sessions import Caller
from shared.server.realtime.feed import FeedEvent
from shared.server.room.messages import read_messages
from shared.server.room.restrictions import Restrictions
from shared.server.room.tables import ChatMessageRow
from shared.server.streams.records import StreamRecord
from shared.server.streams.service import StreamService
from shared.server.streams.watching import Watching

_MESSAGE = insert(ChatMessageRow)
SNAPSHOT_MESSAGES = 100

type SnapshotPart = Callable[[AsyncConnection, Caller, StreamRecord], Awaitable[Mapping[str, Any]]]
"""Gives fields of a RoomSnapshot."""
type Heard = Callable[[Tx, StreamRecord, str], Awaitable[None]]
"""Told the words of a message within its transaction."""
type Gate = Callable[[Tx, Caller, StreamRecord, ChatSend], Awaitable[Refused | None]]
"""Lets a message pass, or says why not; what it left behind is committed all the same."""


class _Said(Resource):
    """What became of a message: its event, or why there is none; kept for repeated requests."""

    event: RoomEvent | None = None
    code: ErrorCode = ErrorCode.MESSAGE_REFUSED
    en: str = ""
    nl: str = ""
    meta: dict[str, Any] | None = None

    def shown(self) -> RoomEvent:
        """The event.

        Raises:
            Refused: the message did not reach the room.
        """
        if self.event is None:
            raise Refused(self.code, self.en, self.nl, meta=self.meta)
        return self.event


class RoomService:
    """The rooms of all streams."""

    def __init__(
        self,
        core: Core,
        *,
        streams: StreamService,
        watching: Watching,
        restrictions: Restrictions,
    ) -> None:
        self._core = core
        self._streams = streams
        self._watching = watching
        self._restrictions = restrictions
        self._parts: list[SnapshotPart] = []
        self._heard: list[Heard] = []
        self._gates: list[Gate] = []

    def show(self, part: SnapshotPart) -> None:
        """Fill further fields of what a room shows first (goals, mood, Teezer)."""
        self._parts.append(part)

    def hear(self, heard: Heard) -> None:
        """Take part in the transaction of every message that a person says."""
        self._heard.append(heard)

    def guard(self, gate: Gate) -> None:
        """Be asked before a message that a person says is stored and shown."""
        self._gates.append(gate)

    async def may_join(self, db: AsyncConnection, caller: Caller, room: str) -> None:
        """Raise a refusal when the caller may not enter this stream's room."""
        stream = await self._streams.require(db, room.removeprefix("stream:"))
        if not caller.may(Permission.VIEW_ALL):
            raise forbidden()
        await self._streams.check_visible(db, caller, stream)
        await self._restrictions.check_ban(db, caller, stream)
        self._watching.entered(stream)

    async def snapshot(self, db: AsyncConnection, caller: Caller, room: str) -> RoomSnapshot:
        """What a stream's room shows first."""
        stream = await self._streams.require(db, room.removeprefix("stream:"))
        fields: dict[str, Any] = {}
        for part in self._parts:
            fields |= await part(db, caller, stream)
        messages = await read_messages(
            db,
            ChatMessageRow.stream_id == stream.id,
            ChatMessageRow.deleted_at.is_(None),
            limit=SNAPSHOT_MESSAGES,
        )
        return RoomSnapshot(
            stream=self._streams.view(stream, caller),
            messages=messages[::-1],
            viewers=self._watching.viewers(stream),
            **fields,
        )

    async def send(
        self, caller: Caller, stream_id: str, body: ChatSend, key: str | None
    ) -> RoomEvent:
        """Say something in a room; the stored event.

        Raises:
            Refused: the room is closed to the caller, or they may not write there.
        """

        async def work(tx: Tx) -> _Said:
            stream = await self._streams.require_open(tx.db, stream_id)
            await self._streams.check_visible(tx.db, caller, stream)
            await self._restrictions.check_voice(tx.db, caller, stream)
            for gate in self._gates:
                if (no := await gate(tx, caller, stream, body)) is not None:
                    return _Said(code=ErrorCode(no.code), en=str(no), nl=no.nl, meta=no.meta)
            event = await self.deliver(tx, stream, caller.ref, body.text, reply_to=body.reply_to)
            await self._core.feed.seal(tx)
            return _Said(event=event.model())

        said = await self._core.once.run(
            work,
            actor=caller.user_id,
            scope=f"say:{stream_id}",
            key=key,
            body=body,
            answer=_Said,
        )
        return said.shown()

    async def deliver(
        self, tx: Tx, stream: StreamRecord, author: UserRef, text: str, *, reply_to: str | None
    ) -> FeedEvent:
        """Say what a person wrote, and let all who listen hear it."""
        event = await self.say(tx, stream, author, text, reply_to=reply_to)
        for heard in self._heard:
            await heard(tx, stream, text)
        return event

    async def send_call(self, caller: Caller, body: SocketChatSend) -> RoomEvent:
        """The same over a socket."""
        if not caller.may(Permission.CHAT):
            raise forbidden()
        message = ChatSend(text=body.text, reply_to=body.reply_to)
        return await self.send(caller, body.stream_id, message, body.idempotency_key)

    async def say(
        self,
        tx: Tx,
        stream: StreamRecord,
        author: UserRef,
        text: str,
        *,
        reply_to: str | None = None,
        is_ai: bool = False,
    ) -> FeedEvent:
        """Store and announce a message; what a machine wrote is a `teezer.reply`, and marked.

        Raises:
            Refused: `reply_to` is not a message of this room.
        """
        if reply_to is not None:
            query = select(ChatMessageRow.stream_id).where(ChatMessageRow.id == reply_to)
            if (await tx.db.execute(query)).scalar_one_or_none() != stream.id:
                raise not_found()
        message = ChatMessage(
            id=new_id(),
            stream_id=stream.id,
            author=author,
            text=text,
            at=tx.now,
            is_ai=is_ai,
            reply_to=reply_to,
        )
        row = {
            "id": message.id,
            "stream_id": stream.id,
            "author_id": author.id,
            "text": text,
            "at": tx.now,
            "is_ai": is_ai,
            "reply_to": reply_to,
        }
        await tx.db.execute(_MESSAGE, row)
        type_ = EventType.TEEZER_REPLY if is_ai else EventType.CHAT_MESSAGE
        return self._core.feed.publish(tx, stream_room(stream.id), type_, message)

    async def history(
        self, caller: Caller, stream_id: str, cursor: str | None, limit: int
    ) -> Page[ChatMessage]:
        """A room's messages, newest first; deleted ones for those who keep order there only."""
        async with self._core.db.read() as db:
            stream = await self._streams.require(db, stream_id)
            await self._streams.check_visible(db, caller, stream)
            await self._restrictions.check_ban(db, caller, stream)
            named: list[ColumnElement[bool]] = [ChatMessageRow.stream_id == stream_id]
            if not self._streams.may_moderate(caller, stream):
                named.append(ChatMessageRow.deleted_at.is_(None))
            if cursor is not None:
                named.append(ChatMessageRow.id < cursor)
            found = await read_messages(db, *named, limit=limit + 1)
        items = found[:limit]
        return Page[ChatMessage](
            items=items, next_cursor=items[-1].id if len(found) > limit else None
        )

    async def message(self, db: AsyncConnection, message_id: str) -> ChatMessage | None:
        """One message, deleted or not."""
        found = await read_messages(db, ChatMessageRow.id == message_id, limit=1)
        return found[0] if found else None

    async def delete(self, caller: Caller, stream_id: str, message_id: str) -> None:
        """Delete a message: its author, the room's creator, or a moderator.

        Raises:
            Refused: there is no such message here, or it is not the caller's to delete.
        """
        async with self._core.db.write() as tx:
            stream = await self._streams.require(tx.db, stream_id)
            found = await self.message(tx.db, message_id)
            if found is None or found.stream_id != stream_id:
                raise not_found()
            own = found.author.id == caller.user_id and not found.is_ai
            if not own and not self._streams.may_moderate(caller, stream):
                raise forbidden()
            await self.delete_in(tx, found, by=caller.ref)

    async def delete_in(
        self, tx: Tx, message: ChatMessage, *, by: UserRef, reason: str = ""
    ) -> bool:
        """Delete a message within a transaction; False when it was deleted before."""
        deleted = await tx.db.execute(
            update(ChatMessageRow)
            .where(ChatMessageRow.id == message.id, ChatMessageRow.deleted_at.is_(None))
            .values(deleted_at=tx.now, deleted_by=by.id)
        )
        if deleted.rowcount:
            self._core.feed.publish(
                tx,
                stream_room(message.stream_id),
                EventType.CHAT_DELETED,
                ChatDeleted(message_id=message.id, by=by.display_name, reason=reason),
            )
        return bool(deleted.rowcount)

    async def restore_in(self, tx: Tx, message: ChatMessage) -> bool:
        """Take a deletion back; the room shows the message again when it is next joined."""
        restored = await tx.db.execute(
            update(ChatMessageRow)
            .where(ChatMessageRow.id == message.id, ChatMessageRow.deleted_at.is_not(None))
            .values(deleted_at=None, deleted_by=None)
        )
        return bool(restored.rowcount)

    async def typing(self, caller: Caller, stream_id: str) -> None:
        """Tell the room that somebody writes; not logged, and may be lost."""
        room = stream_room(stream_id)
        if caller.user_id in self._core.fanout.users(room):
            body = json.dumps(
                {"room": room, "user": caller.ref.model_dump(mode="json")},
                separators=(",", ":"),
            )
            self._core.fanout.volatile(room, "typing", body)

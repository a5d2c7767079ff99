"""Teezer in the room: notices what is asked, answers in time, and never holds up the chat."""

import asyncio
import json
import logging
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import ValidationError
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from shared.schemas.accounts import UserRef
from shared.schemas.realtime import EventType
from shared.schemas.room import ChatMessage
from shared.server.ai.guardrails import Harm, check_output
from shared.server.ai.language import mentions_teezer, without_mention
from shared.server.core import Core
from shared.server.http.errors import Refused
from shared.server.realtime.feed import FeedEvent
from shared.server.room.service import RoomService
from shared.server.room.tables import ChatMessageRow
from shared.server.streams.service import StreamService
from shared.server.teezer.answers import Answer, Memory, Source
from shared.server.teezer.memories import Memories
from shared.server.teezer.service import TeezerService
from shared.server.teezer.tables import TeezerReplyRow
from shared.server.teezer.writer import Purpose, Task, Writer

_log = logging.getLogger(__name__)

_MOST_WAITING = 500
_WORKERS = 2
_ANSWER_TIMEOUT_S = 1.5
_STALE_AFTER = timedelta(seconds=10)
_CREATOR_IS_HERE = timedelta(seconds=30)
_REPLIES_PER_MINUTE = 20
_MOST_ROOMS = 2000


@dataclass(slots=True)
class _Room:
    """What is known of a stream's room."""

    creator: UserRef
    creator_spoke_at: datetime | None = None
    missed: ChatMessage | None = None
    """The last call on Teezer that came while it was off."""


class StandIn:
    """Answers for creators whose Teezer is active.

    It answers what begins with `@Teezer`, and a question to the room (one that ends in a question
    mark and is no reply to another member) unless the creator wrote within the last 30 s. To a
    question nobody put to it, it says nothing rather than that it has no answer. A call that came
    while it was being switched on is answered as soon as it is.
    """

    def __init__(
        self,
        core: Core,
        *,
        streams: StreamService,
        rooms: RoomService,
        teezers: TeezerService,
        memories: Memories,
        writer: Writer,
    ) -> None:
        self._writer = writer
        self._core = core
        self._speech = rooms
        self._streams = streams
        self._teezers = teezers
        self._memories = memories
        self._rooms: OrderedDict[str, _Room] = OrderedDict()
        self._waiting: asyncio.Queue[ChatMessage] = asyncio.Queue(_MOST_WAITING)

    def hear(self, room: str, events: Sequence[FeedEvent]) -> None:
        """Note what was said; a question too many while 500 wait is dropped."""
        for event in events:
            if event.type is EventType.TEEZER_STATUS:
                self._catch_up(room)
            if event.type is not EventType.CHAT_MESSAGE:
                continue
            message = _message(event)
            if message is None or message.is_ai:
                continue
            known = self._rooms.get(message.stream_id)
            if known is not None and message.author.id == known.creator.id:
                known.creator_spoke_at = message.at
            elif asks(message):
                self._put(message)

    async def run(self) -> None:
        """Answer until cancelled."""
        async with asyncio.TaskGroup() as group:
            for number in range(_WORKERS):
                group.create_task(self._work(), name=f"teezer {number}")

    async def _work(self) -> None:
        while True:
            message = await self._waiting.get()
            try:
                await self._attend(message)
            except TimeoutError:
                _log.warning("no answer within %.1f s in %s", _ANSWER_TIMEOUT_S, message.stream_id)
            except Exception:  # noqa: BLE001 - task scope: one question must not end them all
                _log.exception("a question was not answered in %s", message.stream_id)
            finally:
                self._waiting.task_done()

    async def settled(self) -> None:
        """Wait until everything heard so far has been answered or passed over."""
        await self._waiting.join()

    def _catch_up(self, room: str) -> None:
        known = self._rooms.get(room.removeprefix("stream:"))
        if known is not None and known.missed is not None:
            message, known.missed = known.missed, None
            self._put(message)

    def _put(self, message: ChatMessage) -> None:
        try:
            self._waiting.put_nowait(message)
        except asyncio.QueueFull:
            self._core.metrics.count("teezu_teezer_dropped_total")

    async def _attend(self, message: ChatMessage) -> None:
        room = await self._room(message.stream_id)
        if room is None or message.author.id == room.creator.id:
            if room is not None:
                room.creator_spoke_at = message.at
            return
        now = self._core.clock.now()
        if now - message.at > _STALE_AFTER:
            return
        is_called = mentions_teezer(message.text)
        if not is_called and await self._is_for_somebody_else(message, room):
            return
        room.missed = message if is_called else None
        async with self._core.db.read() as db:
            teezer = await self._teezers.of(db, room.creator.id, now)
        if not teezer.active:
            return
        room.missed = None
        key = f"teezer:{message.stream_id}"
        if not self._core.limits.take(key, _REPLIES_PER_MINUTE).allowed:
            return
        memory = await self._memories.of(room.creator.id, room.creator.display_name)
        answer, took_ms = await self._memories.timed(
            lambda: _answer(memory, message), timeout_s=_ANSWER_TIMEOUT_S
        )
        if is_called and answer.source is Source.FALLBACK:
            answer, took_ms = await self._written(room, message, answer, took_ms)
        if is_called or worth_saying(answer):
            await self._say(room, message, answer, took_ms)

    async def _written(
        self, room: _Room, message: ChatMessage, fallback: Answer, took_ms: int
    ) -> tuple[Answer, int]:
        """What a model says where nothing the creator said fits; in what is left of 1.5 s."""
        left_s = _ANSWER_TIMEOUT_S - took_ms / 1000
        if self._writer.name is None or left_s <= 0:
            return fallback, took_ms
        creator, started = room.creator, time.monotonic()
        task = Task(
            creator.id,
            creator.display_name,
            Purpose.STAND_IN,
            without_mention(message.text),
            timeout_s=left_s,
        )
        written = await self._writer.write(task)
        took_ms += round((time.monotonic() - started) * 1000)
        return (Answer(written[0], Source.MODEL) if written else fallback), took_ms

    async def _is_for_somebody_else(self, message: ChatMessage, room: _Room) -> bool:
        spoke_at = room.creator_spoke_at
        if spoke_at is not None and message.at - spoke_at < _CREATOR_IS_HERE:
            return True
        if message.reply_to is None:
            return False
        query = select(ChatMessageRow.author_id).where(ChatMessageRow.id == message.reply_to)
        async with self._core.db.read() as db:
            asked = (await db.execute(query)).scalar_one_or_none()
        return asked != room.creator.id

    async def _say(self, room: _Room, question: ChatMessage, answer: Answer, took_ms: int) -> None:
        """Store the reply and announce it, once per question."""
        try:
            async with self._core.db.write() as tx:
                stream = await self._streams.require_open(tx.db, question.stream_id)
                said = await self._speech.say(
                    tx, stream, room.creator, answer.text, reply_to=question.id, is_ai=True
                )
                await tx.db.execute(
                    insert(TeezerReplyRow).values(
                        message_id=json.loads(said.data)["id"],
                        user_id=room.creator.id,
                        question_id=question.id,
                        provider=self._provider_of(answer),
                        source=answer.source.value,
                        harm=answer.harm.value if answer.harm else None,
                        score=answer.score,
                        took_ms=took_ms,
                        at=tx.now,
                    )
                )
        except Refused:
            return  # the stream ended in the meantime
        except IntegrityError:
            return  # another process answered this question

    def _provider_of(self, answer: Answer) -> str:
        named = self._writer.name if answer.source is Source.MODEL else None
        return (named or self._memories.provider)[:40]

    async def _room(self, stream_id: str) -> _Room | None:
        known = self._rooms.get(stream_id)
        if known is not None:
            self._rooms.move_to_end(stream_id)
            return known
        async with self._core.db.read() as db:
            try:
                stream = await self._streams.require_open(db, stream_id)
            except Refused:
                return None
            last = select(func.max(ChatMessageRow.at)).where(
                ChatMessageRow.stream_id == stream_id,
                ChatMessageRow.author_id == stream.creator.id,
                ChatMessageRow.is_ai.is_(False),
            )
            spoke_at = (await db.execute(last)).scalar_one_or_none()
        room = self._rooms.setdefault(stream_id, _Room(stream.creator, spoke_at))
        if len(self._rooms) > _MOST_ROOMS:
            self._rooms.popitem(last=False)
        return room


def asks(message: ChatMessage) -> bool:
    """Whether a message may be for Teezer at all: it calls on it, or it is a question."""
    return mentions_teezer(message.text) or message.text.rstrip().endswith("?")


def worth_saying(answer: Answer) -> bool:
    """Whether to say this to somebody who did not ask Teezer by name."""
    if answer.source in (Source.PAIR, Source.STATEMENT):
        return True
    return answer.harm is Harm.SELF_HARM


def _answer(memory: Memory, message: ChatMessage) -> Answer:
    answer = memory.answer(message.text)
    if answer.source is not Source.REFUSAL and not check_output(answer.text).allowed:
        return memory.fallback(message.text)
    return answer


def _message(event: FeedEvent) -> ChatMessage | None:
    try:
        return ChatMessage.model_validate_json(event.data)
    except ValidationError:
        _log.warning("event %s:%d is no chat message", event.room, event.seq)
        return None

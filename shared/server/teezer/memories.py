"""What Teezers have learnt, kept ready in memory; learning and answering happen off the loop."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select

from shared.server.accounts.tables import UserRow
from shared.server.ai.retrieval import SimilarityProvider
from shared.server.core import Core
from shared.server.room.tables import ChatMessageRow
from shared.server.streams.tables import StreamRow
from shared.server.teezer.answers import Memory
from shared.server.teezer.corpus import ChatLine, learn
from shared.server.teezer.tables import TeezerRow

_MOST_LINES = 20_000
"""The latest messages of a creator's rooms that are learnt from."""
_MOST_MEMORIES = 64
_THREADS = 2


class Memories:
    """The memories of the creators asked last; the one unused longest is forgotten and relearnt."""

    def __init__(self, core: Core, provider: SimilarityProvider) -> None:
        self._core = core
        self._provider = provider
        self._memories: OrderedDict[str, Memory] = OrderedDict()
        self._forgotten = 0
        """How often anybody had something forgotten."""
        self._learning: dict[str, asyncio.Lock] = {}
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="teezer")

    @property
    def provider(self) -> str:
        """The name of what finds similar texts."""
        return self._provider.name

    async def of(self, user_id: str, name: str) -> Memory:
        """A creator's memory, learnt now where it is not at hand."""
        memory = self._memories.get(user_id)
        if memory is not None:
            self._memories.move_to_end(user_id)
            return memory
        async with self._learning.setdefault(user_id, asyncio.Lock()):
            return self._memories.get(user_id) or await self.learn(user_id, name)

    async def learn(self, user_id: str, name: str) -> Memory:
        """Learn a creator's chat log anew; begin again when it is to be forgotten meanwhile."""
        while True:
            forgotten = self._forgotten
            lines = await self._lines(user_id)

            def build(lines: list[ChatLine] = lines) -> Memory:
                return Memory(learn(lines, user_id), self._provider, name=name)

            memory = await self.off_loop(build)
            if forgotten == self._forgotten:
                break
        self._memories[user_id] = memory
        self._memories.move_to_end(user_id)
        while len(self._memories) > _MOST_MEMORIES:
            unused, _ = self._memories.popitem(last=False)
            self._learning.pop(unused, None)
        return memory

    def forget(self, user_id: str) -> None:
        """Drop what is at hand; the next who asks has it learnt anew, as far as that is allowed."""
        self._forgotten += 1
        self._memories.pop(user_id, None)

    async def off_loop[T](self, work: Callable[[], T]) -> T:
        """Run work that computes on one of our own threads."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    async def timed[T](self, work: Callable[[], T], *, timeout_s: float) -> tuple[T, int]:
        """The result of the work, and the milliseconds it took.

        Raises:
            TimeoutError: it took longer; its thread ends by itself.
        """
        started = time.monotonic()
        result = await asyncio.wait_for(self.off_loop(work), timeout_s)
        return result, round((time.monotonic() - started) * 1000)

    async def close(self) -> None:
        """End the threads."""
        await asyncio.to_thread(self._threads.shutdown, wait=True, cancel_futures=True)

    async def _lines(self, user_id: str) -> list[ChatLine]:
        """The latest messages of the creator's rooms, oldest first, without deleted ones."""
        query = (
            select(
                ChatMessageRow.id,
                ChatMessageRow.author_id,
                UserRow.display_name,
                ChatMessageRow.text,
                ChatMessageRow.at,
                ChatMessageRow.reply_to,
                ChatMessageRow.is_ai,
            )
            .join(StreamRow, StreamRow.id == ChatMessageRow.stream_id)
            .join(UserRow, UserRow.id == ChatMessageRow.author_id)
            .outerjoin(TeezerRow, TeezerRow.user_id == user_id)
            .where(
                StreamRow.creator_id == user_id,
                ChatMessageRow.deleted_at.is_(None),
                TeezerRow.learns_since.is_(None) | (ChatMessageRow.at > TeezerRow.learns_since),
            )
            .order_by(ChatMessageRow.id.desc())
            .limit(_MOST_LINES)
        )
        async with self._core.db.read() as db:
            rows = (await db.execute(query)).all()
        # Ids made within a millisecond are in no order; the moment decides.
        return sorted((ChatLine(*row) for row in rows), key=lambda line: (line.at, line.id))

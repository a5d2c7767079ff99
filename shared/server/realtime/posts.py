"""Events that belong to no transaction: presence and counters, gathered and logged together."""

import asyncio
import logging

from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError

from shared.clock import Clock
from shared.schemas.realtime import COUNTER_EVENTS, EventType
from shared.server.db.database import Database
from shared.server.realtime.feed import FeedEvent, staged

_log = logging.getLogger(__name__)
_INTERVAL_S = 0.1
_COUNTER_INTERVAL_S = 1.0
_MAX_WAITING = 20_000


class Posts:
    """Takes events at any time and logs them soon, in order, in one transaction for all.

    Of a counter only the latest value is kept, and a room logs it at most once a second. More
    than 20,000 waiting events drop the newest: presence may be lost, the rest never comes here.
    """

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._waiting: list[FeedEvent] = []
        self._counters: dict[tuple[str, EventType], FeedEvent] = {}
        self._counted_at: dict[tuple[str, EventType], float] = {}
        self._wake = asyncio.Event()

    @property
    def waiting(self) -> int:
        """Events that are not logged yet."""
        return len(self._waiting) + len(self._counters)

    def post(self, room: str, type_: EventType, data: BaseModel | None = None) -> None:
        """Log an event soon."""
        event = staged(room, type_, data, self._clock.now())
        if type_ in COUNTER_EVENTS:
            self._counters[room, type_] = event
        elif len(self._waiting) < _MAX_WAITING:
            self._waiting.append(event)
        self._wake.set()

    async def run(self) -> None:
        """Log what waits, at most ten times a second."""
        loop = asyncio.get_running_loop()
        while True:
            await self._wake.wait()
            self._wake.clear()
            events, self._waiting = self._waiting, []
            now = loop.time()
            for key in list(self._counters):
                if now - self._counted_at.get(key, 0.0) >= _COUNTER_INTERVAL_S:
                    events.append(self._counters.pop(key))
                    self._counted_at[key] = now
            if events:
                await self._log(events)
            await asyncio.sleep(_INTERVAL_S)
            if self._counters or self._waiting:
                self._wake.set()
            elif len(self._counted_at) > 1000:
                self._counted_at.clear()

    async def _log(self, events: list[FeedEvent]) -> None:
        try:
            async with self._db.write() as tx:
                tx.staged += events
        except SQLAlchemyError:
            _log.exception("%d presence and counter events were not logged", len(events))

"""The room feed: events get their numbers inside the change they tell of, and leave after it."""

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Dialect, bindparam, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.schemas.realtime import EventType, RoomEvent
from shared.server.db.database import Database, Tx, per_dialect, upsert
from shared.server.realtime.tables import FeedEventRow, FeedRoomRow


@dataclass(slots=True)
class FeedEvent:
    """One event of a room; `seq` is 0 until its transaction has sealed it."""

    room: str
    type: EventType
    at: datetime
    data: str
    """The payload as JSON text, encoded once for log and sockets."""
    seq: int = 0

    def wire(self) -> str:
        """The event as the JSON text of a RoomEvent."""
        at = self.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return f'{{"seq":{self.seq},"type":"{self.type.value}","at":"{at}","data":{self.data}}}'

    def model(self) -> RoomEvent:
        """The event as the wire's model."""
        return RoomEvent(seq=self.seq, type=self.type, at=self.at, data=json.loads(self.data) or {})


_LOG = insert(FeedEventRow)


@per_dialect
def _allocation(dialect: Dialect) -> Any:
    """Raise a room's number."""
    statement = upsert(dialect, FeedRoomRow).values(room=bindparam("the_room"), seq=bindparam("by"))
    return statement.on_conflict_do_update(
        index_elements=[FeedRoomRow.room], set_={"seq": FeedRoomRow.seq + bindparam("by")}
    ).returning(FeedRoomRow.seq)


type Listener = Callable[[str, Sequence[FeedEvent]], None]


def staged(room: str, type_: EventType, data: BaseModel | None, at: datetime) -> FeedEvent:
    """An event that waits for its transaction."""
    return FeedEvent(room, type_, at, "{}" if data is None else data.model_dump_json())


class Feed:
    """Every room's log. Writes through transactions; tells listeners what was committed."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._listeners: list[Listener] = []
        self._everywhere: list[Listener] = []
        db.hook(before_commit=self.seal, after_commit=self._announce)

    def listen(self, listener: Listener) -> None:
        """Call `listener(room, events)` after each commit, on the loop; it must not block.

        Events of one room come in order of `seq` where there is one writer; a listener that
        must not miss any checks the numbers and reads the log.
        """
        self._listeners.append(listener)

    def listen_everywhere(self, listener: Listener) -> None:
        """The same, and also for what other server processes commit.

        For what concerns this process's own sockets; not for work that must be done once.
        """
        self._listeners.append(listener)
        self._everywhere.append(listener)

    def hear(self, room: str, events: Sequence[FeedEvent]) -> None:
        """Another process has committed these."""
        for listener in self._everywhere:
            listener(room, events)

    async def seqs(self, connection: AsyncConnection, rooms: Sequence[str]) -> dict[str, int]:
        """The last committed number of each of these rooms that has one."""
        query = select(FeedRoomRow.room, FeedRoomRow.seq).where(FeedRoomRow.room.in_(rooms))
        return {str(room): int(seq) for room, seq in (await connection.execute(query))}

    def publish(
        self, tx: Tx, room: str, type_: EventType, data: BaseModel | None = None
    ) -> FeedEvent:
        """Stage an event in the transaction; it has its `seq` once the transaction is sealed."""
        event = staged(room, type_, data, tx.now)
        tx.staged.append(event)
        return event

    async def seal(self, tx: Tx) -> None:
        """Number and log what is staged. Runs by itself before the commit; again is harmless."""
        rooms: dict[str, list[FeedEvent]] = defaultdict(list)
        for event in tx.staged:
            if event.seq == 0:
                rooms[event.room].append(event)
        # Rooms are locked in one order everywhere, so that two transactions cannot deadlock.
        for room in sorted(rooms):
            events = rooms[room]
            first = await self._allocate(tx, room, len(events)) - len(events) + 1
            for seq, event in enumerate(events, first):
                event.seq = seq
            await tx.db.execute(
                _LOG,
                [
                    {"room": room, "seq": e.seq, "type": e.type.value, "at": e.at, "data": e.data}
                    for e in events
                ],
            )

    async def _allocate(self, tx: Tx, room: str, count: int) -> int:
        statement = _allocation(tx.db.dialect)
        return int((await tx.db.execute(statement, {"the_room": room, "by": count})).scalar_one())

    async def _announce(self, tx: Tx) -> None:
        rooms: dict[str, list[FeedEvent]] = defaultdict(list)
        for event in tx.staged:
            rooms[event.room].append(event)
        for room, events in rooms.items():
            for listener in self._listeners:
                listener(room, events)

    async def seq(self, connection: AsyncConnection, room: str) -> int:
        """The room's last committed number; 0 before its first event."""
        query = select(FeedRoomRow.seq).where(FeedRoomRow.room == room)
        return (await connection.execute(query)).scalar_one_or_none() or 0

    async def since(
        self, connection: AsyncConnection, room: str, seq: int, limit: int
    ) -> list[FeedEvent]:
        """At most `limit` events after `seq`, in order."""
        query = (
            select(FeedEventRow.seq, FeedEventRow.type, FeedEventRow.at, FeedEventRow.data)
            .where(FeedEventRow.room == room, FeedEventRow.seq > seq)
            .order_by(FeedEventRow.seq)
            .limit(limit)
        )
        return [
            FeedEvent(room, EventType(type_), at, data, number)
            for number, type_, at, data in (await connection.execute(query))
        ]

"""Who is in which room, in the database: for the views, and for other processes to count.

Sockets come and go by the thousand; each process writes once in two seconds what has changed, and
over a shared database reads what the others wrote of the rooms its own people are in.
"""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import BindParameter, Dialect, bindparam, delete, insert, select

from shared.ids import new_id
from shared.schemas.realtime import user_room
from shared.server.core import Core
from shared.server.db.database import Tx, per_dialect, upsert
from shared.server.insights.tables import NotificationMarkRow, PresenceRow, ProcessRow
from shared.server.streams.watching import Watching

_EVERY_S: Final = 2.0
_GONE_AFTER: Final = timedelta(seconds=15)
_BATCH: Final = 500

type Places = set[tuple[str, str]]
"""Rooms and the people in them."""

_LEAVE = delete(PresenceRow).where(
    PresenceRow.room == bindparam("the_room"),
    PresenceRow.user_id == bindparam("who"),
    PresenceRow.process == bindparam("where"),
)


@per_dialect
def _mark(dialect: Dialect) -> Any:
    seen: BindParameter[datetime] = bindparam("now")
    statement = upsert(dialect, NotificationMarkRow).values(user_id=bindparam("who"), seen_at=seen)
    return statement.on_conflict_do_update(
        index_elements=[NotificationMarkRow.user_id], set_={"seen_at": seen}
    )


@per_dialect
def _beat(dialect: Dialect) -> Any:
    seen: BindParameter[datetime] = bindparam("now")
    statement = upsert(dialect, ProcessRow).values(id=bindparam("which"), seen_at=seen)
    return statement.on_conflict_do_update(index_elements=[ProcessRow.id], set_={"seen_at": seen})


class Presences:
    """What this process has written of its sockets. `run` must run."""

    def __init__(self, core: Core, watching: Watching) -> None:
        self._core = core
        self._watching = watching
        self._id = new_id()
        self._written: Places = set()
        self._is_shared = bool(core.settings.database_url)

    async def begin(self) -> None:
        """Forget what a process left behind that is no more."""
        async with self._core.db.write() as tx:
            if not self._is_shared:  # there was one before us, and it has ended
                await tx.db.execute(delete(PresenceRow))
                await tx.db.execute(delete(ProcessRow))
            await tx.db.execute(_beat(tx.db.dialect), {"which": self._id, "now": tx.now})

    async def run(self) -> None:
        """Write and read every two seconds."""
        while True:
            await asyncio.sleep(_EVERY_S)
            await self.sync()

    async def sync(self) -> None:
        """Write what has changed since the last time, and hear of the others."""
        here = {
            (room, user_id)
            for room in self._core.fanout.rooms
            for user_id in self._core.fanout.users(room)
        }
        came, went = here - self._written, self._written - here
        if came or went or self._is_shared:
            async with self._core.db.write() as tx:
                await self._write(tx, came, went)
            self._written = here
        if self._is_shared:
            await self._read()

    async def _write(self, tx: Tx, came: Places, went: Places) -> None:
        if self._is_shared:
            await tx.db.execute(_beat(tx.db.dialect), {"which": self._id, "now": tx.now})
            await self._bury(tx)
        if went:
            await tx.db.execute(
                _LEAVE,
                [{"the_room": r, "who": user, "where": self._id} for r, user in sorted(went)],
            )
        if came:
            rows = [
                {"room": room, "user_id": user, "process": self._id, "since": tx.now}
                for room, user in sorted(came)
            ]
            await tx.db.execute(insert(PresenceRow), rows)
        seen = sorted(_own_rooms(came) | _own_rooms(went))
        if seen:
            marks = [{"who": user_id, "now": tx.now} for user_id in seen]
            await tx.db.execute(_mark(tx.db.dialect), marks)

    async def _bury(self, tx: Tx) -> None:
        """Forget the sockets of processes that no longer say that they run."""
        dead = select(ProcessRow.id).where(ProcessRow.seen_at < tx.now - _GONE_AFTER)
        gone = list((await tx.db.execute(dead)).scalars())
        if gone:
            await tx.db.execute(delete(PresenceRow).where(PresenceRow.process.in_(gone)))
            await tx.db.execute(delete(ProcessRow).where(ProcessRow.id.in_(gone)))

    async def _read(self) -> None:
        """Take in who is in our people's rooms at other processes."""
        rooms = sorted(self._core.fanout.rooms)
        found: dict[str, set[str]] = {}
        for start in range(0, len(rooms), _BATCH):
            query = select(PresenceRow.room, PresenceRow.user_id).where(
                PresenceRow.room.in_(rooms[start : start + _BATCH]),
                PresenceRow.process != self._id,
            )
            async with self._core.db.read() as db:
                for room, user_id in await db.execute(query):
                    found.setdefault(room, set()).add(user_id)
        for room in self._core.fanout.learn(found):
            self._watching.recount(room)


def _own_rooms(places: Iterable[tuple[str, str]]) -> set[str]:
    """The people who came to or left their own rooms, where notifications are shown."""
    return {user for room, user in places if room == user_room(user)}

"""The one way areas read and write: snapshots, and transactions with what they announce.

Making a statement costs several times what running it costs. So what runs with every request is
made once: a module's constant with `bindparam`s, or a function under `per_dialect`.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import wraps
from typing import Any

from sqlalchemy import Dialect, Table
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import DeclarativeBase

from shared.clock import Clock
from shared.server.db.engine import Engines


class Tx:
    """One write transaction: `db` runs its statements, `now` is its moment.

    `staged` holds what the room feed will log at its end; see `Feed.publish`.
    """

    def __init__(self, db: AsyncConnection, now: datetime) -> None:
        self.db = db
        self.now = now
        self.staged: list[Any] = []


type BeforeCommit = Callable[[Tx], Awaitable[None]]
type AfterCommit = Callable[[Tx], Awaitable[None]]


class Database:
    """The database of one server process."""

    def __init__(self, engines: Engines, clock: Clock) -> None:
        self.engines = engines
        self._clock = clock
        self._before: list[BeforeCommit] = []
        self._after: list[AfterCommit] = []

    def hook(self, *, before_commit: BeforeCommit, after_commit: AfterCommit) -> None:
        """Take part in every write transaction: last inside it, and first after it."""
        self._before.append(before_commit)
        self._after.append(after_commit)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Tx]:
        """One transaction; an exception inside undoes all of it and announces nothing."""
        tx: Tx | None = None

        async def committed() -> None:
            if tx is not None:
                for hook in self._after:
                    await hook(tx)

        async with self.engines.writing(committed) as connection:
            tx = Tx(connection, to_milliseconds(self._clock.now()))
            yield tx
            for hook in self._before:
                await hook(tx)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """One consistent snapshot of committed rows, for queries that take a few milliseconds.

        Writing through it fails.
        """
        async with self.engines.reading() as connection:
            yield connection

    @asynccontextmanager
    async def survey(self) -> AsyncIterator[AsyncConnection]:
        """The same for queries over many rows: on SQLite they run in a thread."""
        async with self.engines.surveying() as connection:
            yield connection

    async def aclose(self) -> None:
        """Close every connection."""
        await self.engines.aclose()


def to_milliseconds(moment: datetime) -> datetime:
    """The moment as tables and wire hold it: cut to whole milliseconds."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def upsert(dialect: Dialect, table: type[DeclarativeBase] | Table) -> Any:
    """An INSERT with `on_conflict_do_update` and `excluded`, in the dialect's own flavour."""
    if dialect.name == "postgresql":
        return postgresql_insert(table)
    return sqlite_insert(table)


def per_dialect(make: Callable[[Dialect], Any]) -> Callable[[Dialect], Any]:
    """Make a statement that differs by dialect once for each, not once for each use."""
    made: dict[str, Any] = {}

    @wraps(make)
    def statement(dialect: Dialect) -> Any:
        if dialect.name not in made:
            made[dialect.name] = make(dialect)
        return made[dialect.name]

    return statement

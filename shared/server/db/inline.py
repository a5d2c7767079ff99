"""SQLite for an event loop: statements run where they are asked for, waiting runs in a thread.

Our statements take microseconds, handing each to a thread and back takes many times that (a tip is
some twenty of them). So they run on the loop; only what waits goes to a thread: for another
process's lock on the file here, for the disk in `durable`. Long surveys use `Database.survey`.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor
from types import ModuleType
from typing import Any, Self

from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_dbapi
from sqlalchemy.util.concurrency import await_, in_greenlet

try:  # the newest SQLite: the one Python links has a bug that can lose a reset write-ahead log
    from pysqlite3 import dbapi2 as sqlite
except ImportError:  # no wheel for this platform
    import sqlite3 as sqlite  # type: ignore[no-redef]

__all__ = ["InlineConnection", "InlineDriver", "sqlite"]
_WAITS = "BEGIN IMMEDIATE"
BUSY_TIMEOUT_MS = 5000


async def _finish[T](work: asyncio.Future[T]) -> T:
    """Wait for the thread even when we are cancelled: it uses a connection that others get."""
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        await asyncio.wait([work])
        raise


async def _at_once() -> None:
    """Nothing to wait for."""


class _Cursor(sqlite.Cursor):
    """A cursor that has fetched everything by the time it has executed."""

    rows: deque[Any]

    def execute(self, operation: str, parameters: Any = ()) -> Any:
        """Run the statement and take in its rows."""
        if operation == _WAITS:
            connection = self.connection
            assert isinstance(connection, InlineConnection)  # noqa: S101 - we made it
            if in_greenlet():
                await_(_at_once())
            try:
                super().execute(operation)
            except sqlite.OperationalError:  # another process writes: wait for it in the thread
                connection.wait(lambda: self._wait_for_lock(operation))
        else:
            if in_greenlet():
                await_(_at_once())  # SQLAlchemy insists that an asyncio driver awaits something
            super().execute(operation, parameters)
        self.rows = deque(super().fetchall() if self.description else ())
        return self

    def _wait_for_lock(self, operation: str) -> None:
        """Ask again, patiently. Runs in the thread."""
        super().execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        try:
            super().execute(operation)
        finally:
            super().execute("PRAGMA busy_timeout=0")

    def executemany(self, operation: str, parameters: Any) -> Any:
        """Run the statement for each; there are no rows."""
        if in_greenlet():
            await_(_at_once())
        super().executemany(operation, parameters)
        self.rows = deque()
        return self

    def fetchone(self) -> Any:
        """The next row, or None."""
        return self.rows.popleft() if self.rows else None

    def fetchmany(self, size: int | None = None) -> list[Any]:
        """The next rows."""
        count = min(len(self.rows), self.arraysize if size is None else size)
        return [self.rows.popleft() for _ in range(count)]

    def fetchall(self) -> list[Any]:
        """All rows that are left."""
        left = list(self.rows)
        self.rows.clear()
        return left

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Any:
        """The next row.

        Raises:
            StopIteration: there is none.
        """
        if not self.rows:
            raise StopIteration
        return self.rows.popleft()

    async def _async_soft_close(self) -> None:
        """SQLAlchemy asks for it after each statement; the rows are here already."""


class InlineConnection(sqlite.Connection):
    """A connection as SQLAlchemy's asyncio engine wants one."""

    executor: Executor | None = None

    def cursor(self, factory: Any = _Cursor) -> Any:
        """A cursor of ours."""
        return super().cursor(factory)

    def wait[T](self, work: Callable[[], T]) -> T:
        """Run what may wait in the thread, while the loop goes on."""
        if self.executor is None:
            return work()
        future = asyncio.get_running_loop().run_in_executor(self.executor, work)
        result: T = await_(_finish(future))
        return result

    def commit(self) -> None:
        """Commit, without waiting for the disk; see `durable`."""
        if in_greenlet():
            await_(_at_once())
        if self.in_transaction:
            super().commit()

    def terminate(self) -> None:
        """Close without waiting."""
        self.close()

    @property
    def _connection(self) -> "InlineConnection":
        """What SQLAlchemy calls the driver's connection."""
        return self


class InlineDriver(AsyncAdapt_aiosqlite_dbapi):
    """The driver module that SQLAlchemy sees: it opens our connections."""

    def __init__(self, aiosqlite: ModuleType, open_connection: Callable[[], Any]) -> None:
        super().__init__(aiosqlite, sqlite)
        self._open = open_connection

    def connect(self, *_: Any, **__: Any) -> Any:
        """A new connection."""
        return self._open()

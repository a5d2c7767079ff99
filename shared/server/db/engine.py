"""Opens the database: one writer, many readers on SQLite; a pool of each on PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import aiosqlite
from sqlalchemy import event
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_dbapi
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from shared.server.db.direct import DirectConnection, DirectEngine, ReadingConnection
from shared.server.db.durable import Durable
from shared.server.db.inline import BUSY_TIMEOUT_MS, InlineConnection, InlineDriver, sqlite
from shared.server.db.kept import Kept

READERS = 4


def sqlite_module() -> ModuleType:
    """The SQLite driver in use."""
    return sqlite


def _connector(
    path: Path, mode: str, factory: type[Any], executor: Executor | None
) -> Callable[[], Any]:
    pragmas = (
        ("query_only=ON",)
        if mode == "ro"
        else ("journal_mode=WAL", "synchronous=NORMAL", "wal_autocheckpoint=0")
    )

    def connect() -> Any:
        connection = sqlite.connect(
            f"{path.resolve().as_uri()}?mode={mode}",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=512,
            factory=factory,
        )
        for pragma in (f"busy_timeout={BUSY_TIMEOUT_MS}", "foreign_keys=ON", *pragmas):
            connection.execute(f"PRAGMA {pragma}").close()
        if executor is not None:  # the writer: it waits in the thread, and only if it must
            connection.execute("PRAGMA busy_timeout=0").close()
            connection.executor = executor
        return connection

    return connect


def _engine(driver: Any, *, size: int, begin: str, **options: Any) -> AsyncEngine:
    engine = create_async_engine(
        "sqlite+aiosqlite://",
        module=driver,
        poolclass=AsyncAdaptedQueuePool,
        pool_size=size,
        max_overflow=0,
        pool_timeout=30,
        hide_parameters=True,  # an error's text goes to the log, and they hold people's words
        **options,
    )

    # The driver is in autocommit, so BEGIN is ours: aiosqlite's own loses updates.
    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _inline_engine(
    path: Path, *, mode: str, size: int, begin: str, executor: Executor | None = None
) -> AsyncEngine:
    connector = _connector(path, mode, InlineConnection, executor)
    engine = _engine(InlineDriver(_driver(), connector), size=size, begin=begin)
    return DirectEngine(engine, DirectConnection if executor is not None else ReadingConnection)


def _threaded_engine(path: Path) -> AsyncEngine:
    connector = _connector(path, "ro", sqlite.Connection, None)

    async def create(*_: Any, **__: Any) -> aiosqlite.Connection:
        connection = aiosqlite.Connection(connector, iter_chunk_size=64)
        connection._thread.name = "sqlite survey"
        connection._thread.daemon = True
        return await connection

    driver = AsyncAdapt_aiosqlite_dbapi(_driver(), sqlite)
    return _engine(driver, size=2, begin="BEGIN", async_creator=create)


def _driver() -> ModuleType:
    """Give aiosqlite the errors of the SQLite in use, so that SQLAlchemy recognises them."""
    module = ModuleType("aiosqlite")
    module.__dict__.update(vars(aiosqlite))
    for name in (
        "DatabaseError",
        "Error",
        "IntegrityError",
        "NotSupportedError",
        "OperationalError",
        "ProgrammingError",
        "sqlite_version",
        "sqlite_version_info",
    ):
        setattr(module, name, getattr(sqlite, name))
    return module


class Engines:
    """The writing and the reading side of one database."""

    def __init__(
        self,
        writer: AsyncEngine,
        reader: AsyncEngine,
        surveyor: AsyncEngine,
        *,
        executor: Executor | None = None,
        durable: Durable | None = None,
    ) -> None:
        self.writer = writer
        self.reader = reader
        self.surveyor = surveyor
        self.dialect = writer.dialect.name
        self._executor = executor
        self._durable = durable
        self._on_close: list[Callable[[], None]] = []
        # SQLite has one writer. Waiting here is fair and cheap; waiting in SQLite is neither.
        self._write = None if durable is None else Kept(writer, 1)
        self._read = None if durable is None else Kept(reader, READERS)

    @classmethod
    def sqlite(cls, path: Path) -> "Engines":
        """Engines over one file; it is made when it is missing."""
        executor = ThreadPoolExecutor(1, thread_name_prefix="sqlite commit")
        return cls(
            _inline_engine(path, mode="rwc", size=2, begin="BEGIN IMMEDIATE", executor=executor),
            _inline_engine(path, mode="ro", size=READERS, begin="BEGIN"),
            _threaded_engine(path),
            executor=executor,
            durable=Durable(path, executor),
        )

    @classmethod
    def postgresql(cls, url: str) -> "Engines":
        """Engines over a PostgreSQL address."""
        address = url.replace("postgres://", "postgresql://", 1)
        address = address.replace("postgresql://", "postgresql+asyncpg://", 1)
        writer = create_async_engine(
            address, pool_size=10, max_overflow=0, pool_timeout=30, hide_parameters=True
        )
        reader = writer.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        return cls(writer, reader, reader)

    @asynccontextmanager
    async def writing(
        self, committed: Callable[[], Awaitable[None]] | None = None
    ) -> AsyncIterator[AsyncConnection]:
        """One write transaction; `committed` runs when it is durable, in commit order on SQLite."""
        if self._write is None or self._durable is None:
            async with self.writer.begin() as connection:
                yield connection
        else:
            async with self._write.use() as connection, connection.begin():
                yield connection
            try:
                await self._durable.wait()
            except asyncio.CancelledError:
                if committed is not None:  # it is committed, whoever stopped waiting for it
                    await committed()
                raise
        if committed is not None:
            await committed()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """One consistent read-only snapshot, for short queries."""
        kept = self.reader.connect() if self._read is None else self._read.use()
        async with kept as connection:
            yield connection

    @asynccontextmanager
    async def surveying(self) -> AsyncIterator[AsyncConnection]:
        """The same for queries that take long: they hold up nobody else."""
        async with self.surveyor.connect() as connection:
            yield connection

    @property
    def commits_waiting(self) -> int:
        """Transactions that wait for SQLite's disk."""
        return 0 if self._durable is None else self._durable.waiting

    async def checkpoint(self) -> None:
        """After writing very much: move it from SQLite's log to its database."""
        if self._durable is not None and self._executor is not None:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._executor, self._durable.checkpoint)

    def on_close(self, call: Callable[[], None]) -> None:
        """Call this when it is about to be closed as it should."""
        self._on_close.append(call)

    async def aclose(self) -> None:
        """Close every connection."""
        while self._on_close:
            await asyncio.to_thread(self._on_close.pop())
        for kept in (self._read, self._write):
            if kept is not None:
                await kept.aclose()
        for engine in (self.surveyor, self.reader, self.writer):
            await engine.dispose()
        if self._executor is not None:
            self._executor.shutdown()

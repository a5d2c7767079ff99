"""Opens the database: one writer, many readers on SQLite; a pool of each on PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import aiosqlite
from sqlalchemy import event
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_dbapi
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

try:  # the newest SQLite: the one Python links has a bug that can lose a reset write-ahead log
    from pysqlite3 import dbapi2 as sqlite
except ImportError:  # no wheel for this platform
    import sqlite3 as sqlite  # type: ignore[no-redef]

BUSY_TIMEOUT_MS = 5000
READERS = 4


def sqlite_module() -> ModuleType:
    """The SQLite driver in use."""
    return sqlite


def _connector(path: Path, mode: str, pragmas: tuple[str, ...]) -> Callable[[], Any]:
    def connect() -> Any:
        connection = sqlite.connect(
            f"{path.resolve().as_uri()}?mode={mode}",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
        for pragma in (f"busy_timeout={BUSY_TIMEOUT_MS}", "foreign_keys=ON", *pragmas):
            connection.execute(f"PRAGMA {pragma}").close()
        return connection

    return connect


def _sqlite_engine(path: Path, *, mode: str, size: int, begin: str) -> AsyncEngine:
    pragmas = (
        ("query_only=ON",)
        if mode == "ro"
        else ("journal_mode=WAL", "synchronous=FULL", "wal_autocheckpoint=1000")
    )
    connector = _connector(path, mode, pragmas)

    async def create(*_: Any, **__: Any) -> aiosqlite.Connection:
        connection = aiosqlite.Connection(connector, iter_chunk_size=64)
        connection._thread.name = f"sqlite {mode}"
        connection._thread.daemon = True
        return await connection

    engine = create_async_engine(
        "sqlite+aiosqlite://",
        async_creator=create,
        module=AsyncAdapt_aiosqlite_dbapi(_driver(), sqlite),
        poolclass=AsyncAdaptedQueuePool,
        pool_size=size,
        max_overflow=0,
        pool_timeout=30,
    )

    # The driver is in autocommit, so BEGIN is ours: aiosqlite's own loses updates.
    if begin:

        @event.listens_for(engine.sync_engine, "begin")
        def _begin(connection: Any) -> None:
            connection.exec_driver_sql(begin)

    return engine


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

    def __init__(self, writer: AsyncEngine, reader: AsyncEngine, *, one_writer: bool) -> None:
        self.writer = writer
        self.reader = reader
        self.dialect = writer.dialect.name
        # SQLite has one writer. Waiting here is fair and cheap; waiting in SQLite is neither.
        self._gate = asyncio.Lock() if one_writer else None

    @classmethod
    def sqlite(cls, path: Path) -> "Engines":
        """Engines over one file; it is made when it is missing."""
        writer = _sqlite_engine(path, mode="rwc", size=1, begin="BEGIN IMMEDIATE")
        reader = _sqlite_engine(path, mode="ro", size=READERS, begin="BEGIN")
        return cls(writer, reader, one_writer=True)

    @classmethod
    def postgresql(cls, url: str) -> "Engines":
        """Engines over a PostgreSQL address."""
        address = url.replace("postgres://", "postgresql://", 1)
        address = address.replace("postgresql://", "postgresql+asyncpg://", 1)
        writer = create_async_engine(address, pool_size=10, max_overflow=0, pool_timeout=30)
        return cls(writer, writer.execution_options(postgresql_readonly=True), one_writer=False)

    @asynccontextmanager
    async def writing(
        self, committed: Callable[[], Awaitable[None]] | None = None
    ) -> AsyncIterator[AsyncConnection]:
        """One write transaction; `committed` runs right after it, in commit order on SQLite."""
        if self._gate is None:
            async with self.writer.begin() as connection:
                yield connection
            if committed is not None:
                await committed()
            return
        async with self._gate:
            async with self.writer.begin() as connection:
                yield connection
            if committed is not None:
                await committed()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """One consistent read-only snapshot."""
        async with self.reader.connect() as connection:
            yield connection

    async def aclose(self) -> None:
        """Close every connection."""
        await self.reader.dispose()
        if self.reader is not self.writer:
            await self.writer.dispose()

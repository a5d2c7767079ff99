"""Connections that stay open between uses.

Giving a connection back to SQLAlchemy's pool takes a task of its own and three turns of the loop,
and a busy loop's turns take milliseconds: as long as nobody else may write.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine


class Kept:
    """At most `size` connections of one engine, used by one at a time, first come first served."""

    def __init__(self, engine: AsyncEngine, size: int) -> None:
        self._engine = engine
        self._free: list[AsyncConnection] = []
        self._gate = asyncio.Semaphore(size)

    @asynccontextmanager
    async def use(self) -> AsyncIterator[AsyncConnection]:
        """A connection of one's own until the block ends; what it began is rolled back then."""
        async with self._gate:
            connection = self._free.pop() if self._free else await self._engine.connect()
            is_good = False
            try:
                yield connection
            finally:
                try:
                    await connection.rollback()
                    is_good = True
                finally:
                    if is_good:
                        self._free.append(connection)
                    else:
                        await connection.close()

    async def aclose(self) -> None:
        """Close what nobody uses."""
        while self._free:
            await self._free.pop().close()

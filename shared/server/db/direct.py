"""Connections of an engine that never waits: statements run where they are asked for.

SQLAlchemy runs each statement of an asyncio engine in a greenlet of its own, so that the driver may
wait. Ours answers at once (see `inline`), and the greenlet would cost more than the statement.
"""

from typing import Any, cast

from sqlalchemy import CursorResult, Executable
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine


class DirectConnection(AsyncConnection):
    """A connection whose statements need no greenlet; only beginning a transaction may wait."""

    async def execute(
        self, statement: Executable, parameters: Any = None, *, execution_options: Any = None
    ) -> CursorResult[Any]:
        """Run the statement now."""
        connection = self.sync_connection
        if connection is None or not connection.in_transaction():
            return await self._first(statement, parameters, execution_options)
        return connection.execute(statement, parameters, execution_options=execution_options)

    async def _first(
        self, statement: Executable, parameters: Any, execution_options: Any
    ) -> CursorResult[Any]:
        """The statement that begins the transaction: it may wait for another process's lock."""
        return await super().execute(statement, parameters, execution_options=execution_options)

    async def rollback(self) -> None:
        """Undo what was not committed."""
        if self.sync_connection is not None:
            self.sync_connection.rollback()


class ReadingConnection(DirectConnection):
    """One that waits for nobody, not even at its beginning."""

    async def _first(
        self, statement: Executable, parameters: Any, execution_options: Any
    ) -> CursorResult[Any]:
        if self.sync_connection is None:  # not started: SQLAlchemy has the words for that
            return await super()._first(statement, parameters, execution_options)
        return self.sync_connection.execute(
            statement, parameters, execution_options=execution_options
        )


class DirectEngine(AsyncEngine):
    """The engine that gives them."""

    def __init__(self, engine: AsyncEngine, kind: type[DirectConnection]) -> None:
        super().__init__(engine.sync_engine)
        self._kind = kind

    def connect(self) -> AsyncConnection:
        """A connection, not yet started."""
        return cast(AsyncConnection, self._kind(self))

"""The HTTP server that is told when to end, and then ends: within a second, whoever is connected.

uvicorn looks ten times a second whether it should end and whether its connections have ended. This
one waits for the word, closes what is idle, gives running answers a moment, and hangs up.
"""

import asyncio
import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import uvicorn

_log = logging.getLogger(__name__)
_DATE_S = 1.0
_GONE_S = 0.5


class HttpHost(uvicorn.Server):
    """uvicorn without its own signal handlers: ours also stop what runs beside it."""

    def __init__(self, config: uvicorn.Config, *, grace_s: float) -> None:
        super().__init__(config)
        self._grace_s = grace_s
        self._ending = asyncio.Event()

    def end(self) -> None:
        """Serve nobody any more."""
        self.should_exit = True
        self._ending.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone."""
        yield

    async def main_loop(self) -> None:
        """Keep the date in the headers until `end`."""
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                async with asyncio.timeout(_DATE_S):
                    await self._ending.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close what is idle, let running answers end within the grace, hang up on the rest."""
        for listening in self.servers:
            listening.close()
        for each in sockets or []:
            each.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        if self.server_state.tasks:
            _, late = await asyncio.wait(set(self.server_state.tasks), timeout=self._grace_s)
            if late:
                _log.warning("%d requests were cut off by the stop", len(late))
                for task in late:
                    task.cancel()
                await asyncio.wait(late, timeout=_GONE_S)
        for connection in list(self.server_state.connections):
            if connection.transport is not None:
                connection.transport.abort()
        with suppress(TimeoutError):
            async with asyncio.timeout(_GONE_S):
                for listening in self.servers:
                    await listening.wait_closed()

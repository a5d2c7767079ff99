"""A TCP line on loopback whose width can be changed, with as little buffer as a bad modem has."""

import asyncio
import socket
from types import TracebackType
from typing import Self

_PIECE = 4096
_BUFFER = 16_384
_CATCH_UP_S = 0.05
"""What a busy machine made late may follow at once, so that the line is no narrower than said."""


class NarrowLine:
    """Forwards `port` to a target at `kbps`, evenly. Open it with `async with`.

    `blackhole` lets nothing through and closes nothing; `down` resets what is open and turns new
    connections away, until it is called with False.
    """

    def __init__(self, target_host: str, target_port: int, *, kbps: float) -> None:
        self._target = (target_host, target_port)
        self.kbps = kbps
        self.port = 0
        self.forwarded_bytes = 0
        self.refused = 0
        """Connections that came while the line was down."""
        self.accepted = 0
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._flows = asyncio.Event()
        self._flows.set()
        self._is_down = False
        self._held_up_s = 0.0

    def take_held_up_s(self) -> float:
        """The longest that a piece was late for other reasons than the width, since last asked."""
        held_up_s, self._held_up_s = self._held_up_s, 0.0
        return held_up_s

    def blackhole(self, is_on: bool) -> None:
        """Swallow everything, or let it go on."""
        if is_on:
            self._flows.clear()
        else:
            self._flows.set()

    def down(self, is_on: bool) -> None:
        """Cut the line, or mend it."""
        self._is_down = is_on
        for task in self._tasks if is_on else ():
            task.cancel()

    async def __aenter__(self) -> Self:
        listener = socket.create_server(("127.0.0.1", 0))
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        self._server = await asyncio.start_server(self._accept, sock=listener, limit=_BUFFER)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_down:
            self.refused += 1
            writer.transport.abort()
            return
        self.accepted += 1
        task = asyncio.create_task(self._forward(reader, writer), name="narrow line")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._flows.wait()
        back, there = await asyncio.open_connection(*self._target)
        ways = (self._up(reader, there), self._down(back, writer))
        tasks = [asyncio.create_task(way) for way in ways]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for end in (writer, there):
                end.transport.abort()

    async def _up(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        due_s = loop.time()
        while piece := await reader.read(_PIECE):
            await self._flows.wait()
            due_s = max(due_s, loop.time() - _CATCH_UP_S) + len(piece) * 8 / 1000 / self.kbps
            await asyncio.sleep(max(0.0, due_s - loop.time()))
            self._held_up_s = max(self._held_up_s, loop.time() - due_s)
            writer.write(piece)
            await writer.drain()
            self.forwarded_bytes += len(piece)

    async def _down(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(_PIECE):
            await self._flows.wait()
            writer.write(piece)
            await writer.drain()

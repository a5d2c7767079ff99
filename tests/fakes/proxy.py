"""A TCP proxy on loopback that can be cut, silenced or slowed, for tests of what reconnects."""

import asyncio
import contextlib
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

_CHUNK = 64 * 1024


@dataclass(slots=True, eq=False)
class _Pipe:
    """One client's connection and ours to the target behind it."""

    client: asyncio.StreamWriter
    target: asyncio.StreamWriter | None = None
    tasks: list[asyncio.Task[None]] = field(default_factory=list)


class FaultyProxy:
    """Forwards `port` to a target and misbehaves on demand. Open it with `async with`.

    - `cut()` resets every connection there is now; new ones are accepted.
    - `refuse(True)` turns new connections away as well, as a host without a server does.
    - `blackhole(True)` keeps connections open but lets no byte through in either direction; what
      was held back goes on with `blackhole(False)`.
    - `delay_s` holds every chunk back for that long; `bytes_per_s` bounds the rate to the target.
    """

    def __init__(self, target_host: str, target_port: int) -> None:
        self._target = (target_host, target_port)
        self._server: asyncio.Server | None = None
        self._pipes: set[_Pipe] = set()
        self._flows = asyncio.Event()
        self._flows.set()
        self._refuses = False
        self.port = 0
        self.delay_s = 0.0
        self.bytes_per_s: float | None = None
        self.accepted = 0
        self.forwarded_bytes = 0

    @property
    def connections(self) -> int:
        """How many connections are open now."""
        return len(self._pipes)

    @property
    def url(self) -> str:
        """The proxy's address for HTTP clients."""
        return f"http://127.0.0.1:{self.port}"

    def retarget(self, host: str, port: int) -> None:
        """Send new connections somewhere else: the server came back on another port."""
        self._target = (host, port)

    def blackhole(self, is_on: bool) -> None:
        """Swallow silence: nothing arrives, nothing is closed."""
        if is_on:
            self._flows.clear()
        else:
            self._flows.set()

    def refuse(self, is_on: bool) -> None:
        """Turn new connections away."""
        self._refuses = is_on

    def cut(self) -> None:
        """Reset every open connection."""
        for pipe in list(self._pipes):
            for writer in (pipe.client, pipe.target):
                if writer is not None:
                    writer.transport.abort()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._server is not None:
            self._server.close()
        self.cut()
        tasks = [task for pipe in self._pipes for task in pipe.tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._server is not None:
            await self._server.wait_closed()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._refuses:
            writer.transport.abort()
            return
        self.accepted += 1
        pipe = _Pipe(writer)
        current = asyncio.current_task()
        if current is not None:
            pipe.tasks.append(current)
        self._pipes.add(pipe)
        try:
            await self._flows.wait()
            target_reader, pipe.target = await asyncio.open_connection(*self._target)
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pump(reader, pipe.target), name="proxy up")
                group.create_task(self._pump(target_reader, writer), name="proxy down")
        except (OSError, ExceptionGroup):
            pass  # one side is gone: the other is told below
        except asyncio.CancelledError:
            pass  # only leaving cancels it; asyncio.streams of 3.12.1 would log it as an error
        finally:
            self._pipes.discard(pipe)
            for end in (writer, pipe.target):
                if end is not None:
                    end.close()
                    with contextlib.suppress(OSError):
                        await end.wait_closed()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(_CHUNK):
            await self._flows.wait()
            if self.delay_s:
                await asyncio.sleep(self.delay_s)
            if self.bytes_per_s:
                await asyncio.sleep(len(data) / self.bytes_per_s)
            writer.write(data)
            await writer.drain()
            self.forwarded_bytes += len(data)
        if writer.can_write_eof():
            writer.write_eof()

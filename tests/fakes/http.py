"""An HTTP server on loopback that answers by script, for tests of the client's bad days."""

import asyncio
import contextlib
import json
import ssl
from collections import deque
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Got:
    """A request that arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Answer:
    """What to say to one request."""

    status: int = 200
    body: Any = None
    headers: tuple[tuple[str, str], ...] = ()

    def encode(self) -> bytes:
        """The answer on the wire."""
        content = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        lines = [f"HTTP/1.1 {self.status} Scripted", f"Content-Length: {len(content)}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


@dataclass(frozen=True, slots=True)
class Drop:
    """Read the request, then reset the connection."""


@dataclass(frozen=True, slots=True)
class Silence:
    """Read the request, then say nothing for as long as the server is open."""


@dataclass(frozen=True, slots=True)
class Held:
    """Read the request, tell `arrived`, and answer once `released` is set."""

    answer: Answer
    arrived: asyncio.Event
    released: asyncio.Event


type Step = Answer | Drop | Silence | Held


class ScriptedServer:
    """Gives the scripted steps in order, then 200 with `{"ok": true}`; `got` has the requests."""

    def __init__(self, *steps: Step, tls: ssl.SSLContext | None = None) -> None:
        self._steps = deque(steps)
        self._tls = tls
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._closing = asyncio.Event()
        self.got: list[Got] = []
        self.port = 0

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.set()
        for writer in list(self._writers):
            writer.transport.abort()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        self._writers.add(writer)
        try:
            while (request := await _read(reader)) is not None:
                self.got.append(request)
                match self._steps.popleft() if self._steps else Answer(body={"ok": True}):
                    case Answer() as answer:
                        writer.write(answer.encode())
                        await writer.drain()
                    case Held() as held:
                        held.arrived.set()
                        await held.released.wait()
                        writer.write(held.answer.encode())
                        await writer.drain()
                    case Drop():
                        writer.transport.abort()
                        return
                    case Silence():
                        await self._closing.wait()
                        return
        except OSError:
            pass
        finally:
            self._writers.discard(writer)
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


async def _read(reader: asyncio.StreamReader) -> Got | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.rstrip("\r\n").split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {
        name.strip().lower(): value.strip()
        for name, _, value in (line.partition(":") for line in lines)
    }
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Got(method, path, headers, body)

"""The control socket: JSON lines on loopback, a token first, replies by number, events to all.

Orders are carried out and answered in order. Panic overtakes them, and what takes seconds to find
out (devices, encoders, a try of a line) is answered beside them.
"""

import asyncio
import contextlib
import hmac
import json
import logging
from collections.abc import Awaitable, Callable

from pydantic import ValidationError

from shared.errors import AppError
from studio.engine.protocol import (
    MAX_LINE_BYTES,
    ClosingEvent,
    Command,
    Event,
    EventMessage,
    Failure,
    Hello,
    ListDevices,
    ListEncoders,
    Panic,
    Reply,
    Request,
    Result,
    TryOutput,
)

log = logging.getLogger(__name__)

_HELLO_S = 5.0
_WAITING_COMMANDS = 64
_WAITING_LINES = 2000
_MOST_BEHIND = 50
_QUESTIONS = (ListDevices, ListEncoders, TryOutput)
"""They change nothing, and no order waits for them."""
_FAULT = Failure(code="ENGINE_FAULT", message="The engine had a fault; try again.")


Execute = Callable[[int, Command], Awaitable[Result]]
"""Carries out a command of the client with this number."""


class Connection:
    """One client: reads its requests, writes its replies and events, from bounded queues."""

    def __init__(
        self,
        number: int,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self.number = number
        self.wants_events = False
        self._reader = reader
        self._writer = writer
        self._lines: asyncio.Queue[bytes] = asyncio.Queue(_WAITING_LINES)
        self._commands: asyncio.Queue[Request] = asyncio.Queue(_WAITING_COMMANDS)
        self._questions: asyncio.Queue[Request] = asyncio.Queue(_WAITING_COMMANDS)

    @property
    def waiting_lines(self) -> int:
        """Lines that the client has not taken yet."""
        return self._lines.qsize()

    def send(self, message: Reply | EventMessage) -> None:
        """Queue a line; a client that reads nothing for minutes is cut off."""
        try:
            self._lines.put_nowait(message.model_dump_json().encode() + b"\n")
        except asyncio.QueueFull:
            log.warning("a client does not read and is cut off")
            self._writer.transport.abort()

    async def serve(self, *, token: str, execute: Execute) -> None:
        """Serve until the client goes; ends at once when the token is wrong."""
        sender = asyncio.create_task(self._send_lines(), name="control-send")
        tasks = [sender]
        try:
            if not await self._greeted(token, execute):
                await self._flush()
                return
            for queue, name in ((self._commands, "work"), (self._questions, "questions")):
                work = asyncio.create_task(self._work(queue, execute), name=f"control-{name}")
                tasks.append(work)
            while (request := await self._read()) is not None:
                if isinstance(request.command, Panic):
                    await self._answer(request, execute)  # overtakes everything
                elif isinstance(request.command, _QUESTIONS):
                    await self._questions.put(request)
                else:
                    await self._commands.put(request)
        finally:
            for task in reversed(tasks):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
            self._writer.close()
            with contextlib.suppress(OSError):
                await self._writer.wait_closed()

    async def _greeted(self, token: str, execute: Execute) -> bool:
        try:
            async with asyncio.timeout(_HELLO_S):
                request = await self._read()
        except TimeoutError:
            return False
        if request is None:
            return False
        command = request.command
        if isinstance(command, Hello) and hmac.compare_digest(
            command.token.encode(), token.encode()
        ):
            self.wants_events = command.wants_events
            await self._answer(request, execute)
            return True
        refusal = Failure(
            code="TOKEN_REFUSED", message="This program may not control the engine; restart it."
        )
        self.send(Reply(id=request.id, failure=refusal))
        return False

    async def _read(self) -> Request | None:
        """Return the next request that makes sense; None when the client has gone."""
        while True:
            try:
                line = await self._reader.readline()
            except (OSError, ValueError):
                return None
            if not line:
                return None
            try:
                return Request.model_validate_json(line)
            except ValidationError as error:
                self.send(_misunderstood(line, error))

    async def _work(self, queue: asyncio.Queue[Request], execute: Execute) -> None:
        while True:
            await self._answer(await queue.get(), execute)

    async def _answer(self, request: Request, execute: Execute) -> None:
        try:
            result = await execute(self.number, request.command)
        except AppError as error:
            failure = Failure(code=error.code, message=error.message)
            self.send(Reply(id=request.id, failure=failure))
        except Exception:  # task scope: one command may fail, the engine goes on
            log.exception("command %s failed", request.command.kind)
            self.send(Reply(id=request.id, failure=_FAULT))
        else:
            self.send(Reply(id=request.id, result=result))

    async def _send_lines(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                self._writer.write(await self._lines.get())
                await self._writer.drain()

    async def end(self) -> None:
        """Send what waits, then cut the client off."""
        await self._flush()
        self._writer.transport.abort()

    async def _flush(self) -> None:
        with contextlib.suppress(TimeoutError, OSError):
            async with asyncio.timeout(1.0):
                while not self._lines.empty():
                    self._writer.write(self._lines.get_nowait())
                await self._writer.drain()


def _misunderstood(line: bytes, error: ValidationError) -> Reply:
    """Return the answer to a line that is no request; it repeats nothing of what was sent."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "this line"
    try:
        number = json.loads(line).get("id")
    except (ValueError, AttributeError):
        number = None
    return Reply(
        id=number if isinstance(number, int) and number >= 0 else 0,
        failure=Failure(
            code="INVALID_INPUT",
            message=f"The engine does not understand {where}: {first['msg']}.",
        ),
    )


class ControlServer:
    """Listens on loopback; knows who is connected and since when nobody has been."""

    def __init__(self, *, execute: Execute, on_left: Callable[[int], None]) -> None:
        self._execute = execute
        self._on_left = on_left
        self._connections: dict[int, Connection] = {}
        self._next_number = 0
        self._server: asyncio.Server | None = None
        self._token = ""
        self.alone_since_s: float | None = asyncio.get_running_loop().time()

    async def listen(self) -> tuple[str, int]:
        """Start to listen and return host and port."""
        self._server = await asyncio.start_server(
            self._connected, "127.0.0.1", 0, limit=MAX_LINE_BYTES
        )
        host, port = self._server.sockets[0].getsockname()[:2]
        return str(host), int(port)

    def admit(self, token: str) -> None:
        """Let in who knows this token; nobody before."""
        self._token = token

    def tell(self, event: Event) -> None:
        """Send an event to every client that wants them."""
        message = EventMessage(event=event)
        for connection in self._connections.values():
            if connection.wants_events:
                connection.send(message)

    def tell_some(self, event: Event, clients: frozenset[int]) -> None:
        """Send an event to these clients; one that is behind with reading goes without it."""
        message = EventMessage(event=event)
        for number, connection in self._connections.items():
            if number in clients and connection.waiting_lines < _MOST_BEHIND:
                connection.send(message)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._next_number += 1
        connection = Connection(self._next_number, reader, writer)
        self._connections[connection.number] = connection
        self.alone_since_s = None
        try:
            await connection.serve(token=self._token, execute=self._execute)
        finally:
            del self._connections[connection.number]
            self._on_left(connection.number)
            if not self._connections:
                self.alone_since_s = asyncio.get_running_loop().time()

    async def close(self) -> None:
        """Stop listening and cut everybody off."""
        self.tell(ClosingEvent())
        if self._server is not None:
            self._server.close()
            for connection in list(self._connections.values()):
                await connection.end()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(2.0):
                    await self._server.wait_closed()

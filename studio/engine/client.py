"""The other end of the control socket: for the window, the command line and tests. No Qt.

client = await launch_or_adopt(default_runtime_dir())
async with client:
    reply = await client.request(GetState())
    async for event in client.events(): ...
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from pydantic import ValidationError

from shared.errors import AppError, ProtocolError, Unavailable
from studio.engine.launch import start_engine
from studio.engine.protocol import (
    MAX_LINE_BYTES,
    MESSAGE,
    PROTOCOL_VERSION,
    Command,
    EngineAddress,
    EngineState,
    Event,
    EventMessage,
    Hello,
    Reply,
    Request,
    Result,
    StateResult,
)
from studio.engine.runtime import default_runtime_dir, private_folder, read_address

_CONNECT_S = 3.0
_LAUNCH_S = 20.0
_EVENTS = 1000


class EngineClient:
    """One connection to an engine. Open it with `async with`; it says hello by itself.

    Events go to `on_event` when one is given (called in the loop, must not block), else they wait
    for `events()`, the newest 1000 of them.

    Whoever sent a request sees its answer before any event that came after it: an older state
    in an answer never overwrites the news of a later event.
    """

    def __init__(
        self,
        address: EngineAddress,
        *,
        name: str = "client",
        on_event: Callable[[Event], None] | None = None,
        on_closed: Callable[[], None] | None = None,
        request_timeout_s: float = 15.0,
    ) -> None:
        self._address = address
        self._name = name
        self._on_event = on_event
        self._on_closed = on_closed
        self._timeout_s = request_timeout_s
        self._pending: dict[int, asyncio.Future[Reply]] = {}
        self._events: deque[Event] = deque(maxlen=_EVENTS)
        self._answered: set[int] = set()
        self._held: deque[Event] = deque(maxlen=_EVENTS)
        self._arrived = asyncio.Event()
        self._next_id = 0
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._task: asyncio.Task[None] | None = None
        self._state: EngineState | None = None
        self._closed = False

    @property
    def pid(self) -> int:
        """The engine's process id."""
        return self._address.pid

    @property
    def state_at_hello(self) -> EngineState:
        """Everything the engine told when this client connected."""
        if self._state is None:
            raise Unavailable("The engine is not connected yet.", code="ENGINE_GONE")
        return self._state

    @property
    def is_closed(self) -> bool:
        """The connection is over; further requests are refused."""
        return self._closed

    async def open(self) -> None:
        """Connect and say hello.

        Raises:
            Unavailable: nothing answers at the address.
            AppError: the engine refused the token or speaks another protocol.
        """
        try:
            async with asyncio.timeout(_CONNECT_S):
                self._reader, self._writer = await asyncio.open_connection(
                    self._address.host, self._address.port, limit=MAX_LINE_BYTES
                )
        except (OSError, TimeoutError) as error:
            raise _gone() from error
        self._task = asyncio.create_task(self._read(), name="engine-client")
        try:
            result = await self.request(Hello(token=self._address.token, client=self._name))
        except BaseException:
            await self.close()
            raise
        if not isinstance(result, StateResult):
            await self.close()
            raise ProtocolError("The engine gave an answer that does not fit; restart the studio.")
        self._state = result.state

    async def close(self) -> None:
        """Disconnect; the engine goes on."""
        self._closed = True
        if self._writer is not None:
            self._writer.close()
            with contextlib.suppress(OSError, TimeoutError):
                async with asyncio.timeout(1.0):
                    await self._writer.wait_closed()
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def request(self, command: Command, *, timeout_s: float | None = None) -> Result:
        """Send a command and return the engine's result.

        Raises:
            AppError: the engine refused it, with its sentence and code.
            Unavailable: the engine is gone or did not answer in time.
        """
        if self._closed or self._writer is None:
            raise _gone()
        self._next_id += 1
        number = self._next_id
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._pending[number] = answer
        try:
            line = Request(id=number, command=command).model_dump_json().encode() + b"\n"
            async with asyncio.timeout(self._timeout_s if timeout_s is None else timeout_s):
                self._writer.write(line)
                await self._writer.drain()
                reply = await answer
        except TimeoutError as error:
            raise Unavailable(
                "The broadcast engine does not answer; restart the studio.", code="ENGINE_SILENT"
            ) from error
        except OSError as error:
            raise _gone() from error
        finally:
            self._pending.pop(number, None)
            if number in self._answered:
                self._answered.discard(number)
                # After this step, in which the caller takes in what it was told.
                asyncio.get_running_loop().call_soon(self._let_go)
        if reply.failure is not None:
            raise AppError(reply.failure.message, code=reply.failure.code)
        if reply.result is None:
            raise ProtocolError("The engine gave an empty answer; restart the studio.")
        return reply.result

    async def events(self) -> AsyncIterator[Event]:
        """Yield events as they come, until the connection is over."""
        while True:
            while self._events:
                yield self._events.popleft()
            if self._closed:
                return
            self._arrived.clear()
            await self._arrived.wait()

    async def _read(self) -> None:
        assert self._reader is not None  # noqa: S101 - opened before this task starts
        try:
            while line := await self._reader.readline():
                self._take(line)
        except (OSError, ValueError):
            pass  # the connection broke or a line was too long: both end it
        finally:
            self._closed = True
            for answer in self._pending.values():
                if not answer.done():
                    answer.set_exception(_gone())
            self._arrived.set()
            if self._on_closed is not None:
                self._on_closed()

    def _take(self, line: bytes) -> None:
        try:
            message = MESSAGE.validate_json(line)
        except ValidationError:
            return  # an event of a newer engine
        if isinstance(message, EventMessage):
            if self._answered or self._held:
                self._held.append(message.event)
            else:
                self._deliver(message.event)
            return
        answer = self._pending.get(message.id)
        if answer is not None and not answer.done():
            self._answered.add(message.id)
            answer.set_result(message)

    def _deliver(self, event: Event) -> None:
        if self._on_event is not None:
            self._on_event(event)
        else:
            self._events.append(event)
            self._arrived.set()

    def _let_go(self) -> None:
        """Deliver what waited for an answer to be taken in."""
        while self._held and not self._answered:
            self._deliver(self._held.popleft())

    async def __aenter__(self) -> Self:
        if self._writer is None:
            await self.open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()


def _gone() -> Unavailable:
    return Unavailable(
        "The broadcast engine is not running; it starts again when you go live.",
        code="ENGINE_GONE",
    )


async def launch_or_adopt(
    runtime_dir: Path | None = None,
    *,
    name: str = "client",
    on_event: Callable[[Event], None] | None = None,
    on_closed: Callable[[], None] | None = None,
    idle_s: float = 30.0,
    arguments: Sequence[str] = (),
) -> EngineClient:
    """Return an open client of the engine of this runtime folder, starting one if none runs.

    The engine is started in a session of its own, so that the death of the caller, or of its
    process group, does not touch it.

    Raises:
        Unavailable: no engine could be started; the sentence says where its log is.
    """
    folder = private_folder(runtime_dir) if runtime_dir is not None else default_runtime_dir()

    async def adopt() -> EngineClient | None:
        address = read_address(folder)
        if address is None:
            return None
        if address.protocol != PROTOCOL_VERSION:
            raise Unavailable(
                "A broadcast engine of another version is on air; stop its broadcast first.",
                code="ENGINE_VERSION",
            )
        client = EngineClient(address, name=name, on_event=on_event, on_closed=on_closed)
        try:
            await client.open()
        except Unavailable:
            return None
        return client

    adopted = await adopt()
    if adopted is not None:
        return adopted
    await asyncio.to_thread(start_engine, folder, idle_s=idle_s, arguments=arguments)
    adopted = await adopt()
    if adopted is None:
        raise Unavailable(
            f"The broadcast engine did not start; its log is {folder / 'engine.log'}.",
            code="ENGINE_START",
        )
    return adopted

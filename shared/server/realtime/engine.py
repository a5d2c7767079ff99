"""python-socketio and engineio as we run them: packets encoded once, no task left behind."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import engineio
import socketio
from engineio.packet import MESSAGE, Packet
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.server.realtime.line import KEY, Line, text_frame

# engineio logs a traceback for every packet that a stranger makes up; a line of ours is enough.
QUIET = logging.Logger("engineio of the server", logging.CRITICAL)


def _text(event: str, body: str) -> str:
    """A Socket.IO 5 EVENT packet on the main namespace."""
    return f'2["{event}",{body}]'


def event_packet(event: str, body: str) -> Packet:
    """An event that must arrive; `body` is JSON text."""
    return Packet(MESSAGE, _text(event, body))


class RoomPacket(Packet):
    """An event for many sockets: encoded once, and dropped from the queue of a slow client."""

    frame: bytes
    """The same as a WebSocket frame."""

    @classmethod
    def of(cls, event: str, body: str) -> "RoomPacket":
        """The packet of an event; `body` is JSON text."""
        packet = cls(MESSAGE, _text(event, body))
        packet.frame = text_frame(f"{MESSAGE}{packet.data}")
        return packet


class Engine(engineio.AsyncServer):
    """engineio that knows its background tasks, so that a stop leaves none behind."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._tasks: set[asyncio.Task[Any]] = set()

    def start_background_task(
        self, target: Callable[..., Any], *arguments: Any, **named: Any
    ) -> "asyncio.Task[Any]":
        """Start a task and remember it until it is done."""
        task: asyncio.Task[Any] = asyncio.ensure_future(target(*arguments, **named))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def stop(self) -> None:
        """Cancel what still runs: pings of sockets that are gone, the watch over the others."""
        await self.shutdown()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class SocketIo(socketio.AsyncServer):
    """python-socketio on our engine."""

    def _engineio_server_class(self) -> type[engineio.AsyncServer]:
        return Engine


_KINDS = frozenset("1234")
"""What a client may send over WebSocket: close, ping, pong, message (Engine.IO 4)."""


def _is_allowed(text: str | None, max_chars: int) -> bool:
    return text is not None and len(text) <= max_chars and text[:1] in _KINDS


def only_packets(app: ASGIApp, *, max_chars: int) -> ASGIApp:
    """Treat a client that sends what the protocol does not know as one that hangs up.

    engineio would raise out of its connection, and leave half of it standing. Each connection's
    scope gets its `Line`.
    """

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        line = Line.of(send)
        if line is not None:
            scope[KEY] = line
            send = line.send

        async def checked() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive" and not _is_allowed(
                message.get("text"), max_chars
            ):
                return {"type": "websocket.disconnect", "code": 1002}
            return message

        await app(scope, checked, send)

    return guarded

"""The way out of one connection: frames for many sockets, written straight to its transport.

python-socketio and engineio speak with each client. What goes to a whole room does not pass
through them: it is one prebuilt WebSocket frame, the same bytes for everybody, and costs one
write for each socket instead of a queue, a task and an encoding.
"""

from typing import Any, Self

from starlette.types import Message, Send
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

KEY = "teezu.line"
"""Where a connection's scope holds its line."""


def text_frame(text: str) -> bytes:
    """A whole text message as a server sends it: one frame, not masked (RFC 6455, 5.2)."""
    payload = text.encode()
    size = len(payload)
    if size < 126:
        return b"\x81" + bytes((size,)) + payload
    if size < 65_536:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload


class Line:
    """One WebSocket connection of uvicorn's; `send` takes the place of its ASGI callable."""

    __slots__ = ("_in_hand", "_send", "protocol")

    def __init__(self, protocol: WebSocketsSansIOProtocol, send: Send) -> None:
        self.protocol = protocol
        self._send = send
        self._in_hand = 0

    @classmethod
    def of(cls, send: Send) -> Self | None:
        """The line behind an ASGI `send`; None where the server is not one we know."""
        owner: Any = getattr(send, "__self__", None)
        return cls(owner, send) if isinstance(owner, WebSocketsSansIOProtocol) else None

    async def send(self, message: Message) -> None:
        """Send what engineio has to say; as long as that waits, nothing may overtake it."""
        self._in_hand += 1
        try:
            await self._send(message)
        finally:
            self._in_hand -= 1

    def write(self, frame: bytes) -> bool:
        """Write a frame now; False when the line is full, closing, or busy with another."""
        protocol = self.protocol
        transport = protocol.transport
        if (
            self._in_hand
            or not protocol.writable.is_set()
            or protocol.close_sent
            or transport.is_closing()
        ):
            return False
        transport.write(frame)
        return True

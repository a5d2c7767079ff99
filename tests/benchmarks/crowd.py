"""Many Socket.IO clients at little cost: raw connections that count what arrives.

A client that parsed every frame would take more of the machine than the server under test.
These speak just enough of WebSocket, Engine.IO 4 and Socket.IO 5 to sign in, join, call and
answer pings; of what follows they count a marker.
"""

import asyncio
import base64
import json
import os
from typing import Any, Self, cast
from urllib.parse import urlsplit

_PING = b"\x81\x012"
_TIMEOUT_S = 60.0


def _masked(text: str) -> bytes:
    """A text frame as a client must send it. A mask of zeros is a mask."""
    payload = text.encode()
    size = len(payload)
    if size < 126:
        head = bytes((0x81, 0x80 | size))
    else:
        head = bytes((0x81, 0x80 | 126)) + size.to_bytes(2, "big")
    return head + b"\x00\x00\x00\x00" + payload


_PONG = _masked("3")


class Listener(asyncio.Protocol):
    """One connection: it waits for words while it signs in, and then only counts."""

    def __init__(self, marker: bytes) -> None:
        self._marker = marker
        self._transport: asyncio.Transport | None = None
        self._seen = b""
        self._wanted: tuple[bytes, asyncio.Future[bytes]] | None = None
        self.events = 0
        self.bytes = 0
        self.is_open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember the way out."""
        # uvloop has its own class of transports, which is no asyncio.Transport.
        self._transport = cast(asyncio.Transport, transport)
        self.is_open = True

    def data_received(self, data: bytes) -> None:
        """Count, answer pings, and wake whoever waits for a word."""
        self.bytes += len(data)
        if _PING in data:
            self.send(_PONG)
        if self._wanted is None:
            self.events += data.count(self._marker)
            return
        self._seen += data
        word, waiter = self._wanted
        if word in self._seen and not waiter.done():
            waiter.set_result(self._seen)
            self._wanted = None

    def connection_lost(self, error: Exception | None) -> None:
        """The server hung up."""
        self.is_open = False
        if self._wanted is not None and not self._wanted[1].done():
            self._wanted[1].set_exception(ConnectionResetError("the server hung up"))

    def send(self, frame: bytes) -> None:
        """Write without waiting."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(frame)

    def say(self, text: str) -> None:
        """Send one packet."""
        self.send(_masked(text))

    async def ask(self, frame: bytes, word: bytes) -> bytes:
        """Send, and wait until `word` has come; what came, that included."""
        self._seen = b""
        waiter: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._wanted = (word, waiter)
        self.send(frame)
        async with asyncio.timeout(_TIMEOUT_S):
            return await waiter

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.abort()


class Crowd:
    """Clients of one server."""

    def __init__(self, url: str, marker: str) -> None:
        self._host = urlsplit(url).hostname or "127.0.0.1"
        self._port = urlsplit(url).port or 80
        self._marker = marker.encode()
        self.listeners: list[Listener] = []

    async def __aenter__(self) -> Self:
        """Begin with nobody."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Hang up on everybody's behalf."""
        for listener in self.listeners:
            listener.close()
        await asyncio.sleep(0)

    async def connect(self, auth: Any, room: str | None = None) -> Listener:
        """One more client, signed in, and in the room."""
        loop = asyncio.get_running_loop()
        _, listener = await loop.create_connection(
            lambda: Listener(self._marker), self._host, self._port
        )
        self.listeners.append(listener)
        key = base64.b64encode(os.urandom(16)).decode()
        request = (
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"
            f"Host: {self._host}:{self._port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        await listener.ask(request.encode(), b'"pingInterval"')
        await listener.ask(_masked("40" + json.dumps(auth)), b"40{")
        if room is not None:
            call = json.dumps(["join", {"room": room}], separators=(",", ":"))
            answer = await listener.ask(_masked("420" + call), b"430[")
            assert b'"ok":true' in answer.replace(b" ", b""), answer[-400:]
        return listener

    @property
    def events(self) -> int:
        """How many events have come, over all clients."""
        return sum(listener.events for listener in self.listeners)

    @property
    def open(self) -> int:
        """How many are still connected."""
        return sum(listener.is_open for listener in self.listeners)

"""A bare RTMP publisher for tests of the ingest: says what it is told, in any order."""

import asyncio
import ssl
from typing import Self

from fakes.broadcast import Broadcast

from shared.rtmp import ClientConnection, Event, PublishEnded, PublishRefused, PublishStarted


class RtmpClient:
    """One connection; `events` are all that the server said."""

    def __init__(self, address: tuple[str, int], key: str, tls: ssl.SSLContext | None = None):
        self._address, self._tls = address, tls
        self.connection = ClientConnection(app="live", tc_url="rtmp://test/live", stream_key=key)
        self.events: list[Event] = []
        self.is_closed = False

    async def __aenter__(self) -> Self:
        host, port = self._address
        self.reader, self.writer = await asyncio.open_connection(host, port, ssl=self._tls)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.writer.transport.abort()

    async def flush(self) -> None:
        self.writer.write(self.connection.outgoing())
        await self.writer.drain()

    async def listen(self, *kinds: type, timeout_s: float = 5.0) -> Event | None:
        """Read until an event of these kinds, or None at the end of the connection."""
        async with asyncio.timeout(timeout_s):
            while True:
                await self.flush()
                source = await self.reader.read(65_536)
                if not source:
                    self.is_closed = True
                    return None
                events = self.connection.receive(source)
                await self.flush()
                self.events += events
                for event in events:
                    if isinstance(event, kinds):
                        return event

    async def publish(self) -> Event | None:
        return await self.listen(PublishStarted, PublishRefused, PublishEnded)

    async def send(
        self,
        broadcast: Broadcast,
        *,
        shift_ms: int = 0,
        has_start: bool = True,
        until_ms: int = 1 << 31,
        is_paced: bool = False,
    ) -> None:
        if has_start:
            for kind, body in broadcast.configurations():
                self._queue(kind, body, shift_ms)
        begun = asyncio.get_running_loop().time()
        for kind, body, stamp in broadcast.bodies(shift_ms):
            media_ms = (stamp - shift_ms) & 0xFFFFFFFF
            if media_ms > until_ms:
                break
            if is_paced:
                late = begun + media_ms / 1000 - asyncio.get_running_loop().time()
                if late > 0:
                    await asyncio.sleep(late)
            self._queue(kind, body, stamp)
            await self.flush()
        await self.flush()

    def _queue(self, kind: str, body: bytes, stamp: int) -> None:
        if kind == "video":
            self.connection.send_video(body, stamp)
        else:
            self.connection.send_audio(body, stamp)

    async def end(self) -> None:
        self.connection.end()
        await self.flush()

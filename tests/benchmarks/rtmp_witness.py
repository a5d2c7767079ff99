"""An RTMP server that keeps every message with the moment its last byte arrived, for benchmarks."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import av
import numpy as np
from numpy.typing import NDArray

from shared.rtmp import AudioReceived, PublishRequested, ServerConnection, VideoReceived
from shared.rtmp.flv import VideoPart, decode_video


@dataclass(slots=True)
class Seen:
    """A video message: when it had arrived, and the coded picture in it."""

    at_s: float
    data: bytes


@dataclass
class Witness:
    """What arrived since the last `clear`; the decoder's configuration stays."""

    port: int = 0
    configuration: bytes = b""
    pictures: list[Seen] = field(default_factory=list)
    sounds: list[float] = field(default_factory=list)
    is_publishing: asyncio.Event = field(default_factory=asyncio.Event)

    def clear(self) -> None:
        """Forget the media."""
        self.pictures.clear()
        self.sounds.clear()

    def lumas(self) -> list[tuple[float, NDArray[np.uint8]]]:
        """Decode what is there, from its first keyframe on: arrival and luma `(h, w) uint8`."""
        decoder = av.CodecContext.create("h264", "r")
        decoder.extradata = self.configuration
        decoder.thread_count = 1
        decoder.flags |= int(av.codec.context.Flags.low_delay)
        found = []
        for seen in self.pictures:
            for frame in decoder.decode(av.Packet(seen.data)):
                plane = frame.planes[0]
                luma = np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)
                found.append((seen.at_s, luma[:, : frame.width].copy()))
        return found

    async def attend(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one publisher, until it goes."""
        with contextlib.suppress(ConnectionError):
            await self._hear(reader, writer)
        writer.transport.abort()

    async def _hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = ServerConnection()
        while source := await reader.read(65_536):
            now_s = time.monotonic()
            for event in connection.receive(source):
                if isinstance(event, PublishRequested):
                    connection.accept_publish()
                    self.is_publishing.set()
                elif isinstance(event, VideoReceived):
                    self._note(now_s, event.payload)
                elif isinstance(event, AudioReceived):
                    self.sounds.append(now_s)
            if answer := connection.outgoing():
                writer.write(answer)
                await writer.drain()

    def _note(self, now_s: float, payload: bytes) -> None:
        body = decode_video(payload)
        if body.part is VideoPart.SEQUENCE_START:
            self.configuration = body.payload
        elif body.part is VideoPart.CODED_FRAMES:
            self.pictures.append(Seen(now_s, body.payload))


@asynccontextmanager
async def running_witness() -> AsyncIterator[Witness]:
    """Listen on a free port of loopback."""
    witness = Witness()
    tasks: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(witness.attend(reader, writer), name="witness")
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    witness.port = server.sockets[0].getsockname()[1]
    try:
        yield witness
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

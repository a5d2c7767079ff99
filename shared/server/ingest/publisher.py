"""One RTMP connection to the ingest, from its first byte to its last."""

import asyncio
import contextlib
import logging
from dataclasses import dataclass
from typing import Final, Protocol

from shared.rtmp import (
    BAD_NAME,
    AudioReceived,
    ChunkLimits,
    Event,
    FlvError,
    PublishEnded,
    PublishRequested,
    RtmpError,
    ServerConnection,
    VideoReceived,
)
from shared.rtmp.flv import AudioPart, VideoPart, decode_audio, decode_video
from shared.server.ingest.authority import EndReason, IngestGrant
from shared.server.ingest.figures import Figures
from shared.server.ingest.reports import Media

_READ: Final = 65_536
_GOODBYE_S: Final = 1.0
_GOODBYE_BYTES: Final = 8 * 1024 * 1024
_HEADER: Final = 16
_ANSWER_AFTER_S: Final = 0.3
_SHUTDOWN: Final = "NetConnection.Connect.AppShutdown"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class IngestLimits:
    """How much time and room one connection gets."""

    handshake_s: float = 10.0
    idle_s: float = 10.0
    authority_s: float = 5.0
    takeover_s: float = 1.5
    unreadable_s: float = 20.0
    rate_window_s: float = 10.0
    max_message_bytes: int = 4 * 1024 * 1024
    max_connections: int = 128


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a publish is turned away; only `BAD_NAME` tells the encoder not to try again."""

    description: str
    code: str = BAD_NAME


class Owner(Protocol):
    """What a connection needs of the ingest around it."""

    async def admit(self, publisher: "Publisher", stream_key: str) -> Refusal | None:
        """Decide on a publish; None admits it."""

    def on_video(self, publisher: "Publisher", event: VideoReceived, part: VideoPart) -> None:
        """A video body of an admitted publish."""

    def on_audio(self, publisher: "Publisher", event: AudioReceived, part: AudioPart) -> None:
        """An audio body of an admitted publish."""


class Publisher:
    """Reads one connection until somebody ends it; `run` returns why."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        owner: Owner,
        limits: IngestLimits,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._owner = owner
        self._limits = limits
        self._connection = ServerConnection(
            limits=ChunkLimits(
                max_message_size=limits.max_message_bytes,
                max_partial_bytes=2 * limits.max_message_bytes,
            )
        )
        self._verdict: EndReason | None = None
        self._read_deadline: asyncio.Timeout | None = None
        self._loop = asyncio.get_running_loop()
        self._last_byte_s = self._loop.time()
        self.peer = _peer_name(writer)
        self.grant: IngestGrant | None = None
        self.figures = Figures(self._loop.time(), window_s=limits.rate_window_s)
        self.media: Media | None = None
        self.video_start: VideoReceived | None = None
        self.audio_start: AudioReceived | None = None
        self.needs_keyframe = False
        self.gone = asyncio.Event()
        self.parted = asyncio.Event()

    @property
    def last_byte_s(self) -> float:
        """When the peer was last heard, on the loop's clock."""
        return self._last_byte_s

    async def is_answering(self) -> bool:
        """Ask the peer for a sign of life; bytes that were already on their way do not count."""
        asked_s = self._loop.time()
        self._connection.ping(int(asked_s * 1000))
        self._write()
        while self._loop.time() < asked_s + self._limits.takeover_s:
            try:
                async with asyncio.timeout(_ANSWER_AFTER_S):
                    await self.gone.wait()
                return False
            except TimeoutError:
                if self._last_byte_s > asked_s + _ANSWER_AFTER_S / 2:
                    return True
        return False

    @property
    def verdict(self) -> EndReason | None:
        """Why we ended the connection, where we did."""
        return self._verdict

    def close(self, reason: EndReason, description: str) -> None:
        """End the connection soon, telling the peer why; harmless when it is over already."""
        if self._verdict is not None:
            return
        self._verdict = reason
        code = _SHUTDOWN if reason is EndReason.SHUTDOWN else BAD_NAME
        self._connection.end_publish(description, code=code)
        self._write()
        if self._read_deadline is not None and not self._read_deadline.expired():
            self._read_deadline.reschedule(self._loop.time())

    async def run(self) -> EndReason:
        """Serve the connection; the socket is closed when this returns."""
        try:
            reason = await self._serve()
        except RtmpError as error:
            _log.info("Publisher %s broke the protocol: %s", self.peer, error.message)
            reason = EndReason.PROTOCOL_ERROR
        except OSError:
            reason = EndReason.CONNECTION_LOST
        finally:
            with contextlib.suppress(OSError):
                await self._say_goodbye()
        return self._verdict or reason

    async def _serve(self) -> EndReason:
        begun_s = self._loop.time()
        while self._verdict is None:
            wait_s = self._limits.idle_s
            if self.grant is None:
                wait_s = begun_s + self._limits.handshake_s - self._loop.time()
            try:
                async with asyncio.timeout(wait_s) as self._read_deadline:
                    source = await self._reader.read(_READ)
            except TimeoutError:
                return EndReason.IDLE
            finally:
                self._read_deadline = None
            if not source:
                return EndReason.CONNECTION_LOST
            self._last_byte_s = self._loop.time()
            self.figures.add_bytes(len(source), self._last_byte_s)
            reason = await self._digest(source)
            if reason is not None:
                return reason
        return self._verdict

    async def _digest(self, source: bytes) -> EndReason | None:
        ended: EndReason | None = None
        for event in self._connection.receive(source):
            if isinstance(event, PublishRequested):
                await self._on_publish(event)
            elif isinstance(event, PublishEnded):
                ended = EndReason.UNPUBLISHED
            elif self._verdict is None:
                self._on_media(event)
        self._write()
        async with asyncio.timeout(self._limits.idle_s):
            await self._writer.drain()
        if ended is None and self._connection.is_closing:
            return self._verdict or EndReason.UNPUBLISHED
        return ended

    async def _on_publish(self, event: PublishRequested) -> None:
        refusal = await self._owner.admit(self, event.stream_key)
        if refusal is None:
            self._connection.accept_publish()
        else:
            self._connection.refuse_publish(refusal.description, code=refusal.code)

    def _on_media(self, event: Event) -> None:
        try:
            if isinstance(event, VideoReceived) and event.payload:
                self._on_video(event)
            elif isinstance(event, AudioReceived) and len(event.payload) > 1:
                self._on_audio(event)
        except FlvError as error:
            self.close(EndReason.UNREADABLE_MEDIA, error.message)

    def _on_video(self, event: VideoReceived) -> None:
        head = decode_video(event.payload[:_HEADER])
        if head.part is VideoPart.SEQUENCE_START:
            self.video_start = event
        elif head.part is VideoPart.CODED_FRAMES:
            self.figures.add_picture(len(event.payload), event.timestamp, head.is_keyframe)
            if self.needs_keyframe and not head.is_keyframe:
                self.figures.dropped_frames += 1
                return
            self.needs_keyframe = False
        self._owner.on_video(self, event, head.part)

    def _on_audio(self, event: AudioReceived) -> None:
        head = decode_audio(event.payload[:_HEADER])
        if head.part is AudioPart.SEQUENCE_START:
            self.audio_start = event
        else:
            self.figures.add_sound(len(event.payload))
        self._owner.on_audio(self, event, head.part)

    def _write(self) -> None:
        out = self._connection.outgoing()
        if out and not self._writer.is_closing():
            self._writer.write(out)

    async def _say_goodbye(self) -> None:
        """Let the last words arrive: a socket closed with unread input would drop them."""
        self.gone.set()
        try:
            async with asyncio.timeout(_GOODBYE_S):
                self._write()
                await self._writer.drain()
                if self._writer.can_write_eof():
                    self._writer.write_eof()
                left = _GOODBYE_BYTES
                while left > 0 and (piece := await self._reader.read(_READ)):
                    left -= len(piece)
        except TimeoutError:
            pass  # It had its chance.
        finally:
            self._writer.transport.abort()


def _peer_name(writer: asyncio.StreamWriter) -> str:
    name = writer.get_extra_info("peername")
    return f"{name[0]}:{name[1]}" if isinstance(name, tuple) else "unknown"

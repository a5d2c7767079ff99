"""The RTMP ingest of the reference server: accepts publishers, keeps their HLS alive."""

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Sequence
from types import TracebackType
from typing import Final, Self

from shared.clock import Clock
from shared.errors import AppError, Unavailable
from shared.rtmp import AudioReceived, VideoReceived
from shared.rtmp.flv import AudioPart, VideoPart
from shared.server.ingest.airing import Airing
from shared.server.ingest.authority import EndReason, IngestAuthority
from shared.server.ingest.figures import rate_breach, size_breach
from shared.server.ingest.hls import HlsStore
from shared.server.ingest.link import worker_command
from shared.server.ingest.publisher import IngestLimits, Publisher, Refusal
from shared.server.ingest.reports import Media

TICK_S: Final = 2.0
LINGER_S: Final = 30.0
RETENTION_S: Final = 60.0
_GOODBYE_S: Final = 0.7
"""At a stop publishers get so long to take their goodbye."""

_REFUSED: Final = Refusal("The stream key is not valid.")
_BUSY: Final = Refusal(
    "This stream is already being published by another encoder.", "NetStream.Publish.Denied"
)
_NO_ROOM: Final = Refusal("The server cannot store the broadcast now.", "NetStream.Failed")
_UNAVAILABLE: Final = Refusal(
    "The server cannot check the stream key now. Try again in a moment.", "NetStream.Failed"
)

_log = logging.getLogger(__name__)


class RtmpIngest:
    """Listens for RTMP (with `tls`: RTMPS) publishers while its `async with` block is open.

    `store` is what the HTTP area serves. Port 0 takes a free one; see `address`. Keys reach
    only the authority; logs name streams and peers.
    """

    def __init__(
        self,
        *,
        authority: IngestAuthority,
        store: HlsStore,
        clock: Clock,
        host: str = "127.0.0.1",
        port: int = 1935,
        tls: ssl.SSLContext | None = None,
        limits: IngestLimits | None = None,
        worker: Sequence[str] | None = None,
        linger_s: float = LINGER_S,
        retention_s: float = RETENTION_S,
    ) -> None:
        self.store = store
        self._authority = authority
        self._host, self._port, self._tls = host, port, tls
        self._limits = limits or IngestLimits()
        self._airing = Airing(
            store=store,
            clock=clock,
            worker=worker or worker_command(),
            on_media=self._on_media,
            linger_s=linger_s,
            retention_s=retention_s,
        )
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._bytes = 0

    @property
    def address(self) -> tuple[str, int]:
        """Host and port we listen on.

        Raises:
            Unavailable: the ingest is not open.
        """
        if self._server is None or not self._server.sockets:
            raise Unavailable("The ingest is not running.")
        name = self._server.sockets[0].getsockname()
        return name[0], name[1]

    @property
    def worker_pid(self) -> int | None:
        """The repackaging worker's process id, while there is one."""
        return self._airing.worker_pid

    @property
    def live_stream_ids(self) -> tuple[str, ...]:
        """Streams with a publisher connected now."""
        return tuple(self._airing.publishers)

    async def __aenter__(self) -> Self:
        """Start the worker and listen.

        Raises:
            Unavailable: the port is taken or the worker cannot be started.
        """
        try:
            await self._airing.open()
            self._server = await asyncio.start_server(
                self._accept,
                self._host,
                self._port,
                ssl=self._tls,
                ssl_handshake_timeout=self._limits.handshake_s if self._tls else None,
                limit=2**17,
            )
        except OSError as error:
            await self._airing.close()
            raise Unavailable(
                f"The ingest cannot listen on {self._host}:{self._port}: {error.strerror}. "
                "Choose another port or stop the program that uses it.",
                code="INGEST_UNAVAILABLE",
            ) from error
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Say goodbye to the publishers, stop the worker, free the port."""
        if self._server is not None:
            self._server.close()
        for publisher in self._airing.publishers.values():
            publisher.close(EndReason.SHUTDOWN, "The server is stopping.")
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=_GOODBYE_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self._airing.close()
        if self._server is not None:
            await self._server.wait_closed()
            self._server = None

    @property
    def failures(self) -> int:
        """Times the worker ended or could not write."""
        return self._airing.failures

    @property
    def bytes_received(self) -> int:
        """Bytes from all publishers since the start."""
        return self._bytes + sum(
            publisher.figures.total_bytes for publisher in self._airing.publishers.values()
        )

    # --- for the streams area ----------------------------------------------------------------

    def kick(self, stream_id: str, description: str) -> bool:
        """End the publisher of a stream with a sentence for it; False when there is none.

        The authority must refuse the key from now on, or the publisher may come back.
        """
        publisher = self._airing.publisher_of(stream_id)
        if publisher is None:
            return False
        publisher.close(EndReason.KICKED, description)
        return True

    def remove_segments(self, stream_id: str) -> None:
        """Delete all that viewers could fetch now and publish nothing (panic, suspension)."""
        self.store.hide(stream_id)
        self._airing.discard(stream_id)

    def resume_segments(self, stream_id: str) -> None:
        """Publish again from the next keyframe on (reveal)."""
        self._airing.discard(stream_id)
        self.store.reveal(stream_id)

    def finish(self, stream_id: str) -> None:
        """The stream is over for good: end publisher and playlist, delete the files later."""
        self.kick(stream_id, "The stream has been ended.")
        self._airing.finish(stream_id)

    # --- connections -------------------------------------------------------------------------

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._tasks) >= self._limits.max_connections:
            _log.warning("The ingest is full: a connection was refused.")
            writer.transport.abort()
            return
        task = asyncio.create_task(self._serve(reader, writer), name="ingest connection")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        publisher = Publisher(reader, writer, owner=self, limits=self._limits)
        ticking = asyncio.create_task(self._tick(publisher), name="ingest health")
        reason = EndReason.CONNECTION_LOST
        try:
            reason = await publisher.run()
        except Exception:  # noqa: BLE001 - the root of a task: one connection must not end the rest
            _log.exception("An ingest connection failed.")
        finally:
            ticking.cancel()
            await asyncio.gather(ticking, return_exceptions=True)
            publisher.gone.set()
            writer.transport.abort()
            # At a stop we are cancelled while the peer is slow to take its goodbye.
            await self._part(publisher, publisher.verdict or reason)

    async def admit(self, publisher: Publisher, stream_key: str) -> Refusal | None:
        """Decide on a publish; see `Owner`."""
        try:
            async with asyncio.timeout(self._limits.authority_s):
                grant = await self._authority.authorise(stream_key, publisher.peer)
        except (TimeoutError, AppError):
            _log.warning("The authority did not answer about publisher %s.", publisher.peer)
            return _UNAVAILABLE
        if grant is None:
            _log.info("Publisher %s was refused: its key is not valid.", publisher.peer)
            return _REFUSED
        while (first := self._airing.publisher_of(grant.stream_id)) is not None:
            # The same key again is either a second encoder, or the first one back over a new
            # connection while its old one is dead without our knowing: the first is asked.
            if await first.is_answering():
                _log.info("Stream %s: a second publisher was refused.", grant.stream_id)
                return _BUSY
            first.close(EndReason.REPLACED, "Another connection has taken over.")
            await first.parted.wait()
        try:
            self._airing.begin(grant.stream_id, publisher)
        except OSError as error:
            _log.error("Stream %s: no folder for its segments: %s", grant.stream_id, error.strerror)
            return _NO_ROOM
        publisher.grant = grant
        _log.info("Stream %s: published by %s.", grant.stream_id, publisher.peer)
        return None

    async def _part(self, publisher: Publisher, reason: EndReason) -> None:
        """The connection is over: tell the playlist and the authority."""
        if publisher.grant is None:
            return
        stream_id = publisher.grant.stream_id
        self._bytes += publisher.figures.total_bytes
        self._airing.part(stream_id, publisher, reason)
        _log.info("Stream %s: publisher gone (%s).", stream_id, reason.value)
        try:
            await self._tell(stream_id, self._authority.ended(stream_id, reason))
        finally:
            publisher.parted.set()

    async def _tell(self, stream_id: str, news: Awaitable[None]) -> None:
        """Let the authority hear something; what it makes of it must not end a broadcast."""
        try:
            async with asyncio.timeout(self._limits.authority_s):
                await news
        except (TimeoutError, AppError):
            _log.warning("Stream %s: the authority could not be told.", stream_id)
        except Exception:  # noqa: BLE001 - the root of a task, and the authority is a plug-in
            _log.exception("Stream %s: the authority failed.", stream_id)

    # --- media -------------------------------------------------------------------------------

    def on_video(self, publisher: Publisher, event: VideoReceived, part: VideoPart) -> None:
        """Pass a video body to the worker; see `Owner`."""
        is_sent = self._airing.send(publisher, event)
        if part is VideoPart.CODED_FRAMES and not is_sent:
            publisher.figures.dropped_frames += 1
            publisher.needs_keyframe = True

    def on_audio(self, publisher: Publisher, event: AudioReceived, part: AudioPart) -> None:
        """Pass an audio body to the worker; see `Owner`."""
        self._airing.send(publisher, event)

    async def _tick(self, publisher: Publisher) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            await self._report_health(publisher)

    async def _report_health(self, publisher: Publisher) -> None:
        """Tell the authority, and end a publisher who passes its grant's limits."""
        grant = publisher.grant
        if grant is None:
            return
        health = publisher.figures.health(asyncio.get_running_loop().time())
        breach = rate_breach(grant, health, window_s=self._limits.rate_window_s)
        if breach is not None:
            publisher.close(EndReason.LIMIT_EXCEEDED, breach)
        elif publisher.media is None and health.uptime_s > self._limits.unreadable_s:
            publisher.close(EndReason.UNREADABLE_MEDIA, "No playable media arrived.")
        await self._tell(grant.stream_id, self._authority.health(grant.stream_id, health))

    def _on_media(self, publisher: Publisher, media: Media) -> None:
        grant = publisher.grant
        if grant is None:
            return
        breach = size_breach(grant, media)
        if breach is not None:
            publisher.close(EndReason.LIMIT_EXCEEDED, breach)
            return
        news = self._tell(grant.stream_id, self._authority.started(grant.stream_id, media))
        task = asyncio.create_task(news, name="ingest start")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

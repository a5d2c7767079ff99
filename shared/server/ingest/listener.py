"""The RTMP ingest of the reference server: accepts publishers, keeps their HLS alive."""

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from shared.backoff import Backoff
from shared.clock import Clock
from shared.errors import AppError, Unavailable
from shared.rtmp import AudioReceived, VideoReceived
from shared.rtmp.flv import AudioPart, VideoPart
from shared.server.ingest.authority import EndReason, IngestAuthority, IngestGrant
from shared.server.ingest.figures import rate_breach, size_breach
from shared.server.ingest.hls import HlsStore
from shared.server.ingest.link import WorkerLink, worker_command
from shared.server.ingest.orders import Order, OrderKind
from shared.server.ingest.publisher import IngestLimits, Publisher
from shared.server.ingest.reports import (
    InitReport,
    MediaReport,
    Report,
    SegmentReport,
    ThumbnailReport,
    TroubleReport,
)

TICK_S: Final = 2.0
LINGER_S: Final = 30.0
RETENTION_S: Final = 60.0
_LAST_SEGMENT_S: Final = 1.0

_REFUSED: Final = "The stream key is not valid."
_BUSY: Final = "This stream is already being published by another encoder."
_UNAVAILABLE: Final = "The server cannot check the stream key now. Try again in a moment."

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Air:
    """One broadcast that has a playlist: its number at the worker, its publisher if any."""

    number: int
    folder: Path
    publisher: Publisher | None = None
    timer: asyncio.TimerHandle | None = None
    last_epoch: int = 0


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
        self._clock = clock
        self._host, self._port, self._tls = host, port, tls
        self._limits = limits or IngestLimits()
        self._linger_s, self._retention_s = linger_s, retention_s
        self._link = WorkerLink(
            command=worker or worker_command(),
            on_report=self._on_report,
            on_restart=self._on_worker_restart,
            backoff=Backoff(),
        )
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self._on_air: dict[str, _Air] = {}
        self._stream_of: dict[int, str] = {}
        self._next_number = 1

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
        return self._link.pid

    @property
    def live_stream_ids(self) -> tuple[str, ...]:
        """Streams with a publisher connected now."""
        return tuple(key for key, air in self._on_air.items() if air.publisher is not None)

    async def __aenter__(self) -> Self:
        """Start the worker and listen.

        Raises:
            Unavailable: the port is taken or the worker cannot be started.
        """
        try:
            await self._link.start()
            self._server = await asyncio.start_server(
                self._accept, self._host, self._port, ssl=self._tls, limit=2**17
            )
        except OSError as error:
            await self._link.stop()
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
        for air in self._on_air.values():
            if air.publisher is not None:
                air.publisher.close(EndReason.SHUTDOWN, "The server is stopping.")
        if self._connections:
            _, late = await asyncio.wait(self._connections, timeout=self._limits.authority_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        for air in self._on_air.values():
            if air.timer is not None:
                air.timer.cancel()
        await self._link.stop()
        if self._server is not None:
            await self._server.wait_closed()
            self._server = None

    # --- for the streams area ----------------------------------------------------------------

    def kick(self, stream_id: str, description: str) -> bool:
        """End the publisher of a stream with a sentence for it; False when there is none.

        The authority must refuse the key from now on, or the publisher may come back.
        """
        air = self._on_air.get(stream_id)
        if air is None or air.publisher is None:
            return False
        air.publisher.close(EndReason.KICKED, description)
        return True

    def remove_segments(self, stream_id: str) -> None:
        """Delete all that viewers could fetch now and publish nothing (panic, suspension)."""
        self.store.hide(stream_id)
        self._order(stream_id, OrderKind.DISCARD)

    def resume_segments(self, stream_id: str) -> None:
        """Publish again from the next keyframe on (reveal)."""
        self._order(stream_id, OrderKind.DISCARD)
        self.store.reveal(stream_id)

    def finish(self, stream_id: str) -> None:
        """The stream is over for good: end publisher and playlist, delete the files later."""
        self.kick(stream_id, "The stream has been ended.")
        air = self._on_air.get(stream_id)
        if air is not None:
            self._set_timer(stream_id, air, _LAST_SEGMENT_S)

    # --- connections -------------------------------------------------------------------------

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._connections) >= self._limits.max_connections:
            _log.warning("The ingest is full: a connection was refused.")
            writer.transport.abort()
            return
        task = asyncio.create_task(self._serve(reader, writer), name="ingest connection")
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)

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
            await self._part(publisher, reason)

    async def admit(self, publisher: Publisher, stream_key: str) -> str | None:
        """Decide on a publish; see `Owner`."""
        try:
            grant = await self._ask(self._authority.authorise(stream_key, publisher.peer))
        except TimeoutError:
            _log.warning("The authority did not answer about publisher %s.", publisher.peer)
            return _UNAVAILABLE
        if grant is None:
            _log.info("Publisher %s was refused: its key is not valid.", publisher.peer)
            return _REFUSED
        while (air := self._on_air.get(grant.stream_id)) and (first := air.publisher):
            # The same key again is either a second encoder, or the first one back over a new
            # connection while its old one is dead without our knowing: the first is asked.
            if await first.is_answering():
                _log.info("Stream %s: a second publisher was refused.", grant.stream_id)
                return _BUSY
            first.close(EndReason.REPLACED, "Another connection has taken over.")
            await first.parted.wait()
        self._put_on_air(publisher, grant)
        return None

    def _put_on_air(self, publisher: Publisher, grant: IngestGrant) -> None:
        publisher.grant = grant
        folder = self.store.open(grant.stream_id)
        air = self._on_air.get(grant.stream_id)
        if air is None:
            air = _Air(self._next_number, folder)
            air.last_epoch = int(self._clock.now().timestamp())
            self._next_number += 1
            self._on_air[grant.stream_id] = air
            self._stream_of[air.number] = grant.stream_id
            self._open_at_worker(air)
        else:
            self._order(grant.stream_id, OrderKind.BEGIN_AGAIN)
        if air.timer is not None:
            air.timer.cancel()
            air.timer = None
        air.publisher = publisher
        _log.info("Stream %s: published by %s.", grant.stream_id, publisher.peer)

    async def _part(self, publisher: Publisher, reason: EndReason) -> None:
        """Undo what `_put_on_air` did and tell the authority."""
        if publisher.grant is None:
            return
        stream_id = publisher.grant.stream_id
        air = self._on_air.get(stream_id)
        if air is not None and air.publisher is publisher:
            self._order(stream_id, OrderKind.END_EPOCH)
            is_final = reason in (EndReason.UNPUBLISHED, EndReason.KICKED)
            self._set_timer(stream_id, air, _LAST_SEGMENT_S if is_final else self._linger_s)
            air.publisher = None
        _log.info("Stream %s: publisher gone (%s).", stream_id, reason.value)
        try:
            await self._ask(self._authority.ended(stream_id, reason))
        except (TimeoutError, AppError):
            _log.warning("Stream %s: its end could not be recorded.", stream_id)
        finally:
            publisher.parted.set()

    async def _ask[T](self, question: Awaitable[T]) -> T:
        async with asyncio.timeout(self._limits.authority_s):
            return await question

    def _set_timer(self, stream_id: str, air: _Air, delay_s: float) -> None:
        if air.timer is not None:
            air.timer.cancel()
        loop = asyncio.get_running_loop()
        air.timer = loop.call_later(delay_s, self._end_playlist, stream_id, air)

    def _end_playlist(self, stream_id: str, air: _Air) -> None:
        self.store.end(stream_id)
        loop = asyncio.get_running_loop()
        air.timer = loop.call_later(self._retention_s, self._forget, stream_id, air)

    def _forget(self, stream_id: str, air: _Air) -> None:
        self._order(stream_id, OrderKind.CLOSE)
        self._on_air.pop(stream_id, None)
        self._stream_of.pop(air.number, None)
        self.store.forget(stream_id)

    # --- media -------------------------------------------------------------------------------

    def on_video(self, publisher: Publisher, event: VideoReceived, part: VideoPart) -> None:
        """Pass a video body to the worker; see `Owner`."""
        is_sent = self._send_media(publisher, OrderKind.VIDEO, event)
        if part is VideoPart.CODED_FRAMES and not is_sent:
            publisher.figures.dropped_frames += 1
            publisher.needs_keyframe = True

    def on_audio(self, publisher: Publisher, event: AudioReceived, part: AudioPart) -> None:
        """Pass an audio body to the worker; see `Owner`."""
        self._send_media(publisher, OrderKind.AUDIO, event)

    def _send_media(
        self, publisher: Publisher, kind: OrderKind, event: VideoReceived | AudioReceived
    ) -> bool:
        air = self._on_air.get(publisher.grant.stream_id) if publisher.grant else None
        if air is None or air.publisher is not publisher:
            return False
        return self._link.send(Order(kind, air.number, event.payload, event.timestamp))

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
        elif not publisher.has_media and health.uptime_s > self._limits.unreadable_s:
            publisher.close(EndReason.UNREADABLE_MEDIA, "No playable media arrived.")
        try:
            await self._ask(self._authority.health(grant.stream_id, health))
        except (TimeoutError, AppError):
            _log.warning("Stream %s: its health could not be recorded.", grant.stream_id)

    # --- worker ------------------------------------------------------------------------------

    def _order(self, stream_id: str, kind: OrderKind) -> None:
        air = self._on_air.get(stream_id)
        if air is not None:
            self._link.send(Order(kind, air.number))

    def _open_at_worker(self, air: _Air) -> None:
        folder = str(air.folder.absolute()).encode("utf-8", "surrogateescape")
        self._link.send(Order(OrderKind.OPEN, air.number, folder, air.last_epoch + 1))

    def _on_report(self, number: int, report: Report) -> None:
        stream_id = self._stream_of.get(number)
        air = self._on_air.get(stream_id) if stream_id is not None else None
        if stream_id is None or air is None:
            return
        match report:
            case MediaReport():
                air.last_epoch = max(air.last_epoch, report.epoch)
                self.store.add_media(stream_id, report)
                self._on_media(stream_id, air, report)
            case InitReport():
                self.store.add_init(stream_id, report)
            case SegmentReport():
                self.store.add_segment(stream_id, report)
            case ThumbnailReport(jpeg):
                self.store.add_thumbnail(stream_id, jpeg)
            case TroubleReport(message):
                _log.info("Stream %s: %s", stream_id, message)
            case _:
                pass

    def _on_media(self, stream_id: str, air: _Air, report: MediaReport) -> None:
        publisher = air.publisher
        if publisher is None or publisher.grant is None:
            return
        publisher.has_media = True
        breach = size_breach(publisher.grant, report.media)
        if breach is not None:
            publisher.close(EndReason.LIMIT_EXCEEDED, breach)
            return
        task = asyncio.create_task(self._tell_started(stream_id, report), name="ingest started")
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)

    async def _tell_started(self, stream_id: str, report: MediaReport) -> None:
        try:
            await self._ask(self._authority.started(stream_id, report.media))
        except (TimeoutError, AppError):
            _log.warning("Stream %s: its start could not be recorded.", stream_id)

    def _on_worker_restart(self, blamed: frozenset[int]) -> None:
        for air in self._on_air.values():
            publisher = air.publisher
            if publisher is not None and air.number in blamed:
                reason = "The video could not be read. Change the encoder's settings."
                publisher.close(EndReason.UNREADABLE_MEDIA, reason)
            air.last_epoch += 1
            self._open_at_worker(air)
            if publisher is None:
                continue
            publisher.needs_keyframe = True
            for start, kind in (
                (publisher.video_start, OrderKind.VIDEO),
                (publisher.audio_start, OrderKind.AUDIO),
            ):
                if start is not None:
                    self._send_media(publisher, kind, start)

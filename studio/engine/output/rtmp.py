"""Publishes one encode to one RTMP or RTMPS ingest, and keeps at it until told to stop."""

import asyncio
import contextlib
import logging
import ssl
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import truststore

from shared.backoff import Backoff
from shared.rtmp import (
    BAD_NAME,
    ClientConnection,
    PublishEnded,
    PublishRefused,
    PublishStarted,
    RtmpAddress,
    RtmpError,
)
from studio.engine.output import troubles
from studio.engine.output.flv_packets import FlvSender
from studio.engine.output.packets import EncodedPacket, StreamDescription
from studio.engine.output.publisher_state import (
    PublisherLimits,
    PublisherPhase,
    PublisherState,
    PublisherStatistics,
)
from studio.engine.output.queue import PacketQueue
from studio.engine.output.sockets import local_address, peer_host, round_trip_ms, tune
from studio.engine.output.troubles import Trouble

_READ: Final = 65_536
_SLICE: Final = 16_640
_SLOW_SLICE: Final = 4096
_SLOW_DRAIN_S: Final = 0.01
_SOUND_WAITS_S: Final = 0.2
"""Sound that waits longer overtakes the picture that is being sent, between two chunks of it."""
_SOUND_RESTS_S: Final = 0.04
"""Sound wakes nobody: it leaves with the next picture, and after so long without one."""
_RATE_WINDOW_S: Final = 3.0
_LINE_WINDOW_S: Final = 0.5
_MARK_EVERY_S: Final = 0.1
_LOOK_EVERY_S: Final = 0.5
_STOP_S: Final = 0.9

_log = logging.getLogger(__name__)


class _Interrupted(Exception):
    """This connection is over, for a reason that has its sentence."""

    def __init__(self, trouble: Trouble, *, is_final: bool = False) -> None:
        super().__init__(trouble.message)
        self.trouble = trouble
        self.is_final = is_final


class RtmpPublisher:
    """One destination: a `PacketSink` for the encoder threads, a task on the event loop.

    All but `put` and `drop_unsent` belong to the loop. `on_state` is called in the loop at
    every change, `request_keyframe` whenever a connection has just become live: the stream
    goes on at the next keyframe. `backup` is tried in turn with `address` while that does not
    take the stream; a line that is lost begins with `address` again. `tls` replaces the system's
    trust store (tests).
    """

    def __init__(
        self,
        address: RtmpAddress,
        description: StreamDescription,
        *,
        on_state: Callable[[PublisherState], None],
        request_keyframe: Callable[[], None],
        backup: RtmpAddress | None = None,
        tls: ssl.SSLContext | None = None,
        limits: PublisherLimits | None = None,
        backoff: Backoff | None = None,
    ) -> None:
        self._address = address
        self._addresses = (address, backup) if backup is not None else (address,)
        self._description = description
        self._on_state = on_state
        self._request_keyframe = request_keyframe
        self._tls = tls
        self._limits = limits or PublisherLimits()
        self._backoff = backoff or Backoff(base_s=0.5, cap_s=10.0)
        self._loop = asyncio.get_running_loop()
        self._filled = asyncio.Event()
        self._queue = PacketQueue(max_age_s=self._limits.max_age_s, on_filled=self._wake)
        self._state = PublisherState(PublisherPhase.CONNECTING, f"Connecting to {address.host}.")
        self._task: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()
        self._writer: asyncio.StreamWriter | None = None
        self._is_live = False
        self._was_ever_live = False
        self._sent_bytes = 0
        self._marks: deque[tuple[float, int]] = deque(maxlen=64)
        self._is_slow = False
        self._slow_at_s = float("-inf")
        self._peer: str | None = None
        self.formats: frozenset[str] = frozenset()
        """What the ingest says it takes, by FourCC."""
        self._reconnects = 0
        self._taken_s = self._loop.time()
        self._due_s: float | None = None
        self._silent_s = 0.0
        self._retry_s = 0.0

    # --- for the encoder threads -------------------------------------------------------------

    def put(self, packet: EncodedPacket) -> None:
        """Take a packet; callable from any thread, returns at once, never raises."""
        if packet.description is not None and packet.description != self._description.video:
            self._description = replace(self._description, video=packet.description)
        self._queue.put(packet)

    def drop_unsent(self) -> None:
        """Throw away what has not left yet; go on at the next keyframe. From any thread."""
        self._queue.drop_unsent()

    def _wake(self) -> None:
        # The loop may be closed already when an encoder thread ends later than it.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._filled.set)

    # --- for the loop ------------------------------------------------------------------------

    @property
    def state(self) -> PublisherState:
        """Where the publisher stands now."""
        return self._state

    @property
    def target(self) -> str:
        """The address without the key."""
        return self._address.tc_url

    def start(self) -> None:
        """Begin to connect; the outcome is told by `on_state`."""
        if self._task is None:
            self._tell(self._state)
            self._task = asyncio.create_task(self._run(), name=f"publish {self._address.host}")

    async def stop(self) -> None:
        """End the broadcast, properly where the server listens; returns within a second."""
        self._stopping.set()
        self._filled.set()
        task, self._task = self._task, None
        if task is not None:
            if self._writer is None or not self._is_live:
                task.cancel()  # Nobody is there to say goodbye to.
            _, late = await asyncio.wait({task}, timeout=_STOP_S)
            for each in late:
                each.cancel()
            await asyncio.gather(task, return_exceptions=True)
        self._queue.shut()
        if self._state.phase is not PublisherPhase.REFUSED:
            self._tell(PublisherState(PublisherPhase.ENDED, "The broadcast has ended."))

    def statistics(self) -> PublisherStatistics:
        """The figures now; the rate is that of the last three seconds."""
        writer = self._writer
        return PublisherStatistics(
            sent_bytes=self._sent_bytes,
            send_kbps=self._rate_kbps(_RATE_WINDOW_S),
            queue_age_ms=self._queue.age_s * 1000,
            queued_bytes=self._queue.queued_bytes,
            dropped_frames=self._queue.dropped_frames,
            reconnects=self._reconnects,
            round_trip_ms=round_trip_ms(writer) if writer is not None else None,
            line_kbps=self._rate_kbps(_LINE_WINDOW_S),
            silent_s=self._silent_s,
            retry_s=self._retry_s,
        )

    def _rate_kbps(self, window_s: float) -> float:
        now = self._loop.time()
        recent = (mark for mark in self._marks if now - mark[0] <= window_s)
        then, bytes_then = next(recent, (now, self._sent_bytes))
        span_s = now - then
        return (self._sent_bytes - bytes_then) * 8 / span_s / 1000 if span_s > 0 else 0.0

    def _tell(self, state: PublisherState) -> None:
        self._state = state
        self._on_state(state)

    async def _run(self) -> None:
        try:
            await self._keep_publishing()
        except Exception:  # noqa: BLE001 - the root of a task
            _log.exception("The publisher to %s failed.", self._address.host)
            message = "The publisher has failed. Stop the broadcast and go live again."
            self._tell(PublisherState(PublisherPhase.ENDED, message, "INTERNAL"))

    async def _keep_publishing(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            self._is_live = False
            try:
                await self._broadcast_once()
            except _Interrupted as interruption:
                trouble, is_final = interruption.trouble, interruption.is_final
            except (OSError, UnicodeError, RtmpError) as error:
                trouble = troubles.of_error(error, self._address, was_live=self._is_live)
                is_final = False
            else:
                return
            finally:
                self._end_queue()
            self._note_silence()
            if self._stopping.is_set():
                return
            if is_final:
                self._tell(PublisherState(PublisherPhase.REFUSED, trouble.message, trouble.code))
                return
            failures = 0 if self._is_live else failures + 1
            self._address = self._addresses[failures % len(self._addresses)]
            await self._pause(trouble, failures)

    def _note_silence(self) -> None:
        """Measure to when the line was due to be given up: a busy machine is no silent line."""
        if self._is_live:
            now_s = self._loop.time()
            until_s = now_s if self._due_s is None else min(self._due_s, now_s)
            self._silent_s = until_s - self._taken_s

    def _end_queue(self) -> None:
        if self._was_ever_live and not self._stopping.is_set():
            self._queue.lose()
        else:
            self._queue.shut()

    async def _pause(self, trouble: Trouble, failures: int) -> None:
        """Tell what is wrong and wait a moment, or until the stop."""
        _log.info("Publishing to %s: %s", self._address.host, trouble.message)
        phase = PublisherPhase.CONNECTING
        if self._was_ever_live:
            phase = PublisherPhase.RECONNECTING
        self._retry_s = self._backoff.wait_s(max(failures - 1, 0))
        self._tell(PublisherState(phase, trouble.message, trouble.code))
        until_s = self._loop.time() + self._retry_s
        way = self._way()
        while not self._stopping.is_set() and self._loop.time() < until_s:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(min(until_s, self._loop.time() + _LOOK_EVERY_S)):
                    await self._stopping.wait()
            way_before, way = way, self._way()
            if way is not None and way != way_before:
                return  # The network has just come back, or another one has.

    def _way(self) -> str | None:
        """Where we would send from to the ingest we last spoke to; None while offline."""
        return local_address(self._peer, self._address.port) if self._peer else None

    async def _broadcast_once(self) -> None:
        """Connect, publish, send until the stop; returns only after a proper goodbye.

        Raises:
            _Interrupted: the server said or did something that ends this connection.
            OSError: the network did (TimeoutError included).
            RtmpError: the server does not speak RTMP.
        """
        reader, writer = await self._connect()
        self._writer = writer
        self._peer = peer_host(writer)
        tune(writer, dead_after_s=self._limits.stall_s)
        connection = ClientConnection(
            app=self._address.app,
            tc_url=self._address.tc_url,
            stream_key=self._address.stream_key,
        )
        try:
            async with asyncio.timeout(self._limits.accept_s):
                while not connection.is_live:
                    await self._flush(connection, writer)
                    await self._hear(connection, reader)
            await self._send_until_over(connection, reader, writer)
        finally:
            self._writer = None
            writer.transport.abort()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        address = self._address
        tls: ssl.SSLContext | None = None
        if address.is_secure:
            tls = self._tls or truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        async with asyncio.timeout(self._limits.connect_s):
            return await asyncio.open_connection(
                address.host, address.port, ssl=tls, happy_eyeballs_delay=0.25
            )

    async def _hear(self, connection: ClientConnection, reader: asyncio.StreamReader) -> None:
        """Read once and act on what the server said."""
        source = await reader.read(_READ)
        if not source:
            raise _Interrupted(troubles.hung_up(self._address, was_live=self._is_live))
        for event in connection.receive(source):
            match event:
                case PublishStarted():
                    self._on_live(connection)
                case PublishRefused(code, description):
                    if code == BAD_NAME:
                        raise _Interrupted(troubles.key_refused(self._address), is_final=True)
                    raise _Interrupted(troubles.refused(self._address, description))
                case PublishEnded(_, description):
                    raise _Interrupted(troubles.ended_by_server(self._address, description))
                case _:
                    pass

    def _on_live(self, connection: ClientConnection) -> None:
        self._reconnects += self._was_ever_live
        self.formats = connection.formats
        self._is_live = self._was_ever_live = True
        self._taken_s, self._due_s, self._retry_s = self._loop.time(), None, 0.0

    async def _send_until_over(
        self,
        connection: ClientConnection,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        sender = FlvSender(connection, self._description)
        sender.begin()
        self._queue.begin(has_video=self._description.video is not None)
        self._request_keyframe()
        self._tell(PublisherState(PublisherPhase.LIVE, f"Live on {self._address.host}."))
        hearing = asyncio.create_task(self._hear_on(connection, reader))
        sending = asyncio.create_task(self._send_on(connection, sender, writer))
        try:
            await asyncio.wait({hearing, sending}, return_when=asyncio.FIRST_COMPLETED)
            for task in (hearing, sending):
                if task.done():
                    task.result()
        finally:
            hearing.cancel()
            sending.cancel()
            await asyncio.gather(hearing, sending, return_exceptions=True)

    async def _hear_on(self, connection: ClientConnection, reader: asyncio.StreamReader) -> None:
        while True:
            await self._hear(connection, reader)
            # Only the sender writes: an answer must not land inside a half-written message.
            self._filled.set()

    async def _send_on(
        self, connection: ClientConnection, sender: FlvSender, writer: asyncio.StreamWriter
    ) -> None:
        """Send what is queued until the stop, then the rest of it and a goodbye."""
        while not self._stopping.is_set():
            self._filled.clear()
            while not self._stopping.is_set() and (packet := self._next()) is not None:
                sender.send(packet)
                await self._flush(connection, writer, sender)
            await self._flush(connection, writer)
            if not self._stopping.is_set():
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_SOUND_RESTS_S):
                        await self._filled.wait()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._limits.goodbye_s):
                await self._say_goodbye(connection, sender, writer)

    def _next(self) -> EncodedPacket | None:
        """What waited behind a hiccup of this machine is not dropped: only the line counts."""
        is_busy = self._loop.time() - self._slow_at_s <= _LINE_WINDOW_S
        return self._queue.take(line_kbps=self._rate_kbps(_LINE_WINDOW_S) if is_busy else None)

    async def _say_goodbye(
        self, connection: ClientConnection, sender: FlvSender, writer: asyncio.StreamWriter
    ) -> None:
        """Send what is left, for half of the time we have, then the end of the stream."""
        until = self._loop.time() + self._limits.goodbye_s / 2
        while self._loop.time() < until and (packet := self._queue.take()) is not None:
            sender.send(packet)
            await self._flush(connection, writer)
        connection.end()
        await self._flush(connection, writer)
        writer.close()
        await writer.wait_closed()

    async def _flush(
        self,
        connection: ClientConnection,
        writer: asyncio.StreamWriter,
        sender: FlvSender | None = None,
    ) -> None:
        """Hand the connection's bytes to the kernel, a slice at a time.

        With a sender, sound that has waited for too long goes between the chunks of a picture.

        Raises:
            TimeoutError: the line took nothing for `stall_s`.
        """
        chunks = deque(connection.outgoing_chunks())
        while chunks:
            piece = _slice_of(chunks, _SLOW_SLICE if self._is_slow else _SLICE)
            began_s = self._loop.time()
            self._due_s = began_s + self._limits.stall_s
            writer.write(piece)
            if writer.transport.is_closing() or writer.transport.get_write_buffer_size():
                async with asyncio.timeout_at(self._due_s):
                    await writer.drain()
            self._taken_s, self._due_s = self._loop.time(), None
            self._is_slow = self._taken_s - began_s > _SLOW_DRAIN_S
            if self._is_slow:
                self._slow_at_s = self._taken_s
            self._sent_bytes += len(piece)
            self._mark()
            if sender is not None and chunks:
                self._let_sound_overtake(chunks, connection, sender)

    def _let_sound_overtake(
        self, chunks: deque[bytes], connection: ClientConnection, sender: FlvSender
    ) -> None:
        while (sound := self._queue.take_sound(older_than_s=_SOUND_WAITS_S)) is not None:
            sender.send(sound)
        chunks.extendleft(reversed(connection.outgoing_chunks()))

    def _mark(self) -> None:
        """Note how much was sent by now, a few times a second."""
        now = self._loop.time()
        if not self._marks or now - self._marks[-1][0] >= _MARK_EVERY_S:
            self._marks.append((now, self._sent_bytes))


def _slice_of(chunks: deque[bytes], size: int) -> bytes:
    """Take whole chunks, about `size` bytes of them and at least one."""
    taken = [chunks.popleft()]
    length = len(taken[0])
    while chunks and length + len(chunks[0]) <= size:
        taken.append(chunks.popleft())
        length += len(taken[-1])
    return b"".join(taken)

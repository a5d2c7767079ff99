"""The publisher against real sockets: our ingest, nginx-rtmp, TLS, and hosts on a bad day."""

import asyncio
import contextlib
import socket
import threading
from collections import deque

import numpy as np
import pytest
from fakes.broadcast import make_broadcast
from fakes.certificates import client_context, server_context
from fakes.fair_clock import FairClock
from fakes.ingest import (
    STREAM_ID,
    STREAM_KEY,
    MemoryAuthority,
    running_ingest,
    segments_of,
    until,
    write_playlist,
)
from fakes.media import watch
from fakes.pump import Pump

from shared.backoff import Backoff
from shared.rtmp import (
    AudioReceived,
    PublishRequested,
    RtmpAddress,
    ServerConnection,
    VideoReceived,
)
from shared.server.ingest import EndReason
from studio.engine.output.packets import PacketKind, VideoCodec
from studio.engine.output.publisher_state import (
    PublisherLimits,
    PublisherPhase,
    PublisherState,
)
from studio.engine.output.rtmp import RtmpPublisher

PATIENT = PublisherLimits(max_age_s=60.0)
"""Drops nothing: for tests that want every picture, however slow the machine is."""


class Desk:
    """A publisher, the states it told, and the keyframes it asked for."""

    def __init__(self, url, *, broadcast=None, key=STREAM_KEY, **options) -> None:
        self.states: list[PublisherState] = []
        self.keyframes = 0
        self.broadcast = broadcast or make_broadcast()
        options.setdefault("backoff", Backoff(base_s=0.1, cap_s=0.5))
        self.publisher = RtmpPublisher(
            RtmpAddress.parse(url, stream_key=key),
            self.broadcast.description,
            on_state=self.states.append,
            request_keyframe=self._ask,
            **options,
        )

    def _ask(self) -> None:
        self.keyframes += 1

    @property
    def phase(self) -> PublisherPhase:
        return self.publisher.state.phase

    async def until_phase(self, phase: PublisherPhase) -> None:
        await until(lambda: self.phase is phase)

    async def until_sent(self) -> None:
        await until(lambda: self.publisher.statistics().queued_bytes == 0)

    async def __aenter__(self):
        self.publisher.start()
        return self

    async def __aexit__(self, *_):
        with FairClock() as clock:
            await self.publisher.stop()
        assert clock.seconds < 1.0
        for state in self.states:
            assert STREAM_KEY not in state.message
            assert state.message.endswith((".", "!"))


def url_of(address, scheme="rtmp"):
    return f"{scheme}://localhost:{address[1]}/live"


def count(ingest) -> int:
    return len(segments_of(ingest.store.playlist(STREAM_ID) or ""))


async def test_sound_that_no_picture_follows_leaves_by_itself(tmp_path):
    broadcast = make_broadcast()
    picture = next(each for each in broadcast.packets if each.kind is PacketKind.VIDEO)
    sound = next(
        each
        for each in broadcast.packets
        if each.kind is PacketKind.AUDIO and each.dts_us > picture.dts_us
    )
    async with (
        running_ingest(tmp_path) as (ingest, _),
        Desk(url_of(ingest.address), broadcast=broadcast) as desk,
    ):
        await desk.until_phase(PublisherPhase.LIVE)
        desk.publisher.put(picture)
        await until(lambda: desk.publisher.statistics().sent_bytes > len(picture.data))
        desk.publisher.put(sound)
        await desk.until_sent()


@pytest.mark.parametrize("codec", VideoCodec)
async def test_what_is_published_is_what_viewers_decode(tmp_path, codec):
    broadcast = make_broadcast(codec=codec)
    async with running_ingest(tmp_path) as (ingest, authority):
        async with Desk(url_of(ingest.address), broadcast=broadcast, limits=PATIENT) as desk:
            await desk.until_phase(PublisherPhase.LIVE)
            with Pump(broadcast, desk.publisher):
                await until(lambda: count(ingest) >= 3)
                rate_kbps = desk.publisher.statistics().send_kbps
            await desk.until_sent()
            statistics = desk.publisher.statistics()
            assert desk.keyframes == 1
        await authority.until(lambda: bool(authority.ends))
        assert authority.ends == [(STREAM_ID, EndReason.UNPUBLISHED)]
        phases = [state.phase for state in desk.states]
        assert phases == [PublisherPhase.CONNECTING, PublisherPhase.LIVE, PublisherPhase.ENDED]
        assert statistics.sent_bytes > 10_000
        assert (statistics.dropped_frames, statistics.reconnects) == (0, 0)
        assert statistics.queue_age_ms == 0
        assert rate_kbps > 50
        watched = await asyncio.to_thread(watch, str(write_playlist(ingest)), seconds=2.8)
    assert watched.video_codec == {"av1": "libdav1d"}.get(codec.value, codec.value)
    assert watched.audio_codec == "aac"
    assert np.allclose(np.diff(watched.frame_times), 1 / 30, atol=0.002)
    levels = [float(y[:, 300:].mean()) for y, _, _ in watched.frames]
    assert max(levels) - min(levels) > 100


async def test_reordered_pictures_arrive_in_order(tmp_path):
    broadcast = make_broadcast(b_frames=2)
    async with running_ingest(tmp_path) as (ingest, _):
        async with Desk(url_of(ingest.address), broadcast=broadcast, limits=PATIENT) as desk:
            await desk.until_phase(PublisherPhase.LIVE)
            with Pump(broadcast, desk.publisher):
                await until(lambda: count(ingest) >= 3)
        watched = await asyncio.to_thread(watch, str(write_playlist(ingest)), seconds=2.8)
    assert np.allclose(np.diff(watched.frame_times), 1 / 30, atol=0.002)


async def test_a_refused_key_is_final(tmp_path):
    async with running_ingest(tmp_path) as (ingest, _):
        async with Desk(url_of(ingest.address), key="not-the-key") as desk:
            await desk.until_phase(PublisherPhase.REFUSED)
            state = desk.publisher.state
            assert state.code == "STREAM_KEY_REFUSED"
            assert state.message == (
                "localhost refuses the stream key. Get a new key and go live again."
            )
        assert desk.phase is PublisherPhase.REFUSED
        assert len(desk.states) == 2


async def test_a_suspended_broadcast_says_why_and_then_that_its_key_is_refused(tmp_path):
    authority = MemoryAuthority()
    async with running_ingest(tmp_path, authority) as (ingest, _):
        async with Desk(url_of(ingest.address)) as desk:
            await desk.until_phase(PublisherPhase.LIVE)
            with Pump(desk.broadcast, desk.publisher):
                await until(lambda: count(ingest) >= 1)
                authority.grants.clear()
                ingest.kick(STREAM_ID, "Suspended by a moderator.")
                await desk.until_phase(PublisherPhase.REFUSED)
        said = [state for state in desk.states if state.phase is PublisherPhase.RECONNECTING]
        assert [state.code for state in said] == ["INGEST_ENDED"]
        assert "Suspended by a moderator." in said[0].message


async def test_rtmps_is_verified(tmp_path):
    async with running_ingest(tmp_path / "hls", tls=server_context(tmp_path)) as (ingest, _):
        url = url_of(ingest.address, "rtmps")
        async with Desk(url, tls=client_context(tmp_path)) as desk:
            await desk.until_phase(PublisherPhase.LIVE)
            with Pump(desk.broadcast, desk.publisher):
                await until(lambda: count(ingest) >= 2)
        async with Desk(url) as stranger:
            await until(lambda: len(stranger.states) >= 2)
            assert stranger.publisher.state.code == "INGEST_CERTIFICATE"
            assert stranger.publisher.statistics().sent_bytes == 0


async def test_a_server_that_was_killed_and_is_back_is_found_again(tmp_path, unused_tcp_port):
    options = {"port": unused_tcp_port}
    desk = Desk(f"rtmp://localhost:{unused_tcp_port}/live")
    with Pump(desk.broadcast, desk.publisher):
        async with desk:
            await until(lambda: len(desk.states) >= 2)
            assert (desk.phase, desk.publisher.state.code) == (
                PublisherPhase.CONNECTING, "INGEST_CLOSED",
            )  # fmt: skip
            for round_ in range(2):
                async with running_ingest(tmp_path / str(round_), **options) as (ingest, _):
                    await desk.until_phase(PublisherPhase.LIVE)
                    await until(lambda: count(ingest) >= 2)
                await desk.until_phase(PublisherPhase.RECONNECTING)
            statistics = desk.publisher.statistics()
    assert statistics.reconnects == 1
    assert statistics.dropped_frames > 0
    assert desk.keyframes == 2


async def test_a_backup_is_tried_while_the_first_ingest_is_away(tmp_path, unused_tcp_port):
    primary = f"rtmp://localhost:{unused_tcp_port}/live"
    async with running_ingest(tmp_path / "b") as (backup, _):
        address = RtmpAddress.parse(url_of(backup.address), stream_key=STREAM_KEY)
        async with Desk(primary, backup=address) as desk:
            with Pump(desk.broadcast, desk.publisher):
                await desk.until_phase(PublisherPhase.LIVE)
                assert str(backup.address[1]) in desk.publisher.target
                async with running_ingest(tmp_path / "a", port=unused_tcp_port) as (first, _):
                    backup.kick(STREAM_ID, "Maintenance.")
                    await desk.until_phase(PublisherPhase.RECONNECTING)
                    await desk.until_phase(PublisherPhase.LIVE)
                    assert str(unused_tcp_port) in desk.publisher.target
                    await until(lambda: count(first) >= 1)


async def test_a_host_that_does_not_exist():
    async with Desk("rtmp://host.invalid/live") as desk:
        await until(lambda: len(desk.states) >= 2)
        assert desk.publisher.state.code in ("INGEST_NOT_FOUND", "INGEST_SILENT")
        assert "host.invalid" in desk.publisher.state.message


@contextlib.asynccontextmanager
async def listening(serve, *, receive_buffer=None):
    """A TCP server with this behaviour; gives its address."""
    tasks = set()

    async def attend(reader, writer):
        try:
            await serve(reader, writer)
        finally:
            writer.transport.abort()

    def accept(reader, writer):
        tasks.add(asyncio.create_task(attend(reader, writer)))

    listener = socket.create_server(("127.0.0.1", 0))
    if receive_buffer:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    server = await asyncio.start_server(accept, sock=listener)
    try:
        yield server.sockets[0].getsockname()
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_host_that_accepts_and_says_nothing():
    async def serve(reader, writer):
        await asyncio.Event().wait()

    limits = PublisherLimits(accept_s=0.4)
    async with (
        listening(serve) as address,
        Desk(url_of(address), limits=limits) as desk,
    ):
        await until(lambda: len(desk.states) >= 3)
        assert desk.publisher.state.code == "INGEST_SILENT"
        assert desk.phase is PublisherPhase.CONNECTING


@pytest.mark.parametrize(
    ("greeting", "code"), [(b"", "INGEST_HUNG_UP"), (b"HTTP/1.1 400\r\n\r\n", "RTMP_HANDSHAKE")]
)
async def test_a_host_that_is_no_rtmp_server(greeting, code):
    async def serve(reader, writer):
        await reader.read(100)
        writer.write(greeting)
        await writer.drain()
        writer.close()
        await reader.read()

    async with listening(serve) as address, Desk(url_of(address)) as desk:
        await until(lambda: len(desk.states) >= 2)
        assert desk.states[1].code == code


async def test_a_broken_line_is_seen_and_the_broadcast_goes_on(tmp_path):
    """A proxy that stops passing anything on stands for a pulled cable."""
    frozen = asyncio.Event()
    async with running_ingest(tmp_path) as (ingest, _):

        async def pipe(source, sink):
            while piece := await source.read(65_536):
                if frozen.is_set():
                    await asyncio.Event().wait()
                sink.write(piece)
                await sink.drain()

        async def serve(reader, writer):
            there, back = await asyncio.open_connection(*ingest.address)
            ways = [asyncio.create_task(pipe(*way)) for way in ((reader, back), (there, writer))]
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                back.transport.abort()
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)

        broadcast = make_broadcast(size=(640, 360), seconds=6.0, bitrate_kbps=900)
        async with listening(serve, receive_buffer=16_384) as address:
            desk = Desk(url_of(address), broadcast=broadcast, limits=PublisherLimits(stall_s=1.0))
            with Pump(broadcast, desk.publisher):
                async with desk:
                    await desk.until_phase(PublisherPhase.LIVE)
                    await until(lambda: count(ingest) >= 1)
                    frozen.set()
                    await desk.until_phase(PublisherPhase.RECONNECTING)
                    assert desk.publisher.state.code == "INGEST_LOST"
                    frozen.clear()
                    await desk.until_phase(PublisherPhase.LIVE)
                    await until(lambda: count(ingest) >= 4)


async def test_a_slow_host_costs_pictures_but_neither_sound_nor_age():
    """The reader takes 60 kB/s: enough for sound, not for the pictures."""
    received = []

    async def serve(reader, writer):
        connection = ServerConnection()
        while source := await reader.read(4096):
            for event in connection.receive(source):
                if isinstance(event, PublishRequested):
                    connection.accept_publish()
                elif isinstance(event, (AudioReceived, VideoReceived)):
                    received.append(event)
            writer.write(connection.outgoing())
            if received:
                await asyncio.sleep(len(source) / 60_000)

    broadcast = make_broadcast(size=(640, 360), seconds=6.0, bitrate_kbps=900)
    ages = []
    async with listening(serve, receive_buffer=32_768) as address:
        desk = Desk(url_of(address), broadcast=broadcast)
        with Pump(broadcast, desk.publisher):
            async with desk:
                await desk.until_phase(PublisherPhase.LIVE)
                with FairClock() as clock:
                    held_up = deque([clock.held_up_s], maxlen=20)
                    while len(ages) < 40 or desk.publisher.statistics().dropped_frames <= 30:
                        await asyncio.sleep(0.1)
                        held_up.append(clock.held_up_s)
                        age_ms = desk.publisher.statistics().queue_age_ms
                        ages.append(age_ms - 1000 * (held_up[-1] - held_up[0]))
                assert desk.phase is PublisherPhase.LIVE
    assert max(ages) < 1_500
    sounds = [event.timestamp for event in received if isinstance(event, AudioReceived)][1:]
    assert len(sounds) > 100
    assert max(np.diff(sounds)) <= 22
    assert [event for event in received if isinstance(event, VideoReceived)][2:]


async def test_a_machine_that_was_held_up_drops_nothing_on_a_good_line(tmp_path):
    async with running_ingest(tmp_path) as (ingest, _), Desk(url_of(ingest.address)) as desk:
        await desk.until_phase(PublisherPhase.LIVE)
        for packet in desk.broadcast.packets:
            if packet.dts_us < 1_000_000:
                desk.publisher.put(packet)
        threading.Event().wait(0.6)  # nothing runs, as on a machine that swaps
        await desk.until_sent()
        assert desk.publisher.statistics().dropped_frames == 0
        assert desk.publisher.statistics().sent_bytes > 10_000


async def test_panic_drops_what_is_queued(tmp_path):
    async with (
        running_ingest(tmp_path) as (ingest, _),
        Desk(url_of(ingest.address), limits=PATIENT) as desk,
    ):
        await desk.until_phase(PublisherPhase.LIVE)
        with Pump(desk.broadcast, desk.publisher):
            await until(lambda: count(ingest) >= 1)
            desk.publisher.drop_unsent()
            await until(lambda: count(ingest) >= 3)
        assert desk.publisher.statistics().dropped_frames == 0


async def test_the_round_trip_is_known_on_linux(tmp_path):
    async with running_ingest(tmp_path) as (ingest, _), Desk(url_of(ingest.address)) as desk:
        await desk.until_phase(PublisherPhase.LIVE)
        round_trip = desk.publisher.statistics().round_trip_ms
        assert round_trip is not None
        assert 0 < round_trip < 200

"""The ingest over real sockets: keys, limits, takeovers, kicks, panic, and a worker that dies."""

import asyncio
import os
import signal
import socket

import pytest
from fakes.broadcast import make_broadcast
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
from fakes.rtmp_client import RtmpClient

from shared.errors import Unavailable
from shared.rtmp import PublishEnded, PublishRefused, PublishStarted
from shared.server.ingest import EndReason, IngestGrant, IngestLimits
from studio.engine.output.packets import VideoCodec


def _count(ingest) -> int:
    return len(segments_of(ingest.store.playlist(STREAM_ID) or ""))


async def test_a_broadcast_is_watched_over_hls(tmp_path):
    async with running_ingest(tmp_path) as (ingest, authority):
        async with RtmpClient(ingest.address, STREAM_KEY) as client:
            assert isinstance(await client.publish(), PublishStarted)
            await client.send(make_broadcast())
            await client.end()
            await authority.until(lambda: bool(authority.ends))
        assert authority.ends == [(STREAM_ID, EndReason.UNPUBLISHED)]
        [(_, media)] = authority.starts
        assert (media.width, media.height, media.sample_rate) == (320, 180, 48_000)
        await until(lambda: "#EXT-X-ENDLIST" in (ingest.store.playlist(STREAM_ID) or ""))
        path = write_playlist(ingest)
        watched = await asyncio.to_thread(watch, str(path), seconds=10)
        assert (watched.video_codec, watched.audio_codec) == ("h264", "aac")
        assert watched.size == (320, 180)
        assert len(watched.frame_times) == 120
        assert ingest.store.segment_path(STREAM_ID, "../secret") is None


@pytest.mark.parametrize("key", ["wrong", "", STREAM_KEY[:-1]])
async def test_a_wrong_key_is_refused_by_name_and_the_socket_closed(tmp_path, key, caplog):
    caplog.set_level("DEBUG")
    async with (
        running_ingest(tmp_path) as (ingest, authority),
        RtmpClient(ingest.address, key) as client,
    ):
        answer = await client.publish()
        assert isinstance(answer, PublishRefused)
        assert answer.code == "NetStream.Publish.BadName"
        assert await client.listen() is None
        assert client.is_closed
        assert ingest.live_stream_ids == ()
    assert authority.ends == []
    assert STREAM_KEY not in caplog.text
    if key:
        assert key not in caplog.text


async def test_a_second_encoder_is_refused_while_the_first_is_alive(tmp_path):
    async with (
        running_ingest(tmp_path) as (ingest, authority),
        RtmpClient(ingest.address, STREAM_KEY) as first,
        RtmpClient(ingest.address, STREAM_KEY) as second,
    ):
        await first.publish()
        talking = asyncio.create_task(first.send(make_broadcast(), is_paced=True))
        answer = await second.publish()
        assert isinstance(answer, PublishRefused)
        assert "another encoder" in answer.description
        await talking
        assert authority.ends == []


async def test_a_new_connection_takes_over_from_a_dead_one(tmp_path):
    async with (
        running_ingest(tmp_path) as (ingest, authority),
        RtmpClient(ingest.address, STREAM_KEY) as dead,
        RtmpClient(ingest.address, STREAM_KEY) as alive,
    ):
        await dead.publish()
        await dead.send(make_broadcast())
        assert isinstance(await alive.publish(), PublishStarted)
        assert authority.ends == [(STREAM_ID, EndReason.REPLACED)]
        await alive.send(make_broadcast())
        await alive.end()
        await until(lambda: _count(ingest) == 8)
        playlist = ingest.store.playlist(STREAM_ID)
        assert playlist.count("#EXT-X-DISCONTINUITY\n") == 1
        assert playlist.count("#EXT-X-MAP") == 2


async def test_a_reconnect_continues_the_playlist(tmp_path):
    async with running_ingest(tmp_path) as (ingest, authority):
        for round_ in range(2):
            async with RtmpClient(ingest.address, STREAM_KEY) as client:
                await client.publish()
                await client.send(make_broadcast())
                await until(lambda: _count(ingest) >= 3)
            await authority.until(lambda count=round_ + 1: len(authority.ends) == count)
        await until(lambda: _count(ingest) == 8)
        assert "#EXT-X-ENDLIST" not in ingest.store.playlist(STREAM_ID)
        assert {reason for _, reason in authority.ends} == {EndReason.CONNECTION_LOST}


async def test_a_kicked_publisher_is_told_why_and_gone(tmp_path):
    async with (
        running_ingest(tmp_path) as (ingest, authority),
        RtmpClient(ingest.address, STREAM_KEY) as client,
    ):
        await client.publish()
        await client.send(make_broadcast())
        assert ingest.kick(STREAM_ID, "Suspended by a moderator.")
        ended = await client.listen(PublishEnded)
        assert ended.description == "Suspended by a moderator."
        assert await client.listen() is None
        await authority.until(lambda: bool(authority.ends))
        assert authority.ends == [(STREAM_ID, EndReason.KICKED)]
        assert not ingest.kick(STREAM_ID, "again")


async def test_panic_removes_every_segment_at_once_and_reveal_goes_on(tmp_path):
    async with (
        running_ingest(tmp_path) as (ingest, _),
        RtmpClient(ingest.address, STREAM_KEY) as client,
    ):
        await client.publish()
        broadcast = make_broadcast()
        await client.send(broadcast, until_ms=2_500)
        await until(lambda: _count(ingest) == 2 and ingest.store.thumbnail(STREAM_ID) is not None)
        names = segments_of(ingest.store.playlist(STREAM_ID))
        [init] = tmp_path.rglob("init-*.mp4")
        ingest.remove_segments(STREAM_ID)
        assert _count(ingest) == 0
        assert ingest.store.thumbnail(STREAM_ID) is None
        assert all(ingest.store.segment_path(STREAM_ID, name) is None for name in names)
        assert list(tmp_path.rglob("*.m4s")) == []
        await client.send(broadcast, has_start=False, shift_ms=4_000)
        await until(lambda: list(tmp_path.rglob("init-*.mp4")) != [init])
        assert _count(ingest) == 0
        ingest.resume_segments(STREAM_ID)
        await client.send(broadcast, has_start=False, shift_ms=8_000)
        await until(lambda: _count(ingest) >= 3)
        assert "#EXT-X-DISCONTINUITY\n" in ingest.store.playlist(STREAM_ID)
        assert not set(names) & set(segments_of(ingest.store.playlist(STREAM_ID)))


async def test_a_finished_stream_ends_its_playlist_and_its_files_go(tmp_path):
    async with running_ingest(tmp_path, retention_s=0.2) as (ingest, _):
        async with RtmpClient(ingest.address, STREAM_KEY) as client:
            await client.publish()
            await client.send(make_broadcast())
            ingest.finish(STREAM_ID)
            assert isinstance(await client.listen(PublishEnded), PublishEnded)
        await until(lambda: ingest.store.playlist(STREAM_ID) is None)
        assert not (tmp_path / STREAM_ID).exists()


@pytest.mark.parametrize(
    ("grant", "word"),
    [
        (IngestGrant(STREAM_ID, max_width=160, max_height=90), "size"),
        (IngestGrant(STREAM_ID, max_kbps=20), "bitrate"),
        (IngestGrant(STREAM_ID, max_fps=10), "frame rate"),
    ],
)
async def test_limits_of_the_grant_end_the_broadcast_with_a_sentence(tmp_path, grant, word):
    authority = MemoryAuthority({STREAM_KEY: grant})
    limits = IngestLimits(rate_window_s=2.0)
    async with (
        running_ingest(tmp_path, authority, limits=limits) as (ingest, _),
        RtmpClient(ingest.address, STREAM_KEY) as client,
    ):
        await client.publish()
        broadcast = make_broadcast(seconds=6.0)
        talking = asyncio.create_task(client.send(broadcast, is_paced=True))
        ended = await client.listen(PublishEnded, timeout_s=20)
        assert word in ended.description
        talking.cancel()
        await asyncio.gather(talking, return_exceptions=True)
        await authority.until(lambda: bool(authority.ends))
        assert authority.ends == [(STREAM_ID, EndReason.LIMIT_EXCEEDED)]


async def test_health_is_reported_while_live(tmp_path):
    async with (
        running_ingest(tmp_path) as (ingest, authority),
        RtmpClient(ingest.address, STREAM_KEY) as client,
    ):
        await client.publish()
        await client.send(make_broadcast(seconds=6.0), is_paced=True, until_ms=4_400)
        await authority.until(lambda: len(authority.figures) >= 2)
        _, health = authority.figures[1]
        assert health.fps == pytest.approx(30, abs=3)
        assert health.keyframe_interval_s == pytest.approx(1.0, abs=0.01)
        assert 60 < health.audio_kbps < 150
        assert health.kbps >= health.video_kbps + health.audio_kbps
        assert health.dropped_frames == 0


@pytest.mark.parametrize(
    "greeting", [b"", b"\x03", b"GET / HTTP/1.1\r\n\r\n", b"\x03" + bytes(4000), os.urandom(5000)]
)
async def test_strangers_are_dropped_in_time(tmp_path, greeting):
    limits = IngestLimits(handshake_s=0.5)
    async with running_ingest(tmp_path, limits=limits) as (ingest, _):
        reader, writer = await asyncio.open_connection(*ingest.address)
        writer.write(greeting)
        with_answer = b"x"
        async with asyncio.timeout(3):
            while with_answer:
                try:
                    with_answer = await reader.read(65_536)
                except ConnectionResetError:
                    break
        writer.transport.abort()


async def test_a_publisher_that_falls_silent_is_let_go(tmp_path):
    limits = IngestLimits(idle_s=0.4)
    async with (
        running_ingest(tmp_path, limits=limits) as (ingest, authority),
        RtmpClient(ingest.address, STREAM_KEY) as client,
    ):
        await client.publish()
        await authority.until(lambda: bool(authority.ends), timeout_s=5)
        assert authority.ends == [(STREAM_ID, EndReason.IDLE)]


async def test_media_we_do_not_carry_ends_with_a_sentence(tmp_path):
    async with (
        running_ingest(tmp_path) as (ingest, authority),
        RtmpClient(ingest.address, STREAM_KEY) as client,
    ):
        await client.publish()
        client.connection.send_video(b"\x12\x00\x00\x00\x00", 0)
        ended = await client.listen(PublishEnded)
        assert "H.264" in ended.description
        await authority.until(lambda: bool(authority.ends))
        assert authority.ends == [(STREAM_ID, EndReason.UNREADABLE_MEDIA)]


async def test_enhanced_rtmp_reaches_the_viewer(tmp_path):
    async with (
        running_ingest(tmp_path) as (ingest, _),
        RtmpClient(ingest.address, STREAM_KEY) as client,
    ):
        await client.publish()
        await client.send(make_broadcast(codec=VideoCodec.HEVC))
        await client.end()
        await until(lambda: _count(ingest) == 4)
        watched = await asyncio.to_thread(watch, str(write_playlist(ingest)), seconds=3.5)
        assert watched.video_codec == "hevc"


async def test_a_killed_worker_is_started_again_and_the_broadcast_goes_on(tmp_path, expect_log):
    expect_log("repackaging worker ended")
    async with (
        running_ingest(tmp_path) as (ingest, _),
        RtmpClient(ingest.address, STREAM_KEY) as client,
    ):
        await client.publish()
        broadcast = make_broadcast()
        await client.send(broadcast)
        await until(lambda: _count(ingest) == 3)
        os.kill(ingest.worker_pid, signal.SIGKILL)
        old = ingest.worker_pid
        await until(lambda: ingest.worker_pid not in (None, old))
        await client.send(broadcast, has_start=False, shift_ms=4_000)
        await until(lambda: _count(ingest) == 6)
        assert "#EXT-X-DISCONTINUITY\n" in ingest.store.playlist(STREAM_ID)
        assert ingest.live_stream_ids == (STREAM_ID,)


async def test_a_taken_port_is_told_in_one_sentence(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Unavailable, match="Choose another port"):
            async with running_ingest(tmp_path, port=port):
                pass


async def test_a_stopping_server_says_goodbye(tmp_path):
    async with running_ingest(tmp_path) as (ingest, authority):
        client = RtmpClient(ingest.address, STREAM_KEY)
        await client.__aenter__()
        await client.publish()
        closing = asyncio.create_task(client.listen(PublishEnded))
    assert isinstance(await closing, PublishEnded)
    await client.__aexit__()
    assert authority.ends == [(STREAM_ID, EndReason.SHUTDOWN)]


async def test_a_server_that_cannot_write_says_so_and_lets_the_encoder_try_again(
    tmp_path, expect_log
):
    expect_log("no folder for its segments")
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    async with (
        running_ingest(blocked) as (ingest, _),
        RtmpClient(ingest.address, STREAM_KEY) as client,
    ):
        answer = await client.publish()
        assert isinstance(answer, PublishRefused)
        assert answer.code == "NetStream.Failed"
        assert ingest.live_stream_ids == ()


class _SlowAuthority(MemoryAuthority):
    async def authorise(self, stream_key: str, peer: str) -> IngestGrant | None:
        await asyncio.Event().wait()


class _BrokenAuthority(MemoryAuthority):
    async def ended(self, stream_id: str, reason: EndReason) -> None:
        await super().ended(stream_id, reason)
        raise RuntimeError("the database is gone")


async def test_an_authority_that_does_not_answer_is_no_final_refusal(tmp_path, expect_log):
    expect_log("did not answer")
    limits = IngestLimits(authority_s=0.2)
    async with (
        running_ingest(tmp_path, _SlowAuthority(), limits=limits) as (ingest, _),
        RtmpClient(ingest.address, STREAM_KEY) as client,
    ):
        answer = await client.publish()
        assert isinstance(answer, PublishRefused)
        assert answer.code == "NetStream.Failed"


async def test_an_authority_that_fails_ends_nothing_else(tmp_path, expect_log):
    expect_log("the authority failed")
    async with running_ingest(tmp_path, _BrokenAuthority()) as (ingest, authority):
        for count in (1, 2):
            async with RtmpClient(ingest.address, STREAM_KEY) as client:
                assert isinstance(await client.publish(), PublishStarted)
                await client.end()
                await authority.until(lambda count=count: len(authority.ends) == count)

"""The publisher into somebody else's server: nginx-rtmp records it and ffprobe reads it."""

import asyncio
import json
import subprocess

import numpy as np
from fakes.broadcast import make_broadcast
from fakes.ingest import until
from fakes.media import watch
from fakes.nginx_rtmp import running_nginx
from fakes.pump import Pump

from shared.rtmp import RtmpAddress
from studio.engine.output import PublisherLimits, PublisherPhase, RtmpPublisher


def _probed(path) -> dict:
    command = ["ffprobe", "-v", "error", "-show_streams", "-count_packets", "-of", "json"]
    made = subprocess.run([*command, str(path)], capture_output=True, check=True, timeout=30)
    return {each["codec_type"]: each for each in json.loads(made.stdout)["streams"]}


async def test_nginx_records_and_serves_what_we_publish(tmp_path):
    broadcast = make_broadcast()
    phases = []
    with running_nginx(tmp_path) as nginx:
        publisher = RtmpPublisher(
            RtmpAddress.parse(nginx.url, stream_key="show"),
            broadcast.description,
            on_state=lambda state: phases.append(state.phase),
            request_keyframe=lambda: None,
            limits=PublisherLimits(max_age_s=60.0),  # every picture, however slow the machine is
        )
        publisher.start()
        await until(lambda: publisher.state.phase is PublisherPhase.LIVE)
        with Pump(broadcast, publisher) as pump:
            await until(lambda: pump.pictures > 150)
        playlist = tmp_path / "hls" / "show.m3u8"
        assert playlist.exists()
        await publisher.stop()
        [recorded] = (tmp_path / "recorded").glob("*.flv")
        # nginx closes the recording when it has seen the end of the stream.
        await until(lambda: len(list((tmp_path / "hls").glob("*.ts"))) >= 3)
        streams = await asyncio.to_thread(_probed, recorded)
        watched = await asyncio.to_thread(watch, str(recorded), seconds=4.9)
    assert phases == [PublisherPhase.CONNECTING, PublisherPhase.LIVE, PublisherPhase.ENDED]
    assert publisher.statistics().dropped_frames == 0
    video, audio = streams["video"], streams["audio"]
    assert (video["codec_name"], video["width"], video["height"]) == ("h264", 320, 180)
    assert (audio["codec_name"], audio["sample_rate"], audio["channels"]) == ("aac", "48000", 2)
    assert np.allclose(np.diff(watched.frame_times), 1 / 30, atol=0.002)
    assert len(watched.sound) > 4.5 * 48_000

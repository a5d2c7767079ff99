"""ffmpeg as publisher and ffprobe as viewer of our ingest: what OBS users' tools will do."""

import asyncio
import json
import shutil

import pytest
from fakes.ingest import STREAM_ID, STREAM_KEY, running_ingest, segments_of, until, write_playlist

from shared.server.ingest import EndReason

pytestmark = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")

_SOURCE = [
    "-re", "-f", "lavfi", "-i", "testsrc2=size=640x360:rate=30",
    "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000",
    "-t", "5", "-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-g", "30",
    "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "96k", "-ac", "2", "-f", "flv",
]  # fmt: skip


async def _run(*command: str, timeout_s: float = 30) -> tuple[int, str]:
    """Exit code and all that a program said."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(timeout_s):
            said, _ = await process.communicate()
    except BaseException:
        process.kill()
        await process.wait()
        raise
    assert process.returncode is not None
    return process.returncode, said.decode(errors="replace")


async def test_ffmpeg_publishes_and_ffprobe_watches(tmp_path):
    async with running_ingest(tmp_path) as (ingest, authority):
        url = f"rtmp://127.0.0.1:{ingest.address[1]}/live/{STREAM_KEY}"
        code, said = await _run("ffmpeg", "-v", "warning", *_SOURCE, url)
        assert code == 0, said
        await authority.until(lambda: bool(authority.ends))
        assert authority.ends == [(STREAM_ID, EndReason.UNPUBLISHED)]
        await until(lambda: len(segments_of(ingest.store.playlist(STREAM_ID) or "")) >= 5)
        await until(lambda: "#EXT-X-ENDLIST" in (ingest.store.playlist(STREAM_ID) or ""))
        playlist = str(write_playlist(ingest))
        _, probed = await _run(
            "ffprobe", "-v", "error", "-count_frames", "-show_streams", "-of", "json", playlist
        )
        streams = {each["codec_type"]: each for each in json.loads(probed)["streams"]}
        video, audio = streams["video"], streams["audio"]
        assert (video["codec_name"], video["width"], video["height"]) == ("h264", 640, 360)
        assert video["avg_frame_rate"] == "30/1"
        assert int(video["nb_read_frames"]) == 150
        assert (audio["codec_name"], audio["sample_rate"], audio["channels"]) == ("aac", "48000", 2)
        code, said = await _run("ffmpeg", "-v", "error", "-i", playlist, "-f", "null", "-")
        assert (code, said) == (0, "")


async def test_ffmpeg_with_a_wrong_key_is_told_and_fails(tmp_path):
    async with running_ingest(tmp_path) as (ingest, authority):
        url = f"rtmp://127.0.0.1:{ingest.address[1]}/live/wrong"
        code, said = await _run("ffmpeg", "-v", "error", *_SOURCE, url, timeout_s=15)
        assert code != 0
        assert "stream key is not valid" in said
        assert authority.ends == []

"""A line that is cut or swallows everything, for a while; the recording beside it knows nothing."""

import asyncio
import time
from pathlib import Path

import av
import numpy as np
import pytest
from fakes.ingest import STREAM_KEY, running_ingest
from fakes.narrow_line import NarrowLine
from fakes.noise import write_noise_clip
from fakes.shows import prepare, project_of, wait_for
from pydantic import SecretStr

from studio.engine.client import EngineClient
from studio.engine.protocol import (
    BroadcastEvent,
    OutputPhase,
    RecordingOutput,
    RtmpOutput,
    StartBroadcast,
    StatisticsEvent,
    StopBroadcast,
)
from studio.project.model import FileSource

pytestmark = pytest.mark.faults


async def _until_phase(engine: EngineClient, phase: OutputPhase, *, timeout_s: float) -> float:
    """Wait until the publisher is in a phase; the seconds it took."""
    began_s = time.monotonic()

    def matches(event: BroadcastEvent) -> bool:
        outputs = event.broadcast.outputs if event.broadcast else ()
        return any(output.kind == "rtmp" and output.phase == phase for output in outputs)

    await wait_for(engine, BroadcastEvent, matches, timeout_s=timeout_s)
    return time.monotonic() - began_s


@pytest.mark.parametrize(
    ("outage_s", "is_silent"),
    [
        (1.0, False),
        (5.0, False),
        (5.0, True),
        pytest.param(30.0, False, marks=pytest.mark.slow),
        pytest.param(30.0, True, marks=pytest.mark.slow),
    ],
)
async def test_a_lost_line_is_seen_and_found_again(
    engine: EngineClient, tmp_path: Path, outage_s: float, is_silent: bool
) -> None:
    clip = tmp_path / "noise.mkv"  # enough to fill the system's buffers soon
    write_noise_clip(clip)
    await prepare(engine, project_of(FileSource(path=str(clip))), bitrate_kbps=3000)
    path = tmp_path / "beside.mp4"
    async with (
        running_ingest(tmp_path / "hls") as (ingest, authority),
        NarrowLine(*ingest.address, kbps=6000) as line,
    ):
        output = RtmpOutput(url=f"rtmp://127.0.0.1:{line.port}/live", key=SecretStr(STREAM_KEY))
        outputs = (output, RecordingOutput(path=str(path)))
        await engine.request(StartBroadcast(outputs=outputs))
        await wait_for(engine, StatisticsEvent, lambda event: event.statistics.frames > 60)
        cut_s = time.monotonic()
        if is_silent:
            line.blackhole(True)
        else:
            line.down(True)
        seen_s = await _until_phase(engine, "reconnecting", timeout_s=8)
        assert seen_s < 4.0
        await asyncio.sleep(max(0.0, cut_s + outage_s - time.monotonic()))
        line.down(False)
        line.blackhole(False)
        back_s = await _until_phase(engine, "live", timeout_s=15)
        assert back_s < min(10.5, 2.0 + outage_s)
        lost = await wait_for(engine, StatisticsEvent)
        after = await wait_for(
            engine,
            StatisticsEvent,
            lambda event: event.statistics.frames > lost.statistics.frames + 60,
        )
        assert after.statistics.reconnects == 1
        assert after.statistics.queue_age_ms < 1500
        await authority.until(lambda: len(authority.starts) >= 2)
        await engine.request(StopBroadcast())
    with av.open(str(path)) as container:
        times = [float(frame.time) for frame in container.decode(video=0)]
    assert np.allclose(np.diff(times), 1 / 30, atol=0.002), "the recording has a gap"
    assert len(times) >= 30 * outage_s

"""A line that is cut or swallows everything, for a while; the recording beside it knows nothing."""

import asyncio
import time
from contextlib import AsyncExitStack
from pathlib import Path

import av
import numpy as np
import pytest
from fakes.ingest import STREAM_KEY, MemoryAuthority, running_ingest
from fakes.narrow_line import NarrowLine
from fakes.noise import write_noise_clip
from fakes.shows import prepare, project_of, wait_for
from pydantic import SecretStr

from shared.server.ingest import IngestGrant
from studio.engine.client import EngineClient
from studio.engine.protocol import (
    BroadcastEvent,
    OutputPhase,
    OutputState,
    RecordingOutput,
    RtmpOutput,
    StartBroadcast,
    StatisticsEvent,
    StopBroadcast,
)
from studio.project.model import FileSource

pytestmark = pytest.mark.faults


def _outputs(event: BroadcastEvent) -> dict[str, OutputState]:
    outputs = event.broadcast.outputs if event.broadcast else ()
    return {output.name: output for output in outputs if output.kind == "rtmp"}


async def _until_phase(engine: EngineClient, phase: OutputPhase, *, timeout_s: float) -> float:
    """Wait until every publisher is in a phase; the seconds it took."""
    began_s = time.monotonic()
    await wait_for(
        engine,
        BroadcastEvent,
        lambda event: {output.phase for output in _outputs(event).values()} == {phase},
        timeout_s=timeout_s,
    )
    return time.monotonic() - began_s


@pytest.mark.parametrize(
    ("outage_s", "faults"),
    [
        (1.0, ("cut",)),
        (5.0, ("cut", "silent")),
        pytest.param(30.0, ("cut", "silent"), marks=pytest.mark.slow),
    ],
)
async def test_a_lost_line_is_seen_and_found_again(
    engine: EngineClient, tmp_path: Path, outage_s: float, faults: tuple[str, ...]
) -> None:
    """Each destination has its own line with its own fault, all at the same time."""
    clip = tmp_path / "noise.mkv"  # enough to fill the system's buffers soon
    write_noise_clip(clip)
    await prepare(engine, project_of(FileSource(path=str(clip))), bitrate_kbps=3000)
    path = tmp_path / "beside.mp4"
    grants = {f"{STREAM_KEY}-{fault}": IngestGrant(f"stream-{fault}") for fault in faults}
    async with AsyncExitStack() as stack:
        ingest, authority = await stack.enter_async_context(
            running_ingest(tmp_path / "hls", MemoryAuthority(grants=grants))
        )
        lines = {
            fault: await stack.enter_async_context(NarrowLine(*ingest.address, kbps=6000))
            for fault in faults
        }
        destinations = [
            RtmpOutput(
                name=fault,
                url=f"rtmp://127.0.0.1:{line.port}/live",
                key=SecretStr(f"{STREAM_KEY}-{fault}"),
            )
            for fault, line in lines.items()
        ]
        outputs = (*destinations, RecordingOutput(path=str(path)))
        await engine.request(StartBroadcast(outputs=outputs))
        await wait_for(engine, StatisticsEvent, lambda event: event.statistics.frames > 60)
        cut_s = time.monotonic()
        for fault, line in lines.items():
            if fault == "silent":
                line.blackhole(True)
            else:
                line.down(True)
        seen_s = await _until_phase(engine, "reconnecting", timeout_s=8)
        assert seen_s < 4.0
        await asyncio.sleep(max(0.0, cut_s + outage_s - time.monotonic()))
        for line in lines.values():
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
        assert after.statistics.reconnects == len(faults)
        assert after.statistics.queue_age_ms < 1500
        started = 2 * len(faults)
        await authority.until(lambda: len(authority.starts) >= started)
        await engine.request(StopBroadcast())
    with av.open(str(path)) as container:
        times = [float(frame.time) for frame in container.decode(video=0)]
    assert np.allclose(np.diff(times), 1 / 30, atol=0.002), "the recording has a gap"
    assert len(times) >= 30 * outage_s

"""A line that narrows to a quarter and widens again, under a real engine at full rate."""

import asyncio
from pathlib import Path

import pytest
from fakes.ingest import STREAM_KEY, running_ingest
from fakes.narrow_line import NarrowLine
from fakes.noise import write_noise_clip
from fakes.shows import prepare, project_of, wait_for
from pydantic import SecretStr

from studio.engine.client import EngineClient
from studio.engine.protocol import (
    RtmpOutput,
    StartBroadcast,
    Statistics,
    StatisticsEvent,
)
from studio.project.model import FileSource

pytestmark = [pytest.mark.faults, pytest.mark.slow]

_TARGET_KBPS = 5500


async def _watch(
    engine: EngineClient, seconds: float, seen: list[Statistics], *, until_kbps: float = 1e9
) -> None:
    """Keep the statistics of some seconds, or until the target rate is so high."""
    end_s = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < end_s:
        event = await wait_for(engine, StatisticsEvent)
        seen.append(event.statistics)
        if event.statistics.target_bitrate_kbps >= until_kbps:
            return


async def test_the_rate_follows_a_line_of_6000_then_1500_then_6000(
    engine: EngineClient, tmp_path: Path
) -> None:
    clip = tmp_path / "noise.mkv"
    write_noise_clip(clip)
    await prepare(engine, project_of(FileSource(path=str(clip))), bitrate_kbps=_TARGET_KBPS)
    async with (
        running_ingest(tmp_path / "hls") as (ingest, _),
        NarrowLine(*ingest.address, kbps=6000) as line,
    ):
        output = RtmpOutput(url=f"rtmp://127.0.0.1:{line.port}/live", key=SecretStr(STREAM_KEY))
        await engine.request(StartBroadcast(outputs=(output,)))
        wide: list[Statistics] = []
        await _watch(engine, 6, wide)
        line.kbps = 1500
        narrow: list[Statistics] = []
        await _watch(engine, 12, narrow)
        line.kbps = 6000
        recovering: list[Statistics] = []
        await _watch(engine, 40, recovering, until_kbps=0.8 * _TARGET_KBPS)
    everything = [*wide, *narrow, *recovering]
    assert min(figures.target_bitrate_kbps for figures in narrow[:5]) < 1500
    assert all(figures.target_bitrate_kbps < 2000 for figures in narrow[5:])
    assert max(figures.queue_age_ms for figures in everything) < 1500
    assert recovering[-1].target_bitrate_kbps >= 0.8 * _TARGET_KBPS
    assert everything[-1].reconnects == 0

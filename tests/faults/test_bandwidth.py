"""A line that narrows to a quarter and widens again, under a real engine at full rate.

How fast and how steadily the rate follows is tested to the second against made-up lines, in
tests/studio/engine/output/test_congestion.py; here the real parts do it, on a machine as it is.
"""

import itertools
from collections.abc import Callable
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
_NARROW_KBPS = 1500
_RECOVERED = 0.8
_BOUND_S = 90.0


class _Watch:
    """The statistics of a broadcast, and what made them late."""

    def __init__(self, engine: EngineClient, line: NarrowLine) -> None:
        self._engine = engine
        self._line = line
        self.seen: list[Statistics] = []
        self.ages_ms: list[float] = []

    async def until(self, is_so: Callable[[Statistics], bool]) -> Statistics:
        """Keep the statistics of each second until one is so."""

        def note(event: StatisticsEvent) -> bool:
            figures = event.statistics
            before_s = self.seen[-1].uptime_s if self.seen else figures.uptime_s - 1.0
            self.seen.append(figures)
            # What kept the line or the engine from running is no age of the queue's making.
            held_up_s = max(0.0, figures.uptime_s - before_s - 1.0) + self._line.take_held_up_s()
            self.ages_ms.append(figures.queue_age_ms - 1000 * held_up_s)
            return is_so(figures)

        event = await wait_for(self._engine, StatisticsEvent, note, timeout_s=_BOUND_S)
        return event.statistics


async def test_the_rate_follows_a_line_of_6000_then_1500_then_6000(
    engine: EngineClient, tmp_path: Path, figure: Callable[[str, object], None]
) -> None:
    clip = tmp_path / "noise.mkv"
    write_noise_clip(clip, size=(320, 180))
    project = project_of(FileSource(path=str(clip)), size=(320, 180))
    await prepare(engine, project, bitrate_kbps=_TARGET_KBPS)
    async with (
        running_ingest(tmp_path / "hls") as (ingest, _),
        NarrowLine(*ingest.address, kbps=6000) as line,
    ):
        output = RtmpOutput(url=f"rtmp://127.0.0.1:{line.port}/live", key=SecretStr(STREAM_KEY))
        await engine.request(StartBroadcast(outputs=(output,)))
        watch = _Watch(engine, line)
        wide = await watch.until(lambda now: now.frames >= 90)
        line.kbps = _NARROW_KBPS
        fits = await watch.until(lambda now: now.target_bitrate_kbps < _NARROW_KBPS)
        narrow = len(watch.seen)
        await watch.until(lambda now: now.frames >= fits.frames + 240)
        narrow_kbps = [now.target_bitrate_kbps for now in watch.seen[narrow:]]
        line.kbps = 6000
        widens = watch.seen[-1]
        recovered = await watch.until(
            lambda now: now.target_bitrate_kbps >= _RECOVERED * _TARGET_KBPS
        )
    assert max(narrow_kbps) < 2000
    assert max(watch.ages_ms) < 1500
    assert recovered.reconnects == 0
    assert all(now.frames > before.frames for before, now in itertools.pairwise(watch.seen))
    figure("adapts after, s", round(fits.uptime_s - wide.uptime_s, 1))
    figure("rates while narrow, kbit/s", f"{min(narrow_kbps)} to {max(narrow_kbps)}")
    figure("oldest queue, ms", max(now.queue_age_ms for now in watch.seen))
    figure("above 80 % again after, s", round(recovered.uptime_s - widens.uptime_s, 1))

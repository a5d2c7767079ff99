"""A long evening: sound against a device clock that is off, and what memory does meanwhile.

The first part is eight hours at some seventy times their speed: the engine's own parts, from
capture to the far end of RTMP, driven by a clock that is made up (`soak_evening`). With
`--accelerated` that is all. The second part broadcasts for real, half an hour, and watches the
memory of the engine and the offset that it tells.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
from benchmarks.rtmp_witness import running_witness
from benchmarks.runs import versions
from benchmarks.soak_evening import growth, run
from fakes.shows import prepare, project_of, wait_for

from studio.engine.client import launch_or_adopt
from studio.engine.protocol import (
    ReplayOutput,
    RtmpOutput,
    Shutdown,
    StartBroadcast,
    StatisticsEvent,
)
from studio.project.model import PatternSource, ToneSource

_WARM_UP_S = 30.0
_OFFSET_WANTED_MS = 20.0
_GROWTH_WANTED = 0.02


@dataclass(frozen=True, slots=True)
class _Real:
    """What a real engine came to."""

    seconds: float
    worst_offset_ms: float
    memory_growth: float
    lost_frames: int


def main() -> int:
    """Run the evening, then the real broadcast, and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=8.0)
    parser.add_argument("--ppm", type=float, default=200.0)
    parser.add_argument("--real-seconds", type=float, default=1800.0)
    parser.add_argument("--accelerated", action="store_true", help="only the evening made up")
    given = parser.parse_args()
    began_s = time.monotonic()
    evening = run(hours=given.hours, ppm=given.ppm, on_hour=_tell_hour)
    took_s = time.monotonic() - began_s
    offsets = evening.offsets_ms
    result = {
        "bench": "soak",
        "hours": given.hours,
        "ppm": given.ppm,
        "worst_offset_ms": round(max(map(abs, offsets)), 2),
        "last_offset_ms": round(offsets[-1], 2),
        "offset_wanted_ms": _OFFSET_WANTED_MS,
        "memory_growth": round(growth(evening.memory), 4),
        "memory_growth_wanted": _GROWTH_WANTED,
        "memory_mb": round(evening.memory[-1] / 1e6, 1),
        "clicks": len(offsets),
        "pictures": evening.pictures,
        "sound_blocks": evening.blocks,
        "starved_blocks": evening.starved,
        "times_real_time": round(given.hours * 3600 / took_s, 1),
    }
    if not given.accelerated and given.real_seconds > 0:
        real = asyncio.run(_broadcast(given.real_seconds))
        result |= {
            "real_seconds": real.seconds,
            "real_worst_offset_ms": round(real.worst_offset_ms, 2),
            "real_memory_growth": round(real.memory_growth, 4),
            "real_lost_frames": real.lost_frames,
        }
    result |= {
        "seconds": round(time.monotonic() - began_s, 1),
        "load": round(psutil.getloadavg()[0], 1),
        "versions": versions(),
    }
    _say(json.dumps(result))
    return 0


def _tell_hour(hour: int) -> None:
    _say(f"{hour} h of the evening are over")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


async def _broadcast(seconds: float) -> _Real:
    """Broadcast with an engine of its own for so long."""
    offsets: list[float] = []
    memory: list[float] = []
    lost = 0
    with tempfile.TemporaryDirectory(prefix="tz-soak-") as name:
        async with (
            running_witness() as witness,
            await launch_or_adopt(Path(name) / "run", name="bench") as engine,
        ):
            project = project_of(PatternSource(width=1280, height=720), ToneSource())
            await prepare(engine, project, bitrate_kbps=3000)
            url = f"rtmp://127.0.0.1:{witness.port}/live/bench"
            # The replay fills within the warm-up: after it, nothing is to grow.
            outputs = (RtmpOutput(url=url), ReplayOutput(seconds=10))
            await engine.request(StartBroadcast(outputs=outputs))
            while True:
                event = await wait_for(engine, StatisticsEvent)
                witness.clear()
                figures = event.statistics
                lost = figures.missed_render + figures.skipped_encode + figures.dropped_network
                if figures.uptime_s > _WARM_UP_S:
                    offsets.append(figures.av_offset_ms)
                    memory.append(figures.memory_mb)
                if figures.uptime_s > seconds + _WARM_UP_S:
                    break
            await engine.request(Shutdown(force=True))
            await asyncio.to_thread(psutil.Process(engine.pid).wait, 10)
    tenth = max(1, len(memory) // 10)
    growth = max(memory[-tenth:]) / max(memory[:tenth]) - 1
    return _Real(seconds, max(map(abs, offsets)), growth, lost)


if __name__ == "__main__":
    raise SystemExit(main())

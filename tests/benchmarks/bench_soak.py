"""A long evening: sound against a device clock that is off, and a real engine's memory.

The first part drives the engine's own track and mixer through hours of made-up time, as fast as
they go: a device whose clock runs `--ppm` fast delivers blocks with jitter, clicks every ten
seconds, and every click must come out where it was heard. The second part broadcasts for real
and watches memory and the offset that the engine tells.
"""

import argparse
import asyncio
import json
import random
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil
from benchmarks.rtmp_witness import running_witness
from benchmarks.runs import versions
from fakes.shows import prepare, project_of, wait_for

from studio.engine.audio.mixing import MIX_DELAY_NS, MixDesk, Strip
from studio.engine.audio.track import BLOCK, SAMPLE_RATE, AudioTrack
from studio.engine.client import launch_or_adopt
from studio.engine.protocol import (
    ReplayOutput,
    RtmpOutput,
    Shutdown,
    StartBroadcast,
    StatisticsEvent,
)
from studio.project.model import PatternSource, ToneSource

_NS = 1_000_000_000
_DEVICE_BLOCK = 480
_CLICK_EVERY_S = 10
_JITTER_NS = 1_500_000
_LATENCY_NS = 12_000_000
_WARM_UP_S = 30.0


@dataclass(frozen=True, slots=True)
class _Real:
    """What a real engine came to."""

    seconds: float
    worst_offset_ms: float
    memory_growth: float
    lost_frames: int


def main() -> int:
    """Run both parts and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=8.0)
    parser.add_argument("--ppm", type=float, default=200.0)
    parser.add_argument("--real-seconds", type=float, default=1800.0)
    given = parser.parse_args()
    offsets, growth = _drift(hours=given.hours, ppm=given.ppm)
    real = asyncio.run(_broadcast(given.real_seconds)) if given.real_seconds > 0 else None
    result = {
        "bench": "soak",
        "hours": given.hours,
        "ppm": given.ppm,
        "clicks": len(offsets),
        "worst_offset_ms": round(max(map(abs, offsets)), 2),
        "last_offset_ms": round(offsets[-1], 2),
        "sound_memory_growth": round(growth, 4),
        "real_seconds": real.seconds if real else 0,
        "real_worst_offset_ms": round(real.worst_offset_ms, 2) if real else None,
        "real_memory_growth": round(real.memory_growth, 4) if real else None,
        "real_lost_frames": real.lost_frames if real else None,
        "load": psutil.getloadavg()[0],
        "versions": versions(),
    }
    sys.stdout.write(json.dumps(result) + "\n")
    return 0


def _drift(*, hours: float, ppm: float) -> tuple[list[float], float]:
    """The offset of every click in ms (positive is late), and how much memory grew."""
    chance = random.Random(1)
    track = AudioTrack()
    strip = Strip(track=track, gain=1.0, offset_ns=0)
    mixer = MixDesk(strips=lambda: (strip,), is_silenced=lambda: False)
    rate = SAMPLE_RATE * (1 + ppm / 1e6)
    click_every = round(_CLICK_EVERY_S * rate)
    silence = np.zeros((_DEVICE_BLOCK, 2), np.float32)
    written, offsets = 0, []
    process, began = psutil.Process(), 0
    blocks = round(hours * 3600 * SAMPLE_RATE / BLOCK)
    for number in range(blocks):
        start_ns = number * BLOCK * _NS // SAMPLE_RATE
        due_ns = start_ns + BLOCK * _NS // SAMPLE_RATE + MIX_DELAY_NS
        while (written + _DEVICE_BLOCK) / rate * _NS + _LATENCY_NS <= due_ns:
            block, click = silence, -(-written // click_every) * click_every
            if written <= click < written + _DEVICE_BLOCK:
                block = silence.copy()
                block[click - written] = 1.0
            heard_ns = written / rate * _NS + chance.uniform(-_JITTER_NS, _JITTER_NS)
            track.write(block, heard_ns=round(heard_ns))
            written += _DEVICE_BLOCK
        mixed = mixer.mix(start_ns).program[:, 0]
        if mixed.max() > 0.2:
            came_s = (number * BLOCK + int(mixed.argmax())) / SAMPLE_RATE
            heard_s = round(came_s / _CLICK_EVERY_S) * click_every / rate
            offsets.append((came_s - heard_s) * 1000)
        if number == blocks // 10:
            began = process.memory_info().rss
    return offsets, process.memory_info().rss / began - 1


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

"""How long the old picture goes on leaving after a panic: command to last byte, many times.

A real engine sends noise, which shares nothing with the slate, to a server in this process that
notes when the last byte of every picture arrived; each is decoded afterwards. Loopback adds
nothing that counts. A picture that was already being sent is sent whole: that is in the figure.
"""

import argparse
import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

import psutil
from benchmarks.rtmp_witness import Witness, running_witness
from benchmarks.runs import versions
from fakes.noise import write_noise_clip
from fakes.shows import prepare, project_of

from studio.engine.client import EngineClient, launch_or_adopt
from studio.engine.protocol import (
    Panic,
    Reveal,
    RtmpOutput,
    Shutdown,
    StartBroadcast,
    StopBroadcast,
)
from studio.project.model import FileSource

_SIZE = (1280, 720)
_OLD_LUMA = 90.0
"""The mean luma above which a picture is noise; the slate's is about 50."""


def main() -> int:
    """Run and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=30)
    parser.add_argument("--bitrate-kbps", type=int, default=6000)
    given = parser.parse_args()
    panics = asyncio.run(_measure(times=given.times, bitrate_kbps=given.bitrate_kbps))
    ordered = sorted(old_ms for old_ms, _ in panics)
    slates = sorted(slate_ms for _, slate_ms in panics)
    result = {
        "bench": "panic",
        "p50_ms": round(statistics.median(ordered), 2),
        "p95_ms": round(ordered[int(0.95 * (len(ordered) - 1))], 2),
        "p99_ms": round(ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))], 2),
        "max_ms": round(ordered[-1], 2),
        "slate_p50_ms": round(statistics.median(slates), 2),
        "slate_max_ms": round(slates[-1], 2),
        "times": len(ordered),
        "load": psutil.getloadavg()[0],
        "versions": versions(),
    }
    sys.stdout.write(json.dumps(result) + "\n")
    return 0


async def _measure(*, times: int, bitrate_kbps: int) -> list[tuple[float, float]]:
    """The milliseconds of every panic."""
    chance = random.Random(1)
    with tempfile.TemporaryDirectory(prefix="tz-panic-") as name:
        folder = Path(name)
        write_noise_clip(folder / "noise.mkv", size=_SIZE, frames=30)
        async with (
            running_witness() as witness,
            await launch_or_adopt(folder / "run", name="bench") as engine,
        ):
            project = project_of(FileSource(path=str(folder / "noise.mkv")), size=_SIZE)
            await prepare(engine, project, bitrate_kbps=bitrate_kbps)
            url = f"rtmp://127.0.0.1:{witness.port}/live/bench"
            await engine.request(StartBroadcast(outputs=(RtmpOutput(url=url),)))
            async with asyncio.timeout(10):
                await witness.is_publishing.wait()
            await asyncio.sleep(2.0)
            found = [await _panic(engine, witness, chance) for _ in range(times)]
            await engine.request(StopBroadcast())
            await engine.request(Shutdown(force=True))
            await asyncio.to_thread(psutil.Process(engine.pid).wait, 10)
    return found


async def _panic(
    engine: EngineClient, witness: Witness, chance: random.Random
) -> tuple[float, float]:
    """Panic at some moment; the ms until the last old picture and until the first slate."""
    await engine.request(Reveal(confirmed=True))
    # From a keyframe on, so that all of it can be decoded; a panic brings one of its own.
    await asyncio.sleep(0.2 + chance.random() * 0.4)
    witness.clear()
    await engine.request(Reveal(confirmed=True))
    await asyncio.sleep(0.3 + chance.random() * 0.4)
    asked_s = time.monotonic()
    await engine.request(Panic(reason="bench"))
    await asyncio.sleep(0.6)
    seen = [(at_s, float(luma.mean())) for at_s, luma in witness.lumas()]
    old = [at_s for at_s, level in seen if level > _OLD_LUMA]
    new = [at_s for at_s, level in seen if level <= _OLD_LUMA]
    if not old or not new or max(old) > min(new):
        raise RuntimeError("the pictures around the panic were not seen in order")
    return max(0.0, max(old) - asked_s) * 1000, (min(new) - asked_s) * 1000


if __name__ == "__main__":
    raise SystemExit(main())

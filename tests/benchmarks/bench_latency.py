"""From a flash on the screen to its picture at the ingest: our engine beside plain ffmpeg.

Both grab the same Xvfb screen at the same rate and send H.264 (x264 veryfast, zerolatency, the
same bitrate and keyframes) to a server in this process; ours with sound, ffmpeg without, because
its muxer holds pictures back for sound. A flash counts from the moment
at which the program that shows it has handed it to the screen, to the arrival of the last byte of
the first coded picture that shows it. Rounds alternate; the medians of all flashes count.
"""

import argparse
import asyncio
import bisect
import json
import statistics
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import psutil
from benchmarks.rtmp_witness import Witness, running_witness
from benchmarks.runs import versions
from fakes.display import running_screen

from studio.engine.protocol import VideoSettings
from studio.engine.video.encoder import encoder_threads

_FLASHER = Path(__file__).parents[1] / "fakes" / "flasher.py"
_FPS = 30
_BITRATE_KBPS = 4000
_WHITE = 128.0
_LATEST_S = 2.0

type Flash = tuple[float, bool]
type MakeCommand = Callable[[str, VideoSettings, Mapping[str, str]], list[str]]


def main() -> int:
    """Run the rounds and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=12.0)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--size", default="1280x720")
    given = parser.parse_args()
    width, height = map(int, given.size.split("x"))
    ours: list[float] = []
    theirs: list[float] = []
    with (
        tempfile.TemporaryDirectory(prefix="tz-latency-") as home,
        running_screen(size=(width, height), home=Path(home)) as screen,
    ):
        for number in range(given.rounds):
            for commands, found in ((_ffmpeg, theirs), (_ours, ours)):
                settings = VideoSettings(width=width, height=height, fps=_FPS)
                found += asyncio.run(
                    _round(commands, settings, screen.env, seconds=given.seconds, seed=number)
                )
    result = {
        "bench": "latency",
        "ours_p50_ms": round(statistics.median(ours), 1),
        "ours_p95_ms": round(_p95(ours), 1),
        "ffmpeg_p50_ms": round(statistics.median(theirs), 1),
        "ffmpeg_p95_ms": round(_p95(theirs), 1),
        "ratio": round(statistics.median(ours) / statistics.median(theirs), 3),
        "flashes": [len(ours), len(theirs)],
        "size": given.size,
        "load": psutil.getloadavg()[0],
        "versions": versions(),
    }
    sys.stdout.write(json.dumps(result) + "\n")
    return 0


def _p95(values: list[float]) -> float:
    return sorted(values)[int(0.95 * (len(values) - 1))]


def _ours(url: str, settings: VideoSettings, env: Mapping[str, str]) -> list[str]:
    size = f"{settings.width}x{settings.height}"
    return [
        *(sys.executable, "-m", "studio", "live", "--headless", "--json", "--rtmp", url),
        *("--source", "screen", "--size", size, "--fps", str(_FPS)),
        *("--bitrate-kbps", str(_BITRATE_KBPS), "--duration", "600"),
    ]


def _ffmpeg(url: str, settings: VideoSettings, env: Mapping[str, str]) -> list[str]:
    rate = f"{_BITRATE_KBPS}k"
    size = f"{settings.width}x{settings.height}"
    return [
        *("ffmpeg", "-v", "error", "-nostdin", "-fflags", "nobuffer"),
        *("-f", "x11grab", "-framerate", str(_FPS), "-video_size", size, "-i", env["DISPLAY"]),
        *("-c:v", "libx264", "-preset", settings.preset, "-tune", "zerolatency"),
        *("-pix_fmt", "yuv420p", "-threads", str(encoder_threads(settings))),
        *("-b:v", rate, "-maxrate", rate, "-bufsize", rate),
        *("-g", str(round(settings.keyframe_s * _FPS)), "-sc_threshold", "0"),
        *("-flush_packets", "1", "-f", "flv", url),
    ]


async def _round(
    make_command: MakeCommand,
    settings: VideoSettings,
    env: Mapping[str, str],
    *,
    seconds: float,
    seed: int,
) -> list[float]:
    """Publish for some seconds; the ms of every flash."""
    async with running_witness() as witness:
        url = f"rtmp://127.0.0.1:{witness.port}/live/bench"
        publisher = await asyncio.create_subprocess_exec(
            *make_command(url, settings, env), env=dict(env), stdout=asyncio.subprocess.DEVNULL
        )
        try:
            async with asyncio.timeout(30):
                await witness.is_publishing.wait()
            flashes = await _flash(env, seconds=seconds, seed=seed)
        finally:
            publisher.terminate()
            await publisher.wait()
    return _matched(flashes, witness)


async def _flash(env: Mapping[str, str], *, seconds: float, seed: int) -> list[Flash]:
    """Flash for some seconds; when each change was on the screen."""
    await asyncio.sleep(2.0)  # both publishers have settled by then
    flasher = await asyncio.create_subprocess_exec(
        sys.executable,
        str(_FLASHER),
        str(seed),
        env={**env, "QT_QPA_PLATFORM": "xcb"},
        stdout=asyncio.subprocess.PIPE,
    )
    assert flasher.stdout is not None
    flashes: list[Flash] = []
    try:
        async with asyncio.timeout(20):
            assert await flasher.stdout.readline() == b"ready\n"
        end_s = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < end_s:
            async with asyncio.timeout(5):
                level, moment = (await flasher.stdout.readline()).split()
            flashes.append((float(moment), level == b"1"))
        await asyncio.sleep(1.0)
    finally:
        flasher.terminate()
        await flasher.communicate()
    return flashes


def _matched(flashes: list[Flash], witness: Witness) -> list[float]:
    """For every flash, the ms until the first picture that shows it."""
    seen = [(at_s, float(luma.mean()) > _WHITE) for at_s, luma in witness.lumas()]
    times = [at_s for at_s, _ in seen]
    found = []
    for moment, is_white in flashes:
        for at_s, shows_white in seen[bisect.bisect_left(times, moment) :]:
            if at_s - moment > _LATEST_S:
                break
            if shows_white == is_white:
                found.append((at_s - moment) * 1000)
                break
    return found


if __name__ == "__main__":
    raise SystemExit(main())

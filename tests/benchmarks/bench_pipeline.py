"""CPU seconds per media second: our whole pipeline beside ffmpeg's grab and encode alone.

Both grab the same moving Xvfb screen and publish H.264 (x264 veryfast, zerolatency, the same
bitrate, keyframes and threads) with AAC to the same nginx. Rounds alternate; medians count. Ours
is charged with everything: the engine process and the client that drives it. `ratio` is of the
whole scene: the screen, a file of a camera's size as picture in picture, and a goal bar that
glides with thirty tips a minute, none of which ffmpeg decodes or draws; x264 works for them, too.
`ratio_plain` is of the screen alone. Figures are of the seconds on air; what starting takes is
told apart. `threads` says who in the engine costs what, `plain_threads` the same without the
insets. Runs in which other programs made us lose pictures do not count while there are others:
`undisturbed_rounds` are those of the scene that lost none to speak of.
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
from benchmarks.camera_clip import write_camera_clip
from benchmarks.pipeline_show import ShowRun, broadcast, scene
from benchmarks.runs import moving_screen, rtmp_sink, versions

from studio.engine.protocol import VideoSettings
from studio.engine.video.encoder import encoder_threads

_VIDEO = VideoSettings(width=1920, height=1080, fps=30, bitrate_kbps=6000)
_SIZE = (_VIDEO.width, _VIDEO.height)
_WHOLE = frozenset({"inset", "overlay"})
_WARM_UP_S = 3.0
_END_S = 10.0
_WANTED, _WANTED_PLAIN = 1.15, 1.25

_ROLES = {
    "main": "main, network",
    "asyncio": "x264",
    "encoder": "x264",
    "video": "compose, convert",
    "audio": "sound",
    "source-screen-": "grab",
    "source-file-": "inset, decode",
    "source-goal_bar": "overlay, paint",
}
"""What the threads of a name do; x264's own carry the name of the one that opened it."""


@dataclass(frozen=True, slots=True)
class _Peer:
    """CPU seconds per second of ffmpeg, and those it took to start."""

    cpu: float
    start_cpu_s: float


def main() -> int:
    """Run the rounds and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    peers: list[_Peer] = []
    plain: list[ShowRun] = []
    whole: list[ShowRun] = []
    with (
        tempfile.TemporaryDirectory(prefix="tz-pipeline-") as name,
        moving_screen(_SIZE) as env,
        rtmp_sink() as nginx,
    ):
        folder = Path(name)
        clip = folder / "camera.mkv"
        write_camera_clip(clip)
        for number in range(given.rounds):
            url = f"{nginx.url}/run{number}"
            peers.append(_ffmpeg(f"{url}a", env, seconds=given.seconds))
            for parts, found in ((frozenset[str](), plain), (_WHOLE, whole)):
                project = scene(parts, clip, env["DISPLAY"], _SIZE)
                place = folder / f"engine{number}{len(parts)}"
                run = broadcast(
                    project,
                    _VIDEO,
                    url=f"{url}{len(parts)}",
                    env=env,
                    folder=place,
                    seconds=given.seconds,
                )
                found.append(asyncio.run(run))
            _say(
                f"ffmpeg {peers[-1].cpu:.4f}, the screen alone {plain[-1].cpu:.4f}, "
                f"the scene {whole[-1].cpu:.4f}, load {psutil.getloadavg()[0]:.1f}"
            )
    _say(json.dumps(_result(peers, plain, whole) | {"seconds": given.seconds}))
    return 0


def _result(
    peers: Sequence[_Peer], plain: Sequence[ShowRun], whole: Sequence[ShowRun]
) -> dict[str, object]:
    peer = statistics.median(run.cpu for run in peers)
    alone = statistics.median(run.cpu for run in _undisturbed(plain))
    full = statistics.median(run.cpu for run in _undisturbed(whole))
    missed, skipped, dropped = (
        sum(run.lost[index] for run in (*plain, *whole)) for index in range(3)
    )
    return {
        "bench": "pipeline",
        "ratio": round(full / peer, 3),
        "ratio_wanted": _WANTED,
        "ratio_plain": round(alone / peer, 3),
        "ratio_plain_wanted": _WANTED_PLAIN,
        "ours_cpu_per_s": round(full, 4),
        "plain_cpu_per_s": round(alone, 4),
        "ffmpeg_cpu_per_s": round(peer, 4),
        "threads": _by_role(_undisturbed(whole)),
        "plain_threads": _by_role(_undisturbed(plain)),
        "start_cpu_s": round(statistics.median(run.start_cpu_s for run in (*plain, *whole)), 2),
        "ffmpeg_start_cpu_s": round(statistics.median(run.start_cpu_s for run in peers), 2),
        "render_ms_p50": round(statistics.median(run.render_ms_p50 for run in whole), 2),
        "missed_render": missed,
        "skipped_encode": skipped,
        "dropped_network": dropped,
        "max_rss_mb": max(run.max_rss_mb for run in (*plain, *whole)),
        "rounds": len(peers),
        "undisturbed_rounds": sum(run.is_undisturbed for run in whole),
        "load": round(psutil.getloadavg()[0], 1),
        "versions": versions(),
    }


def _undisturbed(runs: Sequence[ShowRun]) -> Sequence[ShowRun]:
    """Those that lost hardly a picture, where there are any: what is not made costs nothing."""
    return [run for run in runs if run.is_undisturbed] or runs


def _by_role(runs: Sequence[ShowRun]) -> dict[str, float]:
    """The median of each role over the runs, in CPU seconds per second."""
    roles: dict[str, list[float]] = {}
    for number, run in enumerate(runs):
        for name, cpu in run.threads.items():
            role = next((role for known, role in _ROLES.items() if name.startswith(known)), "other")
            each = roles.setdefault(role, [0.0] * len(runs))
            each[number] += cpu
    return {role: round(statistics.median(each), 4) for role, each in sorted(roles.items())}


def _ffmpeg(url: str, env: Mapping[str, str], *, seconds: float) -> _Peer:
    """Grab and encode with plain ffmpeg for so long, after a moment to warm up."""
    rate = f"{_VIDEO.bitrate_kbps}k"
    command = [
        *("ffmpeg", "-v", "error", "-nostdin"),
        *("-f", "x11grab", "-framerate", str(_VIDEO.fps), "-video_size", f"{_SIZE[0]}x{_SIZE[1]}"),
        *("-i", env["DISPLAY"], "-f", "lavfi", "-i", "anullsrc=r=48000:cl=stereo"),
        *("-t", str(seconds + 4 * _WARM_UP_S), "-c:v", "libx264", "-preset", _VIDEO.preset),
        *("-tune", "zerolatency", "-pix_fmt", "yuv420p"),
        *("-threads", str(encoder_threads(_VIDEO))),
        *("-b:v", rate, "-maxrate", rate, "-bufsize", rate),
        *("-g", str(round(_VIDEO.keyframe_s * _VIDEO.fps)), "-sc_threshold", "0"),
        *("-c:a", "aac", "-b:a", "160k", "-f", "flv", url),
    ]
    pause = threading.Event()
    with tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(command, env=dict(env), stderr=errors)
        try:
            pause.wait(_WARM_UP_S)
            first = _cpu_s(process.pid)
            pause.wait(seconds)
            last = _cpu_s(process.pid)
            if process.poll() is not None:
                errors.seek(0)
                raise RuntimeError(f"ffmpeg failed: {errors.read()[-2000:]}")
        finally:
            process.terminate()
            process.wait(_END_S)
    cpu = (last - first) / seconds
    return _Peer(cpu, max(0.0, first - cpu * _WARM_UP_S))


def _cpu_s(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())

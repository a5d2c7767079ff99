"""CPU seconds per media second: our whole pipeline beside ffmpeg's grab and encode alone.

Both grab the same moving Xvfb screen and publish H.264 (x264 veryfast, zerolatency, the same
bitrate, keyframes and threads) with AAC to the same nginx. Runs alternate; medians count. Ours
is charged with everything: the engine process and the command that drives it. A second pair has
a clip of a camera's size as picture in picture and a moving overlay, which ffmpeg never draws.
"""

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.runs import last_json, measured, moving_screen, rtmp_sink, versions
from fakes.media import write_flash_clip

from studio.engine.protocol import VideoSettings
from studio.engine.video.encoder import encoder_threads

_SIZE = (1920, 1080)
_FPS = 30
_BITRATE_KBPS = 6000


def main() -> int:
    """Run the rounds and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    ours: list[dict[str, Any]] = []
    inset: list[dict[str, Any]] = []
    theirs: list[float] = []
    with (
        tempfile.TemporaryDirectory(prefix="tz-clip-") as folder,
        moving_screen(_SIZE) as env,
        rtmp_sink() as nginx,
    ):
        clip = Path(folder) / "camera.mkv"
        write_flash_clip(clip, seconds=10, size=(1280, 720))
        for number in range(given.rounds):
            url = f"{nginx.url}/run{number}"
            theirs.append(_ffmpeg(url, env, seconds=given.seconds))
            ours.append(_ours(url, env, ("screen",), seconds=given.seconds))
            extra = ("screen", f"file:{clip}", "pattern")
            inset.append(_ours(url, env, extra, seconds=given.seconds))
            _say(
                f"ffmpeg {theirs[-1]:.4f}, ours {ours[-1]['cpu']:.4f}, "
                f"with insets {inset[-1]['cpu']:.4f}"
            )
    peer = statistics.median(theirs)
    mine = statistics.median(run["cpu"] for run in ours)
    full = statistics.median(run["cpu"] for run in inset)
    runs = [*ours, *inset]
    _say(
        json.dumps(
            {
                "bench": "pipeline",
                "ours_cpu_per_s": round(mine, 4),
                "ffmpeg_cpu_per_s": round(peer, 4),
                "ratio": round(mine / peer, 3),
                "with_insets_cpu_per_s": round(full, 4),
                "with_insets_ratio": round(full / peer, 3),
                "missed_render": sum(run["missed_render"] for run in runs),
                "skipped_encode": sum(run["skipped_encode"] for run in runs),
                "dropped_network": sum(run["dropped_network"] for run in runs),
                "max_rss_mb": max(run["max_rss_mb"] for run in runs),
                "seconds": given.seconds,
                "rounds": given.rounds,
                "versions": versions(),
            }
        )
    )
    return 0


def _ours(
    url: str, env: Mapping[str, str], sources: tuple[str, ...], *, seconds: float
) -> dict[str, Any]:
    """Broadcast with our engine; the summary, and its CPU seconds per media second."""
    command = [sys.executable, "-m", "studio", "live", "--headless", "--json", "--rtmp", url]
    for source in sources:
        command += ["--source", source]
    command += ["--size", f"{_SIZE[0]}x{_SIZE[1]}", "--fps", str(_FPS)]
    command += ["--bitrate-kbps", str(_BITRATE_KBPS), "--duration", str(seconds)]
    run = measured(command, env, timeout_s=seconds + 60)
    summary = last_json(run.output)
    return {**summary, "cpu": summary["cpu_s"] / summary["seconds"]}


def _ffmpeg(url: str, env: Mapping[str, str], *, seconds: float) -> float:
    """Grab and encode with plain ffmpeg; its CPU seconds per media second."""
    settings = VideoSettings(width=_SIZE[0], height=_SIZE[1], fps=_FPS)
    rate = f"{_BITRATE_KBPS}k"
    command = [
        *("ffmpeg", "-v", "error", "-nostdin"),
        *("-f", "x11grab", "-framerate", str(_FPS), "-video_size", f"{_SIZE[0]}x{_SIZE[1]}"),
        *("-i", env["DISPLAY"], "-f", "lavfi", "-i", "anullsrc=r=48000:cl=stereo"),
        *("-t", str(seconds), "-c:v", "libx264", "-preset", settings.preset),
        *(
            "-tune",
            "zerolatency",
            "-pix_fmt",
            "yuv420p",
            "-threads",
            str(encoder_threads(settings)),
        ),
        *("-b:v", rate, "-maxrate", rate, "-bufsize", rate),
        *("-g", str(round(settings.keyframe_s * _FPS)), "-sc_threshold", "0"),
        *("-c:a", "aac", "-b:a", "160k", "-f", "flv", url),
    ]
    return measured(command, env, timeout_s=seconds + 60).cpu_s / seconds


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())

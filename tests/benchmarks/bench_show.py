"""A whole show for three minutes: what is lost on air while the window is open and the room loud.

The real server, engine and studio window, on a private screen: 1080p30 with the screen, a file of
a camera's size as picture in picture, and tip alerts, while viewers of the server's own simulator
write 50 messages a second and tip. Wanted: no picture missed, skipped or dropped. What was lost in
the seconds before the room was loud is told as `lost_at_start`.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
import threading
from pathlib import Path

from benchmarks.bench_startup import _end_engine, _private
from benchmarks.bench_ui import _crowd
from benchmarks.camera_clip import write_camera_clip
from benchmarks.pipeline_show import scene
from fakes.display import running_screen
from fakes.server import server_process
from tools.remote_pilot import RemotePilot, password_file, studio_window

from studio.engine.client import EngineClient
from studio.engine.protocol import GetState, SetProject, StateResult, Statistics
from studio.engine.runtime import read_address
from studio.project.model import Project
from studio.project.overlays import TipAlertsOverlay

_SIZE = (1920, 1080)
_SETTLE_S = 8.0
_REPORT_S = 30.0


def main() -> int:
    """Go live, let the room be loud, and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=180.0)
    parser.add_argument("--messages-per-s", type=float, default=50.0)
    parser.add_argument("--tips-per-min", type=float, default=20.0)
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="tz-bench-", ignore_cleanup_errors=True) as name,
        running_screen(size=_SIZE, home=Path(name), window_manager=False) as screen,
        server_process(Path(name) / "server", demo=True) as server,
    ):
        home = Path(name)
        env = {**screen.env, **_private(home), "LANG": "C.UTF-8"}
        runtime = home / "run" / "engine"
        runtime.mkdir(mode=0o700)
        clip = home / "camera.mkv"
        write_camera_clip(clip)
        parts = frozenset({"inset", "overlay"})
        project = scene(parts, clip, screen.name, _SIZE, overlay=TipAlertsOverlay())
        creator = server.account("creator")
        secret = password_file(home, creator.password)
        account = ("--email", creator.email, "--password-file", str(secret))
        place = ("--server", server.url, "--runtime-dir", str(runtime))
        crowd_s = _SETTLE_S + given.seconds
        try:
            with studio_window(env, *place, *account) as pilot:
                _go_live(pilot, runtime, project)
                with _crowd(server, given.messages_per_s, given.tips_per_min, crowd_s):
                    pilot.until(lambda s: len(s["chat"]) > 100, "a loud room", deadline_s=60)
                    threading.Event().wait(_SETTLE_S)
                    result = _watched(pilot, runtime, given.seconds)
        finally:
            _end_engine(runtime)
    _say(json.dumps({"bench": "show", **result, "tips_per_min": given.tips_per_min}))
    return 0


def _go_live(pilot: RemotePilot, runtime: Path, project: Project) -> None:
    """Sign in, set the scene, and go live as a person does."""
    pilot.until(lambda s: s["has_picture"] and "Connected" in s["line"], "signed in", deadline_s=60)
    asyncio.run(_set(runtime, project))
    pilot.until(lambda s: s["can_go_live"], "ready", deadline_s=60)
    pilot.order("type_into", name="streamTitle", text="A loud evening")
    pilot.order("press", name="goLive")
    pilot.until(lambda s: s["badge"].startswith("LIVE"), "on air", deadline_s=60)


def _watched(pilot: RemotePilot, runtime: Path, seconds: float) -> dict[str, object]:
    """The figures between two looks at the engine, and those of the window's loop."""
    first = asyncio.run(_statistics(runtime))
    pilot.order("watch_loop")
    pause, left_s = threading.Event(), seconds
    while left_s > 0:
        pause.wait(min(left_s, _REPORT_S))
        left_s -= _REPORT_S
        now = asyncio.run(_statistics(runtime))
        _say(
            f"after {now.uptime_s - first.uptime_s:.0f} s: missed "
            f"{now.missed_render - first.missed_render}, skipped "
            f"{now.skipped_encode - first.skipped_encode}, dropped "
            f"{now.dropped_network - first.dropped_network}, load {os.getloadavg()[0]:.1f}"
        )
    window = pilot.order("loop_watched")
    last = asyncio.run(_statistics(runtime))
    span_s = last.uptime_s - first.uptime_s
    return {
        "missed_render": last.missed_render - first.missed_render,
        "skipped_encode": last.skipped_encode - first.skipped_encode,
        "dropped_network": last.dropped_network - first.dropped_network,
        "wanted": 0,
        "lost_at_start": first.missed_render + first.skipped_encode + first.dropped_network,
        "fps": round((last.frames - first.frames) / span_s, 2),
        "fps_wanted": 30,
        "engine_cpu_percent": round(100 * (last.cpu_s - first.cpu_s) / span_s, 1),
        **window,
        "seconds": round(span_s, 1),
        "bitrate_kbps": last.average_kbps,
        "av_offset_ms": last.av_offset_ms,
        "render_ms_p95": last.render_ms_p95,
        "encode_ms_p95": last.encode_ms_p95,
        "engine_memory_mb": last.memory_mb,
        "size": f"{_SIZE[0]}x{_SIZE[1]}",
        "machine": f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}",
    }


async def _set(runtime: Path, project: Project) -> None:
    async with _engine(runtime) as engine:
        await engine.request(SetProject(project=project))


async def _statistics(runtime: Path) -> Statistics:
    async with _engine(runtime) as engine:
        result = await engine.request(GetState())
    assert isinstance(result, StateResult)
    assert result.state.broadcast is not None, "the broadcast has ended"
    return result.state.statistics


def _engine(runtime: Path) -> EngineClient:
    address = read_address(runtime)
    assert address is not None, "the engine runs"
    return EngineClient(address, name="bench")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())

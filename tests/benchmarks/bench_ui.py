"""How long the studio's event loop stands still while a lively show is on air, and its CPU.

A real server, engine and window on a private screen, with the mixer's meters open; viewers of the
server's own simulator write and tip. `longest_block_ms` is the longest the window's loop was late
for a timer, by the clock; `longest_work_ms` the most CPU time its thread took in one go, which
other programs on the machine do not change.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.bench_startup import _end_engine, _private
from fakes.display import running_screen
from fakes.server import ROOT, ServerProcess, server_process
from tools.remote_pilot import RemotePilot, password_file, studio_window

from studio.engine.client import launch_or_adopt
from studio.engine.protocol import EditProject
from studio.project.edits import AddSource
from studio.project.model import Source, ToneSource

_SETTLE_S = 5.0
_METERS = 8


def main() -> int:
    """Go live, let the room be loud, and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--messages-per-s", type=float, default=200.0)
    parser.add_argument("--tips-per-min", type=float, default=120.0)
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="tz-bench-", ignore_cleanup_errors=True) as name,
        running_screen(size=(1280, 720), home=Path(name), window_manager=False) as screen,
        server_process(Path(name) / "server", demo=True) as server,
    ):
        home = Path(name)
        env = {**screen.env, **_private(home), "LANG": "C.UTF-8"}
        runtime = home / "run" / "engine"
        runtime.mkdir(mode=0o700)
        creator = server.account("creator")
        secret = password_file(home, creator.password)
        account = ("--email", creator.email, "--password-file", str(secret))
        place = ("--server", server.url, "--runtime-dir", str(runtime))
        try:
            with studio_window(env, *place, *account) as pilot:
                _go_live(pilot)
                asyncio.run(_sound(runtime))
                pilot.order("show_dock", name="mixer")
                with _crowd(server, given.messages_per_s, given.tips_per_min, given.seconds):
                    pilot.until(lambda s: len(s["chat"]) > 100, "a loud room", deadline_s=60)
                    threading.Event().wait(_SETTLE_S)
                    pilot.order("watch_loop")
                    threading.Event().wait(given.seconds)
                    seen = pilot.order("loop_watched")
        finally:
            _end_engine(runtime)
    seen |= {
        "bench": "ui",
        "meters": _METERS,
        "tips_per_s": round(given.tips_per_min / 60, 2),
        "machine": f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}",
    }
    sys.stdout.write(json.dumps(seen) + "\n")
    return 0


def _go_live(pilot: RemotePilot) -> None:
    pilot.until(lambda s: s["has_picture"] and "Connected" in s["line"], "signed in", deadline_s=60)
    pilot.order("add", kind="pattern", name="Test picture")
    pilot.until(lambda s: s["can_go_live"], "ready")
    pilot.order("type_into", name="streamTitle", text="A loud evening")
    pilot.order("press", name="goLive")
    pilot.until(lambda s: s["badge"].startswith("LIVE"), "on air", deadline_s=60)


async def _sound(runtime: Path) -> None:
    """Fill the mixer: the picture sounds, and so do tones beside it."""
    tones = tuple(
        AddSource(source=Source(name=f"Tone {number}", settings=ToneSource()))
        for number in range(1, _METERS)
    )
    async with await launch_or_adopt(runtime, name="bench") as engine:
        await engine.request(EditProject(edits=tones))


@contextmanager
def _crowd(
    server: ServerProcess, messages_per_s: float, tips_per_min: float, seconds: float
) -> Iterator[None]:
    """Viewers of the server's own simulator while the block lasts."""
    accounts = server.data / "demo-accounts.json"
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "shared.server", "simulate", "--http", server.url),
            *("--creator", server.account("creator").display_name, "--viewers", "20"),
            *("--messages-per-s", str(messages_per_s), "--tips-per-min", str(tips_per_min)),
            *("--duration", str(seconds + 120), "--accounts", str(accounts)),
        ],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)


if __name__ == "__main__":
    raise SystemExit(main())

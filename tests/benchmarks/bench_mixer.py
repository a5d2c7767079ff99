"""What the mixer costs: mixing with filters in the engine, meters in the window.

`mix_percent` is the CPU of a core for eight sources with three filters each, in real time, by sets
of filters. `meters_percent` is that of a whole process which shows the mixer of eight channels on
a private screen, sixty pictures and twenty-three levels a second; `pictures_per_s` counts those
that were really painted. `levels_percent` is the same process with the levels, but without the
pictures.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NoReturn

import numpy as np
from benchmarks.runs import last_json, versions
from fakes.display import running_screen

from studio.engine.audio.chain import FilterChain
from studio.engine.audio.mixing import MixDesk, Strip
from studio.engine.audio.track import BLOCK, SAMPLE_RATE, AudioTrack
from studio.project.filters import Filter

_SETS = {
    "gate, compressor, equalizer": (
        Filter(kind="noise_gate"),
        Filter(kind="compressor"),
        Filter(kind="equalizer", settings={"low_db": 3.0}),
    ),
    "suppression, equalizer, voice changer": (
        Filter(kind="noise_suppression"),
        Filter(kind="equalizer", settings={"low_db": 3.0}),
        Filter(kind="voice_changer", settings={"preset": "deeper"}),
    ),
    "none": (),
}
_SOURCES = 8
_LEVELS_EVERY_MS = 43


def main() -> int:
    """Print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--window", choices=("meters", "levels"), help="internal: be the window")
    given = parser.parse_args()
    if given.window:
        _window(given.seconds, draws=given.window == "meters")
    with (
        tempfile.TemporaryDirectory(prefix="tz-bench-") as home,
        running_screen(size=(1280, 720), home=Path(home), window_manager=False) as screen,
    ):
        meters = _in_window("meters", screen.env, given.seconds)
        levels = _in_window("levels", screen.env, given.seconds)
    result = {
        "bench": "mixer",
        "sources": _SOURCES,
        "mix_percent": {name: _mix(filters, given.seconds) for name, filters in _SETS.items()},
        "meters_percent": meters["percent"],
        "pictures_per_s": meters["pictures_per_s"],
        "levels_percent": levels["percent"],
        "load": os.getloadavg()[0],
        "versions": versions(),
    }
    sys.stdout.write(json.dumps(result) + "\n")
    return 0


def _mix(filters: tuple[Filter, ...], seconds: float) -> float:
    """Percent of a core for mixing so many seconds of sound in real time."""
    count = round(seconds * SAMPLE_RATE / BLOCK)
    sound = np.random.default_rng(0).standard_normal(((count + 8) * BLOCK, 2)) * 0.1
    strips = []
    for number in range(_SOURCES):
        track = AudioTrack(capacity_s=seconds + 1)
        track.write(sound.astype(np.float32), heard_ns=0)
        chain = FilterChain()
        chain.set_filters(filters)
        strips.append(Strip(track, 0.5, 0, source_id=str(number), chain=chain))
    desk = MixDesk(strips=lambda: strips, is_silenced=lambda: False)
    began = time.process_time()
    for number in range(count):
        desk.mix(number * BLOCK * 1_000_000_000 // SAMPLE_RATE)
    return round((time.process_time() - began) / (count * BLOCK / SAMPLE_RATE) * 100, 2)


def _in_window(mode: str, env: dict[str, str], seconds: float) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, __file__, "--window", mode, "--seconds", str(seconds)],
        env={**env, "PYTHONPATH": os.environ.get("PYTHONPATH", "")},
        capture_output=True,
        text=True,
        check=True,
        timeout=seconds + 60,
    )
    found = last_json(done.stdout)
    return {name: float(found[name]) for name in ("percent", "pictures_per_s")}


def _window(seconds: float, *, draws: bool) -> NoReturn:
    """Be the window, and print what it cost."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from shared.qt.theme import Theme
    from studio.docks.mixer import Levels, MixerDock, MixerState
    from studio.docks.mixer_strip import StripState

    app = QApplication([])
    theme = Theme()
    theme.apply(app)
    dock = MixerDock(theme)
    names = [f"s{number}" for number in range(_SOURCES)]
    dock.set_state(MixerState(tuple(StripState(name, name, "file") for name in names)))
    dock.resize(300, 800)
    chance = random.Random(1)

    def hear() -> None:
        peaks = {name: (chance.uniform(-40, -3), chance.uniform(-40, -3)) for name in names}
        dock.hear(Levels({name: (peaks[name], (-30.0, -30.0)) for name in names}, -3, -18, -18))
        if not draws:
            dock.look()

    timer = QTimer()
    timer.setInterval(_LEVELS_EVERY_MS)
    timer.timeout.connect(hear)
    timer.start()
    if draws:
        dock.show()
    began: list[tuple[float, float, int]] = []

    def begin() -> None:
        began.append((time.process_time(), time.monotonic(), dock.meters.paintings))

    QTimer.singleShot(1500, begin)
    QTimer.singleShot(round(1500 + seconds * 1000), app.quit)
    app.exec()
    cpu_s, at_s, paintings = began[0]
    lasted_s = time.monotonic() - at_s
    found = {
        "percent": round((time.process_time() - cpu_s) / lasted_s * 100, 2),
        "pictures_per_s": round((dock.meters.paintings - paintings) / lasted_s, 1),
    }
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()
    os._exit(0)  # nothing is to be taken down in order


if __name__ == "__main__":
    sys.exit(main())

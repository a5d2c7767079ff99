"""Processes that are killed: the engine while it records, the window's client again and again."""

import asyncio
import os
import random
import signal
import statistics
import subprocess
import sys
from functools import partial
from pathlib import Path

import av
import psutil
import pytest
from fakes.shows import (
    Launch,
    missed_around,
    missing_pictures,
    prepare,
    project_of,
    record,
    statistics_of,
    wait_for_frames,
)

from studio.engine.protocol import (
    GetState,
    RecordingOutput,
    StartBroadcast,
    StateResult,
    StopBroadcast,
)
from studio.project.model import PatternSource

pytestmark = pytest.mark.faults

_WINDOW = (
    "import asyncio, sys\n"
    "from pathlib import Path\n"
    "from studio.engine.client import launch_or_adopt\n"
    "from studio.engine.protocol import SubscribePreview\n"
    "async def main():\n"
    "    client = await launch_or_adopt(Path(sys.argv[1]), idle_s=30)\n"
    "    await client.request(SubscribePreview())\n"
    "    print('ready', flush=True)\n"
    "    await asyncio.sleep(60)\n"
    "asyncio.run(main())\n"
)


def _playable(path: Path) -> tuple[int, float]:
    """Pictures and seconds of sound that can be decoded."""
    with av.open(str(path)) as container:
        frames = sum(1 for _ in container.decode(video=0))
    with av.open(str(path)) as container:
        sound = sum(frame.samples for frame in container.decode(audio=0)) / 48_000
    return frames, sound


@pytest.mark.parametrize("container", ["mp4", "mkv"])
@pytest.mark.parametrize("seed", [1, 2])
async def test_an_engine_that_is_killed_leaves_a_file_that_plays(
    launch: Launch, tmp_path: Path, container: str, seed: int
) -> None:
    chance = random.Random(seed)
    client = await launch()
    await prepare(client, project_of(PatternSource(width=320, height=180), size=(320, 180)))
    path = tmp_path / f"show.{container}"
    await record(client, path, frames=chance.randint(60, 120), stop=False)
    await asyncio.sleep(chance.random())
    reply = await client.request(GetState())
    assert isinstance(reply, StateResult)
    encoded = reply.state.statistics.frames
    os.kill(client.pid, signal.SIGKILL)
    await asyncio.to_thread(psutil.Process(client.pid).wait, 10)
    frames, sound = _playable(path)
    assert frames >= encoded - 60
    assert sound >= encoded / 30 - 2.1


async def test_twenty_killed_windows_cost_no_frame(
    launch: Launch, runtime_dir: Path, tmp_path: Path
) -> None:
    client = await launch()
    await prepare(client, project_of(PatternSource(width=320, height=180), size=(320, 180)))
    path = tmp_path / "show.mp4"
    await client.request(StartBroadcast(outputs=(RecordingOutput(path=str(path)),)))
    await wait_for_frames(client, 15)
    command = [sys.executable, "-c", _WINDOW, str(runtime_dir)]
    missed = []
    for _ in range(5):  # four windows at a time, because each takes a second to start
        windows = [
            subprocess.Popen(  # noqa: ASYNC220 - must be a real process
                command, start_new_session=True, stdout=subprocess.PIPE, text=True
            )
            for _ in range(4)
        ]
        for window in windows:
            assert window.stdout is not None
            assert await asyncio.to_thread(window.stdout.readline) == "ready\n"
            window.stdout.close()
        missed += [await missed_around(client, partial(_kill, window)) for window in windows]
    assert psutil.pid_exists(client.pid)
    assert statistics.median(missed) == 0, missed
    skipped = (await statistics_of(client)).skipped_encode
    await client.request(StopBroadcast())
    assert missing_pictures(path) <= skipped


def _kill(window: subprocess.Popen[str]) -> None:
    os.killpg(window.pid, signal.SIGKILL)
    window.wait(10)

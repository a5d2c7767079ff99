"""A disk that is full, an encoder that fails, a clock that jumps: the show goes on or says why."""

import asyncio
import itertools
import os
import sys
from pathlib import Path

import av
import psutil
import pytest
from fakes.noise import write_noise_clip
from fakes.shows import Launch, prepare, project_of, wait_for, wait_for_frames

from studio.engine.client import EngineClient
from studio.engine.protocol import (
    BroadcastEvent,
    RecordingOutput,
    StartBroadcast,
    StatisticsEvent,
    StopBroadcast,
)
from studio.project.model import FileSource, PatternSource

pytestmark = pytest.mark.faults
resource = pytest.importorskip("resource", reason="a module of POSIX only")


def _frames(path: Path) -> int:
    with av.open(str(path)) as container:
        return sum(1 for _ in container.decode(video=0))


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="needs Linux's prlimit")
@pytest.mark.parametrize("container", ["mp4", "mkv"])
async def test_a_disk_that_takes_no_more_ends_one_recording_and_nothing_else(
    engine: EngineClient, tmp_path: Path, container: str
) -> None:
    clip = tmp_path / "noise.mkv"
    write_noise_clip(clip)
    await prepare(engine, project_of(FileSource(path=str(clip))), bitrate_kbps=4000)
    full, fine = tmp_path / f"full.{container}", tmp_path / "fine.mp4"
    await engine.request(StartBroadcast(outputs=(RecordingOutput(id="full", path=str(full)),)))
    before = await wait_for_frames(engine, 60)
    # The system takes no more than this of one file, as a full disk would.
    limit = full.stat().st_size + 400_000
    resource.prlimit(engine.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

    def has_failed(event: BroadcastEvent) -> bool:
        outputs = event.broadcast.outputs if event.broadcast else ()
        return any(output.phase == "failed" for output in outputs)

    event = await wait_for(engine, BroadcastEvent, has_failed)
    assert event.broadcast is not None
    assert event.broadcast.outputs[0].code == "DISK_FULL"
    frames = await asyncio.to_thread(_frames, full)
    assert frames >= before.frames - 60
    assert full.stat().st_size <= limit
    assert psutil.pid_exists(engine.pid)
    resource.prlimit(engine.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
    await wait_for(engine, BroadcastEvent, lambda event: event.broadcast is None)
    await engine.request(StartBroadcast(outputs=(RecordingOutput(path=str(fine)),)))
    await wait_for_frames(engine, 45)
    await engine.request(StopBroadcast())
    assert await asyncio.to_thread(_frames, fine) >= 45


_BREAKS = """
from pathlib import Path
import studio.engine.video.encoder as encoder
real = encoder.VideoEncoder.encode
count = 0
def encode(self, frame, index, *, keyframe):
    global count
    count += 1
    if count in (40, 80):
        Path({armed!r}).touch()
        from shared.errors import DeviceError
        raise DeviceError("The video encoder failed.", code="ENCODER_FAILED")
    return real(self, frame, index, keyframe=keyframe)
encoder.VideoEncoder.encode = encode
"""
_JUMPS = """
import os, time
from pathlib import Path
real, began = time.time, time.monotonic()
def jump_s():
    age_s = time.monotonic() - began
    if age_s > 5:
        Path({armed!r}).touch()
    return (86_400 if age_s > 3 else 0) - (7 * 86_400 if age_s > 5 else 0)
time.time = lambda: real() + jump_s()
time.time_ns = lambda: int(time.time() * 1e9)
import threading
def look():
    while not Path({armed!r}).exists():
        time.time()
        time.sleep(0.2)
def start():
    threading.Thread(target=look, daemon=True).start()
os.register_at_fork(after_in_child=start)  # the engine goes on in a fork of what was started
"""


def _arm(folder: Path, fault: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a fault into engines started from now on, as their interpreter starts."""
    folder.mkdir()
    armed = folder / "armed"
    hook = _indented(fault.format(armed=str(armed)))
    (folder / "sitecustomize.py").write_text(f"import sys\nif 'engine' in sys.orig_argv:\n{hook}")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(folder), *sys.path)))
    return armed


@pytest.mark.parametrize("fault", [_BREAKS, _JUMPS], ids=["encoder fails twice", "clock jumps"])
async def test_the_broadcast_outlives(
    launch: Launch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    armed = _arm(tmp_path / "fault", fault, monkeypatch)
    engine = await launch()
    await prepare(engine, project_of(PatternSource(width=320, height=180), size=(320, 180)))
    path = tmp_path / "show.mp4"
    await engine.request(StartBroadcast(outputs=(RecordingOutput(path=str(path)),)))
    event = await wait_for(engine, StatisticsEvent, lambda event: event.statistics.frames >= 180)
    assert abs(event.statistics.av_offset_ms) < 100
    await engine.request(StopBroadcast())
    assert armed.exists(), "the fault never came"
    with av.open(str(path)) as container:
        times = [float(frame.time) for frame in container.decode(video=0)]
    assert len(times) >= 175
    assert max(b - a for a, b in itertools.pairwise(times)) < 0.2


_SLOW = """
import time
from pathlib import Path
import studio.engine.video.encoder as encoder
real = encoder.VideoEncoder.encode
def encode(self, frame, index, *, keyframe):
    packets = real(self, frame, index, keyframe=keyframe)
    if index >= 0 and self._settings.preset == "veryfast":
        Path({armed!r}).touch()
        time.sleep(0.045)
    return packets
encoder.VideoEncoder.encode = encode
"""


async def test_an_encoder_that_is_too_slow_gives_way_and_says_why(
    launch: Launch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    armed = _arm(tmp_path / "fault", _SLOW, monkeypatch)
    engine = await launch()
    await prepare(engine, project_of(PatternSource(width=320, height=180), size=(320, 180)))
    path = tmp_path / "show.mp4"
    await engine.request(StartBroadcast(outputs=(RecordingOutput(path=str(path)),)))

    def is_told(event: StatisticsEvent) -> bool:
        return any(each.code == "ENCODER_GIVES_WAY" for each in event.statistics.advice)

    event = await wait_for(engine, StatisticsEvent, is_told)
    advice = next(a for a in event.statistics.advice if a.code == "ENCODER_GIVES_WAY")
    assert "lighter preset" in advice.message
    skipped = event.statistics.skipped_encode
    assert skipped > 0
    assert armed.exists()
    later = await wait_for_frames(engine, event.statistics.frames + 90)
    assert later.fps == pytest.approx(30, abs=2), "it keeps up again"
    assert later.skipped_encode - skipped < 15
    await engine.request(StopBroadcast())


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.strip().splitlines())

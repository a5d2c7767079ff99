"""A disk that is full, an encoder that fails, a clock that jumps: the show goes on or says why."""

import asyncio
import itertools
import os
import sys
from collections.abc import Callable
from pathlib import Path

import av
import pytest
from fakes.noise import write_noise_clip
from fakes.shows import (
    Launch,
    missing_pictures,
    prepare,
    project_of,
    statistics_of,
    wait_for,
    wait_for_frames,
)

from studio.engine.client import EngineClient
from studio.engine.protocol import (
    AddOutput,
    BroadcastEvent,
    RecordingOutput,
    RemoveOutput,
    ReplayOutput,
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
async def test_a_disk_that_takes_no_more_ends_its_recordings_and_nothing_else(
    engine: EngineClient, tmp_path: Path, figure: Callable[[str, object], None]
) -> None:
    clip = tmp_path / "noise.mkv"
    write_noise_clip(clip, size=(320, 180))
    project = project_of(FileSource(path=str(clip)), size=(320, 180))
    await prepare(engine, project, bitrate_kbps=2000)
    paths = [tmp_path / "full.mp4", tmp_path / "full.mkv"]
    recordings = [RecordingOutput(id=path.suffix, path=str(path)) for path in paths]
    replay = ReplayOutput(id="replay", seconds=5)
    await engine.request(StartBroadcast(outputs=(replay, *recordings)))
    before = await wait_for_frames(engine, 60)
    # The system takes no more than this of one file, as a full disk would.
    limit = max(path.stat().st_size for path in paths) + 200_000
    resource.prlimit(engine.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

    def have_failed(event: BroadcastEvent) -> bool:
        outputs = event.broadcast.outputs if event.broadcast else ()
        return sum(output.phase == "failed" for output in outputs) == len(paths)

    event = await wait_for(engine, BroadcastEvent, have_failed)
    assert event.broadcast is not None
    told = {output.id: (output.phase, output.code) for output in event.broadcast.outputs}
    full = ("failed", "DISK_FULL")
    assert told == {"replay": ("live", None), ".mp4": full, ".mkv": full}
    for path in paths:
        frames = await asyncio.to_thread(_frames, path)
        assert frames >= before.frames - 60
        assert path.stat().st_size <= limit
        figure(f"pictures in {path.name} of {before.frames} known to be encoded", frames)
    resource.prlimit(engine.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
    fine = RecordingOutput(id="fine", path=str(tmp_path / "fine.mp4"))
    await engine.request(AddOutput(output=fine))
    begun = await statistics_of(engine)
    await wait_for_frames(engine, begun.frames + 45)
    await engine.request(StopBroadcast())
    assert await asyncio.to_thread(_frames, Path(fine.path)) >= 45


_BREAKS = """
from pathlib import Path
import studio.engine.video.encoder as encoder
real = encoder.VideoEncoder.encode
count = 0
def encode(self, frame, index, *, keyframe):
    global count
    count += 1
    if count in (20, 50):
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
    if age_s > 3:
        Path({armed!r}).touch()
    return (86_400 if age_s > 2 else 0) - (7 * 86_400 if age_s > 3 else 0)
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
    launch: Launch,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
    figure: Callable[[str, object], None],
) -> None:
    armed = _arm(tmp_path / "fault", fault, monkeypatch)
    engine = await launch()
    await prepare(engine, project_of(PatternSource(width=320, height=180), size=(320, 180)))
    path = tmp_path / "show.mp4"
    await engine.request(
        StartBroadcast(
            outputs=(RecordingOutput(id="r", path=str(path)), ReplayOutput(id="on", seconds=5))
        )
    )
    await wait_for(engine, StatisticsEvent, lambda event: armed.exists())
    await wait_for_frames(engine, (await wait_for_frames(engine, 60)).frames + 30)
    await engine.request(RemoveOutput(output_id="r"))
    skipped = (await wait_for(engine, StatisticsEvent)).statistics.skipped_encode
    await engine.request(StopBroadcast())
    missing = missing_pictures(path)
    assert missing <= skipped
    assert set(_sound_steps(path)) == {1024}, "the sound has a gap or jumps"
    figure("pictures lost", missing)


def _sound_steps(path: Path) -> list[int]:
    """The distances of the sound's packets, in samples."""
    with av.open(str(path)) as container:
        stamps = [
            round(packet.pts * packet.time_base * 48_000)
            for packet in container.demux(audio=0)
            if packet.pts is not None and packet.time_base is not None
        ]
    return [after - before for before, after in itertools.pairwise(stamps)]


_SLOW = """
import time
from pathlib import Path
import studio.engine.video.encoder as encoder
real = encoder.VideoEncoder.encode
def encode(self, frame, index, *, keyframe):
    packets = real(self, frame, index, keyframe=keyframe)
    if index >= 0:
        with Path({armed!r}).open("a") as note:
            note.write(self._settings.preset + "\\n")
        if self._settings.preset == "veryfast":
            time.sleep(0.045)
    return packets
encoder.VideoEncoder.encode = encode
"""


async def test_an_encoder_that_is_too_slow_gives_way_and_says_why(
    launch: Launch,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    figure: Callable[[str, object], None],
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
    assert event.statistics.skipped_encode > 0
    await wait_for_frames(engine, event.statistics.frames + 60)
    await engine.request(StopBroadcast())
    presets = [name for name, _ in itertools.groupby(armed.read_text().split())]
    assert presets[0] == "veryfast"
    assert len(presets) >= 2
    assert "veryfast" not in presets[1:], "it went back to what was too slow"
    figure("gave way after, s", event.statistics.uptime_s)


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.strip().splitlines())

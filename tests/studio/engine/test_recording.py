"""Recordings: whole, playable after the worst, and honest about the disk."""

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import psutil
import pytest
from fakes.broadcast import Broadcast, make_broadcast
from fakes.fair_clock import FairClock
from fakes.shows import Launch, prepare, project_of, record, wait_for

from shared.errors import AppError, StorageError
from studio.engine.client import EngineClient
from studio.engine.output.chapters import MAX_CHAPTERS
from studio.engine.output.recording import Recording, Split
from studio.engine.output.replay import ReplayBuffer
from studio.engine.protocol import (
    AddOutput,
    RecordingOutput,
    StartBroadcast,
    StatisticsEvent,
)
from studio.project.model import PatternSource

_GB = 1024**3


class _Ended:
    """Waits for the end of a recording and keeps its reason."""

    def __init__(self) -> None:
        self.reasons: list[AppError | None] = []
        self._event = threading.Event()

    def __call__(self, reason: AppError | None) -> None:
        self.reasons.append(reason)
        self._event.set()

    def wait(self) -> AppError | None:
        assert self._event.wait(30)
        return self.reasons[0]


def _recording(
    path: Path, show: Broadcast, *, free: Callable[[Path], int] = lambda _: _GB
) -> tuple[Recording, _Ended]:
    ended = _Ended()
    return Recording(path, show.description, on_end=ended, free_bytes=free), ended


def _decoded(path: Path) -> tuple[int, float]:
    """Pictures and seconds of sound that can be decoded."""
    with av.open(str(path)) as container:
        frames = sum(1 for _ in container.decode(video=0))
    with av.open(str(path)) as container:
        sound = sum(frame.samples for frame in container.decode(audio=0)) / 48_000
    return frames, sound


def test_everything_given_is_in_the_file(tmp_path: Path) -> None:
    show = make_broadcast(seconds=4.0)
    recording, ended = _recording(tmp_path / "a.mp4", show)
    recording.open()
    for packet in show.packets:
        recording.put(packet)
    recording.request_stop()
    recording.join()
    assert ended.wait() is None
    frames, sound = _decoded(recording.path)
    assert frames == 120
    assert sound == pytest.approx(4.0, abs=0.1)
    assert recording.written_bytes == recording.path.stat().st_size


def test_a_recording_that_begins_late_starts_at_a_keyframe_and_at_zero(tmp_path: Path) -> None:
    show = make_broadcast(seconds=4.0)
    recording, _ = _recording(tmp_path / "a.mp4", show)
    recording.open()
    for packet in show.packets:
        if packet.dts_us >= 1_500_000:
            recording.put(packet)
    recording.request_stop()
    recording.join()
    frames, _ = _decoded(recording.path)
    assert frames == 60
    with av.open(str(recording.path)) as container:
        first = next(container.decode(video=0))
    assert first.key_frame
    assert float(first.time) == pytest.approx(0.0, abs=0.001)


def test_what_was_dropped_is_not_in_the_file_and_the_rest_plays(tmp_path: Path) -> None:
    show = make_broadcast(seconds=4.0)
    recording, _ = _recording(tmp_path / "a.mp4", show)
    waiting = [p for p in show.packets if p.dts_us < 500_000]
    rest = [p for p in show.packets if p.dts_us >= 500_000]
    for packet in waiting:
        recording.put(packet)
    recording.drop_unsent()
    recording.open()
    for packet in rest:
        recording.put(packet)
    recording.request_stop()
    recording.join()
    frames, _ = _decoded(recording.path)
    assert frames == 90


def test_a_disk_that_fills_closes_the_file_well(tmp_path: Path) -> None:
    show = make_broadcast(seconds=8.0)
    room = iter([_GB, _GB, _GB])
    recording, ended = _recording(
        tmp_path / "a.mp4", show, free=lambda _: next(room, 150 * 1024**2)
    )
    recording.open()
    for packet in show.packets:
        recording.put(packet)
    reason = ended.wait()
    recording.join()
    assert reason is not None
    assert reason.code == "DISK_FULL"
    frames, _ = _decoded(recording.path)
    assert 30 <= frames < 240


def test_a_write_that_fails_leaves_what_was_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    show = make_broadcast(seconds=8.0)
    recording, ended = _recording(tmp_path / "a.mp4", show)
    real = os.write
    written = 0

    def write(descriptor: int, data: bytes) -> int:
        nonlocal written
        if written > 60_000:
            raise OSError(28, "No space left on device")
        count = real(descriptor, data[:4096])
        written += count
        return count

    monkeypatch.setattr("studio.engine.output.recording.os.write", write)
    recording.open()
    for packet in show.packets:
        recording.put(packet)
    reason = ended.wait()
    recording.join()
    assert reason is not None
    assert reason.code == "DISK_FULL"
    assert recording.path.stat().st_size == recording.written_bytes
    frames, _ = _decoded(recording.path)
    assert frames >= 30


@pytest.mark.parametrize(
    ("name", "code"),
    [("exists.mp4", "FILE_EXISTS"), ("missing/a.mp4", "FOLDER_NOT_WRITABLE")],
)
def test_a_file_that_cannot_be_made_is_refused(tmp_path: Path, name: str, code: str) -> None:
    (tmp_path / "exists.mp4").write_bytes(b"mine")
    recording, _ = _recording(tmp_path / name, make_broadcast(seconds=1.0))
    with pytest.raises(StorageError) as refused:
        recording.open()
    assert refused.value.code == code
    assert (tmp_path / "exists.mp4").read_bytes() == b"mine"


def test_a_slow_disk_loses_whole_groups_but_no_sound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    show = make_broadcast(seconds=4.0)
    monkeypatch.setattr("studio.engine.output.recording._QUEUE_BYTES", 20_000)
    recording, _ = _recording(tmp_path / "a.mp4", show)
    for packet in show.packets:
        recording.put(packet)
    assert recording.dropped_frames > 0
    recording.open()
    recording.request_stop()
    recording.join()
    frames, _ = _decoded(recording.path)
    assert 0 < frames < 120


def _record_all(recording: Recording, show: Broadcast, *, from_us: int = 0, to_us: int) -> None:
    for packet in show.packets:
        if from_us <= packet.dts_us < to_us:
            recording.put(packet)


def _end(recording: Recording) -> None:
    recording.request_stop()
    recording.join()


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
def test_chapters_are_in_the_file_while_it_is_written(tmp_path: Path, name: str) -> None:
    show = make_broadcast(seconds=4.0)
    recording, ended = _recording(tmp_path / name, show)
    recording.open()
    recording.mark("Waiting room", at_us=0)
    _record_all(recording, show, to_us=2_000_000)
    recording.mark("Café, close — by the window \N{CAT FACE}", at_us=1_500_000)
    _record_all(recording, show, from_us=2_000_000, to_us=9_000_000)
    _end(recording)
    assert ended.wait() is None
    with av.open(str(recording.path)) as container:
        chapters = container.chapters()
    begun = [float(each["start"] * each["time_base"]) for each in chapters]
    assert begun == pytest.approx([0.0, 1.5])
    titles = [each["metadata"]["title"] for each in chapters]
    assert titles[0] == "Waiting room"
    assert titles[1].startswith("Café, close — by")
    assert _decoded(recording.path)[0] == 120


def test_many_chapters_fit_into_the_room_for_them(tmp_path: Path) -> None:
    show = make_broadcast(seconds=4.0)
    for suffix in (".mp4", ".mkv"):
        recording, _ = _recording(tmp_path / f"a{suffix}", show)
        recording.open()
        for number in range(300):
            recording.mark(f"{number} {'🐱' * 30}", at_us=number * 10_000)
            _record_all(recording, show, from_us=number * 10_000, to_us=(number + 1) * 10_000)
        _end(recording)
        with av.open(str(recording.path)) as container:
            assert len(container.chapters()) == MAX_CHAPTERS
        assert _decoded(recording.path)[0] == 90


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
@pytest.mark.parametrize("split", [Split(after_s=2.0), Split(after_bytes=60_000)])
def test_a_recording_is_split_at_keyframes_and_loses_nothing(
    tmp_path: Path, name: str, split: Split
) -> None:
    show = make_broadcast(seconds=8.0)
    ended = _Ended()
    recording = Recording(tmp_path / name, show.description, on_end=ended, split=split)
    recording.open()
    recording.mark("Main", at_us=0)
    _record_all(recording, show, to_us=9_000_000)
    _end(recording)
    assert ended.wait() is None
    stem, suffix = name.split(".")
    paths = [tmp_path / name, *sorted(tmp_path.glob(f"{stem} (*).{suffix}"))]
    assert len(paths) >= 3
    assert sum(_decoded(path)[0] for path in paths) == 240
    assert recording.written_bytes == sum(path.stat().st_size for path in paths)
    for path in paths:
        with av.open(str(path)) as container:
            assert [each["metadata"]["title"] for each in container.chapters()] == ["Main"]
            first = next(container.decode(video=0))
        assert first.key_frame
        assert float(first.time) == pytest.approx(0.0, abs=0.001)


def test_a_split_leaves_files_alone_that_exist(tmp_path: Path) -> None:
    show = make_broadcast(seconds=4.0)
    (tmp_path / "a (2).mp4").write_bytes(b"mine")
    recording = Recording(
        tmp_path / "a.mp4", show.description, on_end=_Ended(), split=Split(after_s=2.0)
    )
    recording.open()
    _record_all(recording, show, to_us=9_000_000)
    _end(recording)
    assert recording.path.name == "a (3).mp4"
    assert (tmp_path / "a (2).mp4").read_bytes() == b"mine"


def test_a_pause_is_not_in_the_file(tmp_path: Path) -> None:
    show = make_broadcast(seconds=4.0)
    recording, ended = _recording(tmp_path / "a.mp4", show)
    recording.open()
    _record_all(recording, show, to_us=1_000_000)
    recording.pause()
    assert recording.is_paused
    _record_all(recording, show, from_us=1_000_000, to_us=2_500_000)
    recording.resume()
    _record_all(recording, show, from_us=2_500_000, to_us=9_000_000)
    _end(recording)
    assert ended.wait() is None
    with av.open(str(recording.path)) as container:
        times = [float(frame.time) for frame in container.decode(video=0)]
    assert len(times) == 60
    assert np.allclose(np.diff(times), 1 / 30, atol=0.03)
    assert recording.dropped_frames == 0


def test_a_replay_has_the_last_seconds_from_a_keyframe_on(tmp_path: Path) -> None:
    show = make_broadcast(seconds=8.0)
    replay = ReplayBuffer(show.description, seconds=2.5)
    for packet in show.packets:
        replay.put(packet)
    with FairClock() as clock:
        replay.save(tmp_path / "replay.mp4")
    assert clock.seconds < 1.0
    frames, sound = _decoded(tmp_path / "replay.mp4")
    assert 75 <= frames <= 75 + 30
    assert sound == pytest.approx(frames / 30, abs=0.1)
    last = levels_at_end(tmp_path / "replay.mp4")
    assert last == pytest.approx(levels_at_end_of(show, tmp_path), abs=2)


def levels_at_end_of(show: Broadcast, folder: Path) -> float:
    """The level of a broadcast's last picture, by recording all of it."""
    recording, _ = _recording(folder / "whole.mp4", show)
    recording.open()
    _record_all(recording, show, to_us=90_000_000)
    _end(recording)
    return levels_at_end(folder / "whole.mp4")


def levels_at_end(path: Path) -> float:
    """The level of a file's last picture."""
    with av.open(str(path)) as container:
        *_, last = container.decode(video=0)
    return float(last.to_ndarray(format="gray").mean())


def test_a_replay_is_bounded_and_a_panic_empties_it(tmp_path: Path) -> None:
    show = make_broadcast(seconds=8.0)
    replay = ReplayBuffer(show.description, seconds=60, max_bytes=50_000)
    for packet in show.packets:
        replay.put(packet)
        assert replay.held_bytes <= 50_000
    assert replay.held_s > 0.5
    replay.drop_unsent()
    assert (replay.held_bytes, replay.held_s) == (0, 0.0)
    with pytest.raises(StorageError):
        replay.save(tmp_path / "missing" / "replay.mp4")


async def test_killing_the_engine_loses_at_most_two_seconds(launch: Launch, tmp_path: Path) -> None:
    client = await launch()
    await prepare(client, project_of(PatternSource(width=640, height=360)))
    path = tmp_path / "show.mp4"
    seen = await record(client, path, frames=150, stop=False)
    os.kill(client.pid, signal.SIGKILL)
    await asyncio.to_thread(psutil.Process(client.pid).wait, 10)
    frames, sound = _decoded(path)
    assert frames >= seen.frames - 60
    assert sound >= seen.frames / 30 - 2.1


async def test_the_broadcast_goes_on_when_a_recording_cannot_begin(
    engine: EngineClient, tmp_path: Path
) -> None:
    await prepare(engine, project_of(PatternSource(width=320, height=180), size=(320, 180)))
    await engine.request(
        StartBroadcast(outputs=(RecordingOutput(path=str(tmp_path / "good.mp4")),))
    )
    (tmp_path / "mine.mp4").write_bytes(b"mine")
    with pytest.raises(AppError) as refused:
        await engine.request(AddOutput(output=RecordingOutput(path=str(tmp_path / "mine.mp4"))))
    assert refused.value.code == "FILE_EXISTS"
    event = await wait_for(engine, StatisticsEvent, lambda e: e.statistics.frames > 30)
    assert [output.phase for output in event.outputs] == ["live"]

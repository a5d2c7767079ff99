"""Every registered source does what a source must; and each one's bad day is one sentence."""

import os
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import av
import numpy as np
import pytest
from fakes.devices import window_ring, with_devices
from fakes.fair_clock import FairClock
from fakes.media import write_flash_clip
from fakes.sink import hurried
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from studio.engine.audio.track import BLOCK
from studio.engine.overlays import OVERLAYS
from studio.engine.pixels import packed_view, plane_view
from studio.engine.protocol import SourceState
from studio.engine.schedule import NS, TickSchedule
from studio.engine.sources import SOURCES, SourceRunner, kind_of
from studio.engine.sources.pattern import PatternCapture
from studio.project.model import (
    CameraSource,
    ColourSource,
    DesktopSoundSource,
    FileSource,
    GradientSource,
    ImageSource,
    MicrophoneSource,
    PatternSource,
    ScreenSource,
    SilenceSource,
    SlideshowSource,
    Source,
    SourceSettings,
    TextSource,
    ToneSource,
    WindowSource,
)

_FPS = 30
_PATIENCE_S = 30.0


class Watch:
    """A runner and a place to wait for its phases."""

    def __init__(self, settings: SourceSettings) -> None:
        self._changed = threading.Condition()
        self.states: list[SourceState] = []
        self.runner = SourceRunner(
            Source(id="s", name="Mine", settings=settings),
            kind_of(settings.kind),
            schedule=TickSchedule(_FPS, time.monotonic_ns()),
            on_change=self._on_change,
        )
        self.runner.start()

    def _on_change(self, runner: SourceRunner) -> None:
        with self._changed:
            self.states.append(runner.state())
            self._changed.notify_all()

    def wait_for(self, *phases: str) -> SourceState:
        """The first state in one of these phases."""

        def found() -> SourceState | None:
            return next((state for state in self.states if state.phase in phases), None)

        with self._changed:
            assert self._changed.wait_for(lambda: found() is not None, _PATIENCE_S), self.states
            state = found()
            assert state is not None
            return state

    def wait_for_pictures(self, count: int) -> None:
        """Return once so many pictures have been published."""
        end = time.monotonic() + _PATIENCE_S
        while (picture := self.runner.latest) is None or picture.number < count:
            assert time.monotonic() < end, self.runner.state()
            threading.Event().wait(0.01)

    def wait_for_sound(self) -> None:
        """Return once something has been written to the track."""
        track, end = self.runner.track, time.monotonic() + _PATIENCE_S
        assert track is not None
        while not track.buffered_until_ns():
            assert time.monotonic() < end, self.runner.state()
            threading.Event().wait(0.01)


@pytest.fixture
def watch() -> Iterator[type[Watch]]:
    """Start runners that end with the test."""
    started: list[Watch] = []

    class Started(Watch):
        def __init__(self, settings: SourceSettings) -> None:
            super().__init__(settings)
            started.append(self)

    yield Started
    for each in started:
        each.runner.request_stop()
    for each in started:
        each.runner.join()


@pytest.fixture(scope="module", autouse=True)
def fonts(qapp: QApplication) -> None:
    """Text is painted by the application that every test of this process shares."""


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clip") / "clip.mkv"
    write_flash_clip(path, seconds=2)
    return path


@pytest.fixture(scope="session")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("picture") / "logo.png"
    image = QImage(51, 30, QImage.Format.Format_ARGB32)
    image.fill(0)
    for column in range(10, 40):
        for row in range(30):
            image.setPixelColor(column, row, QColor(255, 0, 0, 128))
    assert image.save(str(path))
    return path


def _settings(kind: str, clip: Path, picture: Path) -> SourceSettings:
    """Settings with which the kind works on a machine without devices."""
    return {
        "pattern": PatternSource(width=320, height=180),
        "screen": ScreenSource(display=":0"),
        "window": WindowSource(title="Painting"),
        "camera": CameraSource(device="Porch"),
        "file": FileSource(path=str(clip)),
        "image": ImageSource(path=str(picture)),
        "text": TextSource(text="Good evening"),
        "slideshow": SlideshowSource(paths=(str(picture),)),
        "gradient": GradientSource(width=64, height=64),
        "colour": ColourSource(colour="#336699", width=64, height=64),
        "microphone": MicrophoneSource(device="Desk"),
        "desktop_audio": DesktopSoundSource(),
        "silence": SilenceSource(),
        "tone": ToneSource(),
        **{entry.kind: entry.settings() for entry in OVERLAYS},
    }[kind]


@pytest.fixture
def devices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A camera, a screen, a window, a microphone and a sound card; elsewhere they are real."""
    ring = window_ring(tmp_path)
    with_devices(monkeypatch, ring)
    yield
    ring.close()


@pytest.mark.parametrize("kind", [entry.kind for entry in SOURCES])
def test_a_source_runs_publishes_and_stops_at_once(
    kind: str, devices: None, watch: type[Watch], clip: Path, picture: Path
) -> None:
    watched = watch(_settings(kind, clip, picture))
    state = watched.wait_for("running", "failed")
    assert state.phase == "running", state.message
    entry = kind_of(kind)
    if entry.has_picture:
        watched.wait_for_pictures(1)
        shown = watched.runner.latest
        assert shown is not None
        assert shown.frame.width > 0
        assert abs(shown.captured_ns - time.monotonic_ns()) < 2 * _PATIENCE_S * NS
    if entry.has_sound:
        watched.wait_for_sound()
    with FairClock() as clock:
        watched.runner.request_stop()
        watched.runner.join()
    assert clock.seconds < 1.0


def test_every_kind_of_settings_has_its_source() -> None:
    kinds = {entry.kind: entry for entry in SOURCES}
    assert len(kinds) == len(SOURCES)
    of_documents = {
        model.model_fields["kind"].default for model in _members(Source.model_fields["settings"])
    }
    assert of_documents - {"scene", "group"} == set(kinds)
    for entry in SOURCES:
        assert entry.settings.model_fields["kind"].default == entry.kind


def _members(field: FieldInfo) -> Iterator[type[BaseModel]]:
    """The models of a union, however it is nested."""

    def of(kind: object) -> Iterator[type[BaseModel]]:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield kind
        for part in get_args(kind):
            yield from of(part)

    yield from of(field.annotation)


def test_a_moving_source_shows_one_picture_a_tick_in_their_order() -> None:
    sink = hurried(40)
    PatternCapture(PatternSource(width=320, height=180)).run(sink)
    captured = [shown.captured_ns for shown in sink.pictures]
    assert len(captured) == 40
    assert set(np.diff(captured)) == {NS // _FPS}
    assert sink.intervals == [1 / _FPS]


def test_a_tone_sounds_as_loud_as_asked(watch: type[Watch]) -> None:
    watched = watch(ToneSource(frequency_hz=1000, level_db=-6.0))
    watched.wait_for("running")
    track = watched.runner.track
    assert track is not None
    origin_ns = watched.runner.schedule.origin_ns
    block = track.read(origin_ns, BLOCK)
    assert block is not None
    assert float(np.abs(block).max()) == pytest.approx(10 ** (-6 / 20), rel=0.01)
    crossings = np.flatnonzero((block[1:, 0] >= 0) & (block[:-1, 0] < 0))
    assert np.diff(crossings).mean() == pytest.approx(48, rel=0.01)


def test_a_looped_file_goes_on_without_a_hole(watch: type[Watch], clip: Path) -> None:
    watched = watch(FileSource(path=str(clip), loop=True))
    watched.wait_for_pictures(75)
    track = watched.runner.track
    assert track is not None
    shown = watched.runner.latest
    assert shown is not None
    assert track.buffered_until_ns() > shown.captured_ns, "there is sound for what is shown"
    assert watched.runner.state().phase == "running"


def test_a_file_that_is_not_looped_ends_and_keeps_its_last_picture(
    watch: type[Watch], clip: Path
) -> None:
    watched = watch(FileSource(path=str(clip), loop=False))
    watched.wait_for("idle")
    assert watched.runner.latest is not None
    assert watched.runner.latest.number == 60


def test_a_transparent_picture_is_premultiplied(watch: type[Watch], picture: Path) -> None:
    watched = watch(ImageSource(path=str(picture)))
    watched.wait_for("running")
    shown = watched.runner.latest
    assert shown is not None
    assert shown.has_alpha
    assert tuple(packed_view(shown.frame)[15, 20]) == (0, 0, 128, 128)
    assert tuple(packed_view(shown.frame)[15, 2]) == (0, 0, 0, 0)
    assert shown.frame.width == 52


def test_text_is_painted_in_its_colour(watch: type[Watch]) -> None:
    watched = watch(TextSource(text="MMM", colour="#00FF00", size_px=64))
    watched.wait_for("running")
    shown = watched.runner.latest
    assert shown is not None
    pixels = packed_view(shown.frame)
    assert (pixels[:, :, 1] > 200).sum() > 500
    assert not pixels[:, :, 2].any()


@pytest.mark.parametrize(
    ("content", "code"),
    [(None, "FILE_MISSING"), (b"", "FILE_DAMAGED"), (os.urandom(4096), "FILE_DAMAGED")],
)
@pytest.mark.parametrize("kind", ["file", "image"])
def test_a_bad_file_is_one_sentence(
    watch: type[Watch], tmp_path: Path, kind: str, content: bytes | None, code: str
) -> None:
    path = tmp_path / "holiday.bin"
    if content is not None:
        path.write_bytes(content)
    make = FileSource if kind == "file" else ImageSource
    state = watch(make(path=str(path))).wait_for("failed", "running")
    assert state.phase == "failed"
    assert state.code == code
    assert "holiday.bin" in (state.message or "")


@pytest.mark.parametrize(("rotate", "corner"), [("90", "left"), ("270", "right"), ("180", "low")])
def test_a_clip_of_a_phone_is_shown_upright(
    watch: type[Watch], tmp_path: Path, rotate: str, corner: str
) -> None:
    lying, stored = tmp_path / "lying.mp4", tmp_path / "phone.mp4"
    with av.open(str(lying), "w") as output:
        stream = output.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        picture = np.zeros((180, 320, 3), np.uint8)
        picture[:40, :40] = 255
        for _ in range(30):
            output.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        output.mux(stream.encode(None))
    command = ["ffmpeg", "-v", "error", "-i", lying, "-c", "copy"]
    subprocess.run([*command, "-metadata:s:v", f"rotate={rotate}", stored], check=True)
    watched = watch(FileSource(path=str(stored)))
    watched.wait_for_pictures(2)
    shown = watched.runner.latest
    assert shown is not None
    luma = plane_view(shown.frame, 0)
    height, width = luma.shape
    assert (width, height) == ((320, 180) if rotate == "180" else (180, 320))
    # Where ffmpeg's own player puts the bright corner of the same files.
    where = {"right": (20, width - 20), "left": (height - 20, 20), "low": (height - 20, width - 20)}
    assert luma[where[corner]] > 200
    assert luma[20, 20] < 50


def test_a_truncated_clip_is_played_as_far_as_it_goes(
    watch: type[Watch], clip: Path, tmp_path: Path
) -> None:
    short = tmp_path / "short.mkv"
    short.write_bytes(clip.read_bytes()[: clip.stat().st_size // 2])
    watched = watch(FileSource(path=str(short), loop=True))
    watched.wait_for_pictures(10)
    assert watched.runner.state().phase == "running"


def test_a_camera_that_is_not_there_says_so(watch: type[Watch]) -> None:
    state = watch(CameraSource(device="Nobody's camera")).wait_for("failed")
    assert state.code == "CAMERA_MISSING"
    assert "Nobody's camera" in (state.message or "")


def test_a_screen_that_is_not_there_says_so(watch: type[Watch]) -> None:
    state = watch(ScreenSource(display=":3999")).wait_for("failed")
    assert state.code == "SCREEN_NOT_PERMITTED"


def test_no_display_at_all_says_so(watch: type[Watch], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    assert watch(ScreenSource()).wait_for("failed").code == "SCREEN_MISSING"
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    monkeypatch.setenv("XDG_SESSION_TYPE", "wayland")
    assert watch(ScreenSource()).wait_for("failed").code == "SCREEN_NOT_SHARED"


def test_a_part_of_the_screen_that_does_not_exist_says_so(watch: type[Watch], display: str) -> None:
    state = watch(ScreenSource(display=display, x=1800, width=640, height=480)).wait_for("failed")
    assert state.code == "SCREEN_NOT_PERMITTED"


def test_a_microphone_that_is_not_there_says_so(watch: type[Watch]) -> None:
    state = watch(MicrophoneSource(device="Nobody's microphone")).wait_for("failed")
    assert state.code in ("MICROPHONE_FAILED", "PORTAUDIO_MISSING")


def test_a_source_that_fails_comes_back_by_itself(watch: type[Watch], tmp_path: Path) -> None:
    path = tmp_path / "late.mkv"
    watched = watch(FileSource(path=str(path), loop=False))
    watched.wait_for("failed")
    write_flash_clip(path, seconds=1)
    assert watched.wait_for("running").phase == "running"

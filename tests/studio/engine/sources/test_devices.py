"""Devices that come and go, on every system, with drivers that the test plays."""

import errno
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import av
import pytest
from fakes.devices import HEARD, IDLE, FakeChild, FakePortAudio
from fakes.sink import FakeSink, hurried

from shared.errors import DeviceError
from shared.ring import RingWriter
from studio.engine.devices import list_devices
from studio.engine.schedule import NS
from studio.engine.sources import camera, desktop_sound, microphone, qt_screen, screen
from studio.engine.sources.camera import CameraCapture
from studio.engine.sources.child import Message
from studio.engine.sources.desktop_sound import DesktopSoundCapture
from studio.engine.sources.frames import frames_of
from studio.engine.sources.heard import SILENT_S, follow
from studio.engine.sources.microphone import MicrophoneCapture
from studio.engine.sources.qt_screen import WindowCapture
from studio.engine.sources.screen import ScreenCapture
from studio.project.model import (
    CameraSource,
    DesktopSoundSource,
    MicrophoneSource,
    ScreenSource,
    WindowSource,
)

# Cameras and screens


class _Driver:
    """A container of libav's: what each call of `decode` gives, pictures or troubles."""

    def __init__(self, *passes: tuple[object, ...]) -> None:
        self._passes = list(passes)
        stream = SimpleNamespace(average_rate=30, codec_context=SimpleNamespace(thread_count=0))
        self.streams = SimpleNamespace(video=[stream])

    def decode(self, *, video: int) -> Iterator[object]:
        assert video == 0
        for each in self._passes.pop(0):
            if isinstance(each, BaseException):
                raise each
            yield each

    def __enter__(self) -> "_Driver":
        return self

    def __exit__(self, *_error: object) -> None:
        return None


_NOT_YET = av.BlockingIOError(errno.EAGAIN, "there is none yet")
_UNPLUGGED = av.error.OSError(errno.EIO, "the device has gone")
_FRAME = av.VideoFrame(64, 36, "bgr0")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, dict[str, str]]]:
    """What was opened: the name, the format, the options; a test says how it answers."""
    return []


def _answer(
    monkeypatch: pytest.MonkeyPatch,
    opened: list[tuple[str, str, dict[str, str]]],
    answer: object,
    *,
    platform: str,
    listed: tuple[str, ...] = (),
) -> None:
    def open_(name: str, *, options: dict[str, str], **asked: Any) -> object:
        opened.append((name, asked["format"], options))
        if isinstance(answer, BaseException):
            raise answer
        return answer

    for module in (camera, screen):
        monkeypatch.setattr(module.sys, "platform", platform)
        monkeypatch.setattr(module.av, "open", open_)
    found = [SimpleNamespace(name=f"id of {name}", description=name) for name in listed]
    monkeypatch.setattr(camera.av, "enumerate_input_devices", lambda _format: found)


def test_a_device_that_has_no_picture_yet_is_asked_again() -> None:
    sink = hurried(10)
    driver = _Driver((_NOT_YET,), (_FRAME, _NOT_YET), (_FRAME,))
    assert len(list(frames_of(driver, sink.stop))) == 2  # type: ignore[arg-type]
    endless = _Driver(*((_NOT_YET,) for _ in range(20)))
    assert list(frames_of(endless, sink.stop)) == []  # type: ignore[arg-type]
    assert sink.stop.is_set


@pytest.mark.parametrize("platform", ["linux", "win32", "darwin"])
def test_a_camera_that_is_unplugged_while_it_shows_is_one_sentence(
    platform: str, monkeypatch: pytest.MonkeyPatch, opened: list[tuple[str, str, dict[str, str]]]
) -> None:
    driver = _Driver((_NOT_YET,), (_FRAME, _FRAME, _UNPLUGGED))
    _answer(monkeypatch, opened, driver, platform=platform)
    sink = hurried(50)
    with pytest.raises(DeviceError) as told:
        CameraCapture(CameraSource(device="Porch camera")).run(sink)
    assert len(sink.pictures) == 2
    assert told.value.code == "CAMERA_GONE"
    assert opened[0][2].get("framerate") == ("30" if platform == "darwin" else None)


@pytest.mark.parametrize(
    ("platform", "wanted", "asked"),
    [
        ("linux", "mjpeg", {"input_format": "mjpeg"}),
        ("linux", "yuyv", {"input_format": "yuyv422"}),
        ("linux", "automatic", {}),
        ("win32", "yuyv", {"pixel_format": "yuyv422"}),
        ("win32", "mjpeg", {}),
        ("darwin", "yuyv", {"pixel_format": "yuyv422", "framerate": "25"}),
    ],
)
def test_a_camera_is_asked_for_size_rate_and_format(
    platform: str,
    wanted: str,
    asked: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    opened: list[tuple[str, str, dict[str, str]]],
) -> None:
    driver = _Driver((_FRAME, _UNPLUGGED))
    _answer(monkeypatch, opened, driver, platform=platform)
    settings = CameraSource.model_validate(
        {"device": "Porch", "width": 1280, "height": 720, "fps": 25, "format": wanted}
    )
    with pytest.raises(DeviceError):
        CameraCapture(settings).run(hurried(9))
    assert opened[0][2] == {"video_size": "1280x720", "framerate": "25", **asked}


@pytest.mark.parametrize(
    ("platform", "listed", "number", "code"),
    [
        ("win32", (), errno.EIO, "CAMERA_MISSING"),
        ("win32", ("Porch camera",), errno.EIO, "CAMERA_FAILED"),
        ("darwin", ("Desk camera",), errno.EIO, "CAMERA_MISSING"),
        ("darwin", ("Porch camera",), errno.EACCES, "CAMERA_NOT_PERMITTED"),
        ("linux", (), errno.EBUSY, "CAMERA_BUSY"),
    ],
)
def test_a_camera_that_cannot_be_opened_says_why(
    platform: str,
    listed: tuple[str, ...],
    number: int,
    code: str,
    monkeypatch: pytest.MonkeyPatch,
    opened: list[tuple[str, str, dict[str, str]]],
) -> None:
    trouble = OSError(number, "no")
    _answer(monkeypatch, opened, trouble, platform=platform, listed=listed)
    with pytest.raises(DeviceError) as told:
        CameraCapture(CameraSource(device="Porch camera")).run(hurried(5))
    assert told.value.code == code


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_a_screen_that_waits_goes_on_and_one_that_goes_is_one_sentence(
    platform: str, monkeypatch: pytest.MonkeyPatch, opened: list[tuple[str, str, dict[str, str]]]
) -> None:
    driver = _Driver((_FRAME, _NOT_YET), (_FRAME, _UNPLUGGED))
    _answer(monkeypatch, opened, driver, platform=platform)
    sink = hurried(50)
    with pytest.raises(DeviceError) as told:
        ScreenCapture(ScreenSource()).run(sink)
    assert (len(sink.pictures), told.value.code) == (2, "SCREEN_GONE")


@pytest.mark.parametrize("size", [(1, 1), (3, 1), (2, 5)])
def test_a_window_that_was_made_tiny_is_still_a_picture(
    size: tuple[int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = RingWriter(tmp_path / "tiny.ring", slots=2, capacity=64)
    ring.publish(bytes(4 * size[0] * size[1]), width=size[0], height=size[1], captured_ns=1)
    opened = Message("RING", 0, 0, str(ring.path).encode())
    monkeypatch.setattr(qt_screen, "CaptureChild", FakeChild(opened, ends=False))
    sink = hurried(3)
    WindowCapture(WindowSource(title="Painting")).run(sink)
    ring.close()
    frame = sink.pictures[0].frame
    assert (frame.width % 2, frame.height % 2) == (0, 0)
    assert frame.width - size[0] in (0, 1)


# Sound


def _told(run: Any, sink: FakeSink) -> str:
    with pytest.raises(DeviceError) as told:
        run(sink)
    return told.value.code


def test_a_microphone_that_is_unplugged_in_the_show_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(microphone, "load_portaudio", lambda: FakePortAudio("USB mic", looks=3))
    sink = hurried(50)
    assert _told(MicrophoneCapture(MicrophoneSource(device="USB mic")).run, sink) == (
        "MICROPHONE_GONE"
    )
    assert sink.sounds[0][1].shape == (480, 2)


def test_a_microphone_that_was_plugged_in_later_is_heard_by_a_process_that_sees_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    child = FakeChild(HEARD, HEARD)
    monkeypatch.setattr(microphone, "load_portaudio", lambda: FakePortAudio("built in"))
    monkeypatch.setattr(microphone, "CaptureChild", child)
    sink = hurried(50)
    assert _told(MicrophoneCapture(MicrophoneSource(device="USB mic")).run, sink) == (
        "MICROPHONE_GONE"
    )
    assert child.arguments == ("sound", "input", "USB mic")
    assert [heard_ns for heard_ns, _ in sink.sounds] == [7, 7]
    assert child.is_closed


def test_a_microphone_that_no_process_sees_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    child = FakeChild(Message("ERR", 0, 0, b"NO_DEVICE"))
    monkeypatch.setattr(microphone, "load_portaudio", lambda: FakePortAudio("built in"))
    monkeypatch.setattr(microphone, "CaptureChild", child)
    capture = MicrophoneCapture(MicrophoneSource(device="USB mic"))
    assert _told(capture.run, hurried(50)) == "MICROPHONE_FAILED"


@pytest.mark.parametrize("before", [(HEARD,), ()])
def test_a_process_that_is_well_but_hears_nothing_more_has_lost_its_device(
    before: tuple[Message, ...],
) -> None:
    now_s = iter(range(1000))
    child = FakeChild(*before, *(IDLE for _ in range(100)))
    sink = hurried(50)
    with pytest.raises(DeviceError):
        follow(
            sink,
            child,  # type: ignore[arg-type]
            gone=lambda: DeviceError("gone"),
            refusal=DeviceError,
            now_ns=lambda: next(now_s) * NS,
        )
    assert len(sink.sounds) == len(before)
    assert next(now_s) <= SILENT_S + 5
    assert child.is_closed


def test_a_process_that_takes_long_to_start_is_waited_for() -> None:
    now_s = iter(range(1000))
    child = FakeChild(*([None] * 50), HEARD)
    sink = hurried(50)
    with pytest.raises(DeviceError):
        follow(
            sink,
            child,  # type: ignore[arg-type]
            gone=lambda: DeviceError("gone"),
            refusal=DeviceError,
            now_ns=lambda: next(now_s) * NS,
        )
    assert len(sink.sounds) == 1


def test_windows_takes_the_sound_at_any_rate_and_says_what_to_do_if_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sound = FakePortAudio("Speakers [Loopback]", looks=2)
    monkeypatch.setattr(desktop_sound, "load_portaudio", lambda: sound)
    capture = DesktopSoundCapture(DesktopSoundSource(), platform="win32")
    assert _told(capture.run, hurried(50)) == "DESKTOP_SOUND_GONE"
    assert sound.settings[0]["extra_settings"] == {"auto_convert": True}

    def refuse(**_settings: object) -> None:
        raise sound.PortAudioError("Invalid sample rate")

    monkeypatch.setattr(sound, "InputStream", refuse)
    assert _told(capture.run, hurried(50)) == "DESKTOP_SOUND_RATE"


def test_the_devices_are_listed_by_a_process_that_sees_them_now() -> None:
    found = list_devices()
    assert all(each.id == each.name for each in (*found.microphones, *found.outputs))
    assert all(note.endswith(".") for note in found.notes)

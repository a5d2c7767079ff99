"""What the computer plays is heard, by a process of its own; and where it cannot be, it is said."""

import subprocess
import threading
import time
from collections.abc import Iterator, Mapping

import numpy as np
import pytest
from fakes.sink import FakeSink, hurried

from shared.errors import DeviceError
from studio.engine.protocol import SourceState
from studio.engine.schedule import NS, TickSchedule
from studio.engine.sources import SourceRunner, kind_of
from studio.engine.sources.desktop_sound import DesktopSoundCapture, loopback_of
from studio.project.model import DesktopSoundSource, Source

_PATIENCE_S = 30.0


@pytest.fixture
def playing(pulse: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A sound server on whose only output a 440 Hz tone plays; no variable names its monitor."""
    for name, value in pulse.items():
        if name.startswith("PULSE_"):
            monkeypatch.setenv(name, value)
    monkeypatch.delenv("PULSE_SOURCE")
    player = subprocess.Popen(
        [
            *("ffmpeg", "-v", "error", "-nostdin", "-re", "-f", "lavfi"),
            *("-i", "sine=frequency=440:sample_rate=48000", "-t", "120", "-f", "pulse", "tone"),
        ],
        env=dict(pulse),
    )
    try:
        yield
    finally:
        player.kill()
        player.wait(10)


def test_what_plays_is_heard(playing: None) -> None:
    states: list[SourceState] = []
    runner = SourceRunner(
        Source(id="s", name="Computer", settings=DesktopSoundSource()),
        kind_of("desktop_audio"),
        schedule=TickSchedule(30, time.monotonic_ns()),
        on_change=lambda changed: states.append(changed.state()),
    )
    blocks: list[tuple[int, np.ndarray]] = []
    enough = threading.Event()
    track = runner.track
    assert track is not None
    write = track.write

    def keep(samples: np.ndarray, *, heard_ns: int) -> None:
        write(samples, heard_ns=heard_ns)
        if float(np.abs(samples).max()) > 0.01:
            blocks.append((heard_ns, samples.copy()))
        if sum(len(block) for _, block in blocks) > 24_000:
            enough.set()

    track.write = keep  # type: ignore[method-assign]
    runner.start()
    try:
        assert enough.wait(_PATIENCE_S), states
    finally:
        runner.request_stop()
        runner.join()
    sound = np.concatenate([block[:, 0] for _, block in blocks])[:24_000]
    loudest = np.argmax(np.abs(np.fft.rfft(sound * np.hanning(len(sound))))) * 2
    assert loudest == pytest.approx(440, abs=4)
    assert all(abs(time.monotonic_ns() - heard_ns) < 60 * NS for heard_ns, _ in blocks)
    assert states[0].phase == "running"


def test_without_a_sound_server_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULSE_SERVER", "unix:/nowhere/native")
    sink: FakeSink = hurried(1000)
    with pytest.raises(DeviceError) as told:
        DesktopSoundCapture(DesktopSoundSource(), platform="linux").run(sink)
    assert told.value.code in ("DESKTOP_SOUND_FAILED", "DESKTOP_SOUND_GONE")


def test_macos_is_told_plainly() -> None:
    with pytest.raises(DeviceError) as told:
        DesktopSoundCapture(DesktopSoundSource(), platform="darwin").run(hurried(1))
    assert told.value.code == "DESKTOP_SOUND_MACOS"
    assert "virtual sound device" in told.value.message


def test_windows_takes_the_loopback_of_the_chosen_output() -> None:
    devices = [(0, "Microphone"), (3, "Speakers [Loopback]"), (5, "Headphones [Loopback]")]
    assert loopback_of(devices, None) == 3
    assert loopback_of(devices, "Headphones") == 5
    with pytest.raises(DeviceError) as told:
        loopback_of(devices[:1], None)
    assert told.value.code == "DESKTOP_SOUND_DRIVER"

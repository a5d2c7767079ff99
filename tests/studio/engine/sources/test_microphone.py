"""A microphone on a real sound server: what is played to it is heard on air."""

import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest
from fakes.media import watch
from fakes.shows import Launch, prepare, project_of, record, wait_for

from studio.engine.protocol import DevicesResult, ListDevices, SourceEvent
from studio.project.model import ColourSource, MicrophoneSource, SceneItem


@pytest.fixture
def humming(pulse: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A sound server on whose only input a 440 Hz tone can be heard."""
    for name, value in pulse.items():
        if name.startswith("PULSE_"):
            monkeypatch.setenv(name, value)
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


async def test_what_the_microphone_hears_goes_on_air(
    humming: None, launch: Launch, tmp_path: Path
) -> None:
    engine = await launch()
    devices = await engine.request(ListDevices())
    assert isinstance(devices, DevicesResult)
    assert devices.microphones
    picture = ColourSource(width=320, height=180)
    await prepare(
        engine,
        project_of(
            picture,
            MicrophoneSource(),
            size=(320, 180),
            items=(SceneItem(id="a", source_id="s0"),),
        ),
    )
    path = tmp_path / "heard.mp4"
    statistics = await record(engine, path, frames=240)
    assert statistics.audio_peak_db > -40
    sound = watch(str(path), seconds=20.0).sound
    last = sound[-96_000:]
    spectrum = np.abs(np.fft.rfft(last * np.hanning(len(last))))
    loudest = float(np.argmax(spectrum)) * 48_000 / len(last)
    assert loudest == pytest.approx(440, abs=2)
    # No holes: in the last two seconds (nearly, on a machine that tests many things at once)
    # every 20 ms sounds.
    levels = np.abs(last.reshape(-1, 960)).max(axis=1)
    assert (levels > 0.3 * levels.max()).mean() > 0.95


async def test_a_microphone_that_is_not_there_leaves_the_show_silent(
    humming: None, launch: Launch, tmp_path: Path
) -> None:
    engine = await launch()
    await prepare(
        engine,
        project_of(
            ColourSource(width=320, height=180),
            MicrophoneSource(device="Nobody's"),
            size=(320, 180),
            items=(SceneItem(id="a", source_id="s0"),),
        ),
    )
    path = tmp_path / "silent.mp4"
    await record(engine, path, frames=30, stop=False)
    failed = await wait_for(engine, SourceEvent, lambda event: event.source.phase == "failed")
    assert failed.source.code == "MICROPHONE_FAILED"

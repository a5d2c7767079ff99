"""What goes on air, measured in what was recorded: colours, sync, scenes, previews, panic."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from fakes.fair_clock import FairClock
from fakes.media import beeps, onsets, watch, write_flash_clip
from fakes.painter import PATCHES
from fakes.shows import (
    Launch,
    mean_rgb,
    missing_pictures,
    pictures,
    prepare,
    project_of,
    record,
    wait_for,
    wait_for_frames,
)

from shared.errors import AppError
from shared.ring import RingReader
from studio.engine.client import EngineClient
from studio.engine.protocol import (
    BroadcastEvent,
    Configure,
    EditProject,
    GetState,
    OpenProject,
    Panic,
    PreviewResult,
    ProjectResult,
    RecordingOutput,
    RemoveOutput,
    Reveal,
    SafetyEvent,
    SetBitrate,
    SourceEvent,
    StartBroadcast,
    StateResult,
    StatisticsEvent,
    StopBroadcast,
    SubscribePreview,
    Undo,
    VideoSettings,
)
from studio.engine.sources.pattern import BARS
from studio.project.edits import RenameScene, UpdateItem
from studio.project.files import load_project
from studio.project.model import (
    Bounds,
    ColourSource,
    FileSource,
    PatternSource,
    SceneItem,
    ScreenSource,
    TextSource,
    ToneSource,
)

_PAINTER = Path(__file__).parents[2] / "fakes" / "painter.py"


@pytest.fixture
def engine(rested_engine: EngineClient) -> EngineClient:
    """An engine that other tests of this module use before and after."""
    return rested_engine


async def _state(engine: EngineClient) -> StateResult:
    result = await engine.request(GetState())
    assert isinstance(result, StateResult)
    return result


async def test_the_bars_survive_the_whole_path(engine: EngineClient, tmp_path: Path) -> None:
    await prepare(engine, project_of(PatternSource(width=640, height=360)))
    path = tmp_path / "bars.mp4"
    statistics = await record(engine, path, frames=45)
    assert missing_pictures(path) <= statistics.skipped_encode
    shown = pictures(path)[40]
    for index, wanted in enumerate(BARS):
        seen = mean_rgb(shown, 40 + index * 80, 40)
        assert np.abs(np.subtract(seen, wanted)).max() <= 3, (index, wanted, seen)


async def test_the_pattern_flashes_and_beeps_at_once(engine: EngineClient, tmp_path: Path) -> None:
    await prepare(engine, project_of(PatternSource(width=640, height=360)))
    path = tmp_path / "sync.mp4"
    statistics = await record(engine, path, frames=150)
    seen = watch(str(path), seconds=5.0, crop=(slice(100, 160), slice(200, 440)))
    levels = np.array([float(y.mean()) for y, _, _ in seen.frames])
    flashes, sounds = onsets(seen.frame_times, levels, 120), beeps(seen)
    assert len(flashes) >= 4
    for flash in flashes:
        assert min(abs(flash - sound) for sound in sounds) <= 0.010
    assert abs(statistics.av_offset_ms) < 5


async def test_a_clip_flashes_and_beeps_at_once(engine: EngineClient, tmp_path: Path) -> None:
    clip = tmp_path / "flash.mkv"
    write_flash_clip(clip, seconds=3)
    await prepare(engine, project_of(FileSource(path=str(clip)), size=(640, 360)))
    path = tmp_path / "sync.mp4"
    await record(engine, path, frames=200)
    seen = watch(str(path), seconds=6.5, crop=(slice(100, 160), slice(200, 440)))
    levels = np.array([float(y.mean()) for y, _, _ in seen.frames])
    flashes, sounds = onsets(seen.frame_times, levels, 120), beeps(seen)
    assert len(flashes) >= 5, "goes on after the loop"
    for flash in flashes:
        assert min(abs(flash - sound) for sound in sounds) <= 0.040


@pytest.fixture
def painted(desktop_env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    painter = subprocess.Popen(
        [sys.executable, str(_PAINTER)], env=desktop_env, stdout=subprocess.PIPE, text=True
    )
    assert painter.stdout is not None
    try:
        assert painter.stdout.readline() == "ready\n"
        monkeypatch.setenv("DISPLAY", desktop_env["DISPLAY"])
        monkeypatch.setenv("XDG_SESSION_TYPE", "x11")
        yield
    finally:
        painter.terminate()
        painter.wait(10)
        painter.stdout.close()


async def test_the_screen_goes_on_air_as_it_is(
    painted: None, launch: Launch, tmp_path: Path
) -> None:
    engine = await launch()
    project = project_of(
        ScreenSource(),
        PatternSource(width=640, height=360),
        size=(1920, 1080),
        items=(
            SceneItem(id="a", source_id="s0"),
            SceneItem(id="b", source_id="s1", x=1400, y=740, bounds=Bounds(width=480, height=270)),
        ),
    )
    await prepare(engine, project, bitrate_kbps=6000)
    path = tmp_path / "screen.mp4"
    statistics = await record(engine, path, frames=60)
    assert missing_pictures(path) <= statistics.skipped_encode
    shown = pictures(path)
    for index, wanted in enumerate(PATCHES):
        seen = mean_rgb(shown[50], 120 + index * 240, 300, side=64)
        assert np.abs(np.subtract(seen, wanted)).max() <= 3, (index, wanted, seen)
    bar = [int(np.argmax(picture[560, :, 0] > 128)) for picture in shown[20:50]]
    assert len(set(bar)) >= 15, "the bar moves"
    for index, wanted in enumerate(BARS):
        seen = mean_rgb(shown[50], 1400 + 30 + index * 60, 760)
        assert np.abs(np.subtract(seen, wanted)).max() <= 4, (index, wanted, seen)


async def test_edits_on_air_show_and_can_be_undone(engine: EngineClient, tmp_path: Path) -> None:
    item = SceneItem(id="red", source_id="s1", x=200, y=100)
    project = project_of(
        ColourSource(colour="#0000FF", width=640, height=360),
        ColourSource(colour="#FF0000", width=80, height=80),
        items=(SceneItem(id="back", source_id="s0"), item),
    )
    await prepare(engine, project)
    path = tmp_path / "edits.mp4"
    await record(engine, path, frames=20, stop=False)
    version = (await _state(engine)).state.version
    hidden = UpdateItem(scene_id="main", item=item.model_copy(update={"visible": False}))
    result = await engine.request(EditProject(edits=(hidden,), version=version))
    assert isinstance(result, ProjectResult)
    assert result.version == version + 1
    with pytest.raises(AppError) as conflict:
        await engine.request(EditProject(edits=(hidden,), version=version))
    assert conflict.value.code == "VERSION_CONFLICT"
    await wait_for_frames(engine, 60)
    await engine.request(Undo())
    await wait_for_frames(engine, 110)
    await engine.request(StopBroadcast())
    shown = pictures(path)
    is_red = [mean_rgb(picture, 240, 140)[0] > 128 for picture in shown]
    changes = np.flatnonzero(np.diff(np.array(is_red)))
    assert is_red[0]
    assert is_red[-1]
    assert len(changes) == 2


async def test_text_goes_on_air(engine: EngineClient, tmp_path: Path) -> None:
    project = project_of(
        ColourSource(colour="#202020", width=640, height=360),
        TextSource(text="Back in five minutes", colour="#FFFF00", size_px=48),
    )
    await prepare(engine, project)
    path = tmp_path / "text.mp4"
    await record(engine, path, frames=30)
    shown = pictures(path)[25].astype(int)
    yellow = (shown[:, :, 0] > 180) & (shown[:, :, 1] > 180) & (shown[:, :, 2] < 120)
    assert yellow[:120].sum() > 1000
    assert not yellow[200:].any()


async def test_another_size_is_encoded_when_asked(engine: EngineClient, tmp_path: Path) -> None:
    await prepare(engine, project_of(PatternSource(width=640, height=360)))
    await engine.request(Configure(video=VideoSettings(width=320, height=180, fps=25)))
    path = tmp_path / "small.mp4"
    await record(engine, path, frames=30)
    shown = pictures(path)[20]
    assert shown.shape == (180, 320, 3)
    assert np.abs(np.subtract(mean_rgb(shown, 20, 20), BARS[0])).max() <= 3


async def test_panic_puts_the_slate_on_air_at_once_and_reveal_takes_it_away(
    engine: EngineClient, tmp_path: Path
) -> None:
    await prepare(
        engine,
        project_of(
            ColourSource(colour="#FF0000", width=640, height=360),
            PatternSource(width=64, height=64),
        ),
    )
    path = tmp_path / "panic.mp4"
    before = await record(engine, path, frames=40, stop=False)
    result = await engine.request(Panic(reason="test"))
    assert isinstance(result, StateResult)
    assert result.state.safety.panicked
    at_panic = result.state.statistics.frames
    during = await wait_for_frames(engine, at_panic + 50)
    with pytest.raises(ValueError, match="confirmed"):
        Reveal.model_validate({"confirmed": False})
    await engine.request(Reveal(confirmed=True))
    await wait_for(engine, SafetyEvent, lambda event: not event.safety.panicked)
    await wait_for_frames(engine, during.frames + 50)
    await engine.request(StopBroadcast())
    reds = [mean_rgb(picture, 500, 300)[0] > 150 for picture in pictures(path)]
    assert all(reds[: before.frames - 5])
    first_slate = reds.index(False)
    assert first_slate <= at_panic + 1
    last_slate = len(reds) - 1 - reds[::-1].index(False)
    assert not any(reds[first_slate : last_slate + 1]), "nothing of the scene slips through"
    assert last_slate - first_slate >= 45
    assert reds[-1]


async def test_panic_silences_the_sound(engine: EngineClient, tmp_path: Path) -> None:
    await prepare(
        engine,
        project_of(
            ColourSource(width=640, height=360),
            ToneSource(level_db=-6.0),
            items=(SceneItem(id="a", source_id="s0"),),
        ),
    )
    path = tmp_path / "panic.mp4"
    await record(engine, path, frames=40, stop=False)
    result = await engine.request(Panic())
    assert isinstance(result, StateResult)
    await wait_for_frames(engine, result.state.statistics.frames + 60)
    await engine.request(StopBroadcast())
    seen = watch(str(path), seconds=10.0)
    blocks = np.abs(seen.sound[: len(seen.sound) // 4800 * 4800]).reshape(-1, 4800).max(axis=1)
    assert blocks[3:8].min() > 0.4
    quiet = int(np.argmax(blocks[3:] < 0.01)) + 3
    assert quiet / 10 <= result.state.statistics.uptime_s + 0.3
    assert blocks[quiet:].max() < 0.01


async def test_the_preview_shows_the_program_only_while_asked_for(
    engine: EngineClient, tmp_path: Path
) -> None:
    await prepare(engine, project_of(ColourSource(colour="#00FF00", width=640, height=360)))
    result = await engine.request(SubscribePreview(width=320, height=180, fps=15))
    assert isinstance(result, PreviewResult)
    await wait_for(engine, SourceEvent, lambda event: event.source.phase == "running")
    frame = None
    for _ in range(100):
        await asyncio.sleep(0.05)
        if Path(result.path).exists():
            with RingReader(Path(result.path)) as ring:
                frame = ring.latest()
            if frame is not None and frame.pixels[4:7] == frame.pixels[0:3] != b"\0\0\0":
                break
    assert frame is not None
    assert (frame.width, frame.height) == (320, 180)
    blue, green, red = frame.pixels[:3]
    assert (blue < 8, green > 245, red < 8) == (True, True, True)
    assert (await _state(engine)).state.sources
    # The lease ends by itself, and with it the sources.
    for _ in range(100):
        await asyncio.sleep(0.1)
        if not (await _state(engine)).state.sources:
            break
    assert not (await _state(engine)).state.sources
    assert not Path(result.path).exists()


async def test_the_preview_of_a_client_that_is_gone_ends(launch: Launch, tmp_path: Path) -> None:
    first = await launch()
    await prepare(first, project_of(PatternSource(width=640, height=360)))
    second = await launch()
    await second.request(SubscribePreview())
    await wait_for(first, SourceEvent, lambda event: event.source.phase == "running")
    await second.close()
    for _ in range(50):
        if not (await _state(first)).state.sources:
            return
        await asyncio.sleep(0.1)
    pytest.fail("the sources go on for nobody")


async def test_the_bitrate_can_be_changed_on_air(engine: EngineClient, tmp_path: Path) -> None:
    """Noise needs every bit it is given, so that the rate is what was asked for."""
    clip = tmp_path / "noise.mkv"
    rng = np.random.default_rng(3)
    with av.open(str(clip), "w") as output:
        stream = output.add_stream("mpeg4", rate=30, options={"qscale": "3"})
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        for _ in range(60):
            noise = rng.integers(0, 255, (360, 640, 3), dtype=np.uint8)
            output.mux(stream.encode(av.VideoFrame.from_ndarray(noise, format="rgb24")))
        output.mux(stream.encode(None))
    await prepare(engine, project_of(FileSource(path=str(clip))), bitrate_kbps=4000)
    await record(engine, tmp_path / "rate.mp4", frames=90, stop=False)
    event = await wait_for(engine, StatisticsEvent, lambda e: e.statistics.frames > 120)
    assert event.statistics.bitrate_kbps == pytest.approx(4000, rel=0.25)
    await engine.request(SetBitrate(bitrate_kbps=1000))
    frames = event.statistics.frames
    event = await wait_for(engine, StatisticsEvent, lambda e: e.statistics.frames > frames + 100)
    assert event.statistics.bitrate_kbps == pytest.approx(1000, rel=0.3)
    await engine.request(SetBitrate(bitrate_kbps=4000))
    frames = event.statistics.frames
    event = await wait_for(engine, StatisticsEvent, lambda e: e.statistics.frames > frames + 100)
    assert event.statistics.bitrate_kbps == pytest.approx(4000, rel=0.25)


async def test_a_source_that_cannot_open_does_not_stop_the_show(
    engine: EngineClient, tmp_path: Path
) -> None:
    await prepare(
        engine,
        project_of(PatternSource(width=640, height=360), FileSource(path="/nowhere/clip.mp4")),
    )
    path = tmp_path / "show.mp4"
    await engine.request(StartBroadcast(outputs=(RecordingOutput(path=str(path)),)))
    failed = await wait_for(engine, SourceEvent, lambda event: event.source.phase == "failed")
    assert failed.source.source_id == "s1"
    assert "clip.mp4" in (failed.source.message or "")
    statistics = await wait_for_frames(engine, 30)
    await engine.request(StopBroadcast())
    assert missing_pictures(path) <= statistics.skipped_encode
    shown = pictures(path)
    for index, wanted in enumerate(BARS):
        assert np.abs(np.subtract(mean_rgb(shown[-1], 40 + index * 80, 40), wanted)).max() <= 3


async def test_a_broadcast_ends_with_its_last_output(engine: EngineClient, tmp_path: Path) -> None:
    await prepare(engine, project_of(PatternSource(width=640, height=360)))
    spec = RecordingOutput(id="rec", path=str(tmp_path / "a.mp4"))
    await engine.request(StartBroadcast(outputs=(spec,)))
    await engine.request(RemoveOutput(output_id="rec"))
    await wait_for(engine, BroadcastEvent, lambda event: event.broadcast is None)
    state = (await _state(engine)).state
    assert state.broadcast is None
    assert not state.sources


async def test_a_project_is_saved_while_on_air(launch: Launch, tmp_path: Path) -> None:
    engine = await launch()
    path = tmp_path / "projects" / "show.json"
    await engine.request(OpenProject(path=str(path)))
    await prepare(engine, project_of(PatternSource(width=640, height=360)))
    await record(engine, tmp_path / "show.mp4", frames=20, stop=False)
    await engine.request(EditProject(edits=(RenameScene(scene_id="main", name="Evening"),)))
    with FairClock() as clock:
        while not path.exists() or load_project(path).program.name != "Evening":
            assert clock.seconds < 2.5
            await asyncio.sleep(0.05)

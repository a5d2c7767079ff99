"""What hangs instead of dying: the window while the creator panics, the screen that is captured."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psutil
import pytest
from fakes.display import Screen, running_screen
from fakes.shows import (
    Launch,
    mean_rgb,
    missing_pictures,
    pictures,
    prepare,
    project_of,
    wait_for,
    wait_for_frames,
)

from studio.engine.client import EngineClient
from studio.engine.protocol import (
    GetState,
    GlobalKey,
    RecordingOutput,
    RemoveOutput,
    ReplayOutput,
    Reveal,
    SafetyEvent,
    SetGlobalKeys,
    SourceEvent,
    StartBroadcast,
    StateResult,
    StatisticsEvent,
    StopBroadcast,
)
from studio.project.model import ColourSource, PatternSource, SceneItem, ScreenSource

pytestmark = pytest.mark.faults

_BOUND_S = 30.0
_WINDOW = (
    "import asyncio, sys\n"
    "from pathlib import Path\n"
    "from studio.engine.client import launch_or_adopt\n"
    "from studio.engine.protocol import SafetyEvent, SubscribePreview\n"
    "async def main():\n"
    "    client = await launch_or_adopt(Path(sys.argv[1]), idle_s=30)\n"
    "    await client.request(SubscribePreview())\n"
    "    print('ready', flush=True)\n"
    "    async for event in client.events():\n"
    "        if isinstance(event, SafetyEvent):\n"
    "            print(event.safety.panicked, flush=True)\n"
    "asyncio.run(main())\n"
)


@pytest.fixture
def screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Screen]:
    """A small screen of the test's own, which the engine sees as its desktop."""
    with running_screen(size=(320, 180), home=tmp_path, window_manager=False) as shown:
        monkeypatch.setenv("DISPLAY", shown.name)
        monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
        monkeypatch.setenv("XDG_SESSION_TYPE", "x11")
        yield shown


@contextmanager
def _window(runtime_dir: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that looks at the engine as the studio's window does."""
    process = subprocess.Popen(
        [sys.executable, "-c", _WINDOW, str(runtime_dir)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield process
    finally:
        process.kill()
        process.wait(_BOUND_S)
        process.stdout.close()


async def _said(window: subprocess.Popen[str]) -> str:
    assert window.stdout is not None
    async with asyncio.timeout(_BOUND_S):
        return (await asyncio.to_thread(window.stdout.readline)).strip()


async def _frames(engine: EngineClient) -> int:
    result = await engine.request(GetState())
    assert isinstance(result, StateResult)
    return result.state.statistics.frames


async def test_a_window_that_hangs_is_not_needed_for_a_panic(
    screen: Screen,
    launch: Launch,
    runtime_dir: Path,
    tmp_path: Path,
    figure: Callable[[str, object], None],
) -> None:
    engine = await launch()
    project = project_of(
        ColourSource(colour="#FF0000", width=320, height=180),
        PatternSource(width=32, height=32),
        size=(320, 180),
    )
    await prepare(engine, project)
    panic = GlobalKey(action="panic", keys="Ctrl+Shift+F12")
    await engine.request(SetGlobalKeys(keys=(panic,)))
    await wait_for(engine, SafetyEvent, timeout_s=_BOUND_S)  # the screen is being listened to
    path = tmp_path / "panic.mp4"
    with _window(runtime_dir) as window:
        assert await _said(window) == "ready"
        await engine.request(StartBroadcast(outputs=(RecordingOutput(path=str(path)),)))
        await wait_for_frames(engine, 30)
        window.send_signal(signal.SIGSTOP)
        await asyncio.to_thread(
            subprocess.run,
            ["xdotool", "key", "ctrl+shift+F12"],
            env=screen.env,
            timeout=_BOUND_S,
            check=True,
        )
        await wait_for(engine, SafetyEvent, lambda event: event.safety.panicked)
        hidden_from = await _frames(engine)
        await wait_for_frames(engine, hidden_from + 30)
        hidden_to = await _frames(engine)
        await engine.request(Reveal(confirmed=True))
        await wait_for_frames(engine, hidden_to + 20)
        await engine.request(StopBroadcast())
        window.send_signal(signal.SIGCONT)
        assert [await _said(window), await _said(window)] == ["True", "False"]
    await engine.request(SetGlobalKeys(keys=()))
    reds = [mean_rgb(picture, 250, 150)[0] > 150 for picture in pictures(path)]
    first, last = reds.index(False), len(reds) - 1 - reds[::-1].index(False)
    assert reds[0]
    assert reds[-1]
    assert first <= hidden_from + 1
    assert not any(reds[first : last + 1]), "something of the scene slips through"
    assert last - first + 1 >= hidden_to - hidden_from
    figure("pictures of the scene during the panic", sum(reds[first : last + 1]))
    figure("pictures hidden", last - first + 1)


def _screen_process(before: set[int]) -> int:
    """The X server that was started since then."""
    found = [
        child.pid
        for child in psutil.Process().children()
        if child.pid not in before and child.name() == "Xvfb"
    ]
    assert len(found) == 1
    return found[0]


async def test_a_screen_that_hangs_is_seen_shown_as_a_card_and_found_again(
    launch: Launch, tmp_path: Path, figure: Callable[[str, object], None]
) -> None:
    before = {child.pid for child in psutil.Process().children()}
    path = tmp_path / "show.mp4"
    with running_screen(size=(320, 180), home=tmp_path, window_manager=False) as screen:
        server = _screen_process(before)
        engine = await launch()
        project = project_of(
            ScreenSource(display=screen.name),
            PatternSource(width=32, height=32),
            size=(320, 180),
            items=(SceneItem(source_id="s0"), SceneItem(source_id="s1")),
        )
        await prepare(engine, project)
        outputs = (RecordingOutput(id="r", path=str(path)), ReplayOutput(id="on", seconds=5))
        await engine.request(StartBroadcast(outputs=outputs))
        begun = await wait_for_frames(engine, 30)
        os.kill(server, signal.SIGSTOP)
        try:
            stalled = await wait_for(
                engine, SourceEvent, lambda event: event.source.phase == "stalled"
            )
            assert (stalled.source.source_id, stalled.source.code) == ("s0", "SOURCE_STALLED")
            # Long enough for another try, which hangs as well.
            during = await wait_for_frames(engine, begun.frames + 80)
        finally:
            os.kill(server, signal.SIGCONT)
        await wait_for(engine, SourceEvent, lambda event: event.source.phase == "running")
        back = await wait_for_frames(engine, during.frames + 30)
        await engine.request(RemoveOutput(output_id="r"))
        skipped = (await wait_for(engine, StatisticsEvent)).statistics.skipped_encode
        await engine.request(StopBroadcast())
    missing = missing_pictures(path)
    assert missing <= skipped
    levels = [float(picture[40:, 40:].mean()) for picture in pictures(path)]
    black = np.array(levels) < 2
    assert black[0], "the screen is empty"
    assert not black.all(), "no card was shown"
    assert black[-1], "the card stayed"
    figure("pictures lost", missing)
    figure("pictures encoded meanwhile", back.frames - begun.frames)

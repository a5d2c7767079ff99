"""The engine itself hears keys, with no window at all; and does what a command line asks for."""

import asyncio
import subprocess
from pathlib import Path

import pytest
from fakes.display import running_screen
from fakes.shows import Launch, wait_for

from studio import remote
from studio.engine.protocol import Freeze, GlobalKey, KeyEvent, SafetyEvent, SetGlobalKeys

_WAIT_S = 30.0


async def test_a_key_of_the_screen_panics_without_a_window(
    launch: Launch,
    runtime_dir: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with running_screen(size=(320, 240), home=tmp_path, window_manager=False) as screen:
        monkeypatch.setenv("DISPLAY", screen.name)
        monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
        monkeypatch.setenv("XDG_SESSION_TYPE", "x11")
        engine = await launch()
        keys = (
            GlobalKey(action="panic", keys="Ctrl+Shift+F12"),
            GlobalKey(action="record", keys="Pause"),
        )
        await engine.request(SetGlobalKeys(keys=keys))
        await wait_for(engine, SafetyEvent, timeout_s=_WAIT_S)  # the screen is being listened to
        await _press("ctrl+F12", "Pause", "ctrl+shift+F12", display=screen.env)
        told = await wait_for(engine, KeyEvent, timeout_s=_WAIT_S)
        assert told.action == "record", "what is the window's goes to windows"
        seen = await wait_for(
            engine, SafetyEvent, lambda event: event.safety.panicked, timeout_s=_WAIT_S
        )
        assert (seen.safety.reason, seen.safety.keys_note) == ("global key", "")
        place = ("--runtime-dir", str(runtime_dir))
        assert await asyncio.to_thread(remote.main, ["freeze", *place]) == 0
        await wait_for(engine, SafetyEvent, lambda event: event.safety.frozen, timeout_s=_WAIT_S)
        await engine.request(Freeze(frozen=False))
        assert await asyncio.to_thread(remote.main, ["no such", *place]) == 3
        assert await asyncio.to_thread(remote.main, ["freeze", "--runtime-dir", str(tmp_path)]) == 3
        assert "No studio runs here" in capsys.readouterr().err
        await engine.request(SetGlobalKeys(keys=()))


async def _press(*keys: str, display: dict[str, str]) -> None:
    for one in keys:
        process = await asyncio.to_thread(
            subprocess.run, ["xdotool", "key", one], env=display, timeout=_WAIT_S
        )
        assert process.returncode == 0

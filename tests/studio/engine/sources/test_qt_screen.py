"""Windows and screens by a process of its own: seen, listed, and a hung one hurts nobody."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest

from studio.engine.pixels import packed_view
from studio.engine.protocol import SourceState
from studio.engine.schedule import NS, TickSchedule
from studio.engine.sources import SourceRunner, kind_of
from studio.engine.sources.qt_screen import list_windows
from studio.project.model import Source, WindowSource

_PATIENCE_S = 30.0
_TITLE = "Evening painting"
_WINDOW = """
import sys
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QWidget
app = QApplication(["painting"])
window = QWidget()
window.setWindowTitle(sys.argv[1])
palette = QPalette()
palette.setColor(QPalette.ColorRole.Window, QColor(10, 200, 30))
window.setPalette(palette)
window.resize(401, 301)
window.show()
app.exec()
"""


@pytest.fixture
def desktop(
    desktop_env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[dict[str, str]]:
    """This process's children show and capture on a private screen with a green window on it."""
    for name in ("DISPLAY", "XDG_SESSION_TYPE", "QT_QPA_PLATFORM"):
        monkeypatch.setenv(name, desktop_env[name])
    shown = subprocess.Popen([sys.executable, "-c", _WINDOW, _TITLE], env=desktop_env)
    try:
        yield desktop_env
    finally:
        shown.kill()
        shown.wait(10)


def _wait_for(is_so: object, said: object) -> None:
    end = time.monotonic() + _PATIENCE_S
    while not is_so():  # type: ignore[operator]
        assert time.monotonic() < end, said
        threading.Event().wait(0.02)


def test_a_window_is_captured_by_its_title_and_a_hung_capture_is_replaced(
    desktop: dict[str, str],
) -> None:
    _wait_for(lambda: _TITLE in list_windows(), "not listed")
    states: list[SourceState] = []
    runner = SourceRunner(
        Source(id="w", name="Painting", settings=WindowSource(title=_TITLE)),
        kind_of("window"),
        schedule=TickSchedule(30, time.monotonic_ns()),
        on_change=lambda changed: states.append(changed.state()),
    )
    runner.start()

    def is_green() -> bool:
        picture = runner.latest
        if picture is None or picture.frame.width < 400:
            return False
        middle = packed_view(picture.frame)[150, 200]
        return bool(np.abs(middle[:3].astype(int) - (30, 200, 10)).max() < 12)

    try:
        _wait_for(is_green, states)
        assert runner.latest is not None
        assert runner.latest.frame.width % 2 == runner.latest.frame.height % 2 == 0
        hung = _children()
        for pid in hung:
            os.kill(pid, signal.SIGSTOP)
        began_ns = runner.latest.captured_ns

        def is_seen() -> bool:
            runner.check()
            return any(state.phase == "stalled" for state in states)

        _wait_for(is_seen, states)

        def is_back() -> bool:
            runner.check()
            picture = runner.latest
            return picture is not None and picture.captured_ns > began_ns + NS and is_green()

        _wait_for(is_back, states)
        _wait_for(lambda: set(_children()).isdisjoint(hung), states)
    finally:
        runner.request_stop()
        runner.join()
    assert not _children()


def test_a_window_that_is_not_open_is_one_sentence(desktop: dict[str, str]) -> None:
    told = threading.Event()
    states: list[SourceState] = []

    def on_change(changed: SourceRunner) -> None:
        states.append(changed.state())
        told.set()

    runner = SourceRunner(
        Source(id="w", name="Painting", settings=WindowSource(title="Nobody's window")),
        kind_of("window"),
        schedule=TickSchedule(30, time.monotonic_ns()),
        on_change=on_change,
    )
    runner.start()
    try:
        assert told.wait(_PATIENCE_S)
        assert (states[0].phase, states[0].code) == ("failed", "WINDOW_MISSING")
        assert "Nobody's window" in (states[0].message or "")
    finally:
        runner.request_stop()
        runner.join()


def _children() -> list[int]:
    """The capturing processes that this one has started."""
    found = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            with open(f"/proc/{entry}/stat", encoding="utf-8") as file:
                parent = int(file.read().rpartition(")")[2].split()[1])
            with open(f"/proc/{entry}/cmdline", "rb") as file:
                command = file.read()
        except (OSError, IndexError, ValueError):
            continue
        if parent == os.getpid() and b"capture\0qt\0window" in command:
            found.append(int(entry))
    return found

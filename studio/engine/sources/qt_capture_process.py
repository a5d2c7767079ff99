"""The process that captures screens and windows through Qt: a hung driver hangs here, alone.

Pictures go into a `shared.ring` file that it makes; the standard output says which, and four times
a second that the process is well.
"""

import json
import os
import sys
import time
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtMultimedia import (
    QCapturableWindow,
    QMediaCaptureSession,
    QScreenCapture,
    QVideoFrame,
    QVideoSink,
    QWindowCapture,
)

from shared.ring import RingWriter
from studio.engine.sources.child import end_with_input, write_message

_WELL_MS = 250


class _Feed:
    """Puts each picture of a capture into the ring."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ring: RingWriter | None = None
        self._capacity = 0
        self._made = 0
        self.is_over = False

    def on_frame(self, frame: QVideoFrame) -> None:
        """Publish a picture, in a larger ring when it has grown."""
        image = frame.toImage()
        if image.isNull():
            return
        image = image.convertToFormat(QImage.Format.Format_RGB32)
        width, height = image.width(), image.height()
        if self._ring is None or width * height * 4 > self._capacity:
            self._make_ring(width * height * 4)
        if self._ring is not None:
            now_ns = time.monotonic_ns()
            self._ring.publish(image.constBits(), width=width, height=height, captured_ns=now_ns)

    def on_error(self, _error: object, text: str) -> None:
        """The capture cannot go on."""
        write_message(sys.stdout.buffer, "ERR", payload=text.encode()[:500])
        self.is_over = True

    def _make_ring(self, capacity: int) -> None:
        if self._ring is not None:
            self._ring.close()
        self._made += 1
        self._capacity = capacity
        path = self._folder / f"capture-{self._made}.ring"
        self._ring = RingWriter(path, slots=3, capacity=capacity)
        write_message(sys.stdout.buffer, "RING", payload=str(path).encode())

    def close(self) -> None:
        """Let go of the ring."""
        if self._ring is not None:
            self._ring.close()


def run(arguments: list[str]) -> int:
    """List what can be captured, or capture a screen or window until told to end."""
    end_with_input()
    if os.environ.get("QT_QPA_PLATFORM") == "offscreen":
        del os.environ["QT_QPA_PLATFORM"]  # the engine's own way to paint: here is a real screen
    app = QGuiApplication(["teezu-capture"])
    match arguments:
        case ["list"]:
            _list()
            return 0
        case [("screen" | "window") as what, name, folder]:
            return _capture(what, name, Path(folder))
        case _:
            app.quit()
            return 2


def _list() -> None:
    windows = [window.description() for window in QWindowCapture.capturableWindows()]
    screens = [screen.name() for screen in QGuiApplication.screens()]
    found = {"windows": [title for title in windows if title], "screens": screens}
    write_message(sys.stdout.buffer, "LIST", payload=json.dumps(found).encode())


def _capture(what: str, name: str, folder: Path) -> int:
    feed, session, sink = _Feed(folder), QMediaCaptureSession(), QVideoSink()
    capture: QScreenCapture | QWindowCapture
    if what == "window":
        window = _window(name)
        if window is None:
            write_message(sys.stdout.buffer, "ERR", payload=b"WINDOW_MISSING")
            return 1
        capture = QWindowCapture()
        capture.setWindow(window)
        session.setWindowCapture(capture)
    else:
        capture = QScreenCapture()
        screens = {screen.name(): screen for screen in QGuiApplication.screens()}
        capture.setScreen(screens.get(name) or QGuiApplication.primaryScreen())
        session.setScreenCapture(capture)
    session.setVideoSink(sink)
    sink.videoFrameChanged.connect(feed.on_frame)
    capture.errorOccurred.connect(feed.on_error)
    well = QTimer()
    well.setInterval(_WELL_MS)
    well.timeout.connect(lambda: write_message(sys.stdout.buffer, "WELL"))
    well.start()
    capture.start()
    loop = QEventLoop()
    while not feed.is_over:
        loop.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    feed.close()
    return 1


def _window(title: str) -> QCapturableWindow | None:
    """The window of this title, else the first whose title holds it."""
    windows = list(QWindowCapture.capturableWindows())
    for window in windows:
        if window.description() == title:
            return window
    return next((window for window in windows if title in window.description()), None)

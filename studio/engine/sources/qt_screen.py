"""Screens and windows through Qt: what a process of its own captures, taken from its ring."""

import contextlib
import json
import tempfile
import time
from pathlib import Path

import av
import numpy as np

from shared.errors import AppError, DeviceError, StorageError
from shared.ring import RingFrame, RingReader
from studio.engine.pixels import packed_view
from studio.engine.schedule import NS
from studio.engine.sources.base import Sink
from studio.engine.sources.child import CaptureChild
from studio.project.model import WindowSource

_LEAD_NS = 4_000_000
_WELL_NS = NS
_LIST_S = 8.0


class QtCapture:
    """Shows what the child puts into its ring; a child that hangs is seen as a stall."""

    def __init__(self, what: str, name: str, *, refusal: AppError) -> None:
        self._what = what
        self._name = name
        self._refusal = refusal

    def run(self, sink: Sink) -> None:
        """Capture until told to stop.

        Raises:
            AppError: the child cannot capture this, or has ended.
        """
        with tempfile.TemporaryDirectory(prefix="teezu-capture-") as folder:
            child = CaptureChild("qt", self._what, self._name, folder)
            try:
                self._follow(sink, child)
            except EOFError as error:
                raise self._refusal from error
            finally:
                child.close()

    def _follow(self, sink: Sink, child: CaptureChild) -> None:
        ring: RingReader | None = None
        number = 0
        well_ns = time.monotonic_ns()
        try:
            while sink.wait_for_tick(_LEAD_NS) is not None:
                while (message := child.take(0.0 if ring else 0.01)) is not None:
                    well_ns = time.monotonic_ns()
                    if message.kind == "ERR":
                        raise self._refusal
                    if message.kind == "RING":
                        ring, number = _opened(ring, Path(message.payload.decode())), 0
                        sink.expect_every(1 / sink.schedule.fps)
                if ring is None:
                    continue
                shown = ring.latest(after=number)
                if shown is not None:
                    number = shown.number
                    sink.publish(_frame(shown), captured_ns=shown.captured_ns)
                elif time.monotonic_ns() - well_ns < _WELL_NS:
                    sink.still()
        finally:
            if ring is not None:
                ring.close()


class WindowCapture(QtCapture):
    """One window, found again by its title."""

    def __init__(self, settings: WindowSource) -> None:
        super().__init__(
            "window",
            settings.title,
            refusal=DeviceError(
                f"The window {settings.title} is not open; open it or choose another.",
                code="WINDOW_MISSING",
            ),
        )


def screen_by_portal(display: str | None) -> QtCapture:
    """A screen where only the system's own dialogue may give it: Wayland."""
    return QtCapture(
        "screen",
        display or "",
        refusal=DeviceError(
            "The screen was not shared; choose it in the system's dialogue, and install "
            "xdg-desktop-portal with PipeWire if none appears.",
            code="SCREEN_NOT_SHARED",
        ),
    )


def list_windows() -> tuple[str, ...]:
    """Return the titles of the windows that can be captured; empty where none can be listed."""
    try:
        child = CaptureChild("qt", "list")
    except OSError:
        return ()
    try:
        message = child.take(_LIST_S)
        if message is None or message.kind != "LIST":
            return ()
        titles = json.loads(message.payload)["windows"]
        return tuple(dict.fromkeys(str(title)[:256] for title in titles))
    except (EOFError, ValueError, KeyError):
        return ()
    finally:
        child.close()


def _opened(before: RingReader | None, path: Path) -> RingReader | None:
    if before is not None:
        before.close()
    with contextlib.suppress(StorageError):
        return RingReader(path)
    return None


def _frame(shown: RingFrame) -> av.VideoFrame:
    """A frame of a ring's picture, with an even size."""
    frame = av.VideoFrame(shown.width + shown.width % 2, shown.height + shown.height % 2, "bgr0")
    pixels = packed_view(frame)
    rows = np.frombuffer(shown.pixels, dtype=np.uint8).reshape(shown.height, shown.width, 4)
    pixels[: shown.height, : shown.width] = rows
    if shown.width % 2:
        pixels[: shown.height, -1] = rows[:, -1]
    if shown.height % 2:
        pixels[-1] = pixels[-2]
    return frame

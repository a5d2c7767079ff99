"""The screen: X11 by x11grab, Windows by gdigrab, macOS by avfoundation."""

import os
import sys
import time
from collections.abc import Iterator

import av
from av.container import InputContainer

from shared.errors import DeviceError
from studio.engine.changes import is_comparable, is_same
from studio.engine.sources.base import Sink
from studio.engine.sources.frames import frames_of
from studio.engine.sources.qt_screen import screen_by_portal
from studio.project.model import ScreenSource

_TIMEOUT_S = 3.0
_MARGIN_NS = 2_000_000


class ScreenCapture:
    """Grabs the screen shortly before each tick, so that what is shown is as new as can be."""

    def __init__(self, settings: ScreenSource) -> None:
        self._settings = settings

    def run(self, sink: Sink) -> None:
        """Grab until told to stop.

        Raises:
            DeviceError: the screen cannot be captured, or has gone.
        """
        if sys.platform == "linux" and not self._settings.display and is_wayland():
            screen_by_portal(None).run(sink)
            return
        with self._open(sink.schedule.fps) as container:
            container.streams.video[0].codec_context.thread_count = 1
            sink.expect_every(1 / sink.schedule.fps)
            if sys.platform == "linux":
                self._grab_at_ticks(sink, container.decode(video=0))
            else:
                self._take_as_they_come(sink, frames_of(container, sink.stop))

    def _grab_at_ticks(self, sink: Sink, frames: Iterator[av.VideoFrame]) -> None:
        """x11grab takes the picture when it is asked, so ask when it is wanted."""
        longest_ns = 4_000_000.0
        shown: av.VideoFrame | None = None
        ceiling_ns = sink.schedule.period_ns * 3 // 4
        while sink.wait_for_tick(min(int(longest_ns) + _MARGIN_NS, ceiling_ns)) is not None:
            began_ns = time.monotonic_ns()
            frame = self._next(frames, sink)
            if frame is None:
                return
            if shown is not None and is_comparable(shown, frame) and is_same(shown, frame):
                sink.still()
            else:
                sink.publish(frame, captured_ns=began_ns)
                shown = frame
            longest_ns = max(longest_ns * 0.98, time.monotonic_ns() - began_ns)

    def _take_as_they_come(self, sink: Sink, frames: Iterator[av.VideoFrame]) -> None:
        while not sink.stop.is_set:
            frame = self._next(frames, sink)
            if frame is not None:
                sink.publish(frame, captured_ns=time.monotonic_ns())

    def _next(self, frames: Iterator[av.VideoFrame], sink: Sink) -> av.VideoFrame | None:
        """Return the next picture; None when it is time to stop."""
        try:
            return next(frames)
        except (av.FFmpegError, OSError, StopIteration) as error:
            if sink.stop.is_set:
                return None
            raise DeviceError(
                "The screen can no longer be captured; unlock it or choose it again.",
                code="SCREEN_GONE",
            ) from error

    def _open(self, fps: int) -> InputContainer:
        name, format_name, options = _address(self._settings, fps)
        try:
            return av.open(name, format=format_name, options=options, timeout=_TIMEOUT_S)
        except (av.FFmpegError, OSError, ValueError) as error:
            raise DeviceError(
                "The screen cannot be captured; allow screen recording for the studio in the "
                "system's settings, and check the part of the screen you chose.",
                code="SCREEN_NOT_PERMITTED",
            ) from error


def _address(settings: ScreenSource, fps: int) -> tuple[str, str, dict[str, str]]:
    options: dict[str, str] = {}
    if settings.width is not None and settings.height is not None:
        options["video_size"] = f"{settings.width}x{settings.height}"
    if sys.platform == "win32":
        options |= {
            "framerate": str(fps),
            "offset_x": str(settings.x),
            "offset_y": str(settings.y),
            "draw_mouse": str(int(settings.show_pointer)),
        }
        return "desktop", "gdigrab", options
    if sys.platform == "darwin":
        options |= {
            "framerate": str(fps),
            "capture_cursor": str(int(settings.show_pointer)),
            "pixel_format": "bgr0",
        }
        return f"{settings.display or 'Capture screen 0'}:none", "avfoundation", options
    display = settings.display or _x11_display()
    # A rate that x11grab never has to wait for: we ask for each picture when we want it.
    options |= {"framerate": "1000", "draw_mouse": str(int(settings.show_pointer))}
    return f"{display}+{settings.x},{settings.y}", "x11grab", options


def is_wayland() -> bool:
    """Whether the session shows its screens only through the portal."""
    return bool(os.environ.get("WAYLAND_DISPLAY")) and os.environ.get("XDG_SESSION_TYPE") != "x11"


def _x11_display() -> str:
    display = os.environ.get("DISPLAY")
    if not display:
        raise DeviceError(
            "There is no screen here to capture; start the studio on a desktop, or use a camera "
            "or a video file.",
            code="SCREEN_MISSING",
        )
    return display

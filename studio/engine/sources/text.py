"""Lines of text on a transparent or coloured ground: typed or from a file, still or scrolling."""

import codecs
import os
import time

import av
import numpy as np
from PySide6.QtGui import QGuiApplication

from shared.chosen_files import is_plain_file, spoken_name
from shared.errors import DeviceError, InvalidInput
from studio.engine.overlays.brush import has_family
from studio.engine.painting import frame_of
from studio.engine.pixels import Plane, packed_view
from studio.engine.schedule import NS
from studio.engine.sources.base import Sink
from studio.engine.sources.lettering import lettered
from studio.engine.sources.overlay import missing_font
from studio.project.model import TextSource

_FOREVER_NS = 365 * 24 * 3600 * NS
_LOOK_AGAIN_NS = NS // 2
_LONGEST_FILE = 64 * 1024
_LEAD_NS = 6_000_000


class TextCapture:
    """Paints the text once, and again when its file has changed."""

    def __init__(self, settings: TextSource) -> None:
        self._settings = settings
        self._stamp: tuple[int, int] | None = None
        self._has_complained = False

    def run(self, sink: Sink) -> None:
        """Publish the painted text until told to stop.

        Raises:
            DeviceError: fonts cannot be used in this process.
        """
        if QGuiApplication.instance() is None:
            raise DeviceError(
                "Text cannot be painted here; install the system's font library.",
                code="FONTS_UNAVAILABLE",
            )
        if not has_family(self._settings.family):
            sink.warn(missing_font(self._settings.family))
        text = self._settings.text
        if self._settings.text_file:
            text = self._read(sink) or ""
        while not sink.stop.is_set:
            frame, has_alpha = frame_of(lettered(self._settings, text))
            if self._settings.scroll == "none":
                sink.publish(frame, captured_ns=time.monotonic_ns(), has_alpha=has_alpha)
                text = self._wait_for_another(sink, text)
            else:
                text = self._scroll(sink, frame, text)

    def _wait_for_another(self, sink: Sink, text: str) -> str:
        """Sleep until the file says something else; return what it says."""
        if not self._settings.text_file:
            sink.stop.wait_until(time.monotonic_ns() + _FOREVER_NS)
            return text
        while sink.stop.wait_until(time.monotonic_ns() + _LOOK_AGAIN_NS):
            other = self._read(sink)
            if other is not None and other != text:
                return other
        return text

    def _scroll(self, sink: Sink, frame: av.VideoFrame, text: str) -> str:
        """Show a part of the text at each tick, a little further each time."""
        strip = _Strip(packed_view(frame), self._settings)
        begun_ns = looked_ns = time.monotonic_ns()
        while (tick_ns := sink.wait_for_tick(_LEAD_NS)) is not None:
            moved = max(0, tick_ns - begun_ns) * self._settings.scroll_px_s // NS
            sink.publish(strip.at(moved), captured_ns=tick_ns, has_alpha=True)
            if self._settings.text_file and tick_ns - looked_ns > _LOOK_AGAIN_NS:
                looked_ns = tick_ns
                other = self._read(sink)
                if other is not None and other != text:
                    return other
        return text

    def _read(self, sink: Sink) -> str | None:
        """Return what the file says if it has changed; None if not, or if it cannot be read."""
        path, name = self._settings.text_file, spoken_name(self._settings.text_file)
        try:
            if not is_plain_file(path):
                raise FileNotFoundError(path)
            status = os.stat(path)
            stamp = (status.st_mtime_ns, status.st_size)
            if stamp == self._stamp:
                return None
            with open(path, "rb") as file:
                content = file.read(_LONGEST_FILE)
        except OSError:
            self._complain(
                sink,
                InvalidInput(
                    f"The text file {name} is not there; choose it again.",
                    code="FILE_MISSING",
                ),
            )
            return None
        self._stamp, self._has_complained = stamp, False
        words = _words_of(content)
        if words is None:
            self._complain(
                sink,
                InvalidInput(
                    f"The text file {name} holds no text; choose another.",
                    code="FILE_DAMAGED",
                ),
            )
        elif status.st_size > _LONGEST_FILE:
            self._complain(
                sink,
                InvalidInput(
                    f"Only the beginning of the text file {name} is shown; make it shorter.",
                    code="TEXT_LONG",
                ),
            )
        return words or ""

    def _complain(self, sink: Sink, problem: InvalidInput) -> None:
        """Say once what is wrong with the file, until it has been read again."""
        if not self._has_complained:
            self._has_complained = True
            sink.warn(problem)


def _words_of(content: bytes) -> str | None:
    """Decode the beginning of a file of text; None when it is something else."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = content[: len(content) // 2 * 2].decode("utf-16", errors="replace")
    elif b"\0" in content:
        return None
    else:
        text = content.decode("utf-8-sig", errors="replace")
    return text.replace("\r\n", "\n").rstrip("\r\n")


class _Strip:
    """A painted text that goes round: once it has left at one side it comes in at the other."""

    def __init__(self, pixels: Plane, settings: TextSource) -> None:
        self._is_sideways = settings.scroll == "sideways"
        self._pixels = pixels if self._is_sideways else pixels.swapaxes(0, 1)
        self._box = settings.scroll_box_px + settings.scroll_box_px % 2

    def at(self, moved: int) -> av.VideoFrame:
        """Return the box after the text has moved so many pixels; it begins outside."""
        length, other = self._pixels.shape[1], self._pixels.shape[0]
        width, height = (self._box, other) if self._is_sideways else (other, self._box)
        frame = av.VideoFrame(width, height, "bgra")
        target = packed_view(frame)
        target[:] = 0
        if not self._is_sideways:
            target = target.swapaxes(0, 1)
        start = self._box - moved % (length + self._box)
        left, right = max(0, start), min(self._box, start + length)
        if right > left:
            np.copyto(target[:, left:right], self._pixels[:, left - start : right - start])
        return frame

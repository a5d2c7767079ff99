"""Pictures one after another, in order or at random, each fading into the next."""

import contextlib
import random
import time
from collections.abc import Iterator
from pathlib import Path

import av
import cv2
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter

from shared.chosen_files import is_folder
from shared.errors import InvalidInput
from studio.engine.painting import frame_of
from studio.engine.pixels import packed_view
from studio.engine.schedule import NS
from studio.engine.sources.base import Sink
from studio.engine.sources.pictures import read_picture
from studio.project.model import SlideshowSource

_ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff")
_AT_MOST = 2000
_LEAD_NS = 8_000_000


class SlideshowCapture:
    """Holds two pictures at most; a picture that cannot be read is left out, and said so."""

    def __init__(self, settings: SlideshowSource, *, chance: random.Random | None = None) -> None:
        self._settings = settings
        self._chance = chance or random.Random()  # noqa: S311 - the order of pictures

    def run(self, sink: Sink) -> None:
        """Show until told to stop, or to the last picture when not looped.

        Raises:
            InvalidInput: there is no picture that can be read.
        """
        shown: av.VideoFrame | None = None
        until_ns = time.monotonic_ns()
        for frame in self._frames(sink):
            if not sink.stop.wait_until(until_ns):
                return
            if shown is not None and self._settings.fade_s > 0:
                self._fade(sink, shown, frame)
            sink.publish(frame, captured_ns=time.monotonic_ns(), has_alpha=True)
            shown = frame
            until_ns = time.monotonic_ns() + int(self._settings.interval_s * NS)

    def _frames(self, sink: Sink) -> Iterator[av.VideoFrame]:
        """Yield each picture, fitted; the next one is read while this one shows."""
        has_complained = False
        while not sink.stop.is_set:
            count = 0
            for path in self._paths():
                try:
                    frame = self._fitted(path)
                except InvalidInput as error:
                    if not has_complained:
                        has_complained = True
                        sink.warn(error)
                    continue
                count += 1
                yield frame
            if not count:
                raise InvalidInput(
                    "There is no picture in this slideshow; choose pictures or a folder with some.",
                    code="SLIDESHOW_EMPTY",
                )
            if not self._settings.loop or (count == 1 and len(self._paths()) == 1):
                return

    def _paths(self) -> list[Path]:
        found: list[Path] = []
        for name in self._settings.paths:
            path = Path(name)
            if not is_folder(path):
                found.append(path)
                continue
            with contextlib.suppress(OSError):  # it has gone meanwhile, or may not be read
                found += sorted(p for p in path.iterdir() if p.suffix.lower() in _ENDINGS)
        found = found[:_AT_MOST]
        if self._settings.order == "random":
            self._chance.shuffle(found)
        return found

    def _fitted(self, path: Path) -> av.VideoFrame:
        """Read a picture into the middle of the slideshow's size."""
        box = QSize(self._settings.width, self._settings.height)
        image = read_picture(str(path), box=box)
        size = image.size().scaled(box, Qt.AspectRatioMode.KeepAspectRatio)
        sheet = QImage(box, QImage.Format.Format_ARGB32_Premultiplied)
        sheet.fill(0)
        painter = QPainter(sheet)
        try:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            left, top = (box.width() - size.width()) / 2, (box.height() - size.height()) / 2
            painter.drawImage(QRectF(left, top, size.width(), size.height()), image)
        finally:
            painter.end()
        frame, _ = frame_of(sheet)
        return frame

    def _fade(self, sink: Sink, first: av.VideoFrame, last: av.VideoFrame) -> None:
        begun_ns = time.monotonic_ns()
        while (tick_ns := sink.wait_for_tick(_LEAD_NS)) is not None:
            share = (tick_ns - begun_ns) / NS / self._settings.fade_s
            if share >= 1.0:
                return
            mixed = av.VideoFrame(first.width, first.height, "bgra")
            cv2.addWeighted(
                packed_view(first), 1 - share, packed_view(last), share, 0, dst=packed_view(mixed)
            )
            sink.publish(mixed, captured_ns=tick_ns, has_alpha=True)

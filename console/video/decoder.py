"""The thread that decodes a clip, so that the window never waits for a picture."""

import logging
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from shared.errors import AppError

if TYPE_CHECKING:
    from console.video.reader import Picture

_log = logging.getLogger(__name__)
_JOIN_S = 5.0


class ClipDecoder(QObject):
    """Decodes whatever picture is wanted last; one that was overtaken is never decoded."""

    opened = Signal(object)
    """The times of the pictures in seconds, a tuple of floats."""
    decoded = Signal(int, QImage)
    failed = Signal(object)
    """An AppError."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wake = threading.Condition()
        self._wanted: int | None = None
        self._is_closing = False
        self._thread: threading.Thread | None = None

    def open(self, content: bytes, *, width: int) -> None:
        """Begin with another clip."""
        self.close()
        self._is_closing, self._wanted = False, 0
        self._thread = threading.Thread(
            target=self._run, args=(content, width), name="clip decoder", daemon=True
        )
        self._thread.start()

    def want(self, index: int) -> None:
        """Ask for a picture in place of the one asked for before."""
        with self._wake:
            self._wanted = index
            self._wake.notify()

    def close(self) -> None:
        """End the thread and wait for it."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        with self._wake:
            self._is_closing = True
            self._wake.notify()
        thread.join(_JOIN_S)

    def _run(self, content: bytes, width: int) -> None:
        # Loading the decoders takes a fifth of a second: it waits until a clip is played, here.
        from console.video.reader import ClipReader

        try:
            reader = ClipReader(content, width=width)
        except AppError as error:
            self.failed.emit(error)
            return
        try:
            self.opened.emit(reader.times_s)
            while (index := self._next()) is not None:
                self.decoded.emit(index, image_of(reader.read(index)))
        except AppError as error:
            _log.info("a clip could not be played: %s", error.code)
            self.failed.emit(error)
        finally:
            reader.close()

    def _next(self) -> int | None:
        """The picture wanted now; None once the clip is closed."""
        with self._wake:
            self._wake.wait_for(lambda: self._is_closing or self._wanted is not None)
            if self._is_closing:
                return None
            index, self._wanted = self._wanted, None
            return index


def image_of(picture: "Picture") -> QImage:
    """A picture as Qt paints it, with pixels of its own."""
    image = QImage(
        picture.pixels,
        picture.width,
        picture.height,
        picture.stride,
        QImage.Format.Format_RGB32,
    )
    return image.copy()

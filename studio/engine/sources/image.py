"""A still picture from a file, with its transparency."""

import time
from pathlib import Path

from PySide6.QtGui import QImage, QImageReader

from shared.errors import InvalidInput
from studio.engine.painting import frame_of
from studio.engine.schedule import NS
from studio.engine.sources.base import Sink
from studio.project.model import ImageSource

_FOREVER_NS = 365 * 24 * 3600 * NS
_LARGEST_SIDE = 8192


class ImageCapture:
    """Reads the picture once; one larger than 8192 pixels a side is scaled down while reading."""

    def __init__(self, settings: ImageSource) -> None:
        self._settings = settings

    def run(self, sink: Sink) -> None:
        """Publish the picture, then wait for the end.

        Raises:
            InvalidInput: the file is missing or no picture that can be read.
        """
        image = self._read()
        frame, has_alpha = frame_of(image)
        sink.publish(frame, captured_ns=time.monotonic_ns(), has_alpha=has_alpha)
        sink.stop.wait_until(time.monotonic_ns() + _FOREVER_NS)

    def _read(self) -> QImage:
        name = Path(self._settings.path).name
        if not Path(self._settings.path).is_file():
            raise InvalidInput(
                f"The picture {name} is not there any more; choose it again.", code="FILE_MISSING"
            )
        reader = QImageReader(self._settings.path)
        reader.setAutoTransform(True)
        size = reader.size()
        if size.isValid() and max(size.width(), size.height()) > _LARGEST_SIDE:
            larger = max(size.width(), size.height())
            reader.setScaledSize(size * (_LARGEST_SIDE / larger))
        image = reader.read()
        if image.isNull():
            raise InvalidInput(
                f"The picture {name} cannot be read; save it as PNG or JPEG.", code="FILE_DAMAGED"
            )
        return image

"""A still picture from a file, with its transparency."""

import time

from studio.engine.painting import frame_of
from studio.engine.schedule import NS
from studio.engine.sources.base import Sink
from studio.engine.sources.pictures import read_picture
from studio.project.model import ImageSource

_FOREVER_NS = 365 * 24 * 3600 * NS


class ImageCapture:
    """Reads the picture once; a very large one is scaled down while reading."""

    def __init__(self, settings: ImageSource) -> None:
        self._settings = settings

    def run(self, sink: Sink) -> None:
        """Publish the picture, then wait for the end.

        Raises:
            InvalidInput: the file is missing or no picture that can be read.
        """
        frame, has_alpha = frame_of(read_picture(self._settings.path))
        sink.publish(frame, captured_ns=time.monotonic_ns(), has_alpha=has_alpha)
        sink.stop.wait_until(time.monotonic_ns() + _FOREVER_NS)

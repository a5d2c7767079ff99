"""One flat colour."""

import time

import av

from studio.engine.pixels import packed_view, parse_colour
from studio.engine.schedule import NS
from studio.engine.sources.base import Sink
from studio.project.model import ColourSource

_FOREVER_NS = 365 * 24 * 3600 * NS


class ColourCapture:
    """Publishes its colour once."""

    def __init__(self, settings: ColourSource) -> None:
        self._settings = settings

    def run(self, sink: Sink) -> None:
        """Publish, then wait for the end."""
        red, green, blue, alpha = parse_colour(self._settings.colour)
        frame = av.VideoFrame(self._settings.width, self._settings.height, "bgra")
        scale = alpha / 255
        packed_view(frame)[:] = (
            round(blue * scale),
            round(green * scale),
            round(red * scale),
            alpha,
        )
        sink.publish(frame, captured_ns=time.monotonic_ns(), has_alpha=alpha < 255)
        sink.stop.wait_until(time.monotonic_ns() + _FOREVER_NS)

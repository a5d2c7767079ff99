"""From one colour to another, painted once."""

import math
import time

import av
import numpy as np
import numpy.typing as npt

from studio.engine.pixels import Plane, packed_view, parse_colour
from studio.engine.schedule import NS
from studio.engine.sources.base import Sink
from studio.project.model import GradientSource

_FOREVER_NS = 365 * 24 * 3600 * NS
_BAND_ROWS = 128
_Floats = npt.NDArray[np.float32]


class GradientCapture:
    """Publishes its picture once."""

    def __init__(self, settings: GradientSource) -> None:
        self._settings = settings

    def run(self, sink: Sink) -> None:
        """Publish, then wait for the end."""
        settings = self._settings
        first, last = (_bgra(text) for text in (settings.colour, settings.colour_to))
        frame = av.VideoFrame(settings.width, settings.height, "bgra")
        pixels = packed_view(frame)
        across, down = _axes(settings.width, settings.height, settings.angle)
        for top in range(0, settings.height, _BAND_ROWS):
            share = down[top : top + _BAND_ROWS, None, None] + across[None, :, None]
            mixed = first + (last - first) * share
            mixed[:, :, :3] *= mixed[:, :, 3:] / 255
            pixels[top : top + _BAND_ROWS] = _dithered(mixed)
        has_alpha = bool(min(first[3], last[3]) < 255)
        sink.publish(frame, captured_ns=time.monotonic_ns(), has_alpha=has_alpha)
        sink.stop.wait_until(time.monotonic_ns() + _FOREVER_NS)


def _bgra(text: str) -> _Floats:
    red, green, blue, alpha = parse_colour(text)
    return np.array([blue, green, red, alpha], dtype=np.float32)


def _axes(width: int, height: int, angle: int) -> tuple[_Floats, _Floats]:
    """What each column and row add to the share of the second colour: 0 to 1, edge to edge."""
    across, down = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    reach = abs(width * across) + abs(height * down)
    columns = np.linspace(-0.5, 0.5, width, dtype=np.float32) * width * across / reach
    rows = np.linspace(-0.5, 0.5, height, dtype=np.float32) * height * down / reach + 0.5
    return columns.astype(np.float32), rows.astype(np.float32)


def _dithered(mixed: _Floats) -> Plane:
    """Round with a little noise, so that no bands are seen; the same noise every time."""
    noise = np.random.default_rng(7).random(mixed.shape[:2], dtype=np.float32)[:, :, None]
    rounded: Plane = np.minimum(mixed + noise * (mixed < 255), 255).astype(np.uint8)
    return rounded

"""The test pattern: colour bars, a moving square, and a flash with a beep once a second.

The flash begins on a tick and the beep begins with the very same instant, so whoever receives
both can measure how far sound and picture have drifted apart.
"""

import av
import numpy as np

from studio.engine.audio.track import SAMPLE_RATE, Samples
from studio.engine.schedule import NS
from studio.engine.sources.base import Sink
from studio.engine.video.pixels import packed_view
from studio.project.model import PatternSource

BARS = (
    (192, 192, 192),
    (192, 192, 0),
    (0, 192, 192),
    (0, 192, 0),
    (192, 0, 192),
    (192, 0, 0),
    (0, 0, 192),
    (16, 16, 16),
)
"""The bars from left to right, RGB; flat patches for colour checks."""

FLASH_S = 0.1
_LEAD_NS = 8_000_000
_BEEP_HZ = 1000.0
_BUFFERS = 4


class PatternCapture:
    """Draws the pattern for each tick, shortly before it is due."""

    def __init__(self, settings: PatternSource) -> None:
        self._settings = settings
        self._sounded = 0

    def run(self, sink: Sink) -> None:
        """Publish until told to stop."""
        frames = [self._background() for _ in range(_BUFFERS)]
        drawn: list[tuple[slice, slice] | None] = [None] * _BUFFERS
        sink.expect_every(1 / sink.schedule.fps)
        number = 0
        flash_began_ns = -NS
        while (tick_ns := sink.wait_for_tick(_LEAD_NS)) is not None:
            if tick_ns // NS != (tick_ns - sink.schedule.period_ns) // NS:
                flash_began_ns = tick_ns
            lit = tick_ns - flash_began_ns < int(FLASH_S * NS)
            slot = number % _BUFFERS
            drawn[slot] = self._draw(frames[slot], drawn[slot], tick_ns=tick_ns, lit=lit)
            sink.publish(frames[slot], captured_ns=tick_ns)
            if self._settings.beep:
                sink.sound(self._beep(sink.schedule.fps, lit=lit), heard_ns=tick_ns)
            number += 1

    def _background(self) -> av.VideoFrame:
        frame = av.VideoFrame(self._settings.width, self._settings.height, "bgr0")
        pixels = packed_view(frame)
        edges = np.linspace(0, self._settings.width, len(BARS) + 1).astype(int)
        for (red, green, blue), left, right in zip(BARS, edges[:-1], edges[1:], strict=True):
            pixels[:, left:right] = (blue, green, red, 255)
        return frame

    def _draw(
        self,
        frame: av.VideoFrame,
        old: tuple[slice, slice] | None,
        *,
        tick_ns: int,
        lit: bool,
    ) -> tuple[slice, slice]:
        """Put the square and the flash into a frame; return where the square is."""
        pixels = packed_view(frame)
        height, width = pixels.shape[:2]
        row = slice(height * 3 // 4, height * 3 // 4 + height // 8)
        if old is not None:
            pixels[old] = pixels[0, old[1]]
        side = row.stop - row.start
        span = max(1, width - side)
        left = int(tick_ns * span // (4 * NS) % span)
        square = (row, slice(left, left + side))
        pixels[square] = (255, 255, 255, 255)
        patch = pixels[height // 4 : height // 2, width // 4 : width * 3 // 4]
        patch[:] = (255, 255, 255, 255) if lit else (0, 0, 0, 255)
        return square

    def _beep(self, fps: int, *, lit: bool) -> Samples:
        """Return the sound of one tick: the tone while lit, else silence; no sample is lost."""
        start = self._sounded
        tick = round(start * fps / SAMPLE_RATE) + 1
        count = tick * SAMPLE_RATE // fps - start
        self._sounded += count
        if not lit:
            return np.zeros((count, 2), dtype=np.float32)
        phase = 2 * np.pi * _BEEP_HZ * np.arange(count) / SAMPLE_RATE
        tone = (0.5 * np.sin(phase)).astype(np.float32)
        return np.repeat(tone[:, None], 2, axis=1)

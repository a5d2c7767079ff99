"""The test pattern: colour bars, a moving square, and a flash with a beep once a second.

The flash begins on a tick and the beep begins with the very same instant, so whoever receives
both can measure how far sound and picture have drifted apart.
"""

import av
import numpy as np

from studio.engine.audio.track import SAMPLE_RATE, Samples
from studio.engine.pixels import packed_view
from studio.engine.schedule import NS, TickSchedule
from studio.engine.sources.base import Sink
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
_SOUND_AHEAD_NS = 250_000_000
_BEEP_HZ = 1000.0
_BUFFERS = 4


def is_lit(schedule: TickSchedule, tick_ns: int) -> bool:
    """Return whether the picture of a tick flashes: from the first tick of each second on."""
    second_ns = tick_ns // NS * NS
    began_ns = schedule.at(schedule.first_from(second_ns))
    return 0 <= tick_ns - began_ns < int(FLASH_S * NS)


class PatternCapture:
    """Draws the pattern for each tick, shortly before it is due."""

    def __init__(self, settings: PatternSource) -> None:
        self._settings = settings

    def run(self, sink: Sink) -> None:
        """Publish until told to stop."""
        frames = [self._background() for _ in range(_BUFFERS)]
        drawn: list[tuple[slice, slice] | None] = [None] * _BUFFERS
        sink.expect_every(1 / sink.schedule.fps)
        number = 0
        next_sound: int | None = None
        while (tick_ns := sink.wait_for_tick(_LEAD_NS)) is not None:
            slot = number % _BUFFERS
            lit = is_lit(sink.schedule, tick_ns)
            drawn[slot] = self._draw(frames[slot], drawn[slot], tick_ns=tick_ns, lit=lit)
            sink.publish(frames[slot], captured_ns=tick_ns)
            if self._settings.beep:
                next_sound = self._sound_ahead(sink, next_sound, tick_ns)
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

    def _sound_ahead(self, sink: Sink, tick: int | None, tick_ns: int) -> int:
        """Write the sound of the ticks up to a quarter of a second ahead; return the next."""
        schedule = sink.schedule
        if tick is None:
            tick = schedule.first_from(tick_ns)
        while (heard_ns := schedule.at(tick)) < tick_ns + _SOUND_AHEAD_NS:
            samples = self._beep(tick, schedule.fps, lit=is_lit(schedule, heard_ns))
            sink.sound(samples, heard_ns=heard_ns)
            tick += 1
        return tick

    def _beep(self, tick: int, fps: int, *, lit: bool) -> Samples:
        """Return the sound of one tick: the tone while lit, else silence."""
        count = (tick + 1) * SAMPLE_RATE // fps - tick * SAMPLE_RATE // fps
        if not lit:
            return np.zeros((count, 2), dtype=np.float32)
        phase = 2 * np.pi * _BEEP_HZ * np.arange(count) / SAMPLE_RATE
        tone = (0.5 * np.sin(phase)).astype(np.float32)
        return np.repeat(tone[:, None], 2, axis=1)

"""What gives way when the encoder cannot keep up: the preset, the frame rate, then the size.

Pure: told once a second how busy the encoder was and whether frames were skipped, the ladder says
on which rung to encode. It climbs back after half a minute of ease, and waits twice as long each
time that proved too early.
"""

from dataclasses import dataclass
from typing import Final

from studio.engine.protocol import VideoSettings

_BUSY: Final = 0.95
"""Share of real time in the encoder above which it falls behind at the next hard scene."""
_BUSY_FOR_S: Final = 3
_EASY: Final = 0.5
_CLIMB_AFTER_S: Final = 30.0
_TOO_EARLY_S: Final = 15.0
_LONGEST_WAIT_S: Final = 600.0
_LIGHT_PRESETS: Final = ("superfast", "ultrafast")
_SIZE_SHARE: Final = 2 / 3
_LEAST_HEIGHT: Final = 360


@dataclass(frozen=True, slots=True)
class Rung:
    """How to encode: settings, of every how many frames, and why in words for the creator."""

    settings: VideoSettings
    every: int
    words: str


def rungs_of(settings: VideoSettings) -> tuple[Rung, ...]:
    """Return the ladder of these settings, from what was asked for downwards."""
    rungs = [Rung(settings, 1, "")]
    presets = [name for name in _LIGHT_PRESETS if _is_lighter(name, than=settings.preset)]
    lightest = settings
    for preset in presets:
        lightest = settings.model_copy(update={"preset": preset})
        rungs.append(Rung(lightest, 1, "with a lighter preset, which costs some sharpness"))
    if settings.fps >= 24:
        rungs.append(Rung(lightest, 2, f"at {settings.fps / 2:g} frames a second"))
    height = round(settings.height * _SIZE_SHARE / 2) * 2
    if height >= _LEAST_HEIGHT:
        width = round(settings.width * _SIZE_SHARE / 2) * 2
        small = lightest.model_copy(update={"width": width, "height": height})
        every = rungs[-1].every
        rungs.append(Rung(small, every, f"at {width}x{height}"))
    return tuple(rungs)


def _is_lighter(preset: str, *, than: str) -> bool:
    order = ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow")
    return order.index(preset) < order.index(than)


class OverloadLadder:
    """Where the encoder stands on its ladder."""

    def __init__(self, settings: VideoSettings) -> None:
        self.rungs = rungs_of(settings)
        self._at = 0
        self._busy_s = 0
        self._easy_since_s: float | None = None
        self._climbed_at_s = float("-inf")
        self._wait_s = _CLIMB_AFTER_S

    @property
    def rung(self) -> Rung:
        """How to encode now."""
        return self.rungs[self._at]

    @property
    def is_lowered(self) -> bool:
        """Something gave way."""
        return self._at > 0

    def step(self, now_s: float, *, busy: float, skipped: int) -> bool:
        """Take the last second; return whether the rung is another one now.

        `busy` is the share of the second that encoding took, `skipped` the frames it left out.
        """
        if busy >= _BUSY or skipped > 0:
            self._easy_since_s = None
            self._busy_s += 1
            return self._busy_s >= _BUSY_FOR_S and self._go_down(now_s)
        self._busy_s = 0
        if busy >= _EASY or self._at == 0:
            self._easy_since_s = None
            return False
        if self._easy_since_s is None:
            self._easy_since_s = now_s
        if now_s - self._easy_since_s < self._wait_s:
            return False
        self._at -= 1
        self._climbed_at_s, self._easy_since_s = now_s, None
        return True

    def _go_down(self, now_s: float) -> bool:
        self._busy_s = 0
        if self._at + 1 >= len(self.rungs):
            return False
        if now_s - self._climbed_at_s < _TOO_EARLY_S:
            self._wait_s = min(self._wait_s * 2, _LONGEST_WAIT_S)
        self._at += 1
        return True

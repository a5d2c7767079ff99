"""A first look at light and sound: is the creator seen and heard, and what would help?"""

from collections import deque
from enum import StrEnum
from typing import Final

_DARK: Final = 60.0
_BRIGHT: Final = 200.0
_FLAT: Final = 14.0
_BACKLIT: Final = 45.0
_SILENT_DB: Final = -60.0
_QUIET_DB: Final = -30.0
_CLIP_DB: Final = -1.0
_NOISE_DB: Final = -38.0
_ENOUGH: Final = 20


class Light(StrEnum):
    """How the camera's picture is lit."""

    UNKNOWN = "unknown"
    DARK = "dark"
    BRIGHT = "bright"
    BACKLIT = "backlit"
    FLAT = "flat"
    GOOD = "good"


class Sound(StrEnum):
    """How the microphone's sound is."""

    UNKNOWN = "unknown"
    SILENT = "silent"
    QUIET = "quiet"
    CLIPPING = "clipping"
    NOISY = "noisy"
    GOOD = "good"


def judge_light(luma: bytes, width: int) -> Light:
    """Judge a small grey picture, one byte a pixel, row by row."""
    if width <= 0 or len(luma) < width:
        return Light.UNKNOWN
    height = len(luma) // width
    mean = sum(luma) / len(luma)
    if mean < _DARK:
        return Light.DARK
    if mean > _BRIGHT:
        return Light.BRIGHT
    middle = [
        luma[y * width + x]
        for y in range(height // 4, height)
        for x in range(width * 3 // 10, width * 7 // 10)
    ]
    around = [
        luma[y * width + x]
        for y in range(height // 2)
        for x in range(width)
        if x < width // 5 or x >= width * 4 // 5
    ]
    if middle and around and sum(around) / len(around) - sum(middle) / len(middle) > _BACKLIT:
        return Light.BACKLIT
    spread = (sum((one - mean) ** 2 for one in luma) / len(luma)) ** 0.5
    return Light.FLAT if spread < _FLAT else Light.GOOD


class Listener:
    """Judges the peaks of the last seconds; the newest level is what a bar shows."""

    def __init__(self, *, memory: int = 100) -> None:
        self._peaks: deque[float] = deque(maxlen=memory)

    @property
    def level_db(self) -> float:
        """The newest peak."""
        return self._peaks[-1] if self._peaks else -96.0

    def hear(self, peak_db: float) -> Sound:
        """Take in a peak, about ten a second, and judge what was heard."""
        self._peaks.append(peak_db)
        return self.verdict

    def forget(self) -> None:
        """Begin anew, for another microphone."""
        self._peaks.clear()

    @property
    def verdict(self) -> Sound:
        """What the last seconds were."""
        if len(self._peaks) < _ENOUGH:
            return Sound.UNKNOWN
        ordered = sorted(self._peaks)
        loud, floor = ordered[len(ordered) * 9 // 10], ordered[len(ordered) // 10]
        if ordered[-1] >= _CLIP_DB and ordered[-2] >= _CLIP_DB:
            return Sound.CLIPPING
        if loud < _SILENT_DB:
            return Sound.SILENT
        if floor > _NOISE_DB and loud - floor < 15.0:
            return Sound.NOISY
        return Sound.QUIET if loud < _QUIET_DB else Sound.GOOD

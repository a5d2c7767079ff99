"""How a meter moves: the ballistics of OBS Studio's volume meter, without Qt and without a clock.

OBS Studio 32 (frontend/components/VolumeMeter.cpp): peaks rise at once and fall by 20 dB in 0.85 s
(23.53 dB/s), the peak is held for 20 s, the magnitude follows with 300 ms.
"""

import math
from dataclasses import dataclass, field

LOWEST_DB = -60.0
YELLOW_DB = -20.0
RED_DB = -9.0
DECAY_DB_PER_S = 23.53
HOLD_S = 20.0
MAGNITUDE_S = 0.3
CLIP_DB = -0.05
CLIP_SHOWN_S = 2.0
_GONE_S = 0.5
_SILENT_DB = -96.0
_QUIET_DB = -60.0
_SPAN_DB = -LOWEST_DB


@dataclass(slots=True)
class Needle:
    """One channel of a meter: what is shown now."""

    peak_db: float = _SILENT_DB
    hold_db: float = _SILENT_DB
    magnitude_db: float = _SILENT_DB
    held_at_s: float = -math.inf

    def hear(self, peak_db: float, now_s: float) -> None:
        """Rise to a new peak."""
        self.peak_db = max(self.peak_db, peak_db)
        if peak_db >= self.hold_db:
            self.hold_db, self.held_at_s = peak_db, now_s

    def move(self, now_s: float, fall_db: float, heard_db: float, way: float) -> None:
        """Let the peak fall, and bring the magnitude so much of its way to what is heard."""
        peak_db = self.peak_db - fall_db
        self.peak_db = peak_db if peak_db > _SILENT_DB else _SILENT_DB
        if now_s - self.held_at_s > HOLD_S:
            self.hold_db, self.held_at_s = self.peak_db, now_s
        self.magnitude_db += (heard_db - self.magnitude_db) * way

    def places(self, scale: float, length: int) -> tuple[int, int, int]:
        """Peak, held peak and magnitude on a meter of so many pixels, `scale` of them a dB.

        Written for speed: eight meters ask for both needles sixty times a second.
        """
        peak = int((self.peak_db + _SPAN_DB) * scale)
        hold = int((self.hold_db + _SPAN_DB) * scale)
        magnitude = int((self.magnitude_db + _SPAN_DB) * scale)
        return (
            0 if peak < 0 else length if peak > length else peak,
            0 if hold < 0 else length if hold > length else hold,
            0 if magnitude < 0 else length if magnitude > length else magnitude,
        )


@dataclass(slots=True)
class Ballistics:
    """A stereo meter: told levels as they come, asked for its needles as often as it is painted."""

    left: Needle = field(default_factory=Needle)
    right: Needle = field(default_factory=Needle)
    _left_db: float = _SILENT_DB
    _right_db: float = _SILENT_DB
    _heard_s: float = -math.inf
    _moved_s: float | None = None
    _clipped_s: float = -math.inf
    _loud_s: float | None = None

    def hear(
        self, peaks_db: tuple[float, float], magnitudes_db: tuple[float, float], now_s: float
    ) -> None:
        """Take levels in."""
        self.move(now_s)
        self.left.hear(peaks_db[0], now_s)
        self.right.hear(peaks_db[1], now_s)
        self._left_db, self._right_db = magnitudes_db
        self._heard_s = now_s
        if max(peaks_db) >= CLIP_DB:
            self._clipped_s = now_s
        if self._loud_s is None or max(peaks_db) > _QUIET_DB:
            self._loud_s = now_s

    def move(self, now_s: float) -> None:
        """Bring the needles to a moment; where nothing comes any more, they fall to the end."""
        step_s = 0.0 if self._moved_s is None else now_s - self._moved_s
        self._moved_s = now_s
        if step_s <= 0.0:
            return
        fall_db, way = DECAY_DB_PER_S * step_s, 1.0 - math.exp(-step_s / MAGNITUDE_S)
        if now_s - self._heard_s > _GONE_S:
            self._left_db = self._right_db = _SILENT_DB
        self.left.move(now_s, fall_db, self._left_db, way)
        self.right.move(now_s, fall_db, self._right_db, way)

    def pixels(self, now_s: float, length: int) -> tuple[int, ...]:
        """Where everything stands at a moment on a meter of so many pixels.

        Peak, held peak and magnitude of the left, the same of the right, and 1 while it clips.
        """
        self.move(now_s)
        scale = length / _SPAN_DB
        return (
            *self.left.places(scale, length),
            *self.right.places(scale, length),
            int(now_s - self._clipped_s < CLIP_SHOWN_S),
        )

    def is_clipping(self, now_s: float) -> bool:
        """Full scale was reached a moment ago."""
        return now_s - self._clipped_s < CLIP_SHOWN_S

    def quiet_s(self, now_s: float) -> float:
        """For how long levels have come, and none of them above -60 dB."""
        if self._loud_s is None or now_s - self._heard_s > _GONE_S:
            return 0.0
        return now_s - self._loud_s


def share(db: float) -> float:
    """Where a level stands on the meter, 0 at -60 dB to 1 at full scale."""
    return min(1.0, max(0.0, 1.0 - db / LOWEST_DB))

"""How much video the lines can carry: lowers the rate when packets wait, and climbs back.

Pure: fed with readings ten times a second, it answers with the rate to encode at. One encode
feeds every output, so the slowest healthy line governs all of them. A line that is down does not
govern, and one that has held the others under half of what they could carry for 20 s no longer
does: it loses pictures of its own (its queue drops to keyframes) until it keeps up again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

FLOOR_KBPS: Final = 300
"""Video is never asked to be smaller; below it pictures are dropped."""

_WAITING_S: Final = 0.35
"""Packets that wait longer mean that the line is too slow. A keyframe alone waits less."""
_LATE_S: Final = 0.7
_CALM_S: Final = 0.2
_HOLD_S: Final = 0.8
"""How long a lower rate is given to take effect."""
_GROWTH_S: Final = 0.25
"""A queue that has aged by so much since the rate was lowered is not given that time."""
_CALM_BEFORE_RISE_S: Final = 1.5
_RISE_EVERY_S: Final = 0.5
_FIRST_RISE: Final = 0.02
_LARGEST_RISE: Final = 0.08
_CAUTIOUS_RISE: Final = 0.02
_RISE_OF_TARGET: Final = 0.3
"""Steps are shares of the present rate, and of no less than this share of the target."""
_CAUTIOUS_FOR_S: Final = 12.0
_LARGEST_FALL: Final = 0.5
_SHARE_OF_LINE: Final = 0.9
_SHARE_WHEN_LATE: Final = 0.7
_LEAVE_BEHIND_SHARE: Final = 0.5
_LEAVE_BEHIND_AFTER_S: Final = 20.0
_KEEPS_UP_FOR_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class LineReading:
    """One output's line, now."""

    output_id: str
    is_live: bool
    queue_age_s: float
    line_kbps: float
    """What the line took in the last half second, video and sound."""


class LineGovernor:
    """The most video that one line carries, as far as is known."""

    def __init__(self, target_kbps: int, *, sound_kbps: int) -> None:
        self._sound_kbps = sound_kbps
        self._target_kbps = float(target_kbps)
        self.ceiling_kbps = float(target_kbps)
        self._lowered_at_s = float("-inf")
        self._age_when_lowered_s = 0.0
        self._known_limit_kbps = float("inf")
        self._calm_since_s: float | None = None
        self._raised_at_s = float("-inf")
        self._rise = _FIRST_RISE

    @property
    def floor_kbps(self) -> float:
        """The least that is asked for."""
        return min(float(FLOOR_KBPS), self._target_kbps)

    def set_target(self, kbps: int) -> None:
        """Go no higher than this from now on."""
        was_free = self.ceiling_kbps >= self._target_kbps
        self._target_kbps = float(kbps)
        self.ceiling_kbps = self._target_kbps if was_free else min(self.ceiling_kbps, float(kbps))

    def step(self, now_s: float, reading: LineReading, *, encoded_kbps: float) -> None:
        """Take a reading, made while the encoder was asked for `encoded_kbps`."""
        if reading.queue_age_s >= _WAITING_S:
            self._calm_since_s = None
            self._rise = _FIRST_RISE
            if self._may_lower(now_s, reading.queue_age_s):
                self._lower(now_s, reading, encoded_kbps=encoded_kbps)
        elif reading.queue_age_s >= _CALM_S:
            self._calm_since_s = None
        else:
            self._climb(now_s)

    def _may_lower(self, now_s: float, age_s: float) -> bool:
        if now_s - self._lowered_at_s >= _HOLD_S:
            return True
        return age_s - self._age_when_lowered_s >= _GROWTH_S

    def _lower(self, now_s: float, reading: LineReading, *, encoded_kbps: float) -> None:
        share = _SHARE_WHEN_LATE if reading.queue_age_s >= _LATE_S else _SHARE_OF_LINE
        fits_kbps = reading.line_kbps * share - self._sound_kbps
        below_kbps = min(self.ceiling_kbps, encoded_kbps) * share
        self._known_limit_kbps = max(reading.line_kbps - self._sound_kbps, self.floor_kbps)
        # What one look says of the line may be a hiccup: at most half is given up at once.
        least_kbps = max(self.floor_kbps, _LARGEST_FALL * self.ceiling_kbps)
        self.ceiling_kbps = max(least_kbps, min(fits_kbps, below_kbps))
        self._lowered_at_s, self._age_when_lowered_s = now_s, reading.queue_age_s

    def _climb(self, now_s: float) -> None:
        if self._calm_since_s is None:
            self._calm_since_s = now_s
        is_soon = now_s - self._calm_since_s < _CALM_BEFORE_RISE_S
        if is_soon or now_s - self._raised_at_s < _RISE_EVERY_S:
            return
        self._raised_at_s = now_s
        if now_s - self._lowered_at_s > _CAUTIOUS_FOR_S:
            self._known_limit_kbps = float("inf")
        share = self.ceiling_kbps / self._known_limit_kbps
        is_near = share >= _SHARE_OF_LINE
        rise = _CAUTIOUS_RISE if is_near else self._rise
        self._rise = min(self._rise * 1.5, _LARGEST_RISE)
        base_kbps = max(self.ceiling_kbps, _RISE_OF_TARGET * self._target_kbps)
        self.ceiling_kbps = min(self._target_kbps, self.ceiling_kbps + rise * base_kbps)


@dataclass(slots=True)
class _Line:
    """A line, and whether it has a say."""

    governor: LineGovernor
    is_behind: bool = False
    slow_since_s: float | None = None
    keeps_up_since_s: float | None = None


class CongestionControl:
    """One rate for all lines."""

    def __init__(self, target_kbps: int, *, sound_kbps: int) -> None:
        self._target_kbps = target_kbps
        self._sound_kbps = sound_kbps
        self._lines: dict[str, _Line] = {}
        self.rate_kbps = target_kbps

    @property
    def left_behind(self) -> tuple[str, ...]:
        """The outputs that are too slow to govern the others."""
        return tuple(name for name, line in self._lines.items() if line.is_behind)

    @property
    def is_lowered(self) -> bool:
        """The rate is lower than what was asked for."""
        return self.rate_kbps < self._target_kbps

    def set_target(self, kbps: int) -> None:
        """Go no higher than this from now on."""
        self._target_kbps = kbps
        for line in self._lines.values():
            line.governor.set_target(kbps)

    def step(self, now_s: float, readings: Sequence[LineReading]) -> int:
        """Take the readings of every line and return the rate to encode at, in kbit/s."""
        self._lines = {
            reading.output_id: self._lines.get(reading.output_id) or self._new_line()
            for reading in readings
        }
        live = [reading for reading in readings if reading.is_live]
        for reading in live:
            line = self._lines[reading.output_id]
            line.governor.step(now_s, reading, encoded_kbps=self.rate_kbps)
        self._judge(now_s, live)
        governing = [
            line.governor.ceiling_kbps
            for line in (self._lines[reading.output_id] for reading in live)
            if not line.is_behind
        ]
        self.rate_kbps = round(min(governing, default=self._target_kbps))
        return self.rate_kbps

    def _new_line(self) -> _Line:
        return _Line(LineGovernor(self._target_kbps, sound_kbps=self._sound_kbps))

    def _judge(self, now_s: float, live: Sequence[LineReading]) -> None:
        """Leave a line behind that holds the others down, and take it back when it keeps up."""
        for reading in live:
            line = self._lines[reading.output_id]
            others = [
                other.governor.ceiling_kbps
                for other in (self._lines[each.output_id] for each in live)
                if other is not line and not other.is_behind
            ]
            if line.is_behind:
                self._take_back(now_s, line, reading, has_others=bool(others))
                continue
            limit_kbps = _LEAVE_BEHIND_SHARE * min(others, default=0.0)
            if line.governor.ceiling_kbps >= limit_kbps:
                line.slow_since_s = None
            elif line.slow_since_s is None:
                line.slow_since_s = now_s
            elif now_s - line.slow_since_s >= _LEAVE_BEHIND_AFTER_S:
                line.is_behind, line.keeps_up_since_s = True, None

    def _take_back(
        self, now_s: float, line: _Line, reading: LineReading, *, has_others: bool
    ) -> None:
        if reading.queue_age_s >= _WAITING_S:
            line.keeps_up_since_s = None
        elif line.keeps_up_since_s is None:
            line.keeps_up_since_s = now_s
        keeps_up = (
            line.keeps_up_since_s is not None and now_s - line.keeps_up_since_s >= _KEEPS_UP_FOR_S
        )
        if keeps_up:
            line.governor.ceiling_kbps = max(line.governor.ceiling_kbps, self.rate_kbps)
        if keeps_up or not has_others:
            line.is_behind, line.slow_since_s = False, None

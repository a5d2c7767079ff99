"""How the sound of scenes gives way: what only one of two scenes has fades, the rest goes on.

Fades are of equal power, the quarter of a sine: two sounds that have nothing to do with each
other add up by their power, so that what is heard stays as loud all the way. A linear fade would
dip by 3 dB in its middle.
"""

import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from studio.engine.audio.mixing import Strip
from studio.engine.audio.track import BLOCK, SAMPLE_RATE, AudioTrack, Samples

CUT_NS: Final = 5_000_000
"""Even a cut fades for so long, so that it does not click."""

_NS = 1_000_000_000
_REMEMBERED_NS = 3 * _NS
"""Blocks are mixed up to a second after their time; nobody asks for what is older than this."""
_TAIL_NS = 2 * _NS
_BLOCK_NS = BLOCK * _NS // SAMPLE_RATE
_OFFSETS_NS = np.arange(BLOCK, dtype=np.float64) * (_NS / SAMPLE_RATE)


@dataclass(frozen=True, slots=True)
class _Way:
    """What share of a source is heard, as straight lines between moments of the master clock."""

    times_ns: tuple[int, ...] = (0,)
    shares: tuple[float, ...] = (0.0,)

    @property
    def target(self) -> float:
        """What it comes to."""
        return self.shares[-1]

    def at(self, moment_ns: int) -> float:
        """Return the share at a moment."""
        return float(np.interp(moment_ns, self.times_ns, self.shares))

    def turning(self, moment_ns: int, length_ns: int, target: float) -> "_Way":
        """The same until a moment, and from there to another share."""
        kept = [
            (time_ns, share)
            for time_ns, share in zip(self.times_ns, self.shares, strict=True)
            if moment_ns - _REMEMBERED_NS < time_ns < moment_ns
        ]
        first_ns = max(moment_ns - _REMEMBERED_NS, 0)
        points = [
            (first_ns, self.at(first_ns)),
            *kept,
            (moment_ns, self.at(moment_ns)),
            (moment_ns + max(length_ns, CUT_NS), target),
        ]
        return _Way(tuple(time_ns for time_ns, _ in points), tuple(share for _, share in points))


@dataclass(frozen=True, slots=True)
class _Own:
    """The sound of a transition itself, until it is over."""

    strip: Strip
    until_ns: int


@dataclass(slots=True)
class SceneSound:
    """Which sources of the scenes are heard, and how much of each; for any thread."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _ways: dict[str, _Way] = field(default_factory=dict)
    _own: tuple[_Own, ...] = ()
    _has_begun: bool = False

    def aim(
        self,
        heard: Collection[str],
        *,
        at_ns: int,
        length_ns: int = 0,
        lengths_ns: Mapping[str, int] | None = None,
    ) -> None:
        """Let these be heard from a moment on, and no others; the first at once.

        What is on its way there already goes on as it was. `lengths_ns` are of sources that take
        a time of their own.
        """
        own_ns = lengths_ns or {}
        with self._lock:
            if not self._has_begun:
                self._has_begun = True
                self._ways = {source_id: _Way((0,), (1.0,)) for source_id in heard}
                return
            ways = dict(self._ways)
            for source_id in {*ways, *heard}:
                way, target = ways.get(source_id, _Way()), float(source_id in heard)
                if way.target != target:
                    length = own_ns.get(source_id, length_ns)
                    ways[source_id] = way.turning(at_ns, length, target)
                elif not target and way.times_ns[-1] < at_ns - _REMEMBERED_NS:
                    ways.pop(source_id, None)
            self._ways = ways
            self._own = tuple(one for one in self._own if one.until_ns > at_ns)

    def play(self, track: AudioTrack, gain: float, *, at_ns: int, length_ns: int) -> None:
        """Let a transition be heard itself, as long as it lasts."""
        own = _Own(Strip(track, gain, 0), at_ns + length_ns + _TAIL_NS)
        with self._lock:
            self._own = (*(one for one in self._own if one.until_ns > at_ns), own)

    def strips(self) -> tuple[Strip, ...]:
        """Return the sounds of transitions on their way."""
        return tuple(one.strip for one in self._own)

    def share(self, source_id: str, start_ns: int) -> Samples | float:
        """Return what is heard of a source in the block that begins at a moment.

        One number where it stays the same, else `(BLOCK, 1) float32`.
        """
        way = self._ways.get(source_id)
        if way is None:
            return 0.0
        if start_ns >= way.times_ns[-1]:
            return way.target
        if len(set(way.shares)) == 1:
            return way.shares[0]
        phases = np.interp(start_ns + _OFFSETS_NS, way.times_ns, way.shares)
        return np.sin(phases * (np.pi / 2)).astype(np.float32)[:, None]

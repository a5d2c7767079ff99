"""The mix of one block: strips with their filters, faders and ways to tracks and to the creator.

Pure arithmetic over blocks, without a thread or a clock; what changes is faded over one block, so
that nothing clicks.
"""

import math
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from studio.engine.audio.chain import FilterChain
from studio.engine.audio.levels import Level, LevelMeter
from studio.engine.audio.track import BLOCK, SAMPLE_RATE, AudioTrack, Samples
from studio.project.model import ALL_TRACKS, TRACKS

MIX_DELAY_NS = 40_000_000
"""How long after its end a block is mixed, so that devices have delivered what belongs into it."""

_NS = 1_000_000_000
_ONE_SAMPLE_NS = _NS // SAMPLE_RATE
_BLOCK_NS = BLOCK * _NS // SAMPLE_RATE
_REACH_NS = 4 * _NS
"""How far back a track is read; a longer delay is held here, block by block."""

_MONITOR = TRACKS
_FADE = np.linspace(0.0, 1.0, BLOCK, dtype=np.float32)[:, None]
_QUIET = 10 ** (-60 / 20)


@dataclass(frozen=True, slots=True)
class Strip:
    """A track and how it enters the mix."""

    track: AudioTrack
    gain: float
    offset_ns: int
    source_id: str = ""
    is_muted: bool = False
    balance: float = 0.0
    is_mono: bool = False
    is_on_air: bool = True
    is_monitored: bool = False
    tracks: int = ALL_TRACKS
    chain: FilterChain | None = None
    share: Callable[[int], Samples | float] | None = None
    """How much of it the scene on air lets through, in the block that begins at a moment, one
    value or one for each sample; None is all of it, always."""

    def gains(self) -> tuple[float, float]:
        """The gain of left and right by fader and balance."""
        return (
            self.gain * min(1.0, 1.0 - self.balance),
            self.gain * min(1.0, 1.0 + self.balance),
        )

    def shift_ns(self) -> int:
        """How much later than it was heard the sound is read; less than 0 is ahead of its time."""
        latency = self.chain.latency_samples if self.chain is not None else 0
        return self.offset_ns - latency * _NS // SAMPLE_RATE

    def routes(self) -> tuple[float, ...]:
        """The gain to each of the tracks, then that to the creator."""
        is_heard = self.is_on_air and not self.is_muted
        to_tracks = (float(is_heard and bool(self.tracks >> n & 1)) for n in range(TRACKS))
        return (*to_tracks, float(self.is_monitored and not self.is_muted))


class Channel:
    """What a strip's sound needs from one block to the next."""

    def __init__(self) -> None:
        self.meter = LevelMeter()
        self.heard_ns: int | None = None
        """When there was sound above -60 dB last, before the fader."""
        self.lag_ns = 0
        """How much later than its picture it sounds, beside the offset that is asked for."""
        self._gains: tuple[float, float] | None = None
        self._routes: tuple[float, ...] | None = None
        self._held: deque[Samples | None] = deque()

    def read(self, strip: Strip, start_ns: int) -> Samples | None:
        """Return the strip's sound after its filters, before the fader; None for none.

        What filters hold back is made up for by reading as much ahead.
        """
        offset_ns = strip.shift_ns()
        spare = max(0, offset_ns - _REACH_NS) * SAMPLE_RATE // (_NS * BLOCK)
        near_ns = offset_ns - spare * BLOCK * _NS // SAMPLE_RATE
        part = strip.track.read(start_ns - near_ns)
        if part is not None and not np.isfinite(part.sum()):
            part = None  # a driver's rubbish must not stay in a filter for ever
        if strip.chain is not None and strip.chain.is_active:
            part = strip.chain.process(np.zeros((BLOCK, 2), np.float32) if part is None else part)
        self.lag_ns = round(strip.track.drift_ms * 1e6)
        while len(self._held) > spare:
            self._held.popleft()
        while len(self._held) < spare:
            self._held.appendleft(None)
        self._held.append(part)
        return self._held.popleft()

    def fade(self, strip: Strip, part: Samples, *, is_leaving: bool) -> Samples:
        """Return the sound after fader and balance; it is measured on its way."""
        if strip.is_mono:
            part = np.repeat(part.mean(axis=1, keepdims=True), 2, axis=1)
        target = (0.0, 0.0) if is_leaving else strip.gains()
        before, self._gains = self._gains or target, target
        self.meter.add(part, target)
        if before == target:
            return part if target == (1.0, 1.0) else part * np.array(target, np.float32)
        first, last = np.array(before, np.float32), np.array(target, np.float32)
        faded: Samples = part * (first + (last - first) * _FADE)
        return faded

    def route(self, strip: Strip) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Return the gains to tracks and creator, as they were and as they shall be."""
        target = strip.routes()
        before, self._routes = self._routes or target, target
        return before, target


@dataclass(slots=True)
class Mixed:
    """One block of each track that was asked for, and what the creator hears."""

    tracks: dict[int, Samples]
    monitor: Samples | None
    lag_ms: float = 0.0

    @property
    def program(self) -> Samples:
        """Track 1: what the stream takes."""
        return self.tracks[0]


@dataclass(slots=True)
class MixDesk:
    """Mixes strips block by block; belongs to one thread.

    `is_silenced` makes every track silent (panic), and what was heard until then stays silent
    where it would come later: delayed sound must not bring back what was taken off the air.
    """

    strips: Callable[[], Sequence[Strip]]
    is_silenced: Callable[[], bool]
    _channels: dict[AudioTrack, Channel] = field(default_factory=dict)
    _known: dict[AudioTrack, Strip] = field(default_factory=dict)
    _silenced_until_ns: float = -math.inf
    _next_ns: int | None = None

    def mix(self, start_ns: int, tracks: Iterable[int] = (0,)) -> Mixed:
        """Return the block that begins at a moment of the master clock."""
        strips = {strip.track: strip for strip in self.strips()}
        leaving = {track: strip for track, strip in self._known.items() if track not in strips}
        if self._next_ns is not None and abs(start_ns - self._next_ns) > _ONE_SAMPLE_NS:
            for track in (*strips, *leaving):
                track.jump()
        self._next_ns = start_ns + _BLOCK_NS
        mixed = Mixed({n: np.zeros((BLOCK, 2), np.float32) for n in tracks}, None)
        for track, strip in (*strips.items(), *leaving.items()):
            channel = self._channels.setdefault(track, Channel())
            self._add(strip, channel, mixed, start_ns, is_leaving=track in leaving)
        for track in leaving:
            del self._channels[track]
        self._known = strips
        is_silenced = self.is_silenced()
        if is_silenced:
            # Up to now, and to the next time this is looked at.
            self._silenced_until_ns = start_ns + 2 * _BLOCK_NS + MIX_DELAY_NS + self.delay_ns()
        for block in mixed.tracks.values():
            if is_silenced:
                block[:] = 0.0
            np.clip(block, -1.0, 1.0, out=block)
        return mixed

    def _add(
        self, strip: Strip, channel: Channel, mixed: Mixed, start_ns: int, *, is_leaving: bool
    ) -> None:
        part = channel.read(strip, start_ns)
        before, after = channel.route(strip)
        if part is None:
            channel.meter.add_silence()
            return
        if np.max(part) > _QUIET:
            channel.heard_ns = start_ns
        share = 1.0 if strip.share is None else strip.share(start_ns)
        if not isinstance(share, float) or share != 1.0:
            part = part * share
        sound = channel.fade(strip, part, is_leaving=is_leaving)
        if after[_MONITOR] or before[_MONITOR]:
            if mixed.monitor is None:
                mixed.monitor = np.zeros((BLOCK, 2), np.float32)
            _pour(sound, mixed.monitor, before[_MONITOR], after[_MONITOR])
        if start_ns - strip.offset_ns - channel.lag_ns < self._silenced_until_ns:
            return
        for number, block in mixed.tracks.items():
            _pour(sound, block, before[number], after[number])
        if after[0] and abs(channel.lag_ns) > abs(mixed.lag_ms * 1e6):
            mixed.lag_ms = channel.lag_ns / 1e6

    def delay_ns(self) -> int:
        """How much later blocks must be mixed, so that sound can be read ahead of its time."""
        return max(0, 0, *(-strip.shift_ns() for strip in self.strips()))

    def levels(self) -> tuple[tuple[str, Level], ...]:
        """Return each strip's level since this was asked last."""
        return tuple(
            (strip.source_id, channel.meter.take())
            for track, strip in self._known.items()
            if (channel := self._channels.get(track)) is not None
        )

    def heard_ns(self) -> dict[str, int | None]:
        """When each strip that is not muted had sound last, None for never; from any thread."""
        return {
            strip.source_id: channel.heard_ns
            for track, strip in self._known.items()
            if not strip.is_muted and (channel := self._channels.get(track)) is not None
        }


def _pour(sound: Samples, into: Samples, before: float, after: float) -> None:
    """Add sound to a mix; a way that opens or closes does so over the block."""
    if before == after:
        if after == 1.0:
            into += sound
        return
    into += sound * (before + (after - before) * _FADE)

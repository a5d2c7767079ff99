"""The safety delay: encoded packets held back before every output has them, and the dump."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Protocol

from studio.engine.output.packets import EncodedPacket, PacketKind

MAX_BYTES: Final = 384 * 1024 * 1024
_FILLER_EVERY_US: Final = 1_000_000
_SLOWEST_US: Final = 1_000_000
"""A stream that is further behind the others is waited for no more."""

type _Stream = tuple[PacketKind, int]


class Filling(Protocol):
    """What is sent in place of what may not leave; every picture stands by itself."""

    def picture(self, packet: EncodedPacket) -> EncodedPacket:
        """Return the slate with the times of a packet."""
        ...

    def silence(self, packet: EncodedPacket) -> EncodedPacket:
        """Return silence with the times of a packet."""
        ...


@dataclass(frozen=True, slots=True)
class _Mark:
    """A chapter that begins when its packets leave."""

    dts_us: int
    title: str


class HoldBack:
    """Holds packets and chapters for `delay_s` of media time; the media clock is its only clock.

    Every packet leaves stamped `delay_s` later, so outputs see one unbroken stream: while nothing
    is old enough yet, they get the slate, and a dump puts the slate in the place of what was held.
    All calls but the properties come with the lock of `Safety` held. Beyond `max_bytes` pictures
    are dropped up to a keyframe: nothing leaves early.
    """

    def __init__(
        self,
        *,
        delay_s: float,
        deliver: Callable[[EncodedPacket], None],
        mark: Callable[[str, int], None],
        filling: Filling | None = None,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        self._delay_us = round(delay_s * 1_000_000) if filling is not None else 0
        self._deliver = deliver
        self._mark = mark
        self._filling = filling
        self._max_bytes = max_bytes
        self._held: deque[EncodedPacket | _Mark] = deque()
        self._bytes = 0
        self._began_us: dict[_Stream, int] = {}
        self._newest_us: dict[_Stream, int] = {}
        self._next_filler_us = 0
        self._needs_keyframe = False
        self._last: dict[_Stream, EncodedPacket] = {}
        """The last of each stream in whose place was filling."""
        self.dropped_frames = 0

    @property
    def delay_s(self) -> float:
        """How far viewers are behind."""
        return self._delay_us / 1_000_000

    @property
    def held_s(self) -> float:
        """How much waits now."""
        try:
            return (self._held[-1].dts_us - self._held[0].dts_us) / 1_000_000
        except IndexError:  # nothing waits, or a dump is under way in another thread
            return 0.0

    @property
    def held_bytes(self) -> int:
        """Bytes that wait now."""
        return self._bytes

    @property
    def last_us(self) -> int | None:
        """When the last of what waits leaves; None when nothing does."""
        try:
            return self._held[-1].dts_us
        except IndexError:
            return None

    def play_out(self, now_us: int) -> bool:
        """Let go of what is old enough now that nothing comes any more; True when all has left.

        Until the first of it is, the slate and silence go on as while it was put.
        """
        filling, first = self._filling, next(iter(self._held), None)
        if filling is None or first is None:
            return True
        until_us = min(now_us, first.dts_us)
        for stream, last in tuple(self._last.items()):
            is_sound = last.kind is PacketKind.AUDIO
            step_us = last.duration_us if is_sound else _FILLER_EVERY_US
            while step_us and last.dts_us + step_us < until_us - last.duration_us:
                at_us = last.dts_us + step_us
                last = replace(last, pts_us=at_us, dts_us=at_us)
                self._deliver(filling.silence(last) if is_sound else filling.picture(last))
            self._last[stream] = last
        self._release(now_us)
        return not self._held

    def discard(self) -> None:
        """Throw away what waits, with nothing in its place: the show is over."""
        self._held.clear()
        self._bytes = 0

    def put(self, packet: EncodedPacket) -> None:
        """Take a packet, and let go of what is old enough."""
        if not self._delay_us:
            self._deliver(packet)
            return
        stream = (packet.kind, packet.track)
        if not self._began_us:
            self._next_filler_us = packet.dts_us
        began_us = self._began_us.setdefault(stream, packet.dts_us)
        self._newest_us[stream] = packet.dts_us
        if packet.dts_us - began_us < self._delay_us:
            self._fill(packet)
        else:  # from here on this stream has the scene
            self._last.pop(stream, None)
        if self._admits(packet):
            later = self._delay_us
            self._append(
                replace(packet, pts_us=packet.pts_us + later, dts_us=packet.dts_us + later)
            )
        self._release(self._reached_us())

    def begin_chapter(self, title: str, *, at_us: int) -> None:
        """Mark what is captured from a moment on, when it leaves."""
        if self._delay_us:
            self._held.append(_Mark(at_us + self._delay_us, title))
        else:
            self._mark(title, at_us)

    def dump(self) -> None:
        """Put the slate and silence in the place of all that is held; go on at a keyframe."""
        filling = self._filling
        if not self._delay_us or filling is None:
            return
        held, self._held, self._bytes = self._held, deque(), 0
        next_us: int | None = None
        for each in held:
            if isinstance(each, _Mark):
                self._held.append(each)
            elif each.kind is PacketKind.AUDIO:
                self._append(filling.silence(each))
            elif next_us is None or each.dts_us >= next_us:
                next_us = each.dts_us + _FILLER_EVERY_US
                self._append(filling.picture(each))
        self._needs_keyframe = True

    def _fill(self, packet: EncodedPacket) -> None:
        """Nothing is old enough yet: the slate has the packet's place."""
        if self._filling is None:
            return
        if packet.kind is PacketKind.AUDIO:
            self._last[packet.kind, packet.track] = packet
            self._deliver(self._filling.silence(packet))
        elif packet.dts_us >= self._next_filler_us:
            self._last[packet.kind, packet.track] = packet
            self._next_filler_us = packet.dts_us + _FILLER_EVERY_US
            self._deliver(self._filling.picture(packet))

    def _admits(self, packet: EncodedPacket) -> bool:
        if packet.kind is PacketKind.AUDIO:
            return self._bytes <= 2 * self._max_bytes
        if self._bytes > self._max_bytes:
            self._needs_keyframe = True
        if self._needs_keyframe and not (
            packet.is_keyframe and self._bytes <= self._max_bytes * 3 // 4
        ):
            self.dropped_frames += 1
            return False
        self._needs_keyframe = False
        return True

    def _append(self, packet: EncodedPacket) -> None:
        self._held.append(packet)
        self._bytes += len(packet.data)

    def _reached_us(self) -> int:
        """Up to when every stream has come: sound comes later than its picture.

        Else the first of the scene's sound would leave before the last of the silence.
        """
        furthest = max(self._newest_us.values())
        return min(one for one in self._newest_us.values() if one > furthest - _SLOWEST_US)

    def _release(self, now_us: int) -> None:
        while self._held and self._held[0].dts_us <= now_us:
            first = self._held.popleft()
            if isinstance(first, _Mark):
                self._mark(first.title, first.dts_us)
            else:
                self._bytes -= len(first.data)
                self._deliver(first)

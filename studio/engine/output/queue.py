"""The bounded queue in front of a publisher: knows its age, drops video, never sound."""

import enum
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final

from studio.engine.output.packets import EncodedPacket, PacketKind

MAX_AGE_S: Final = 1.0
MAX_PACKETS: Final = 8192
_MAX_STAY_S: Final = 1.4
"""From the encoder to the last byte on the line: what would take longer is not begun."""
_WAITED_S: Final = 0.35
"""A packet that waited so long has a busy line before it."""


class _Gate(enum.Enum):
    """What the queue waits for before it takes video again."""

    OPEN = "open"
    SHUT = "shut"
    LOST = "lost"
    START = "start"
    RESUME = "resume"
    CONGESTED = "congested"
    PANIC = "panic"


_CLOSED: Final = (_Gate.SHUT, _Gate.LOST)
_SILENT: Final = (*_CLOSED, _Gate.START, _Gate.RESUME)
_COUNTED: Final = (_Gate.LOST, _Gate.RESUME, _Gate.CONGESTED)


type Entry = tuple[float, EncodedPacket]


class PacketQueue:
    """Packets between the encoder threads (`put`) and one sender (`take`); safe across threads.

    When the oldest packet has waited longer than `max_age_s`, video is dropped up to the next
    keyframe; sound stays. Only a queue of `MAX_PACKETS`, minutes of sound, lets sound go, too.
    A new queue is shut: nothing is kept until `begin`. `on_filled` is not called for sound beside
    pictures: it may leave with the next of them, and waking the sender for each packet of sound
    would cost as much as all of the pictures do.
    """

    def __init__(
        self,
        *,
        max_age_s: float = MAX_AGE_S,
        on_filled: Callable[[], None] = lambda: None,
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._max_age_s = max_age_s
        self._on_filled = on_filled
        self._monotonic_s = monotonic_s
        self._lock = threading.Lock()
        self._entries: deque[Entry] = deque()
        self._bytes = 0
        self._dropped_frames = 0
        self._gate = _Gate.SHUT
        self._has_video = True
        self._leaving_since_s: float | None = None

    @property
    def age_s(self) -> float:
        """How long the oldest packet has been here, the one that is being sent included."""
        with self._lock:
            if self._leaving_since_s is None:
                return self._age_s()
            return self._monotonic_s() - self._leaving_since_s

    @property
    def queued_bytes(self) -> int:
        """Bytes of all waiting packets."""
        return self._bytes

    @property
    def dropped_frames(self) -> int:
        """Pictures dropped because the way out was too slow, since the queue was made."""
        return self._dropped_frames

    def begin(self, *, has_video: bool) -> None:
        """Keep what comes from now on, beginning at a keyframe where there is video."""
        with self._lock:
            self._clear()
            self._has_video = has_video
            if not has_video:
                self._gate = _Gate.OPEN
            else:
                self._gate = _Gate.RESUME if self._gate is _Gate.LOST else _Gate.START

    def shut(self) -> None:
        """Throw everything away and keep nothing until `begin`: there is nobody to send to."""
        with self._lock:
            self._clear()
            self._gate = _Gate.SHUT

    def lose(self) -> None:
        """As `shut`, because a live line broke: its pictures count as dropped until it is back."""
        with self._lock:
            pictures = (each for _, each in self._entries if each.kind is PacketKind.VIDEO)
            self._dropped_frames += sum(1 for _ in pictures)
            self._clear()
            self._gate = _Gate.LOST

    def drop_unsent(self) -> None:
        """Throw everything away and go on at the next keyframe (panic)."""
        with self._lock:
            self._clear()
            if self._has_video and self._gate not in _SILENT:
                self._gate = _Gate.PANIC

    def put(self, packet: EncodedPacket) -> None:
        """Add a packet, or drop it by the policy; never blocks."""
        with self._lock:
            if not self._admits(packet):
                return
            self._entries.append((self._monotonic_s(), packet))
            self._bytes += len(packet.data)
            if self._age_s() > self._max_age_s:
                self._drop_video()
            if len(self._entries) > MAX_PACKETS:
                self._bytes -= len(self._entries.popleft()[1].data)
            rests = self._has_video and packet.kind is PacketKind.AUDIO
        if not rests:
            self._on_filled()

    def take(self, *, line_kbps: float | None = None) -> EncodedPacket | None:
        """The oldest packet, or None when nothing waits; it counts until the next call.

        With the rate that a busy line takes, a picture that had to wait and would be on its way
        for too long is dropped, and video to the next keyframe with it.
        """
        with self._lock:
            self._leaving_since_s = None
            while self._entries:
                since_s, packet = self._entries[0]
                if line_kbps is None or not self._is_too_large(since_s, packet, line_kbps):
                    break
                self._drop_video()
            if not self._entries:
                return None
            self._leaving_since_s, packet = self._entries.popleft()
            self._bytes -= len(packet.data)
            return packet

    def take_sound(self, *, older_than_s: float) -> EncodedPacket | None:
        """The oldest sound if it has waited for so long: it may overtake a picture."""
        with self._lock:
            before_s = self._monotonic_s() - older_than_s
            for index, (since_s, packet) in enumerate(self._entries):
                if since_s > before_s:
                    return None
                if packet.kind is PacketKind.AUDIO:
                    del self._entries[index]
                    self._bytes -= len(packet.data)
                    return packet
            return None

    def _is_too_large(self, since_s: float, packet: EncodedPacket, line_kbps: float) -> bool:
        waited_s = self._monotonic_s() - since_s
        if packet.kind is PacketKind.AUDIO or waited_s < _WAITED_S:
            return False
        sending_s = len(packet.data) * 8 / 1000 / max(line_kbps, 1.0)
        return waited_s + sending_s > _MAX_STAY_S

    def _admits(self, packet: EncodedPacket) -> bool:
        if packet.kind is PacketKind.AUDIO:
            # Sound from before the first picture would make viewers start without one.
            return self._gate not in _SILENT
        if self._gate is _Gate.OPEN or (packet.is_keyframe and self._gate not in _CLOSED):
            self._gate = _Gate.OPEN
            return True
        self._dropped_frames += self._gate in _COUNTED
        return False

    def _age_s(self) -> float:
        return self._monotonic_s() - self._entries[0][0] if self._entries else 0.0

    def _clear(self) -> None:
        self._entries.clear()
        self._bytes = 0
        self._leaving_since_s = None

    def _drop_video(self) -> None:
        """Keep the sound, and the video from the newest keyframe on if older video goes."""
        pictures = [
            index for index, (_, each) in enumerate(self._entries) if each.kind is PacketKind.VIDEO
        ]
        keyframes = [index for index in pictures if self._entries[index][1].is_keyframe]
        if not pictures:
            return
        keep_from = keyframes[-1] if keyframes and keyframes[-1] > pictures[0] else None
        if keep_from is None:
            self._gate = _Gate.CONGESTED
        kept: deque[Entry] = deque()
        for index, entry in enumerate(self._entries):
            is_old = keep_from is None or index < keep_from
            if entry[1].kind is PacketKind.VIDEO and is_old:
                self._dropped_frames += 1
                self._bytes -= len(entry[1].data)
            else:
                kept.append(entry)
        self._entries = kept

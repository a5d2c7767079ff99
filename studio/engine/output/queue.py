"""The bounded queue in front of a publisher: knows its age, drops video, never sound."""

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final

from studio.engine.output.packets import EncodedPacket, PacketKind

MAX_AGE_S: Final = 1.5
MAX_PACKETS: Final = 8192

type Entry = tuple[float, EncodedPacket]


class PacketQueue:
    """Packets between the encoder threads (`put`) and one sender (`take`); safe across threads.

    When the oldest packet has waited longer than `max_age_s`, video is dropped up to the next
    keyframe; sound stays. Only a queue of `MAX_PACKETS`, minutes of sound, lets sound go, too.
    A new queue is shut: nothing is kept until `begin`.
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
        self._is_shut = True
        self._needs_keyframe = True
        self._has_video = True

    @property
    def age_s(self) -> float:
        """How long the oldest packet has been waiting."""
        with self._lock:
            return self._age_s()

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
            self._is_shut = False
            self._has_video = has_video
            self._needs_keyframe = has_video

    def shut(self) -> None:
        """Throw everything away and keep nothing until `begin`: there is nobody to send to."""
        with self._lock:
            self._clear()
            self._is_shut = True

    def drop_unsent(self) -> None:
        """Throw everything away and go on at the next keyframe (panic)."""
        with self._lock:
            self._clear()
            self._needs_keyframe = self._has_video

    def put(self, packet: EncodedPacket) -> None:
        """Add a packet, or drop it by the policy; never blocks."""
        with self._lock:
            if self._is_shut or not self._admits(packet):
                return
            self._entries.append((self._monotonic_s(), packet))
            self._bytes += len(packet.data)
            if self._age_s() > self._max_age_s:
                self._drop_video()
            if len(self._entries) > MAX_PACKETS:
                self._bytes -= len(self._entries.popleft()[1].data)
        self._on_filled()

    def take(self) -> EncodedPacket | None:
        """The oldest packet, or None when nothing waits."""
        with self._lock:
            if not self._entries:
                return None
            packet = self._entries.popleft()[1]
            self._bytes -= len(packet.data)
            return packet

    def _admits(self, packet: EncodedPacket) -> bool:
        if packet.kind is PacketKind.AUDIO:
            # Sound from before the first picture would make the viewer start without one.
            return not (self._needs_keyframe and not self._entries and self._dropped_nothing)
        if packet.is_keyframe:
            self._needs_keyframe = False
        elif self._needs_keyframe:
            self._dropped_frames += not self._dropped_nothing
            return False
        return True

    def _age_s(self) -> float:
        return self._monotonic_s() - self._entries[0][0] if self._entries else 0.0

    def _clear(self) -> None:
        self._entries.clear()
        self._bytes = 0

    def _drop_video(self) -> None:
        """Keep sound, and video from the newest keyframe on unless that is all there is."""

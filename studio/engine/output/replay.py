"""The replay buffer: the last seconds in memory, saved as a file when something was worth it."""

import threading
from collections import deque
from dataclasses import replace
from pathlib import Path
from typing import Final

from studio.engine.output.media_file import MediaFile, translated
from studio.engine.output.packets import EncodedPacket, PacketKind, StreamDescription

MAX_BYTES: Final = 512 * 1024 * 1024


class ReplayBuffer:
    """Keeps whole groups of pictures that reach back `seconds` at least. A `PacketSink`.

    Memory is bounded by `max_bytes`, too. A panic empties it: a replay must not bring back what
    the creator has just taken off the air.
    """

    def __init__(
        self, description: StreamDescription, *, seconds: float, max_bytes: int = MAX_BYTES
    ) -> None:
        self._description = description
        self._span_us = round(seconds * 1_000_000)
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._packets: deque[EncodedPacket] = deque()
        self._keyframes: deque[int] = deque()
        self._bytes = 0

    @property
    def held_bytes(self) -> int:
        """Bytes in memory."""
        return self._bytes

    @property
    def held_s(self) -> float:
        """Seconds that a replay saved now would have."""
        with self._lock:
            if not self._packets:
                return 0.0
            return (self._packets[-1].dts_us - self._packets[0].dts_us) / 1_000_000

    def put(self, packet: EncodedPacket) -> None:
        """Take a packet and let go of the groups that are too old."""
        with self._lock:
            changed = packet.description
            if changed is not None and changed != self._description.video:
                self._clear()
                self._description = replace(self._description, video=changed)
            leads = self._leads(packet)
            if not self._keyframes and not leads:
                return
            self._packets.append(packet)
            self._bytes += len(packet.data)
            if leads:
                self._keyframes.append(packet.dts_us)
            while len(self._keyframes) > 1 and (
                packet.dts_us - self._keyframes[1] >= self._span_us or self._bytes > self._max_bytes
            ):
                self._drop_group()
            if self._bytes > self._max_bytes:
                self._clear()

    def drop_unsent(self) -> None:
        """Forget everything."""
        with self._lock:
            self._clear()

    def save(self, path: Path) -> None:
        """Write what is held to a file; takes as long as the disk does, from any thread.

        Raises:
            StorageError: the file cannot be made or written.
        """
        with self._lock:
            packets, description = list(self._packets), self._description
        file = MediaFile(path, description)
        file.create()
        try:
            for packet in packets:
                at_us = packet.dts_us - packets[0].dts_us
                if at_us >= 0:
                    file.collect(packet, at_us=at_us)
            file.close()
        except OSError as error:
            raise translated(error, path.name) from error
        finally:
            file.abandon()

    def _leads(self, packet: EncodedPacket) -> bool:
        is_video = packet.kind is PacketKind.VIDEO
        return packet.is_keyframe and (is_video or self._description.video is None)

    def _drop_group(self) -> None:
        """Let go of everything before the second keyframe."""
        self._keyframes.popleft()
        while self._packets:
            first = self._packets[0]
            if first.dts_us == self._keyframes[0] and self._leads(first):
                return
            self._packets.popleft()
            self._bytes -= len(first.data)

    def _clear(self) -> None:
        self._packets.clear()
        self._keyframes.clear()
        self._bytes = 0

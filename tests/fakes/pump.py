"""Plays a made broadcast into outputs at its own speed, from a thread as the encoders do."""

import threading
import time
from types import TracebackType
from typing import Self

from fakes.broadcast import Broadcast

from studio.engine.output.packets import EncodedPacket, PacketKind, PacketSink


class Pump:
    """Puts packets, over and over, until the `with` block ends; times go on rising."""

    def __init__(self, broadcast: Broadcast, *sinks: PacketSink) -> None:
        self._broadcast = broadcast
        self._sinks = sinks
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pump")
        self.pictures = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join(5)

    def _run(self) -> None:
        packets = self._broadcast.packets
        pictures = [packet for packet in packets if packet.kind is PacketKind.VIDEO] or packets
        span_us = max(packet.dts_us + packet.duration_us for packet in pictures)
        began = time.monotonic()
        shift_us = 0
        while True:
            for packet in packets:
                late_s = began + (shift_us + packet.dts_us) / 1e6 - time.monotonic()
                if self._stop.wait(max(late_s, 0)):
                    return
                moved = EncodedPacket(
                    packet.kind,
                    packet.data,
                    packet.pts_us + shift_us,
                    packet.dts_us + shift_us,
                    packet.is_keyframe,
                    packet.duration_us,
                )
                self.pictures += packet.kind is PacketKind.VIDEO
                for sink in self._sinks:
                    sink.put(moved)
            shift_us += span_us

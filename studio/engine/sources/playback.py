"""One open media file and its place on the master clock: pictures when due, sound ahead."""

import time
from collections import deque
from collections.abc import Iterator
from typing import Any

import av
import numpy as np
from av.audio.resampler import AudioResampler
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from studio.engine.audio.track import SAMPLE_RATE, Samples
from studio.engine.schedule import NS
from studio.engine.sources.base import Sink
from studio.engine.sources.tempo import Tempo
from studio.engine.sources.upright import Upright

_START_NS = 150_000_000
_SOUND_AHEAD_S = 0.5
_A_LITTLE_S = 0.001
_LEAD_NS = 6_000_000
_PENDING_PACKETS = 2000
_PAUSE_STEP_NS = 100_000_000
_SILENCE_AHEAD_NS = 300_000_000
_ONE_THREAD_PIXELS = 1280 * 720 * 30
"""Pixels a second that one thread decodes in a fifth of its time."""


def decoder_threads(width: int, height: int, rate: float) -> int:
    """How many threads decode a film: a second one costs more than it gives to what is small."""
    return 1 if width * height * rate <= _ONE_THREAD_PIXELS else 2


class Playback:
    """Plays the file from a place on, at a speed, following the orders of its sink.

    Times in seconds are of the file; only `_due_ns` knows the speed.
    """

    def __init__(self, container: InputContainer, sink: Sink, *, speed: float = 1.0) -> None:
        self._container = container
        self._sink = sink
        self._speed = speed
        self._video = _moving(container)
        self._audio = container.streams.audio[0] if container.streams.audio else None
        self._interval_s: float | None = None
        if self._video is not None:
            rate = float(self._video.average_rate or sink.schedule.fps)
            self._video.codec_context.thread_count = decoder_threads(
                self._video.codec_context.width, self._video.codec_context.height, rate
            )
            self._interval_s = 1 / max(rate, 1.0)
        self._first_s = (container.start_time or 0) / av.time_base
        self._upright = Upright()
        self._has_begun = False
        self._from_s = 0.0
        self._jump_s: float | None = None
        self.position_s = 0.0
        self.shown = 0
        self.heard = 0
        self._anchor()

    def _anchor(self) -> None:
        """The clock begins anew: what plays next is due a moment from now."""
        self._start_ns = time.monotonic_ns() + _START_NS
        self._offset_s = 0.0
        self._end_s = 0.0
        self._sound_until_s = 0.0
        self._is_fresh = True

    def _due_ns(self, at_s: float) -> int:
        return self._start_ns + int(at_s / self._speed * NS)

    def play(self, from_s: float, *, loop: bool, loop_from_s: float) -> None:
        """Play from a place to the end, then from another again; until told to stop.

        Raises:
            av.FFmpegError: the file is damaged.
        """
        if self._interval_s is not None:
            self._sink.expect_every(self._interval_s / min(self._speed, 1.0))
        place_s = from_s
        while self._play_once(place_s):
            if self._jump_s is not None:
                place_s, self._jump_s = self._jump_s, None
                self._anchor()
            elif loop:
                place_s = loop_from_s
            else:
                return

    def _play_once(self, from_s: float) -> bool:
        """Play one pass; False when told to stop, or when there was nothing to play."""
        before = self.shown + self.heard
        self._from_s = max(0.0, from_s)
        if self._has_begun or self._from_s > 0.0:  # what cannot be sought plays once, at least
            self._container.seek(int((self._first_s + self._from_s) * av.time_base))
        self._has_begun = True
        self._resampler = AudioResampler(format="flt", layout="stereo", rate=SAMPLE_RATE)
        self._tempo = Tempo(self._speed)
        pending: deque[Any] = deque()
        packets = self._container.demux(
            [stream for stream in (self._video, self._audio) if stream is not None]
        )
        self._sound_until_s = self._offset_s
        for at_s, frame in self._pictures(packets, pending):
            self._end_s = max(self._end_s, at_s + (self._interval_s or 0.0))
            if not self._sink.stop.wait_until(self._due_ns(at_s) - _LEAD_NS):
                return False
            if frame is None:
                self._sink.still()  # there is nothing to see, and all is well
            else:
                due_ns = self._due_ns(at_s)
                self._sink.publish(self._upright.turn(frame), captured_ns=due_ns)
                self.shown += 1
            self.position_s = self._from_s + at_s - self._offset_s
            if not self._follow_orders():
                return False
            if self._jump_s is not None:
                return True
        self._offset_s = self._end_s
        if self._audio is not None and self._video is None:
            self._sink.stop.wait_until(self._due_ns(self._end_s - 0.5))
        return not self._sink.stop.is_set and self.shown + self.heard > before

    # --- orders ---------------------------------------------------------------------------

    def _follow_orders(self) -> bool:
        """Do what was asked; False when told to stop meanwhile."""
        while (order := self._sink.orders.take()) is not None:
            match order.action:
                case "seek":
                    self._jump_s = max(0.0, order.seconds)
                case "skip":
                    self._jump_s = max(0.0, self.position_s + order.seconds)
                case "pause":
                    if not self._pause():
                        return False
                case "play":
                    pass
        return True

    def _pause(self) -> bool:
        """Stand still, in silence, until told to go on or to jump; False when told to stop."""
        began_ns = time.monotonic_ns()
        silent_until_ns = self._due_ns(self._sound_until_s)
        self._sink.expect_every(None)
        while self._sink.stop.wait_until(time.monotonic_ns() + _PAUSE_STEP_NS):
            self._sink.still()
            silent_until_ns = self._silence(silent_until_ns)
            order = self._sink.orders.take()
            if order is None or order.action == "pause":
                continue
            self._start_ns += time.monotonic_ns() - began_ns
            if order.action != "play":
                self._sink.orders.give(order)
            if self._interval_s is not None:
                self._sink.expect_every(self._interval_s / min(self._speed, 1.0))
            return True
        return False

    def _silence(self, from_ns: int) -> int:
        """Keep the sound track running where there is one."""
        until_ns = time.monotonic_ns() + _SILENCE_AHEAD_NS
        count = (until_ns - from_ns) * SAMPLE_RATE // NS
        if self._audio is None or count <= 0:
            return from_ns
        count = min(count, SAMPLE_RATE)
        self._sink.sound(np.zeros((count, 2), dtype=np.float32), heard_ns=from_ns)
        return from_ns + count * NS // SAMPLE_RATE

    # --- the file -------------------------------------------------------------------------

    def _pictures(
        self, packets: Iterator[Any], pending: deque[Any]
    ) -> Iterator[tuple[float, av.VideoFrame | None]]:
        """Yield pictures with their time since the start; for sound alone, just times to wait."""
        position_s = self._offset_s
        ended = False
        while not ended or pending:
            while not ended and self._wants_more(position_s, pending):
                packet = next(packets, None)
                if packet is None:
                    ended = True
                elif packet.stream is self._video:
                    pending.append(packet)
                else:
                    self._decode_sound(packet)
            if self._video is None:
                # A little later than when as much is ahead as is wanted: then more is.
                ahead_s = _SOUND_AHEAD_S * max(1.0, self._speed)
                position_s = max(position_s, self._sound_until_s - ahead_s) + _A_LITTLE_S
                yield position_s, None
            elif pending:
                for frame in pending.popleft().decode():
                    since_s = (frame.time or 0.0) - self._first_s - self._from_s
                    if since_s > -0.001 or self._from_s == 0.0:
                        position_s = self._offset_s + max(0.0, since_s)
                        yield position_s, frame

    def _wants_more(self, position_s: float, pending: deque[Any]) -> bool:
        if self._video is not None and not pending:
            return True
        if self._audio is None or len(pending) > _PENDING_PACKETS:
            return False
        return self._sound_until_s < position_s + _SOUND_AHEAD_S * max(1.0, self._speed)

    def _decode_sound(self, packet: Any) -> None:
        for decoded in packet.decode():
            began_s = (decoded.time or 0.0) - self._first_s - self._from_s
            if began_s < -0.001 and self._from_s > 0.0:
                continue
            for resampled in self._resampler.resample(decoded):
                for frame in self._tempo.changed(resampled):
                    self._write(frame, max(0.0, began_s))

    def _write(self, frame: av.AudioFrame, began_s: float) -> None:
        samples: Samples = frame.to_ndarray().reshape(-1, 2).astype(np.float32, copy=False)
        at_s = self._offset_s + began_s
        if not self._is_fresh and (self._speed != 1.0 or abs(at_s - self._sound_until_s) < 0.05):
            at_s = self._sound_until_s  # the same timeline, without the jitter of its stamps
        self._is_fresh = False
        self._sink.sound(samples, heard_ns=self._due_ns(at_s))
        self._sound_until_s = at_s + len(samples) * self._speed / SAMPLE_RATE
        self._end_s = max(self._end_s, self._sound_until_s)
        self.heard += 1


def _moving(container: InputContainer) -> VideoStream | None:
    """The pictures that move; the cover of a song is none of them."""
    for stream in container.streams.video:
        if not stream.disposition & Disposition.attached_pic:
            return stream
    return None

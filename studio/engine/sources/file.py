"""A video or sound file, once or in a loop, with its sound on the master clock."""

import errno
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.resampler import AudioResampler
from av.container import InputContainer

from shared.errors import InvalidInput
from studio.engine.audio.track import SAMPLE_RATE, Samples
from studio.engine.schedule import NS
from studio.engine.sources.base import Sink
from studio.engine.sources.upright import Upright
from studio.project.model import FileSource

_TIMEOUT_S = 10.0
_START_NS = 150_000_000
_SOUND_AHEAD_S = 0.5
_LEAD_NS = 6_000_000
_PENDING_PACKETS = 2000


class FileCapture:
    """Plays a file: pictures when they are due, sound written half a second ahead."""

    def __init__(self, settings: FileSource) -> None:
        self._settings = settings
        self._name = Path(settings.path).name

    def run(self, sink: Sink) -> None:
        """Play until told to stop, or to the end when not looped.

        Raises:
            InvalidInput: the file is missing, empty or not playable.
        """
        with self._open() as container:
            playback = _Playback(container, sink)
            try:
                while playback.play_once() and self._settings.loop:
                    container.seek(0)
            except (av.FFmpegError, OSError) as error:
                raise self._damaged() from error
            if playback.shown == 0 and playback.heard == 0 and not sink.stop.is_set:
                raise self._damaged()
        sink.expect_every(None)

    def _open(self) -> InputContainer:
        try:
            container = av.open(self._settings.path, timeout=_TIMEOUT_S)
        except (av.FFmpegError, OSError, ValueError) as error:
            if getattr(error, "errno", None) == errno.ENOENT:
                raise InvalidInput(
                    f"The file {self._name} is not there any more; choose it again.",
                    code="FILE_MISSING",
                ) from error
            raise self._damaged() from error
        if not container.streams.video and not container.streams.audio:
            container.close()
            raise self._damaged()
        return container

    def _damaged(self) -> InvalidInput:
        return InvalidInput(
            f"The file {self._name} cannot be played; convert it to MP4 with H.264 and AAC.",
            code="FILE_DAMAGED",
        )


class _Playback:
    """One open file and its place on the master clock."""

    def __init__(self, container: InputContainer, sink: Sink) -> None:
        self._container = container
        self._sink = sink
        self._video = container.streams.video[0] if container.streams.video else None
        self._audio = container.streams.audio[0] if container.streams.audio else None
        if self._video is not None:
            self._video.codec_context.thread_count = 2
            rate = float(self._video.average_rate or sink.schedule.fps)
            sink.expect_every(1 / max(rate, 1.0))
        self._start_ns = time.monotonic_ns() + _START_NS
        self._upright = Upright()
        self._offset_s = 0.0
        self._end_s = 0.0
        self._sound_until_s = 0.0
        self.shown = 0
        self.heard = 0

    def play_once(self) -> bool:
        """Play to the end of the file; False when told to stop, or when it held nothing."""
        before = self.shown + self.heard
        first_s = (self._container.start_time or 0) / av.time_base
        self._resampler = AudioResampler(format="flt", layout="stereo", rate=SAMPLE_RATE)
        pending: deque[Any] = deque()
        packets = self._container.demux(
            [stream for stream in (self._video, self._audio) if stream is not None]
        )
        self._sound_until_s = self._offset_s
        for due_s, frame in self._pictures(packets, pending, first_s):
            self._end_s = max(self._end_s, due_s + self._frame_s())
            due_ns = self._start_ns + int(due_s * NS)
            if not self._sink.stop.wait_until(due_ns - _LEAD_NS):
                return False
            if frame is not None:
                self._sink.publish(self._upright.turn(frame), captured_ns=due_ns)
                self.shown += 1
        self._offset_s = self._end_s
        if self._audio is not None and self._video is None:
            self._sink.stop.wait_until(self._start_ns + int((self._end_s - 0.5) * NS))
        return not self._sink.stop.is_set and self.shown + self.heard > before

    def _frame_s(self) -> float:
        if self._video is None or not self._video.average_rate:
            return 0.0
        return 1 / float(self._video.average_rate)

    def _pictures(
        self, packets: Iterator[Any], pending: deque[Any], first_s: float
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
                    self._decode_sound(packet, first_s)
            if self._video is None:
                position_s = max(position_s, self._sound_until_s - _SOUND_AHEAD_S)
                yield position_s, None
            elif pending:
                for frame in pending.popleft().decode():
                    position_s = self._offset_s + max(0.0, (frame.time or 0.0) - first_s)
                    yield position_s, frame

    def _wants_more(self, position_s: float, pending: deque[Any]) -> bool:
        if self._video is not None and not pending:
            return True
        if self._audio is None or len(pending) > _PENDING_PACKETS:
            return False
        return self._sound_until_s < position_s + _SOUND_AHEAD_S

    def _decode_sound(self, packet: Any, first_s: float) -> None:
        for decoded in packet.decode():
            began_s = (decoded.time or 0.0) - first_s
            for frame in self._resampler.resample(decoded):
                self._write(frame, began_s)

    def _write(self, frame: av.AudioFrame, began_s: float) -> None:
        samples: Samples = frame.to_ndarray().reshape(-1, 2).astype(np.float32, copy=False)
        at_s = self._offset_s + began_s
        if self.heard and abs(at_s - self._sound_until_s) < 0.05:
            at_s = self._sound_until_s  # the same timeline, without the jitter of its stamps
        self._sink.sound(samples, heard_ns=self._start_ns + int(at_s * NS))
        self._sound_until_s = at_s + len(samples) / SAMPLE_RATE
        self._end_s = max(self._end_s, self._sound_until_s)
        self.heard += 1

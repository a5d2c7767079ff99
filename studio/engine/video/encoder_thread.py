"""The encoder's thread: takes frames from the video thread, gives packets to the outputs."""

import contextlib
import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import av

from shared.errors import AppError, DeviceError
from studio.engine.output.packets import EncodedPacket
from studio.engine.protocol import VideoSettings
from studio.engine.protocol.commands import EncoderId
from studio.engine.safety import Safety
from studio.engine.video.encoder import VideoEncoder
from studio.engine.video.encoder_kinds import stand_in

log = logging.getLogger(__name__)

_RESTARTS = 3
_FORGIVEN_AFTER_S = 30
"""An encoder that has worked for so long since it failed may fail as often again."""


@dataclass(frozen=True, slots=True)
class _Job:
    """A frame for the ticks `first` to `last` of the broadcast."""

    frame: av.VideoFrame
    first: int
    last: int


class EncoderThread:
    """Encodes in order; a full queue skips frames and counts them.

    Hardware that fails for good is replaced by the processor, which `on_problem` is told. `deliver`
    is called with `safety.lock` held. In a panic every frame that is encoded from then
    on is the slate, whatever waits in the queue, and a packet that was being made is thrown away.
    """

    def __init__(
        self,
        settings: VideoSettings,
        *,
        safety: Safety,
        deliver: Callable[[EncodedPacket], None],
        on_failure: Callable[[AppError], None],
        on_problem: Callable[[AppError], None] = lambda _: None,
    ) -> None:
        self._settings = settings
        self._on_problem = on_problem
        self._lost: set[EncoderId] = set()
        self.encoder = VideoEncoder(settings)
        self.encoder.warm_up()
        self._safety = safety
        self._deliver = deliver
        self._on_failure = on_failure
        self._jobs: deque[_Job] = deque()
        self._limit = max(3, settings.fps // 5)
        self._changed = threading.Condition()
        self._stopping = False
        self._wants_keyframe = True
        self._restarts = 0
        self._failed_at = 0
        self._asked = settings
        self._wanted = (settings, 1)
        self._every = 1
        self.busy_s = 0.0
        self.frames = 0
        self.skipped = 0
        self.encoded_bytes = 0
        self.times_ms: deque[float] = deque(maxlen=600)
        self._thread = threading.Thread(target=self._run, name="encoder", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def push(self, frame: av.VideoFrame, *, first: int, last: int) -> None:
        """Take a frame for ticks `first` to `last`; skip it when too many wait already."""
        with self._changed:
            if len(self._jobs) >= self._limit:
                self.skipped += last - first + 1
                return
            self._jobs.append(_Job(frame, first, last))
            self._changed.notify()

    def change(self, settings: VideoSettings, *, every: int) -> None:
        """Encode like this from the next frame on, and only every so many frames."""
        self._wanted = (settings, every)

    def force_keyframe(self) -> None:
        """Make the next frame a keyframe."""
        self._wants_keyframe = True

    def stop(self) -> None:
        """Encode what waits, then end."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self._thread.ident is not None:
            self._thread.join(5.0)

    def _next(self) -> _Job | None:
        with self._changed:
            while not self._jobs and not self._stopping:
                self._changed.wait()
            return self._jobs.popleft() if self._jobs else None

    def _run(self) -> None:
        try:
            while (job := self._next()) is not None:
                for index in range(job.first, job.last + 1):
                    self._encode(job.frame, index)
            self.encoder.close()
        except AppError as error:
            self._on_failure(error)
        except Exception:
            log.exception("the encoder thread failed")
            self._on_failure(
                AppError(
                    "The video encoder stopped; end the broadcast and start it again.",
                    code="ENCODER_FAILED",
                )
            )

    def _encode(self, frame: av.VideoFrame, index: int) -> None:
        safety = self._safety
        epoch = safety.epoch
        if self._wanted != (self._asked, self._every):
            self._take_change()
        if index % self._every and not self._wants_keyframe:
            return
        if safety.is_panicked:
            frame = safety.slate(self._settings.width, self._settings.height)
        keyframe, self._wants_keyframe = self._wants_keyframe, False
        began = time.perf_counter()
        packets = self._encoded(self._sized(frame), index, keyframe=keyframe)
        took_s = time.perf_counter() - began
        self.busy_s += took_s
        self.times_ms.append(took_s * 1000)
        with safety.lock:
            if safety.epoch != epoch:
                self._wants_keyframe = True
                return
            for packet in packets:
                self.frames += 1
                self.encoded_bytes += len(packet.data)
                self._deliver(packet)

    def _take_change(self) -> None:
        self._asked, self._every = self._wanted
        settings = self._without_lost(self._asked)
        if settings == self._settings:
            return
        rate_kbps = self.encoder.bitrate_kbps
        self.encoder.close()
        self._settings = settings
        self.encoder = VideoEncoder(settings)
        self.encoder.set_bitrate(rate_kbps)
        self._wants_keyframe = True

    def _sized(self, frame: av.VideoFrame) -> av.VideoFrame:
        width, height = self._settings.width, self._settings.height
        if (frame.width, frame.height) == (width, height):
            return frame
        return frame.reformat(width=width, height=height)

    def _encoded(self, frame: av.VideoFrame, index: int, *, keyframe: bool) -> list[EncodedPacket]:
        try:
            return self.encoder.encode(frame, index, keyframe=keyframe)
        except AppError as failure:
            if index - self._failed_at > _FORGIVEN_AFTER_S * self._settings.fps:
                self._restarts = 0
            self._failed_at = index
            self._recover(failure)
            return self.encoder.encode(frame, index, keyframe=True)

    def _recover(self, failure: AppError) -> None:
        """Open the encoder again, or one on the processor in the place of lost hardware."""
        if self._restarts < _RESTARTS:
            self._restarts += 1
            log.warning("the encoder failed and is opened again")
            with contextlib.suppress(AppError):
                self.encoder = VideoEncoder(self._settings)
                return
        if stand_in(self._settings.encoder) is None:
            raise failure
        log.warning("the encoder %s is given up", self._settings.encoder)
        self._lost.add(self._settings.encoder)
        self._settings = self._without_lost(self._settings)
        self._restarts = 0
        self.encoder = VideoEncoder(self._settings)
        self._on_problem(
            DeviceError(
                "The graphics hardware stopped encoding, so the processor does it now; close other "
                "programs that use it.",
                code="ENCODER_REPLACED",
            )
        )

    def _without_lost(self, settings: VideoSettings) -> VideoSettings:
        if settings.encoder not in self._lost:
            return settings
        return settings.model_copy(update={"encoder": stand_in(settings.encoder)})

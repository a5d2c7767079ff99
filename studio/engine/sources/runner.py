"""Runs one source: its thread, its newest picture, its sound, its state, and its restarts."""

import logging
import threading
import time
from collections.abc import Callable

import av

from shared.errors import AppError
from studio.engine.audio.track import AudioTrack, Samples
from studio.engine.pixels import Picture
from studio.engine.protocol import SourceState
from studio.engine.schedule import NS, StopSignal, TickSchedule
from studio.engine.sources.base import SourceKind
from studio.project.model import Source

log = logging.getLogger(__name__)

_FIRST_RETRY_S = 1.0
_LONGEST_RETRY_S = 10.0
_JOIN_S = 4.0


class SourceRunner:
    """A source in its own thread; it is the `Sink` of its capture.

    `on_change` is called from the source's thread (or whoever calls `check`) after the phase
    changed. A capture that fails is started again after 1, 2, 4 ... 10 s.
    """

    def __init__(
        self,
        source: Source,
        kind: SourceKind,
        *,
        schedule: TickSchedule,
        on_change: Callable[["SourceRunner"], None],
    ) -> None:
        self.source = source
        self.kind = kind
        self.schedule = schedule
        self.stop = StopSignal()
        self.track = AudioTrack() if kind.has_sound else None
        self.latest: Picture | None = None
        self._on_change = on_change
        self._number = 0
        self._interval_s: float | None = None
        self._last_ns = 0
        self._lead_ns = 0
        self._phase: str = "opening"
        self._failure: AppError | None = None
        self._times: list[int] = []
        self._thread = threading.Thread(
            target=self._run, name=f"source-{kind.kind}-{source.id[:8]}", daemon=True
        )

    def start(self) -> None:
        """Start the capture's thread."""
        self._thread.start()

    def request_stop(self) -> None:
        """Tell the capture to end, without waiting."""
        self.stop.set()

    def join(self) -> None:
        """Wait until the capture has ended; a device that hangs is left behind, and said so."""
        self._thread.join(_JOIN_S)
        if self._thread.is_alive():
            log.warning("source %s did not stop in time", self.kind.kind)

    # --- the capture's side ---------------------------------------------------------------

    def publish(self, frame: av.VideoFrame, *, captured_ns: int, has_alpha: bool = False) -> None:
        """Make this the newest picture."""
        self._number += 1
        self.latest = Picture(frame, captured_ns, self._number, has_alpha)
        self._seen()
        self._note_time()

    def still(self) -> None:
        """Say that the newest picture is still what there is to see."""
        self._seen()
        self._note_time()

    def sound(self, samples: Samples, *, heard_ns: int) -> None:
        """Append sound to the track."""
        if self.track is not None:
            self.track.write(samples, heard_ns=heard_ns)
            if not self.kind.has_picture:
                self._seen()

    def _seen(self) -> None:
        self._last_ns = time.monotonic_ns()
        if self._phase != "running":
            self._set_phase("running", None)

    def _note_time(self) -> None:
        self._times.append(self._last_ns)
        if len(self._times) > 31:
            del self._times[0]

    def expect_every(self, interval_s: float | None) -> None:
        """Say how often pictures come; None when one is enough."""
        self._interval_s = interval_s

    def wait_for_tick(self, lead_ns: int) -> int | None:
        """Sleep until `lead_ns` before the next tick; return its time, or None when to end."""
        now_ns = time.monotonic_ns()
        number = self.schedule.first_from(now_ns + lead_ns)
        tick_ns = self.schedule.at(number)
        if tick_ns <= self._lead_ns:
            tick_ns = self.schedule.at(self.schedule.first_from(self._lead_ns + 1))
        self._lead_ns = tick_ns
        return tick_ns if self.stop.wait_until(tick_ns - lead_ns) else None

    # --- the engine's side ----------------------------------------------------------------

    def check(self) -> None:
        """Notice a stall: nothing new for a second, or for four intervals if that is longer."""
        if self._phase != "running" or self._interval_s is None:
            return
        silent_s = (time.monotonic_ns() - self._last_ns) / NS
        if silent_s > max(1.0, 4 * self._interval_s):
            self._set_phase(
                "stalled",
                AppError(
                    f"{self.source.name} shows nothing new; check the device and its cable.",
                    code="SOURCE_STALLED",
                ),
            )

    @property
    def is_settled(self) -> bool:
        """It has shown something, or said that it cannot."""
        return self._phase != "opening"

    def state(self) -> SourceState:
        """Return the source as it is now."""
        picture = self.latest
        failure = self._failure
        return SourceState.model_validate(
            {
                "source_id": self.source.id,
                "phase": self._phase,
                "width": picture.frame.width if picture else None,
                "height": picture.frame.height if picture else None,
                "fps": self._measured_fps(),
                "message": failure.message if failure else None,
                "code": failure.code if failure else None,
            }
        )

    def _measured_fps(self) -> float:
        times = list(self._times)
        if self._interval_s is None or len(times) < 2 or times[-1] == times[0]:
            return 0.0
        return round((len(times) - 1) * NS / (times[-1] - times[0]), 2)

    def _set_phase(self, phase: str, failure: AppError | None) -> None:
        if phase == self._phase and failure is self._failure:
            return
        self._phase, self._failure = phase, failure
        self._on_change(self)

    # --- the thread -----------------------------------------------------------------------

    def _run(self) -> None:
        delay_s = _FIRST_RETRY_S
        while not self.stop.is_set:
            began = time.monotonic()
            try:
                self.kind.make(self.source.settings).run(self)
                if not self.stop.is_set:
                    self._set_phase("idle", None)
                return
            except AppError as error:
                failure = error
            except Exception:  # thread root
                log.exception("source %s failed", self.kind.kind)
                failure = AppError(
                    f"{self.source.name} stopped unexpectedly; it starts again by itself.",
                    code="SOURCE_FAILED",
                )
            if self.stop.is_set:
                return
            self._set_phase("failed", failure)
            if time.monotonic() - began > _LONGEST_RETRY_S:
                delay_s = _FIRST_RETRY_S
            self.stop.wait_until(time.monotonic_ns() + int(delay_s * NS))
            delay_s = min(delay_s * 2, _LONGEST_RETRY_S)

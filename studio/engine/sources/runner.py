"""Runs one source: its thread, its newest picture, its sound, its state, and its restarts."""

import logging
import threading
import time
from collections.abc import Callable

import av

from shared.errors import AppError
from studio.engine.audio.track import AudioTrack, Samples
from studio.engine.overlays import OverlayBoard
from studio.engine.pixels import Picture
from studio.engine.protocol import SourceState
from studio.engine.schedule import NS, TickSchedule
from studio.engine.sources.attempt import Attempt
from studio.engine.sources.base import SourceKind
from studio.engine.sources.media import Bookmark, MediaOrders
from studio.project.model import Source

log = logging.getLogger(__name__)

_FIRST_RETRY_S = 1.0
_LONGEST_RETRY_S = 10.0
_JOIN_S = 4.0
_STALL_S = 0.7
_OPENING_S = 10.0
_HUNG_AT_MOST = 3


class SourceRunner:
    """A source in its own thread.

    `on_change` is called from the source's thread (or whoever calls `check`) after the phase
    changed. A capture that fails is started again after 1, 2, 4 ... 10 s; so is one that hangs, in
    another thread, while at most three hang.
    """

    def __init__(
        self,
        source: Source,
        kind: SourceKind,
        *,
        schedule: TickSchedule,
        on_change: Callable[["SourceRunner"], None],
        board: OverlayBoard | None = None,
        bookmark: Bookmark | None = None,
        now_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self.source = source
        self.kind = kind
        self.schedule = schedule
        self.track = AudioTrack() if kind.has_sound else None
        self.latest: Picture | None = None
        self.last_changed_ns = 0
        """When it last showed something new; a picture repeated by `still` is nothing new."""
        self.orders = MediaOrders()
        self._board = board or OverlayBoard()
        self._bookmark = bookmark or Bookmark()
        self._on_change = on_change
        self._now_ns = now_ns
        self._lock = threading.Lock()
        self._number = 0
        self._last_ns = 0
        self._phase: str = "opening"
        self._failure: AppError | None = None
        self._warning: AppError | None = None
        self._times: list[int] = []
        self._retry_s = _FIRST_RETRY_S
        self._is_ending = False
        self._threads: list[threading.Thread] = []
        self._attempt = self._new_attempt()

    def start(self) -> None:
        """Start the capture's thread."""
        thread = threading.Thread(
            target=self._run,
            args=(self._attempt,),
            name=f"source-{self.kind.kind}-{self.source.id[:8]}",
            daemon=True,
        )
        self._threads.append(thread)
        thread.start()

    def request_stop(self) -> None:
        """Tell the capture to end, without waiting."""
        self._is_ending = True
        self._attempt.stop.set()
        self._board.wake()

    def join(self) -> None:
        """Wait until the capture has ended; a device that hangs is left behind, and said so."""
        end_s = time.monotonic() + _JOIN_S
        for thread in self._threads:
            thread.join(max(0.0, end_s - time.monotonic()))
            if thread.is_alive():
                log.warning("source %s did not stop in time", self.kind.kind)

    def _new_attempt(self) -> Attempt:
        return Attempt(
            self,
            schedule=self.schedule,
            board=self._board,
            orders=self.orders,
            bookmark=self._bookmark,
            now_ns=self._now_ns,
        )

    # --- the capture's side, through its attempt --------------------------------------------

    def take_picture(
        self, attempt: Attempt, frame: av.VideoFrame, *, captured_ns: int, has_alpha: bool
    ) -> None:
        """Make this the newest picture, unless the attempt was given up."""
        with self._lock:
            if attempt is not self._attempt:
                return
            self._number += 1
            self.latest = Picture(frame, captured_ns, self._number, has_alpha)
            self.last_changed_ns = self._now_ns()
        self._seen(attempt)
        self._note_time()

    def take_still(self, attempt: Attempt) -> None:
        """The newest picture is still what there is to see."""
        if attempt is self._attempt:
            self._seen(attempt)
            self._note_time()

    def take_sound(self, attempt: Attempt, samples: Samples, *, heard_ns: int) -> None:
        """Append sound to the track."""
        if self.track is None or attempt is not self._attempt:
            return
        self.track.write(samples, heard_ns=heard_ns)
        if not self.kind.has_picture:
            self._seen(attempt)

    def take_warning(self, attempt: Attempt, error: AppError) -> None:
        """Something is not as it should be, but the source goes on."""
        if attempt is self._attempt:
            log.info("source %s: %s", self.kind.kind, error.code)
            self._warning = error
            if self._phase == "running":
                self._on_change(self)

    def _seen(self, attempt: Attempt) -> None:
        self._last_ns = self._now_ns()
        attempt.has_shown = True
        if self._phase != "running":
            self._set_phase("running", None)

    def _note_time(self) -> None:
        self._times.append(self._last_ns)
        if len(self._times) > 31:
            del self._times[0]

    # --- the engine's side ----------------------------------------------------------------

    def check(self) -> None:
        """Notice that nothing came though it should have, and start anew what hangs.

        Called several times a second, so that a stall is known within a second of its due.
        """
        attempt, now_ns = self._attempt, self._now_ns()
        if self._is_ending or self._phase in ("failed", "idle"):
            return
        if not attempt.has_shown:
            if (now_ns - attempt.began_ns) / NS > _OPENING_S:
                self._stalled()
                self._begin_anew()
            return
        if attempt.interval_s is None:
            return
        silent_s = (now_ns - self._last_ns) / NS
        if silent_s > attempt.interval_s + _STALL_S:
            self._stalled()
            if silent_s > attempt.interval_s + _STALL_S + self._retry_s:
                self._begin_anew()

    def _stalled(self) -> None:
        if self._phase != "stalled":
            self._set_phase(
                "stalled",
                AppError(
                    f"{self.source.name} shows nothing new; check the device and its cable.",
                    code="SOURCE_STALLED",
                ),
            )

    def _begin_anew(self) -> None:
        """Give the attempt up and begin another, in a thread of its own."""
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        if len(self._threads) >= _HUNG_AT_MOST:
            return
        log.info("source %s hangs, it starts anew", self.kind.kind)
        with self._lock:
            self._attempt.stop.set()
            self._attempt = self._new_attempt()
        self._board.wake()
        self._retry_s = min(self._retry_s * 2, _LONGEST_RETRY_S)
        self.start()

    @property
    def wants_placeholder(self) -> bool:
        """It showed something and cannot any more."""
        latest = self.latest
        is_in_trouble = self._phase in ("stalled", "failed")
        return is_in_trouble and latest is not None and latest.number == self._number

    def show_placeholder(self, frame: av.VideoFrame) -> None:
        """Show a card instead of what was seen last, until there is something new."""
        with self._lock:
            if self.wants_placeholder:
                # A number of its own, between what was and what comes.
                self._number += 1
                self.latest = Picture(frame, self._now_ns(), self._number, False)
                self._number += 1

    @property
    def is_settled(self) -> bool:
        """It has shown something, or said that it cannot."""
        return self._phase != "opening"

    def state(self) -> SourceState:
        """Return the source as it is now."""
        picture = self.latest
        failure = self._failure or self._warning
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
        if self._attempt.interval_s is None or len(times) < 2 or times[-1] == times[0]:
            return 0.0
        return round((len(times) - 1) * NS / (times[-1] - times[0]), 2)

    def _set_phase(self, phase: str, failure: AppError | None) -> None:
        if phase == self._phase and failure is self._failure:
            return
        self._phase, self._failure = phase, failure
        self._on_change(self)

    # --- the thread -----------------------------------------------------------------------

    def _run(self, attempt: Attempt) -> None:
        while not attempt.stop.is_set:
            began = time.monotonic()
            failure = self._run_once(attempt)
            if attempt.stop.is_set or attempt is not self._attempt:
                return
            if failure is None:
                self._set_phase("idle", None)
                return
            self._set_phase("failed", failure)
            if time.monotonic() - began > _LONGEST_RETRY_S:
                self._retry_s = _FIRST_RETRY_S
            attempt.interval_s = None
            attempt.stop.wait_until(time.monotonic_ns() + int(self._retry_s * NS))
            self._retry_s = min(self._retry_s * 2, _LONGEST_RETRY_S)
            attempt.began_ns, attempt.has_shown = self._now_ns(), False

    def _run_once(self, attempt: Attempt) -> AppError | None:
        """Capture until the end; return what went wrong, None when it may end."""
        self._warning = None
        try:
            self.kind.make(self.source.settings).run(attempt)
        except AppError as error:
            return error
        except Exception:  # thread root
            log.exception("source %s failed", self.kind.kind)
            return AppError(
                f"{self.source.name} stopped unexpectedly; it starts again by itself.",
                code="SOURCE_FAILED",
            )
        if attempt.interval_s is None:
            return None
        return AppError(
            f"{self.source.name} ended unexpectedly; it starts again by itself.",
            code="SOURCE_ENDED",
        )

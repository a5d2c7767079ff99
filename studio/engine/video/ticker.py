"""The video thread: at each tick compose the scene and hand it to the encoder and the preview."""

import logging
import statistics
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from studio.engine import usage
from studio.engine.pixels import ToBroadcast
from studio.engine.safety import Safety
from studio.engine.safety.pictures import draw_still
from studio.engine.schedule import StopSignal, TickSchedule
from studio.engine.video.compositor import Composition
from studio.engine.video.encoder_thread import EncoderThread
from studio.engine.video.lateness import Lateness
from studio.engine.video.preview import Preview
from studio.engine.video.program import Program

log = logging.getLogger(__name__)

_LAG_SAMPLES = 60
_LAG_WINDOW_NS = 3_000_000_000
_HEAD_START_TICKS = 3


@dataclass(frozen=True, slots=True)
class Feed:
    """An encoder and the tick that is its first frame."""

    encoder: EncoderThread
    first_tick: int
    width: int
    height: int


class Ticker:
    """Ticks at the schedule's rate. A tick that comes late repeats its frame, it never chases."""

    def __init__(
        self,
        schedule: TickSchedule,
        program: Program,
        preview: Preview,
        safety: Safety,
        *,
        on_failure: Callable[[Exception], None],
    ) -> None:
        self._schedule = schedule
        self._program = program
        self._preview = preview
        self._safety = safety
        self._on_failure = on_failure
        self._stop = StopSignal()
        self._feed: Feed | None = None
        self._output_scaler = ToBroadcast()
        self._scaled: Composition | None = None
        self._slate_number = -1
        self._still: Composition | None = None
        self.latest: Composition | None = None
        """What was composed last, whoever sees it."""
        self._last_number = 0
        self.missed = 0
        self.lateness = Lateness(processors=usage.processors())
        self.times_ms: deque[float] = deque(maxlen=600)
        self._lags: deque[tuple[int, float]] = deque(maxlen=_LAG_SAMPLES)
        self._thread = threading.Thread(target=self._run, name="video", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self.lateness.watch()
        self._thread.start()

    def stop(self) -> None:
        """End the thread and wait for it."""
        self._stop.set()
        self._thread.join(5.0)
        self.lateness.close()

    def attach(self, encoder: EncoderThread, *, width: int, height: int) -> int:
        """Feed an encoder from a few ticks ahead on; return when the first is, in ns.

        The ticks until then compose already, so that the first one is no slower than the rest.
        """
        first = self._schedule.first_from(time.monotonic_ns()) + _HEAD_START_TICKS
        self.missed = 0
        self._feed = Feed(encoder, first, width, height)
        return self._schedule.at(first)

    def lag_ms(self) -> float:
        """Return how long before their ticks the pictures of the last seconds were captured.

        0 while nothing moves: a picture that is still true has no age.
        """
        since_ns = time.monotonic_ns() - _LAG_WINDOW_NS
        recent = [lag for tick_ns, lag in list(self._lags) if tick_ns >= since_ns]
        return statistics.median(recent) if recent else 0.0

    def detach(self) -> None:
        """Feed nobody any more."""
        self._feed = None

    def _run(self) -> None:
        try:
            number = self._schedule.first_from(time.monotonic_ns())
            while self._stop.wait_until(self._schedule.at(number)):
                late_ns = time.monotonic_ns() - self._schedule.at(number)
                first = number
                number += late_ns // self._schedule.period_ns
                span, missed = self.lateness.woke(), self.missed
                self._tick(first, number)
                self.lateness.note(self.missed - missed, span)
                number += 1
        except Exception as error:  # thread root
            log.exception("the video thread failed")
            self._on_failure(error)

    def _tick(self, first: int, last: int) -> None:
        feed = self._feed
        now_ns = time.monotonic_ns()
        previewing = self._preview.is_due(now_ns)
        if feed is None and not previewing:
            return
        began = time.perf_counter()
        composition = self._compose(last)
        if feed is not None and last >= feed.first_tick:
            first = max(first, feed.first_tick)
            self.missed += last - first
            feed.encoder.push(
                self._sized(composition, feed).frame,
                first=first - feed.first_tick,
                last=last - feed.first_tick,
            )
        if previewing:
            self._preview.offer(composition)
        self.times_ms.append((time.perf_counter() - began) * 1000)

    def _compose(self, tick: int) -> Composition:
        if self._safety.is_panicked:
            width, height = self._program.size
            frame = self._safety.slate(width, height)
            return Composition(frame, self._slate_number, self._schedule.at(tick))
        if self._safety.is_frozen:
            return self._frozen(tick)
        self._still = None
        composition = self.latest = self._program.compose(self._schedule.at(tick))
        if composition.number != self._last_number:
            self._last_number = composition.number
            tick_ns = self._schedule.at(tick)
            self._lags.append((tick_ns, (tick_ns - composition.captured_ns) / 1e6))
        return composition

    def _frozen(self, tick: int) -> Composition:
        """Return the last picture as a still, made once for each freeze."""
        if self._still is None:
            last = self.latest or self._program.compose(self._schedule.at(tick))
            self._still = Composition(draw_still(last.frame), -tick - 2, self._schedule.at(tick))
        return self._still

    def _sized(self, composition: Composition, feed: Feed) -> Composition:
        frame = composition.frame
        if (frame.width, frame.height) == (feed.width, feed.height):
            return composition
        scaled = self._scaled
        if scaled is None or scaled.number != composition.number:
            sized = self._output_scaler.convert(frame, width=feed.width, height=feed.height)
            scaled = Composition(sized, composition.number, composition.captured_ns)
            self._scaled = scaled
        return scaled

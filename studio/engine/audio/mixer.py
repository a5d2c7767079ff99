"""The sound thread: mixes the strips into blocks on the master clock, without a gap, ever."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from studio.engine.audio.levels import SILENT_DB, Level, LevelMeter
from studio.engine.audio.loudness import Loudness, LoudnessMeter, TruePeakMeter
from studio.engine.audio.mixing import MIX_DELAY_NS, MixDesk, Mixed, Strip
from studio.engine.audio.track import BLOCK, SAMPLE_RATE, Samples
from studio.engine.schedule import NS, StopSignal

log = logging.getLogger(__name__)

_IDLE_S = 0.25
_JOIN_S = 5.0


@dataclass(slots=True, eq=False)
class Program:
    """What takes the mix: `deliver` is given each track's block and its first sample's number.

    `tracks` is asked for each block which tracks are wanted; the first, 0, must be among them.
    """

    origin_ns: int
    deliver: Callable[[dict[int, Samples], int], None]
    tracks: Callable[[], tuple[int, ...]] = lambda: (0,)


@dataclass(frozen=True, slots=True)
class MixLevels:
    """How loud everything is, since this was told last."""

    strips: tuple[tuple[str, Level], ...]
    mix: Level
    true_peak_db: float
    loudness: Loudness


class Mixer:
    """Mixes while a broadcast takes it, somebody looks at the meters, or the creator listens.

    `strips` and `is_silenced` are asked for each block; `monitor` is given what the creator
    hears. Every method is for any thread; `on_failure` is called from the sound thread.
    """

    def __init__(
        self,
        *,
        strips: Callable[[], Sequence[Strip]],
        is_silenced: Callable[[], bool],
        on_failure: Callable[[Exception], None],
        monitor: Callable[[Samples], None] | None = None,
        now_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self.desk = MixDesk(strips=strips, is_silenced=is_silenced)
        self._strips = strips
        self._on_failure = on_failure
        self._monitor = monitor
        self._now_ns = now_ns
        self._stop = StopSignal()
        self._changed = threading.Event()
        self._handing_over = threading.Lock()
        self._program: Program | None = None
        self._listener: Callable[[MixLevels], None] | None = None
        self._meter = LevelMeter()
        self._peak_db = SILENT_DB
        self._loudness = LoudnessMeter()
        self._true_peak = TruePeakMeter()
        self._thread: threading.Thread | None = None
        self.lag_ms = 0.0
        """How much later than its picture the latest sound plays, of all sources in the mix."""

    def start(self) -> None:
        """Start the thread; it sleeps until it is needed."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="audio", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End the thread and wait for it."""
        self._stop.set()
        self._changed.set()
        thread = self._thread
        if thread is not None:
            thread.join(_JOIN_S)

    def attach(self, program: Program) -> None:
        """Give every block from the program's origin on to it."""
        with self._handing_over:
            self._program = program
            self._loudness.reset()
        self._changed.set()
        self.start()

    def detach(self) -> None:
        """Give no block more: none is under way when this returns."""
        with self._handing_over:
            self._program = None

    def listen(self, listener: Callable[[MixLevels], None] | None) -> None:
        """Tell levels after each block, from the sound thread; None ends it."""
        self._listener = listener
        self._changed.set()

    def wake(self) -> None:
        """Look again at what there is to do: strips have changed."""
        self._changed.set()

    @property
    def _is_needed(self) -> bool:
        return (
            self._program is not None
            or self._listener is not None
            or (self._monitor is not None and any(one.is_monitored for one in self._strips()))
        )

    @property
    def is_mixing(self) -> bool:
        """Something takes the mix now."""
        return self._thread is not None and self._is_needed

    def _run(self) -> None:
        try:
            while not self._stop.is_set:
                if self._is_needed:
                    self._mix_on(self._program)
                else:
                    self._changed.wait(_IDLE_S)
                    self._changed.clear()
        except Exception as error:  # thread root
            log.exception("the sound thread failed")
            self._thread = None  # the next broadcast gets another
            self._on_failure(error)

    def _mix_on(self, program: Program | None) -> None:
        """Mix block after block until the program changes or nobody needs the sound."""
        origin_ns = program.origin_ns if program is not None else self._now_ns()
        position = 0
        while self._program is program and self._is_needed:
            start_ns = origin_ns + position * NS // SAMPLE_RATE
            if not self._wait_for_sound(start_ns):
                return
            mixed = self.desk.mix(start_ns, program.tracks() if program is not None else (0,))
            self._hand_over(program, mixed, position)
            position += BLOCK

    def _wait_for_sound(self, start_ns: int) -> bool:
        """Wait until devices have delivered what belongs into a block; False when told to end.

        Filters or offsets that come meanwhile may make it longer.
        """
        due_ns = 0
        while True:
            delay_ns = MIX_DELAY_NS + self.desk.delay_ns()
            later_ns = start_ns + BLOCK * NS // SAMPLE_RATE + delay_ns
            if later_ns <= due_ns:
                return True
            due_ns = later_ns
            if not self._stop.wait_until(due_ns):
                return False

    def _hand_over(self, program: Program | None, mixed: Mixed, position: int) -> None:
        self.lag_ms = mixed.lag_ms
        self._meter.add(mixed.program)
        if self._monitor is not None and mixed.monitor is not None:
            self._monitor(mixed.monitor)
        if program is not None:
            with self._handing_over:
                if self._program is program:
                    program.deliver(mixed.tracks, position)
        level = self._meter.take()
        self._peak_db = max(self._peak_db, *level.peak_db)
        listener = self._listener
        if listener is None:
            return
        self._true_peak.add(mixed.program)
        self._loudness.add(mixed.program)
        listener(
            MixLevels(
                strips=self.desk.levels(),
                mix=level,
                true_peak_db=self._true_peak.take_db(),
                loudness=self._loudness.loudness(),
            )
        )

    def take_peak_db(self) -> float:
        """Return the loudest sample since this was asked last, in dB of full scale."""
        peak_db, self._peak_db = self._peak_db, SILENT_DB
        return peak_db

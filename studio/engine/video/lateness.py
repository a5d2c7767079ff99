"""Why ticks came late: our own work, a machine that gave no processor, or one that stood still.

A thread that waits for its moment can be late for two reasons. Either this process computed in the
span (the tick before took long, or another of our threads or the garbage collection kept it from
running): then something of ours must become lighter. Or the process hardly ran although it wanted
to: then another program, or the host of a virtual machine, had the processor.
"""

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

Cause = Literal["own", "machine", "pause"]

_OWN_THREAD: Final = 0.5
"""From this share of the span on which the video thread itself computed, its work was too much."""
_OWN_GARBAGE: Final = 0.3
_OWN_PROCESS: Final = 0.8
"""The same of all processors, for all our threads together."""
_PAUSE_S: Final = 2.0
_PAUSED: Final = 0.1
"""A span this long in which we got less than this share of one processor is no busy machine."""


@dataclass(frozen=True, slots=True)
class Clocks:
    """The clocks at one moment, in seconds: real time, CPU of the process and of this thread."""

    wall_s: float
    process_s: float
    thread_s: float
    garbage_s: float = 0.0

    def since(self, before: "Clocks") -> "Clocks":
        """How far each went since another moment."""
        return Clocks(
            self.wall_s - before.wall_s,
            self.process_s - before.process_s,
            self.thread_s - before.thread_s,
            self.garbage_s - before.garbage_s,
        )


def cause_of(span: Clocks, *, processors: int) -> Cause:
    """Return what made a thread late that should have run within a span."""
    if span.wall_s >= _PAUSE_S and span.process_s < _PAUSED * span.wall_s:
        return "pause"
    is_own = (
        span.thread_s >= _OWN_THREAD * span.wall_s
        or span.garbage_s >= _OWN_GARBAGE * span.wall_s
        or span.process_s >= _OWN_PROCESS * span.wall_s * processors
    )
    return "own" if is_own else "machine"


class Lateness:
    """Counts missed ticks by their cause; `begin` to `note` belong to the thread that ticks."""

    def __init__(self, *, processors: int, clocks: Callable[[float], Clocks] | None = None) -> None:
        self._processors = max(1, processors)
        self._clocks = clocks or _clocks_now
        self._garbage_s = 0.0
        self._collecting_since_s = 0.0
        self._before: Clocks | None = None
        self.by_machine = 0
        """Ticks that were missed because the machine gave us no processor."""
        self.by_pause = 0
        """Ticks that were missed while the whole computer stood still."""
        self.paused_s = 0.0
        """For how long that was, in all."""

    def watch(self) -> None:
        """Have garbage collections timed from now on."""
        gc.callbacks.append(self._on_garbage)

    def close(self) -> None:
        """Time them no more."""
        if self._on_garbage in gc.callbacks:
            gc.callbacks.remove(self._on_garbage)

    def woke(self) -> Clocks | None:
        """Return the span since this was called last; None the first time."""
        now, before = self._clocks(self._garbage_s), self._before
        self._before = now
        return None if before is None else now.since(before)

    def note(self, missed: int, span: Clocks | None) -> None:
        """Count ticks that were missed at the end of a span."""
        if missed <= 0 or span is None:
            return
        match cause_of(span, processors=self._processors):
            case "machine":
                self.by_machine += missed
            case "pause":
                self.by_pause += missed
                self.paused_s += span.wall_s
            case _:
                return

    def _on_garbage(self, phase: str, _counts: dict[str, int]) -> None:
        if phase == "start":
            self._collecting_since_s = time.perf_counter()
        elif self._collecting_since_s:
            self._garbage_s += time.perf_counter() - self._collecting_since_s
            self._collecting_since_s = 0.0


def _clocks_now(garbage_s: float) -> Clocks:
    return Clocks(time.monotonic(), time.process_time(), time.thread_time(), garbage_s)

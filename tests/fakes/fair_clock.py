"""A clock that stands still while the machine does not let this process run."""

import threading
import time
from types import TracebackType
from typing import Self

_BEAT_S = 0.005
_LATE_S = 0.02


class FairClock:
    """Counts what this process waits and works, to judge promises in seconds on a busy machine.

    A thread beats 200 times a second. Of a beat that comes late, no more counts than this process
    has worked meanwhile: the rest went to other programs. Use it with `with`.
    """

    def __init__(self) -> None:
        self.seconds = 0.0
        self.held_up_s = 0.0
        """What other programs took meanwhile."""
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="fair clock", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        before_s, worked_s = time.monotonic(), time.process_time()
        is_over = False
        while not is_over:
            is_over = self._over.wait(_BEAT_S)
            now_s, work_s = time.monotonic(), time.process_time()
            passed_s = now_s - before_s
            fair_s = min(passed_s, max(_LATE_S, work_s - worked_s))
            self.seconds += fair_s
            self.held_up_s += passed_s - fair_s
            before_s, worked_s = now_s, work_s

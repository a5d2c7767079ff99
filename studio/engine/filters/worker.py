"""Applies the filters of one source in a thread of its own, so that none can make a tick late."""

import logging
import threading
import time
from collections.abc import Callable, Sequence

from shared.errors import AppError
from studio.engine.filters.base import FilterClock, FilterFrame, FilterKind
from studio.engine.filters.chain import FilterChain, is_sound
from studio.engine.filters.convert import ToFilter, to_picture
from studio.engine.pixels import Picture
from studio.project.filters import Filter

log = logging.getLogger(__name__)

_JOIN_S = 4.0
_NS = 1_000_000_000


class FilterWorker:
    """Takes the newest picture of a source whenever it has time, and publishes what it makes of it.

    `offer`, `set_filters` and `stop` never wait; `latest` is replaced as a whole. Pictures that
    come faster than the filters work are passed over. `on_change` is called in the worker's thread
    when the size of the picture or what is wrong with a filter changed, `on_problem` when a filter
    was switched off.
    """

    def __init__(
        self,
        name: str,
        kinds: Sequence[FilterKind],
        *,
        period_ns: int,
        number: Callable[[], int],
        on_change: Callable[[], None],
        on_problem: Callable[[AppError], None],
        now_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._now_ns = now_ns
        self._number = number
        self._on_change = on_change
        self._on_problem = on_problem
        self._chain = FilterChain(
            kinds, FilterClock(now_ns, period_ns), on_problem=self._note_problem
        )
        self._convert = ToFilter()
        self._condition = threading.Condition()
        self._filters: tuple[Filter, ...] = ()
        self._taken_filters: tuple[Filter, ...] = ()
        self._offered: Picture | None = None
        self._is_stopping = False
        self._frame: FilterFrame | None = None
        self._shown: FilterFrame | None = None
        self._latest: Picture | None = None
        self._problems: dict[str, AppError] = {}
        self._has_new_problems = False
        self._thread = threading.Thread(target=self._run, name=f"filters-{name}", daemon=True)

    @property
    def latest(self) -> Picture | None:
        """The newest filtered picture."""
        return self._latest

    @property
    def problems(self) -> dict[str, AppError]:
        """What is wrong with filters that are on, by their id."""
        return dict(self._problems)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def set_filters(self, filters: tuple[Filter, ...]) -> None:
        """Take other filters for the pictures to come and for the one there is."""
        with self._condition:
            self._filters = filters
            self._condition.notify()

    def offer(self, picture: Picture) -> None:
        """Say that there is a newer picture."""
        with self._condition:
            self._offered = picture
            self._condition.notify()

    def stop(self) -> None:
        """Tell the thread to end, without waiting."""
        with self._condition:
            self._is_stopping = True
            self._condition.notify()

    def join(self) -> None:
        """Wait until the thread has ended; a filter that hangs is left behind, and said so."""
        self._thread.join(_JOIN_S)
        if self._thread.is_alive():
            log.warning("%s did not stop in time", self._thread.name)

    # --- the thread -----------------------------------------------------------------------

    def _run(self) -> None:
        while self._wait():
            try:
                self._work()
            except Exception:  # thread root: the next picture may go better
                log.exception("the filters of a source failed")
        self._chain.close()

    def _wait(self) -> bool:
        """Sleep until there is something to do; return False to end."""
        with self._condition:
            while not self._is_stopping and not self._has_work():
                wakes_ns = self._chain.wakes_at_ns() if self._frame is not None else None
                now_ns = self._now_ns()
                if wakes_ns is not None and wakes_ns <= now_ns:
                    break
                self._condition.wait(None if wakes_ns is None else (wakes_ns - now_ns) / _NS)
            return not self._is_stopping

    def _has_work(self) -> bool:
        return self._offered is not None or self._filters is not self._taken_filters

    def _work(self) -> None:
        with self._condition:
            picture, self._offered = self._offered, None
            filters = self._filters
        if filters is not self._taken_filters:
            self._forget_problems(self._taken_filters, filters)
            self._taken_filters = filters
            self._chain.set_filters(filters)
        if picture is not None:
            self._frame = self._convert.convert(picture)
        if self._frame is not None:
            self._publish(self._chain.apply(self._frame))
        if self._has_new_problems:
            self._has_new_problems = False
            self._on_change()

    def _publish(self, frame: FilterFrame) -> None:
        if frame is self._shown:
            return
        before = self._latest
        self._shown = frame
        self._latest = made = to_picture(frame, number=self._number())
        size = (made.frame.width, made.frame.height)
        if before is None or size != (before.frame.width, before.frame.height):
            self._on_change()

    def _note_problem(self, entry: Filter, error: AppError) -> None:
        self._problems = self._problems | {entry.id: error}
        self._has_new_problems = True
        self._on_problem(error)

    def _forget_problems(self, before: tuple[Filter, ...], now: tuple[Filter, ...]) -> None:
        """Only what was wrong with a filter that is still the same is still wrong."""
        same = {entry.id for entry in now if entry in before}
        kept = {key: error for key, error in self._problems.items() if key in same}
        if kept != self._problems:
            self._problems = kept
            self._has_new_problems = True


def has_picture_filter(filters: tuple[Filter, ...]) -> bool:
    """Whether any of these changes the picture now."""
    return any(entry.enabled and not is_sound(entry) for entry in filters)

"""One run of a capture: what it publishes counts until it is given up."""

from collections.abc import Callable
from typing import Protocol

import av

from shared.errors import AppError
from studio.engine.audio.track import Samples
from studio.engine.overlays import OverlayBoard
from studio.engine.schedule import StopSignal, TickSchedule
from studio.engine.sources.media import Bookmark, MediaOrders


class Taker(Protocol):
    """Whoever runs attempts and takes what the one of now publishes."""

    def take_picture(
        self, attempt: "Attempt", frame: av.VideoFrame, *, captured_ns: int, has_alpha: bool
    ) -> None:
        """Take the newest picture."""
        ...

    def take_still(self, attempt: "Attempt") -> None:
        """The newest picture still holds."""
        ...

    def take_sound(self, attempt: "Attempt", samples: Samples, *, heard_ns: int) -> None:
        """Take sound."""
        ...

    def take_warning(self, attempt: "Attempt", error: AppError) -> None:
        """Something is not as it should be."""
        ...


class Attempt:
    """The `Sink` of one capture. A driver that hangs keeps its thread and its attempt; another one
    takes over, and what the hung one says when it wakes is not heard any more.
    """

    def __init__(
        self,
        runner: Taker,
        *,
        schedule: TickSchedule,
        board: OverlayBoard,
        orders: MediaOrders,
        bookmark: Bookmark,
        now_ns: Callable[[], int],
    ) -> None:
        self.orders = orders
        self.bookmark = bookmark
        self.stop = StopSignal()
        self.schedule = schedule
        self.board = board
        self.interval_s: float | None = None
        self.began_ns = now_ns()
        self.has_shown = False
        self._runner = runner
        self._now_ns = now_ns
        self._lead_ns = 0

    def publish(self, frame: av.VideoFrame, *, captured_ns: int, has_alpha: bool = False) -> None:
        """Make this the newest picture."""
        self._runner.take_picture(self, frame, captured_ns=captured_ns, has_alpha=has_alpha)

    def still(self) -> None:
        """Say that the newest picture is still what there is to see."""
        self._runner.take_still(self)

    def sound(self, samples: Samples, *, heard_ns: int) -> None:
        """Append sound to the track."""
        self._runner.take_sound(self, samples, heard_ns=heard_ns)

    def warn(self, error: AppError) -> None:
        """Say what is not as it should be, while the source goes on."""
        self._runner.take_warning(self, error)

    def expect_every(self, interval_s: float | None) -> None:
        """Say how often pictures come; None when one is enough."""
        self.interval_s = interval_s

    def wait_for_tick(self, lead_ns: int) -> int | None:
        """Sleep until `lead_ns` before the next tick; return its time, or None when to end."""
        number = self.schedule.first_from(self._now_ns() + lead_ns)
        tick_ns = self.schedule.at(number)
        if tick_ns <= self._lead_ns:
            tick_ns = self.schedule.at(self.schedule.first_from(self._lead_ns + 1))
        self._lead_ns = tick_ns
        return tick_ns if self.stop.wait_until(tick_ns - lead_ns) else None

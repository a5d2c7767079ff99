"""A sink without a clock: what a capture waits for comes at once, what it shows is kept."""

import time
from dataclasses import dataclass, field

import av

from shared.errors import AppError
from studio.engine.audio.track import Samples
from studio.engine.overlays import OverlayBoard
from studio.engine.schedule import NS, StopSignal, TickSchedule
from studio.engine.sources.media import Bookmark, MediaOrders


class HurriedStop(StopSignal):
    """Every wait is over at once; after so many of them it is time to stop."""

    def __init__(self, waits: int) -> None:
        super().__init__()
        self.left = waits
        self.waited_until: list[int] = []

    def wait_until(self, moment_ns: int) -> bool:
        self.waited_until.append(moment_ns)
        self.left -= 1
        if self.left < 0:
            self.set()
        return not self.is_set


@dataclass
class Shown:
    """One published picture."""

    frame: av.VideoFrame
    captured_ns: int
    has_alpha: bool


@dataclass
class FakeSink:
    """Keeps pictures, sound, warnings; a tick is a thirtieth of a second after the one before."""

    stop: HurriedStop
    schedule: TickSchedule = field(default_factory=lambda: TickSchedule(30, 0))
    board: OverlayBoard = field(default_factory=OverlayBoard)
    orders: MediaOrders = field(default_factory=MediaOrders)
    bookmark: Bookmark = field(default_factory=Bookmark)
    pictures: list[Shown] = field(default_factory=list)
    sounds: list[tuple[int, Samples]] = field(default_factory=list)
    warnings: list[AppError] = field(default_factory=list)
    intervals: list[float | None] = field(default_factory=list)
    stills: int = 0
    _tick_ns: int = field(default_factory=time.monotonic_ns)

    def publish(self, frame: av.VideoFrame, *, captured_ns: int, has_alpha: bool = False) -> None:
        self.pictures.append(Shown(frame, captured_ns, has_alpha))

    def still(self) -> None:
        self.stills += 1

    def sound(self, samples: Samples, *, heard_ns: int) -> None:
        self.sounds.append((heard_ns, samples))

    def warn(self, error: AppError) -> None:
        self.warnings.append(error)

    def expect_every(self, interval_s: float | None) -> None:
        self.intervals.append(interval_s)

    def wait_for_tick(self, lead_ns: int) -> int | None:
        self._tick_ns += NS // 30
        return self._tick_ns if self.stop.wait_until(self._tick_ns - lead_ns) else None


def hurried(waits: int) -> FakeSink:
    """A sink that stops its capture after so many waits."""
    return FakeSink(HurriedStop(waits))

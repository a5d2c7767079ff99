"""What a source is: a capture that runs in a thread of its own and publishes pictures and sound."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import av

from shared.errors import AppError
from studio.engine.audio.track import Samples
from studio.engine.overlays import OverlayBoard
from studio.engine.schedule import StopSignal, TickSchedule
from studio.engine.sources.media import Bookmark, MediaOrders
from studio.project.model import Model


class Sink(Protocol):
    """Where a capture puts what it has; also its clock and its order to stop."""

    stop: StopSignal
    schedule: TickSchedule
    board: OverlayBoard
    """What the room says, for overlays."""
    orders: MediaOrders
    """What was asked of a media file."""
    bookmark: Bookmark
    """Where a media file was; it outlives the capture."""

    def publish(self, frame: av.VideoFrame, *, captured_ns: int, has_alpha: bool = False) -> None:
        """Make this the newest picture."""
        ...

    def still(self) -> None:
        """Say that there is nothing newer than what was published last: no stall, no change."""
        ...

    def sound(self, samples: Samples, *, heard_ns: int) -> None:
        """Append sound: `(n, 2) float32`, 48 kHz, the first sample heard at `heard_ns`."""
        ...

    def warn(self, error: AppError) -> None:
        """Say what is not as it should be, while the source goes on."""
        ...

    def expect_every(self, interval_s: float | None) -> None:
        """Say how often pictures come, so that a stall is seen; None when they need not."""
        ...

    def wait_for_tick(self, lead_ns: int) -> int | None:
        """Sleep until `lead_ns` before the next tick; return its time, or None when to end."""
        ...


class Capture(Protocol):
    """One kind of source at work."""

    def run(self, sink: Sink) -> None:
        """Open, publish until `sink.stop` is set, close.

        Raises:
            AppError: it cannot be opened, or it has gone; the runner tries again later.
        """
        ...


@dataclass(frozen=True, slots=True)
class SourceKind:
    """A registry entry: which settings it serves and how to make its capture."""

    kind: str
    settings: type[Model]
    make: Callable[[Any], Capture]
    has_picture: bool
    has_sound: bool
    paints_text: bool = False
    """It needs the fonts of Qt, which the engine prepares on its main thread."""

"""The preview: the newest composition, made small, into the ring, while somebody has a lease."""

import logging
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import numpy as np
from av.video.reformatter import Interpolation, VideoReformatter

from shared.ring import RingWriter
from studio.engine.pixels import BT709, FULL, LIMITED
from studio.engine.schedule import NS
from studio.engine.video.compositor import Composition

log = logging.getLogger(__name__)

LEASE_S = 5.0
_RING = "preview.ring"


@dataclass(frozen=True, slots=True)
class Lease:
    """What a client asked for, and until when."""

    width: int
    height: int
    fps: int
    until_s: float


class Preview:
    """Renders in a thread of its own that exists only while there is a lease."""

    def __init__(self, runtime_dir: Path) -> None:
        self.path = runtime_dir / _RING
        self._leases: dict[int, Lease] = {}
        self._changed = threading.Condition()
        self._newest: Composition | None = None
        self._next_due_ns = 0
        self._thread: threading.Thread | None = None
        self._stopping = False

    def subscribe(self, client: int, *, width: int, height: int, fps: int) -> None:
        """Give a client a lease, or renew it."""
        lease = Lease(width, height, fps, time.monotonic() + LEASE_S)
        with self._changed:
            self._leases[client] = lease
            if self._thread is None:
                self._stopping = False
                self._thread = threading.Thread(target=self._run, name="preview", daemon=True)
                self._thread.start()

    def unsubscribe(self, client: int) -> None:
        """End a client's lease."""
        with self._changed:
            self._leases.pop(client, None)

    @property
    def is_wanted(self) -> bool:
        """Somebody has a lease."""
        now_s = time.monotonic()
        with self._changed:
            self._leases = {c: lease for c, lease in self._leases.items() if lease.until_s > now_s}
            return bool(self._leases)

    def is_due(self, now_ns: int) -> bool:
        """A picture is wanted now: there is a lease and the last picture is old enough."""
        return bool(self._leases) and now_ns >= self._next_due_ns

    def offer(self, composition: Composition) -> None:
        """Take a composition to draw; never waits."""
        with self._changed:
            leases = self._leases.values()
            if not leases:
                return
            fps = max(lease.fps for lease in leases)
            self._next_due_ns = time.monotonic_ns() + NS // fps - 4_000_000
            self._newest = composition
            self._changed.notify()

    def close(self) -> None:
        """End the thread and remove the ring."""
        with self._changed:
            self._leases.clear()
            self._stopping = True
            self._changed.notify()
            thread = self._thread
        if thread is not None:
            thread.join(3.0)

    def end_if_unwanted(self) -> None:
        """End the thread and remove the ring when the last lease is over."""
        if self._thread is not None and not self.is_wanted:
            self.close()

    def _run(self) -> None:
        try:
            with RingPainter(self.path) as painter:
                while (composition := self._next()) is not None:
                    self._draw(painter, composition)
        except Exception:
            log.exception("the preview failed")
        finally:
            with self._changed:
                self._thread = None

    def _next(self) -> Composition | None:
        with self._changed:
            while self._newest is None and not self._stopping:
                self._changed.wait()
            composition, self._newest = self._newest, None
            return None if self._stopping else composition

    def _draw(self, painter: "RingPainter", composition: Composition) -> None:
        with self._changed:
            leases = list(self._leases.values())
        if leases:
            width, height = box_of(leases)
            painter.draw(composition, width=width, height=height)


def box_of(leases: Iterable[Lease]) -> tuple[int, int]:
    """The box that the largest of these pictures fits into."""
    boxes = [(lease.width, lease.height) for lease in leases]
    return max(width for width, _ in boxes), max(height for _, height in boxes)


class RingPainter:
    """Draws compositions small into a ring of its own; one thread's."""

    def __init__(self, path: Path) -> None:
        self._ring = RingWriter(path)
        self._scaler = VideoReformatter()
        self._drawn: tuple[av.VideoFrame, int, int] | None = None

    def draw(self, composition: Composition, *, width: int, height: int) -> None:
        """Draw one into a box of this size, unless it was drawn last."""
        frame = composition.frame
        scale = min(width / frame.width, height / frame.height, 1.0)
        width = max(2, int(frame.width * scale) // 2 * 2)
        height = max(2, int(frame.height * scale) // 2 * 2)
        drawn = self._drawn
        # Numbers count within a scene only; a frame that was handed out never changes.
        if drawn is not None and drawn[0] is frame and drawn[1:] == (width, height):
            return
        small = self._scaler.reformat(
            frame,
            width=width,
            height=height,
            format="bgra",
            src_colorspace=BT709,
            src_color_range=LIMITED,
            dst_color_range=FULL,
            interpolation=Interpolation.FAST_BILINEAR,
            threads=1,
        )
        plane = small.planes[0]
        if plane.line_size == width * 4:
            pixels = memoryview(plane)[: width * height * 4]
        else:
            rows = np.frombuffer(plane, dtype=np.uint8).reshape(-1, plane.line_size)
            pixels = memoryview(np.ascontiguousarray(rows[:height, : width * 4]))
        self._ring.publish(pixels, width=width, height=height, captured_ns=composition.captured_ns)
        self._drawn = (frame, width, height)

    def close(self) -> None:
        """Remove the ring."""
        self._ring.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

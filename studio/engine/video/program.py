"""What goes on air: one scene, or two while one gives way to the other."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from studio.engine.video.compositor import Composition
from studio.engine.video.scene_view import SceneView
from studio.engine.video.transition import Moment, Transition


@dataclass(frozen=True, slots=True)
class Switch:
    """An order to show another scene; without a transition at once."""

    view: SceneView
    transition: Transition | None = None
    length_ns: int = 0


def _told_nobody(_switch: Switch, _now_ns: int) -> None:
    """Nobody wants to know."""


@dataclass(slots=True)
class _Running:
    """A transition on its way, from a scene or from the still picture of another transition."""

    source: SceneView | Composition
    switch: Switch
    transition: Transition
    began_ns: int


class Program:
    """`compose` belongs to the video thread; `switch` may be called by any.

    A switch during a transition starts from the picture that is on air at that moment.
    """

    def __init__(
        self, view: SceneView, *, on_switch: Callable[[Switch, int], None] = _told_nobody
    ) -> None:
        """Show this; `on_switch` is told in the video thread of every switch as it begins."""
        self._view = view
        self._on_switch = on_switch
        self._lock = threading.Lock()
        self._ordered: Switch | None = None
        self._running: _Running | None = None
        self._finished: deque[Transition] = deque()
        self._last: Composition | None = None
        self._seen: tuple[object, int] | None = None
        self._number = 0

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of what is composed."""
        with self._lock:
            view = self._view if self._ordered is None else self._ordered.view
        return view.size

    @property
    def view(self) -> SceneView:
        """The scene that is on air, or comes on air at this moment."""
        return self._view

    @property
    def is_changing(self) -> bool:
        """A transition is on its way or ordered."""
        with self._lock:
            return self._ordered is not None or self._running is not None

    @property
    def views(self) -> tuple[SceneView, ...]:
        """The scenes that show, or will at the next tick."""
        with self._lock:
            views = [self._view]
            if self._running is not None and isinstance(self._running.source, SceneView):
                views.append(self._running.source)
            if self._ordered is not None:
                views.append(self._ordered.view)
        return tuple(views)

    @property
    def has_leftovers(self) -> bool:
        """A transition is over and holds something still."""
        return bool(self._finished)

    def switch(self, switch: Switch) -> None:
        """Show another scene from the next tick on; an order that was not begun is replaced."""
        with self._lock:
            before, self._ordered = self._ordered, switch
            if before is not None and before.transition is not None:
                self._finished.append(before.transition)
        self.let_go()

    def let_go(self) -> None:
        """Close the transitions that are over: that may take a moment, so not while ticking."""
        while self._finished:
            self._finished.popleft().close()

    def compose(self, now_ns: int) -> Composition:
        """Return the picture of the tick at a moment."""
        self._begin(now_ns)
        running = self._running
        if running is not None:
            moment = self._moment(running, now_ns)
            if moment is not None:
                return self._mixed(running, moment, now_ns)
            with self._lock:
                self._finish()
        made = self._view.compose(now_ns)
        self._last = self._numbered(made, (self._view, made.number))
        return self._last

    def close(self) -> None:
        """Let go of everything; after the last `compose`."""
        with self._lock:
            self._finish()
            ordered, self._ordered = self._ordered, None
            if ordered is not None and ordered.transition is not None:
                self._finished.append(ordered.transition)
        self.let_go()

    def _begin(self, now_ns: int) -> None:
        if self._ordered is None:
            return
        with self._lock:
            ordered, self._ordered = self._ordered, None
            assert ordered is not None  # noqa: S101 - only this thread takes orders
            source: SceneView | Composition = self._view
            if self._running is not None and self._last is not None:
                source = self._last
            self._finish()
            can_mix = self._last is not None and self._view.size == ordered.view.size
            self._view = ordered.view
            if ordered.transition is not None and can_mix:
                self._running = _Running(source, ordered, ordered.transition, now_ns)
            else:
                if ordered.transition is not None:
                    self._finished.append(ordered.transition)
                ordered = Switch(ordered.view)
        self._on_switch(ordered, now_ns)

    def _finish(self) -> None:
        """End what is on its way; the caller holds the lock."""
        running, self._running = self._running, None
        if running is not None:
            self._finished.append(running.transition)

    def _moment(self, running: _Running, now_ns: int) -> Moment | None:
        length_ns, elapsed_ns = running.switch.length_ns, max(0, now_ns - running.began_ns)
        if elapsed_ns >= length_ns:
            return None
        return Moment(elapsed_ns / length_ns, elapsed_ns)

    def _mixed(self, running: _Running, moment: Moment, now_ns: int) -> Composition:
        source = running.source
        first = source if isinstance(source, Composition) else source.compose(now_ns)
        second = self._view.compose(now_ns)
        frame = running.transition.mix(first.frame, second.frame, moment)
        captured_ns = max(first.captured_ns, second.captured_ns)
        self._seen = None
        self._number += 1
        self._last = Composition(frame, self._number, captured_ns)
        return self._last

    def _numbered(self, made: Composition, seen: tuple[object, int]) -> Composition:
        """The composition under a number that counts over all scenes."""
        if seen == self._seen and self._last is not None:
            return self._last
        self._seen = seen
        self._number += 1
        return Composition(made.frame, self._number, made.captured_ns)

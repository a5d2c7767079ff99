"""Pictures of scenes that are not on air, for windows: studio mode, projectors, the multiview.

They are composed small, in a thread of their own, only while somebody looks.
"""

import hashlib
import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from studio.engine.pixels import black_frame, plane_view
from studio.engine.scene_looks import Look, LookKey
from studio.engine.schedule import NS
from studio.engine.video.compositor import Composition
from studio.engine.video.preview import LEASE_S, Lease, RingPainter, box_of
from studio.engine.video.scene_view import SceneView
from studio.project.model import Project
from studio.project.multiview import Cell, multiview_cells

log = logging.getLogger(__name__)

_MULTIVIEW = "multiview"
_ONE = "scene"
_JOIN_S = 3.0
_MOST_ZOOM = 1.0


@dataclass(slots=True)
class _Looked:
    """One view that somebody looks at."""

    leases: dict[int, Lease] = field(default_factory=dict)
    due_ns: int = 0
    painter: RingPainter | None = None
    last: Composition | None = None
    parts: tuple[Composition, ...] = ()


class Looks:
    """`subscribe` belongs to the event loop, `planned` and `use` to whoever changes the show."""

    def __init__(self, runtime_dir: Path) -> None:
        self._folder = runtime_dir
        self._changed = threading.Condition()
        self._looked: dict[str, _Looked] = {}
        self._views: Mapping[LookKey, SceneView] = {}
        self._cells: tuple[Cell, ...] = ()
        self._canvas = (1920, 1080)
        self._thread: threading.Thread | None = None
        self._stopping = False

    def path(self, view: str) -> Path:
        """The ring of a view."""
        digest = hashlib.sha256(view.encode()).hexdigest()[:12]
        return self._folder / f"preview-{digest}.ring"

    def subscribe(self, client: int, view: str, *, width: int, height: int, fps: int) -> bool:
        """Give a client a lease on a view, or renew it; tell whether that is new to the show."""
        lease = Lease(width, height, fps, time.monotonic() + LEASE_S)
        with self._changed:
            looked = self._looked.get(view)
            is_new = looked is None or client not in looked.leases
            if looked is None:
                # The ring must be there before the client is told where it is.
                looked = self._looked[view] = _Looked(painter=RingPainter(self.path(view)))
            looked.leases[client] = lease
            if self._thread is None:
                self._stopping = False
                self._thread = threading.Thread(target=self._run, name="looks", daemon=True)
                self._thread.start()
            self._changed.notify()
        return is_new

    def unsubscribe(self, client: int, view: str | None = None) -> None:
        """End a client's leases, or the one on a view."""
        with self._changed:
            for name, looked in self._looked.items():
                if view in (None, name):
                    looked.leases.pop(client, None)

    @property
    def is_wanted(self) -> bool:
        """Somebody looks."""
        now_s = time.monotonic()
        with self._changed:
            for looked in self._looked.values():
                looked.leases = {c: one for c, one in looked.leases.items() if one.until_s > now_s}
            return any(looked.leases for looked in self._looked.values())

    @property
    def has_leftovers(self) -> bool:
        """Scenes run that nobody looks at any more."""
        with self._changed:
            return any(not looked.leases for looked in self._looked.values())

    def planned(self, project: Project) -> Mapping[LookKey, Look]:
        """The scenes that are looked at, and how small each may be; forgets what nobody wants."""
        canvas, looks = project.canvas, dict[LookKey, Look]()
        with self._changed:
            self._forget()
            self._cells = multiview_cells(project)
            self._canvas = (canvas.width, canvas.height)
            for view, looked in self._looked.items():
                width, height = box_of(looked.leases.values())
                zoom = min(_MOST_ZOOM, width / canvas.width, height / canvas.height)
                if view == _MULTIVIEW:
                    for cell in self._cells:
                        looks[view, cell.name] = Look(cell.scene_id, zoom * cell.share)
                else:
                    looks[view, _ONE] = Look(_scene_of(project, view), zoom)
        return looks

    def _forget(self) -> None:
        for view, looked in list(self._looked.items()):
            if not looked.leases:
                del self._looked[view]
                if looked.painter is not None:
                    looked.painter.close()

    def use(self, views: Mapping[LookKey, SceneView]) -> None:
        """Compose these from now on; the views belong to this object's thread."""
        with self._changed:
            self._views = dict(views)

    def close(self) -> None:
        """End the thread and remove the rings."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
            thread = self._thread
        if thread is not None:
            thread.join(_JOIN_S)
        with self._changed:
            for looked in self._looked.values():
                looked.leases.clear()
            self._forget()

    def end_if_unwanted(self) -> None:
        """End the thread and remove the rings when the last lease is over."""
        if self._thread is not None and not self.is_wanted:
            self.close()

    # --- the thread -----------------------------------------------------------------------

    def _run(self) -> None:
        try:
            while (views := self._wait()) is not None:
                for view in views:
                    self._look(view, time.monotonic_ns())
        except Exception:  # thread root
            log.exception("the views failed")
        finally:
            with self._changed:
                self._thread = None

    def _wait(self) -> list[str] | None:
        """The views that are due; None to end."""
        with self._changed:
            while not self._stopping:
                now_ns = time.monotonic_ns()
                due = {v: one.due_ns for v, one in self._looked.items() if one.leases}
                ready = [view for view, due_ns in due.items() if due_ns <= now_ns]
                if ready:
                    return ready
                soonest = min(due.values(), default=None)
                self._changed.wait(None if soonest is None else (soonest - now_ns) / NS)
            return None

    def _look(self, view: str, now_ns: int) -> None:
        """Compose one view and draw it."""
        with self._changed:
            looked, views = self._looked.get(view), self._views
            cells, canvas = self._cells, self._canvas
            if looked is None or not looked.leases:
                return
            fps = max(lease.fps for lease in looked.leases.values())
            width, height = box_of(looked.leases.values())
            looked.due_ns = max(looked.due_ns + NS // fps, now_ns)
        if view == _MULTIVIEW:
            zoom = min(_MOST_ZOOM, width / canvas[0], height / canvas[1])
            size = (round(canvas[0] * zoom / 4) * 4, round(canvas[1] * zoom / 4) * 4)
            made: Composition | None = self._multiview(looked, views, cells, size, now_ns)
        else:
            one = views.get((view, _ONE))
            made = one.compose(now_ns) if one is not None else None
        with self._changed:
            if made is not None and looked.painter is not None and view in self._looked:
                looked.painter.draw(made, width=width, height=height)

    def _multiview(
        self,
        looked: _Looked,
        views: Mapping[LookKey, SceneView],
        cells: tuple[Cell, ...],
        size: tuple[int, int],
        now_ns: int,
    ) -> Composition:
        parts = [
            (cell, view.compose(now_ns))
            for cell in cells
            if (view := views.get((_MULTIVIEW, cell.name))) is not None
        ]
        made = tuple(part for _, part in parts)
        is_same = len(made) == len(looked.parts) and all(
            one is other for one, other in zip(made, looked.parts, strict=True)
        )
        if looked.last is not None and is_same and looked.last.frame.width == size[0]:
            return looked.last
        frame = black_frame(*size)
        for cell, part in parts:
            x, y = (
                round(share * length / 2) * 2
                for share, length in zip((cell.x, cell.y), size, strict=True)
            )
            for index in range(3):
                half = 2 if index else 1
                target, plane = plane_view(frame, index), plane_view(part.frame, index)
                room = target[y // half :, x // half :]
                rows, columns = (min(a, b) for a, b in zip(room.shape, plane.shape, strict=True))
                room[:rows, :columns] = plane[:rows, :columns]
        number = looked.last.number + 1 if looked.last is not None else 1
        looked.last, looked.parts = Composition(frame, number, now_ns), made
        return looked.last


def _scene_of(project: Project, view: str) -> str:
    if view == "preview":
        return project.preview_scene_id or project.program_scene_id
    return view.removeprefix("scene:")

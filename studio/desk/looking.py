"""The views of scenes that the window shows: asked for while somebody looks, drawn when new."""

import logging
from dataclasses import dataclass, field
from pathlib import Path

from shared.errors import AppError, StorageError
from shared.qt.scope import TaskScope
from shared.qt.video_view import VideoView
from shared.ring import RingReader
from studio.engine.protocol import PreviewResult, SubscribePreview, UnsubscribePreview
from studio.live import EngineHost

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Looked:
    """One view of the engine's and where it is shown."""

    wanted: SubscribePreview
    targets: list[VideoView] = field(default_factory=list)
    ring: RingReader | None = None
    frame: int = 0
    renew_at_s: float = 0.0
    is_asking: bool = False


class Looking:
    """Keeps a lease on each view that something shows."""

    def __init__(self, engine: EngineHost, scope: TaskScope) -> None:
        self._engine = engine
        self._scope = scope
        self._looked: dict[str, _Looked] = {}
        self.program: list[VideoView] = []
        """Widgets that show the program: the window has its lease already, its frames go here."""

    def show(self, wanted: SubscribePreview, target: VideoView) -> None:
        """Show a view in a widget, beside the widgets that show it already."""
        if wanted.view == "program":
            self.program.append(target)
            return
        looked = self._looked.setdefault(wanted.view, _Looked(wanted))
        if wanted.width > looked.wanted.width:
            looked.wanted, looked.renew_at_s = wanted, 0.0
        if target not in looked.targets:
            looked.targets.append(target)
            looked.frame = 0

    def hide(self, target: VideoView) -> None:
        """Show nothing in a widget any more; what nobody looks at is given up."""
        if target in self.program:
            self.program.remove(target)
        for view, looked in list(self._looked.items()):
            if target not in looked.targets:
                continue
            looked.targets.remove(target)
            if not looked.targets:
                self._give_up(view)

    def draw(self, now_s: float) -> None:
        """Draw what is new, and renew leases in time; called thirty times a second."""
        for looked in list(self._looked.values()):
            if now_s >= looked.renew_at_s and not looked.is_asking:
                looked.is_asking = True
                name = f"look at {looked.wanted.view}"
                self._scope.start(self._subscribe(looked, now_s), name=name)
            if looked.ring is None:
                continue
            frame = looked.ring.latest(after=looked.frame)
            if frame is not None:
                looked.frame = frame.number
                for target in looked.targets:
                    target.show_bgra(frame.pixels, frame.width, frame.height)

    def forget(self) -> None:
        """The engine is another one, or the window is not looked at: begin anew."""
        for looked in self._looked.values():
            _close(looked)
            looked.renew_at_s = 0.0

    def close(self) -> None:
        """Let go of everything."""
        self.forget()
        self._looked.clear()

    def _give_up(self, view: str) -> None:
        _close(self._looked.pop(view))
        self._scope.start(self._unsubscribe(view), name=f"look away from {view}")

    async def _subscribe(self, looked: _Looked, now_s: float) -> None:
        """Ask for a view, or renew it; a refusal is tried again after a while."""
        try:
            result = await self._engine.request(looked.wanted, timeout_s=5.0)
            if isinstance(result, PreviewResult) and looked.targets:
                if looked.ring is None:
                    looked.ring, looked.frame = RingReader(Path(result.path)), 0
                looked.renew_at_s = now_s + max(0.5, result.lease_s / 2)
        except (AppError, StorageError) as error:
            _log.info("no picture of %s: %s", looked.wanted.view, error.code)
            looked.renew_at_s = now_s + 2.0
        finally:
            looked.is_asking = False

    async def _unsubscribe(self, view: str) -> None:
        try:
            await self._engine.request(UnsubscribePreview(view=view), timeout_s=2.0)
        except AppError as error:
            _log.info("a view's lease runs out by itself: %s", error.code)


def _close(looked: _Looked) -> None:
    ring, looked.ring = looked.ring, None
    looked.frame = 0
    if ring is not None:
        ring.close()

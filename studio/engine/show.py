"""A show that runs: the sources of the scene, the compositor and the thread that ticks."""

import time
from collections.abc import Callable

from studio.engine.overlays import OverlayBoard
from studio.engine.protocol import SourceState
from studio.engine.safety import Safety
from studio.engine.schedule import TickSchedule
from studio.engine.stage import Stage
from studio.engine.video.compositor import Compositor
from studio.engine.video.preview import Preview
from studio.engine.video.ticker import Ticker
from studio.project.model import Canvas, Project

_HEAD_START_NS = 20_000_000


class Show:
    """Exists while there is a broadcast or somebody looks at the preview."""

    def __init__(
        self,
        project: Project,
        *,
        fps: int,
        preview: Preview,
        safety: Safety,
        on_source_change: Callable[[SourceState], None],
        on_failure: Callable[[Exception], None],
        board: OverlayBoard | None = None,
    ) -> None:
        self.fps = fps
        self.canvas: Canvas = project.canvas
        self.schedule = TickSchedule(fps, time.monotonic_ns() + _HEAD_START_NS)
        self.stage = Stage(self.schedule, on_source_change=on_source_change, board=board)
        self.ticker = Ticker(
            self.schedule,
            self.stage.placed,
            Compositor(project.canvas.width, project.canvas.height),
            preview,
            safety,
            on_failure=on_failure,
        )
        self._project = project

    def start(self) -> None:
        """Start the sources and the ticks."""
        self.stage.apply(self._project)
        self.ticker.start()

    def apply(self, project: Project) -> None:
        """Bring the sources in line with the document; a new canvas is taken at the next tick."""
        if project.canvas != self.canvas:
            self.canvas = project.canvas
            self.ticker.replace_compositor(Compositor(project.canvas.width, project.canvas.height))
        self.stage.apply(project)

    def close(self) -> None:
        """Stop ticking, then the sources."""
        self.ticker.stop()
        self.stage.close()

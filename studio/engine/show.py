"""A show that runs: the sources of the scene, the compositor and the thread that ticks."""

import time
from collections.abc import Callable

from shared.errors import AppError
from studio.engine.audio.crossing import SceneSound
from studio.engine.audio.mixer import Mixer
from studio.engine.audio.monitor import Monitor
from studio.engine.overlays import OverlayBoard
from studio.engine.protocol import SourceState
from studio.engine.safety import Safety
from studio.engine.scenes import Scenes
from studio.engine.schedule import TickSchedule
from studio.engine.sources.microphone import load_portaudio
from studio.engine.stage import Stage
from studio.engine.video.looks import Looks
from studio.engine.video.preview import Preview
from studio.engine.video.ticker import Ticker
from studio.project.model import Project

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
        on_problem: Callable[[AppError], None],
        looks: Looks,
        board: OverlayBoard | None = None,
    ) -> None:
        self.fps = fps
        self.schedule = TickSchedule(fps, time.monotonic_ns() + _HEAD_START_NS)
        sound = SceneSound()
        self.stage = Stage(
            self.schedule,
            on_source_change=on_source_change,
            on_problem=on_problem,
            board=board,
            sound=sound,
        )
        self.scenes = Scenes(project, on_problem=on_problem, sound=sound)
        self._looks = looks
        self.ticker = Ticker(
            self.schedule,
            self.scenes.program,
            preview,
            safety,
            on_failure=on_failure,
        )
        self.monitor = Monitor(load_portaudio)
        self.monitor.choose(project.monitor_device)
        self.mixer = Mixer(
            strips=self.stage.strips,
            is_silenced=lambda: safety.is_silenced,
            on_failure=on_failure,
            monitor=self.monitor.put,
        )
        self._project = project

    def start(self) -> None:
        """Start the sources and the ticks."""
        self._compose(self._project)
        self.ticker.start()
        self.mixer.start()

    def apply(self, project: Project) -> None:
        """Bring sources and scenes in line with the document; the next tick shows it."""
        self._compose(project)
        self.monitor.choose(project.monitor_device)
        self.mixer.wake()

    @property
    def has_leftovers(self) -> bool:
        """Something runs that is needed no more."""
        return self.scenes.has_leftovers or self._looks.has_leftovers

    def tidy(self) -> None:
        """Stop what is needed no more: the sources of a scene that has left."""
        self._compose(self._project)

    def _compose(self, project: Project) -> None:
        self._project = project
        shown = self.scenes.plan(project, self._looks.planned(project))
        leaving = self.stage.apply(project, shown)
        self.scenes.show(self.stage.picture_of, self.stage.behind_filters)
        self._looks.use(self.scenes.looked)
        self.stage.let_go(leaving)

    def close(self) -> None:
        """Stop ticking and mixing, then the sources."""
        self.mixer.stop()
        self.monitor.close()
        self.ticker.stop()
        self._looks.use({})
        self.scenes.close()
        self.stage.close()

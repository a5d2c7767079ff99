"""What is asked of a source that runs: a media file pauses and jumps, an alert shows a sample."""

from shared.ids import new_id
from shared.qt.scope import TaskScope
from shared.qt.translations import tr
from studio.docks.sources import SourcesDock
from studio.engine.protocol import Command, ControlMedia, UpdateOverlays
from studio.engine.protocol.overlays import TipFact, TipsUpdate
from studio.live import EngineHost

_SAMPLES = (25, 250, 1000)


class SourceOrders:
    """Carries the wishes of the sources dock to the engine."""

    def __init__(self, dock: SourcesDock, *, engine: EngineHost, scope: TaskScope) -> None:
        self._dock = dock
        self._engine = engine
        self._scope = scope
        self._samples = 0

    def connect(self) -> None:
        """Listen to the dock."""
        self._dock.media_requested.connect(self._on_media)
        self._dock.sample_requested.connect(self._on_sample)

    def _on_media(self, source_id: str, action: str, seconds: float) -> None:
        command = ControlMedia.model_validate(
            {"source_id": source_id, "action": action, "seconds": seconds}
        )
        self._scope.start(self._ask(command), name="control media")

    def _on_sample(self) -> None:
        """A tip that nobody gave, of another amount each time; it goes to the picture only."""
        tokens = _SAMPLES[self._samples % len(_SAMPLES)]
        self._samples += 1
        tip = TipFact(
            id=new_id(), name=tr("A viewer"), tokens=tokens, text=tr("This is how a tip looks.")
        )
        command = UpdateOverlays(updates=(TipsUpdate(tips=(tip,)),))
        self._scope.start(self._ask(command), name="sample alert")

    async def _ask(self, command: Command) -> None:
        await self._engine.request(command, timeout_s=5.0)

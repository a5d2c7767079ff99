"""The filters dock, served: the document shown, what is wrong with filters, edits sent."""

from shared.errors import AppError
from shared.qt.translations import tr_error
from studio.desk.editing import Editing
from studio.docks.filters import FiltersDock
from studio.engine.protocol import EngineState
from studio.live import EngineHost
from studio.main_window import StudioWindow

_NAME = "filters"


class FiltersDesk:
    """Opens the dock for a source, and keeps it in step with the document once it is made."""

    def __init__(self, window: StudioWindow, *, engine: EngineHost, editing: Editing) -> None:
        self._docks = window.cockpit.docks
        self._stage = window.cockpit.stage
        self._engine = engine
        self._editing = editing
        self._dock: FiltersDock | None = None
        self._drawn: tuple[object, ...] = ()

    def connect(self) -> None:
        """Serve the dock when it is made, and open it where the person asks for filters."""
        self._docks.made.connect(self._on_made)
        made = self._docks.made_widget(_NAME)
        if made is not None:
            self._on_made(_NAME, made)
        self._stage.sources.filters_requested.connect(self.open)
        self._stage.bench.canvas.filters_requested.connect(self.open)

    def open(self, source_id: str) -> None:
        """Show the filters of a source."""
        self._docks.show_dock(_NAME)
        self.draw()
        if self._dock is not None:
            self._dock.open_source(source_id)

    def draw(self) -> None:
        """Follow the document; several times a second."""
        state = self._engine.state
        if self._dock is None or state is None:
            return
        drawn = (state.version, state.sources)
        if drawn != self._drawn:
            self._drawn = drawn
            self._dock.set_state(state.project.sources, _problems(state))

    def _on_made(self, name: str, dock: object) -> None:
        if isinstance(dock, FiltersDock):
            self._dock = dock
            self._drawn = ()
            dock.edits_requested.connect(self._editing.send)
            self.draw()


def _problems(state: EngineState) -> dict[str, str]:
    """What is wrong with filters, in the person's language, by their id."""
    return {
        problem.filter_id: tr_error(AppError(problem.message, code=problem.code))
        for source in state.sources
        for problem in source.filter_problems
    }

"""The filters dock in the window: opened for a source, in step with the document, edits sent."""

from collections.abc import AsyncIterator

import pytest
from fakes.engine import FakeEngine, FakeEngines
from pytestqt.qtbot import QtBot
from tools.waiting import until

from shared.qt.scope import TaskScope
from shared.qt.theme import Theme
from shared.qt.translations import install_language
from studio.desk.editing import Editing
from studio.desk.filters_desk import FiltersDesk
from studio.docks.filter_list import FilterList
from studio.docks.filters import FiltersDock
from studio.engine.protocol import (
    Command,
    EditProject,
    FilterProblem,
    ProjectResult,
    Result,
    SourceEvent,
    SourceState,
)
from studio.live import EngineHost
from studio.main_window import StudioWindow
from studio.project.edits import apply_edits
from studio.project.filters import Filter
from studio.project.filters_edits import AddFilter
from studio.project.model import ColourSource, Project, Scene, SceneItem, Source


def _project() -> Project:
    sources = tuple(
        Source(id=name, name=name.upper(), settings=ColourSource()) for name in ("a", "b")
    )
    items = tuple(SceneItem(id=f"i{one.id}", source_id=one.id) for one in sources)
    return Project(
        sources=sources, scenes=(Scene(id="s", name="One", items=items),), program_scene_id="s"
    )


class _Engine(FakeEngine):
    """Edits its document."""

    async def request(self, command: Command, *, timeout_s: float | None = None) -> Result:
        result = await super().request(command, timeout_s=timeout_s)
        if not isinstance(command, EditProject):
            return result
        project = apply_edits(self.state.project, command.edits)
        version = self.state.version + 1
        self._set(project=project, version=version)
        return ProjectResult(project=project, version=version, can_undo=True, can_redo=False)


class _Engines(FakeEngines):
    """Starts such engines."""

    async def __call__(self, *, on_event, on_closed) -> FakeEngine:  # type: ignore[no-untyped-def]
        engine = _Engine(on_event=on_event, on_closed=on_closed)
        engine._set(project=_project(), version=1)
        self.started.append(engine)
        return engine


@pytest.fixture
async def host() -> AsyncIterator[EngineHost]:
    """An engine at hand."""
    async with EngineHost(_Engines()) as made:
        await made.ready()
        yield made


@pytest.fixture
async def scope() -> AsyncIterator[TaskScope]:
    """Tasks of which none may fail."""

    def fail(error: Exception, name: str) -> None:
        raise AssertionError(name) from error

    async with TaskScope(fail) as made:
        yield made


@pytest.fixture
def window(qtbot: QtBot, theme: Theme) -> StudioWindow:
    """The window, not on screen."""
    made = StudioWindow(theme)
    qtbot.addWidget(made)
    made.show_studio()
    return made


def _dock(window: StudioWindow) -> FiltersDock:
    dock = window.cockpit.docks.made_widget("filters")
    assert isinstance(dock, FiltersDock)
    return dock


async def test_filters_are_opened_from_a_source_and_edited(
    window: StudioWindow, host: EngineHost, scope: TaskScope
) -> None:
    editing = Editing(host, scope)
    editing.opened.set()
    desk = FiltersDesk(window, engine=host, editing=editing)
    desk.connect()
    assert window.cockpit.docks.made_widget("filters") is None
    window.cockpit.stage.bench.canvas.filters_requested.emit("a")
    window.cockpit.stage.sources.filters_requested.emit("b")
    dock = _dock(window)
    assert dock.source is not None
    assert dock.source.id == "b"
    menu = dock.add_menu()
    next(one for one in menu.actions() if one.text() == "Blur").trigger()
    menu.deleteLater()

    def has_it() -> bool:
        desk.draw()
        return dock.current is not None

    await until(has_it, "a filter")
    assert dock.current is not None
    assert dock.current.kind == "blur"
    state = host.state
    assert state is not None
    assert state.project.source("b").filters == (dock.current,)
    assert state.project.source("a").filters == ()


async def test_what_is_wrong_with_a_filter_comes_in_the_persons_language(
    window: StudioWindow, host: EngineHost, scope: TaskScope
) -> None:
    editing = Editing(host, scope)
    editing.opened.set()
    desk = FiltersDesk(window, engine=host, editing=editing)
    window.cockpit.docks.show_dock("filters")  # it may be open before the desk is there
    desk.connect()
    install_language("nl")
    lost = Filter(id="f", kind="lut", settings={"path": "/nowhere/warm.cube"})
    editing.send((AddFilter(source_id="a", filter=lost),))
    sentence = "The LUT warm.cube is not there any more; choose it again."
    problem = FilterProblem(filter_id="f", code="FILE_MISSING", message=sentence)
    state = SourceState(source_id="a", phase="running", filter_problems=(problem,))
    engine = host._engine
    assert isinstance(engine, FakeEngine)
    engine._on_event(SourceEvent(source=state))
    rows = window.cockpit.docks.widget("filters").findChild(FilterList)
    assert rows is not None

    def is_told() -> bool:
        desk.draw()
        return rows.count() == 1 and bool(rows.item(0).toolTip())

    await until(is_told, "a warning")
    assert rows.item(0).toolTip() == "De LUT warm.cube is er niet meer; kies hem opnieuw."

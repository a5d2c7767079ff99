"""The mixer in the window: in step with the document, meters only while seen, edits sent."""

from collections.abc import AsyncIterator

import pytest
from fakes.engine import FakeEngine, FakeEngines
from pytestqt.qtbot import QtBot
from rules.noise import ExpectLog
from tools.waiting import until

from shared.qt.scope import TaskScope
from shared.qt.theme import Theme
from studio.desk.editing import Editing
from studio.desk.mixer_desk import MixerDesk, mixer_state, renamed
from studio.docks.mixer import MixerDock
from studio.engine.protocol import (
    Command,
    EditProject,
    MetersEvent,
    ProjectResult,
    Result,
    StripLevel,
)
from studio.live import EngineHost
from studio.main_window import StudioWindow
from studio.project.edits import apply_edits
from studio.project.filters import Filter
from studio.project.model import (
    ColourSource,
    MicrophoneSource,
    PatternSource,
    Project,
    Scene,
    SilenceSource,
    Source,
)


def _project() -> Project:
    voice = Source(
        id="voice",
        name="Voice",
        settings=MicrophoneSource(),
        gain_db=-3.0,
        monitor="both",
        filters=(Filter(kind="compressor"), Filter(kind="blur")),
    )
    others = (
        Source(id="old", name="Old", settings=MicrophoneSource(), in_mixer=False),
        Source(id="bars", name="Bars", settings=PatternSource()),
        Source(id="wall", name="Wall", settings=ColourSource()),
        Source(id="hush", name="Hush", settings=SilenceSource()),
    )
    return Project(
        sources=(voice, *others), scenes=(Scene(id="s", name="One"),), program_scene_id="s"
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


class _Show:
    """A window with the mixer open, and the engine behind it."""

    def __init__(self, window: StudioWindow, engines: _Engines, desk: MixerDesk) -> None:
        self.window = window
        self.engines = engines
        self.desk = desk

    @property
    def dock(self) -> MixerDock:
        made = self.window.cockpit.docks.widget("mixer")
        assert isinstance(made, MixerDock)
        return made

    @property
    def asked(self) -> list[str]:
        return [kind for kind in self.engines.engine.kinds if kind.endswith("meters")]


@pytest.fixture
async def show(qtbot: QtBot, theme: Theme) -> AsyncIterator[_Show]:
    def fail(error: Exception, name: str) -> None:
        raise AssertionError(name) from error

    engines = _Engines()
    window = StudioWindow(theme)
    qtbot.addWidget(window)
    async with TaskScope(fail) as scope, EngineHost(engines) as host:
        editing = Editing(host, scope)
        editing.opened.set()
        desk = MixerDesk(window, engine=host, scope=scope, editing=editing)
        desk.connect()
        await host.ready()
        window.show_studio()
        window.show()
        window.cockpit.docks.show_dock("mixer")
        yield _Show(window, engines, desk)
        window.hide()


def test_strips_are_made_of_what_sounds() -> None:
    state = mixer_state(_project(), heard={"bars", "hush"})
    assert [strip.source_id for strip in state.strips] == ["voice", "bars"]
    assert state.hidden == (("old", "Old"),)
    assert (state.strips[0].gain_db, state.strips[0].monitor) == (-3.0, "both")
    assert state.strips[0].filters == 1, "a filter of the picture does not count"
    assert [strip.source_id for strip in mixer_state(_project()).strips] == ["voice"]


def test_a_new_name_is_an_edit() -> None:
    project = apply_edits(_project(), renamed(_project(), "voice", "Luna"))
    assert project.source("voice").name == "Luna"


async def test_meters_are_asked_for_only_while_the_mixer_is_seen_and_of_any_engine(
    show: _Show, expect_log: ExpectLog
) -> None:
    await until(lambda: show.asked[-1:] == ["subscribe_meters"], "asked")
    show.window.cockpit.docks.toggle("mixer")
    await until(lambda: show.asked[-1:] == ["unsubscribe_meters"], "let go")
    show.window.cockpit.docks.toggle("mixer")
    await until(lambda: show.asked[-1:] == ["subscribe_meters"], "asked")
    expect_log("the engine is gone")
    show.engines.engine.die()
    await until(lambda: len(show.engines.started) == 2, "another")
    await until(lambda: show.asked == ["subscribe_meters"], "asked")


async def test_what_is_asked_for_in_the_mixer_is_done_and_levels_reach_its_strips(
    qtbot: QtBot, show: _Show
) -> None:
    show.desk.draw()
    show.dock.strip("voice").mute.click()
    await until(lambda: show.engines.engine.state.project.source("voice").muted, "muted")
    show.desk.draw()
    assert show.dock.strip("voice").state.is_muted
    level = StripLevel(source_id="bars", peak_db=(-6.0, -7.0), magnitude_db=(-12.0, -12.0))
    event = MetersEvent(
        strips=(level,),
        peak_db=(-6.0, -7.0),
        true_peak_db=-5.9,
        momentary_lufs=-14.0,
        short_term_lufs=-15.0,
        integrated_lufs=-16.0,
    )
    show.engines.engine.tells(event)
    assert show.dock.strip("bars").meter.ballistics.left.peak_db == -6.0
    assert show.dock.strip("bars").meter.ballistics.right.hold_db == -7.0
    sources = show.window.cockpit.stage.sources
    with qtbot.waitSignal(sources.filters_requested) as asked:
        show.dock.filters_requested.emit("voice")
    assert asked.args == ["voice"]
    show.dock.rename_requested.emit("voice")
    naming = show.window.cockpit.stage.bench.naming
    assert not naming.isHidden()
    naming.dismiss()

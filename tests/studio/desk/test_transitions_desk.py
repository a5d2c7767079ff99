"""Studio mode and transitions in the window: two pictures, edits of the preview, windows."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fakes.engine import FakeEngine, FakeEngines
from PySide6.QtWidgets import QMenu, QSpinBox
from pytestqt.qtbot import QtBot
from tools.waiting import until

from shared.qt.scope import TaskScope
from shared.qt.theme import Theme
from shared.ring import RingWriter
from studio.canvas.projector import SceneWall
from studio.desk.picture_desk import PictureDesk
from studio.engine.protocol import (
    Command,
    EditProject,
    PreviewResult,
    ProjectResult,
    Result,
    SubscribePreview,
    SwitchScene,
    UnsubscribePreview,
)
from studio.live import EngineHost
from studio.project.edits import apply_edits
from studio.project.model import ColourSource, Project, Scene, SceneItem, Source
from studio.project.stage_edits import TakePreview
from studio.zones.stage import StageZone

_INK = {"program": b"\x10\x20\x90", "preview": b"\x90\x20\x10", "multiview": b"\x20\x90\x20"}


def _project() -> Project:
    source = Source(id="s", name="Card", settings=ColourSource(width=400, height=200))
    return Project(
        sources=(source,),
        scenes=(
            Scene(id="one", name="One", items=(SceneItem(id="a", source_id="s"),)),
            Scene(id="two", name="Two", items=(SceneItem(id="b", source_id="s"),)),
        ),
        program_scene_id="one",
    )


class _Engine(FakeEngine):
    """Edits its document, and has a ring of one colour for every view."""

    folder: Path
    rings: dict[str, RingWriter]

    async def request(self, command: Command, *, timeout_s: float | None = None) -> Result:
        result = await super().request(command, timeout_s=timeout_s)
        match command:
            case EditProject(edits=edits):
                return self._edited(apply_edits(self.state.project, edits))
            case SwitchScene():
                return self._edited(apply_edits(self.state.project, (TakePreview(),)))
            case SubscribePreview(view=view):
                return PreviewResult(path=str(self._ring(view).path), lease_s=10.0)
            case _:
                return result

    def _edited(self, project: Project) -> ProjectResult:
        version = self.state.version + 1
        self._set(project=project, version=version)
        return ProjectResult(project=project, version=version, can_undo=True, can_redo=False)

    def _ring(self, view: str) -> RingWriter:
        if view not in self.rings:
            ring = RingWriter(self.folder / view.replace(":", "-"), capacity=16 * 9 * 4)
            ring.publish(
                (_INK.get(view, b"\x50" * 3) + b"\0") * 144, width=16, height=9, captured_ns=1
            )
            self.rings[view] = ring
        return self.rings[view]


class _Engines(FakeEngines):
    """Starts such engines."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.rings: dict[str, RingWriter] = {}

    async def __call__(self, *, on_event, on_closed) -> FakeEngine:  # type: ignore[no-untyped-def]
        engine = _Engine(on_event=on_event, on_closed=on_closed)
        engine.folder, engine.rings = self.folder, self.rings
        engine._set(project=_project(), project_path="show.json", version=1)
        self.started.append(engine)
        return engine


class _Room:
    """A stage, its desk and an engine."""

    def __init__(self, stage: StageZone, host: EngineHost, desk: PictureDesk) -> None:
        self.stage = stage
        self.host = host
        self.desk = desk
        self.now_s = 1.0

    @property
    def project(self) -> Project:
        assert self.host.state is not None
        return self.host.state.project

    def draws(self) -> bool:
        """Draw, for `until`."""
        self.now_s += 0.001
        self.desk.draw(self.now_s)
        return True

    def gave_up(self, view: str) -> bool:
        """The engine was told that nobody looks at a view any more."""
        left = [c for c in self.engine.commands if isinstance(c, UnsubscribePreview)]
        return any(command.view == view for command in left)

    @property
    def engine(self) -> FakeEngine:
        engine = self.host._engine
        assert isinstance(engine, FakeEngine)
        return engine


@pytest.fixture
async def room(qtbot: QtBot, theme: Theme, tmp_path: Path) -> AsyncIterator[_Room]:
    def fail(error: Exception, name: str) -> None:
        raise AssertionError(name) from error

    stage = StageZone(theme)
    qtbot.addWidget(stage)
    stage.resize(716, 560)
    stage.show()
    engines = _Engines(tmp_path)
    async with TaskScope(fail) as scope, EngineHost(engines) as host:
        desk = PictureDesk(stage, engine=host, scope=scope, scenes=tmp_path / "show.json")
        desk.connect()
        host.on_state(desk.engine_changed)
        await host.ready()
        desk.engine_changed(host.state)
        made = _Room(stage, host, desk)
        made.draws()
        yield made
        desk.close()
    for ring in engines.rings.values():
        ring.close()


def _shows(view: object, name: str) -> bool:
    image = view._image  # type: ignore[attr-defined]
    if image.isNull():
        return False
    blue, green, red = _INK[name]
    return bool(image.pixelColor(2, 2).getRgb()[:3] == (red, green, blue))


async def test_studio_mode_shows_two_scenes_and_edits_the_one_in_preview(room: _Room) -> None:
    bench = room.stage.bench
    await until(lambda: room.draws() and _shows(bench.canvas, "program"), "the program")
    assert not bench.program.isVisible()
    assert bench.transitions.isVisible()  # there are two scenes to change between
    bench.studio_requested.emit()
    await until(lambda: room.project.preview_scene_id == "one", "studio mode")
    bench.scenes.switch_requested.emit("two")
    await until(lambda: room.draws() and bench.scenes.state.in_preview == "two", "prepared")
    assert room.project.program_scene_id == "one"
    await until(lambda: room.draws() and _shows(bench.canvas, "preview"), "the preview")
    await until(lambda: room.draws() and _shows(bench.program, "program"), "beside it")
    assert bench.canvas.selection.scene_id == "two"
    bench.take_requested.emit()
    await until(lambda: room.draws() and room.project.program_scene_id == "two", "on air")
    assert room.project.preview_scene_id == "one"
    assert "switch_scene" in room.engine.kinds
    bench.transitions.studio_toggled.emit(False)
    await until(lambda: room.draws() and not bench.program.isVisible(), "studio mode ends")
    await until(lambda: room.draws() and _shows(bench.canvas, "program"), "the program again")
    await until(lambda: room.gave_up("preview"), "given up")


async def test_nothing_is_taken_to_air_that_is_there_already(room: _Room) -> None:
    room.stage.bench.studio_requested.emit()
    await until(lambda: room.draws() and room.stage.bench.is_studio, "studio mode")
    room.stage.bench.take_requested.emit()
    assert "switch_scene" not in room.engine.kinds


async def test_the_way_scenes_change_is_chosen_and_set(room: _Room) -> None:
    dock = room.stage.bench.transitions
    dock.chosen.emit("slide")
    await until(lambda: room.draws() and dock.state.transitions.chosen == "slide", "chosen")
    panel = dock.settings_panel()
    panel.ask(dock.state.transitions.present)
    box = panel.field("direction")
    box.setCurrentIndex(box.findData("up"))  # type: ignore[attr-defined]
    await until(lambda: room.project.transitions.present.model_dump()["direction"] == "up", "set")
    dock.duration_changed.emit(900, "g")
    await until(lambda: room.project.transitions.duration_ms == 900, "the time")
    panel.dismiss()


async def test_scenes_show_in_windows_of_their_own(room: _Room) -> None:
    desk = room.desk._transitions
    entries = [one.view for one in room.stage.bench.transitions.state.projectors]
    assert entries == ["program", "multiview", "scene:one", "scene:two"]
    for view in ("multiview", "program"):
        room.stage.bench.transitions.projector_requested.emit(view)
    wall, program = desk.windows
    assert isinstance(wall.picture, SceneWall)
    await until(lambda: room.draws() and _shows(wall.picture, "multiview"), "all scenes")
    await until(lambda: room.draws() and program.picture.has_picture, "the program, too")
    wall.picture.picked.emit("two")
    await until(lambda: room.project.program_scene_id == "two", "picked")
    desk.open_window("multiview")
    assert len(desk.windows) == 2
    wall.close()
    await until(lambda: room.gave_up("multiview"), "given up")
    assert desk.windows == (program,)


async def test_a_form_says_where_an_item_lies_and_changes_it(room: _Room) -> None:
    bench = room.stage.bench
    bench.canvas.choose(("a",))
    bench.canvas.ask_place()
    assert bench.item.isVisible()
    for name, value in (("rotation", 30.0), ("x", 120), ("opacity_percent", 40)):
        bench.item.field(name).setValue(value)  # type: ignore[attr-defined]
    box = bench.item.field("fit")
    box.setCurrentIndex(box.findData("cover"))  # type: ignore[attr-defined]
    await until(lambda: room.project.program.items[0].bounds is not None, "the edits")
    item = room.project.program.items[0]
    assert (item.rotation, item.x, item.opacity) == (30.0, 120, 0.4)
    assert item.bounds is not None
    assert (item.bounds.fit, item.bounds.width, item.bounds.height) == ("cover", 400, 200)
    assert bench.item.field("across").isVisibleTo(bench.item)
    bench.canvas.choose(())
    assert not bench.item.isVisible()


async def test_a_scene_has_its_own_way_on_air_and_goes_into_another(room: _Room) -> None:
    dock = room.stage.bench.scenes
    await until(lambda: room.draws() and len(dock.state.scenes) == 2, "the scenes")
    menu = dock.scene_menu(dock.state.scenes[1])
    ways = next(m for m in menu.findChildren(QMenu) if m.title() == "Comes on air by")
    next(one for one in ways.actions() if one.text() == "Swipe").trigger()
    await until(lambda: room.project.scenes[1].transition is not None, "its own way")
    await until(lambda: room.draws() and dock.state.scenes[1].transition == "swipe", "shown")
    nest = "Put into the scene on the canvas"
    for index, is_on in ((0, False), (1, True)):
        entries = dock.scene_menu(dock.state.scenes[index]).actions()
        assert next(one for one in entries if one.text() == nest).isEnabled() is is_on
    dock.nest_requested.emit("two")
    await until(lambda: len(room.project.scenes[0].items) == 2, "nested")
    dock.transition_settings_requested.emit("two")
    panel = room.desk._transitions.own_panel
    assert not panel.isHidden()
    own_time = panel.field("duration_ms")
    assert isinstance(own_time, QSpinBox)
    own_time.setValue(1250)
    await until(
        lambda: getattr(room.project.scenes[1].transition, "duration_ms", None) == 1250, "its time"
    )
    dock.transition_requested.emit("two", "")
    await until(lambda: room.project.scenes[1].transition is None, "as all others")
    await until(lambda: room.draws() and panel.isHidden(), "there is nothing to set any more")

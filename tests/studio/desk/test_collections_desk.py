"""Collections in the window, with a real engine: opened, copied, imported, refused and kept."""

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from fakes.shows import end_engine
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot
from tools.waiting import until

from shared.errors import AppError
from shared.qt.scope import TaskScope
from shared.qt.theme import Theme
from studio.desk.picture_desk import PictureDesk
from studio.docks.sources import SourceChoice, SourceKind
from studio.engine.client import EngineClient, launch_or_adopt
from studio.engine.protocol import EngineState, Event
from studio.live import EngineHost
from studio.project.files import load_project, save_project
from studio.project.model import empty_project
from studio.zones.stage import StageZone

_OBS = Path(__file__).parents[1] / "project" / "obs" / "evening_show.json"


class _Room:
    """A stage, its desk and a real engine."""

    def __init__(self, stage: StageZone, host: EngineHost, desk: PictureDesk, folder: Path) -> None:
        self.stage, self.host, self.desk, self.folder = stage, host, desk, folder
        self.told: list[AppError] = []
        self.now_s = 0.0

    @property
    def state(self) -> EngineState:
        state = self.host.state
        assert state is not None
        return state

    async def seen(self, what: Callable[[], object], words: str) -> None:
        def look() -> bool:
            self.now_s += 0.033
            self.desk.draw(self.now_s)
            return bool(what())

        await until(look, words)

    def name(self, name: str) -> None:
        field = self.stage.bench.naming.findChild(QLineEdit, "nameField")
        assert field is not None
        field.setText(name)
        field.returnPressed.emit()


@pytest.fixture
async def room(qtbot: QtBot, theme: Theme, tmp_path: Path) -> AsyncIterator[_Room]:
    async def connect(
        *, on_event: Callable[[Event], None], on_closed: Callable[[], None]
    ) -> EngineClient:
        return await launch_or_adopt(
            tmp_path / "run", name="test", idle_s=20.0, on_event=on_event, on_closed=on_closed
        )

    stage = StageZone(theme)
    qtbot.addWidget(stage)
    stage.resize(716, 560)
    stage.show()
    folder = tmp_path / "scenes"
    made: list[_Room] = []

    def fail(error: Exception, name: str) -> None:
        assert isinstance(error, AppError), name
        made[0].told.append(error)

    async with TaskScope(fail) as scope, EngineHost(connect) as host:
        desk = PictureDesk(stage, engine=host, scope=scope, scenes=folder / "show.json")
        made.append(_Room(stage, host, desk, folder))
        desk.connect()
        await host.ready()
        desk.engine_changed(host.state)
        yield made[0]
        desk.close()
    client = await launch_or_adopt(tmp_path / "run", name="test")
    await end_engine(client)
    await client.close()


async def _open(room: _Room) -> None:
    await room.seen(
        lambda: room.state.project_path and room.stage.bench.scenes.state.collections, "open"
    )


async def test_scenes_are_added_switched_copied_renamed_and_removed(room: _Room) -> None:
    await _open(room)
    dock = room.stage.bench.scenes
    dock.add_requested.emit()
    await room.seen(lambda: len(dock.state.scenes) == 2, "two scenes")
    first, second = dock.state.scenes
    assert dock.state.on_air == second.scene_id
    dock.switch_to(0)
    await room.seen(lambda: dock.state.on_air == first.scene_id, "the first on air")
    dock.rename_requested.emit(second.scene_id)
    room.name("Piano")
    await room.seen(lambda: dock.state.scenes[1].name == "Piano", "renamed")
    assert "rename" in dock.state.undo
    dock.move_requested.emit(second.scene_id, 0)
    await room.seen(lambda: dock.state.scenes[0].name == "Piano", "first in the list")
    dock.duplicate_requested.emit(second.scene_id)
    await room.seen(lambda: len(dock.state.scenes) == 3, "three scenes")
    copy = dock.state.on_air
    dock.remove_requested.emit(copy)
    await until(lambda: room.told, "told")
    assert room.told.pop().code == "SCENE_ON_AIR"
    dock.switch_to(0)
    dock.remove_requested.emit(copy)
    await room.seen(lambda: len(dock.state.scenes) == 2, "removed")
    dock.undo_requested.emit()
    await room.seen(lambda: len(dock.state.scenes) == 3, "back")
    assert "remove" in dock.state.redo


async def test_an_edit_on_the_canvas_is_seen_in_the_picture(room: _Room) -> None:
    await _open(room)
    room.desk.add(SourceChoice(SourceKind.PATTERN, "", "Test picture"))
    canvas = room.stage.preview
    await room.seen(lambda: canvas.has_picture and canvas.selection.items, "the picture")
    corner = canvas.picture_rect().topLeft()

    def light() -> int:
        return canvas._image.pixelColor(4, 4).lightness()

    await room.seen(lambda: light() > 60, "a bright bar at the top left")
    canvas.choose_all()
    canvas.setFocus()
    for _ in range(8):
        QTest.keyClick(canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    await room.seen(lambda: light() < 10, "black where it was")
    assert room.state.project.program.items[0].x == 160
    assert corner == canvas.picture_rect().topLeft()
    for _ in range(8):
        room.stage.bench.scenes.undo_requested.emit()
    await room.seen(lambda: light() > 60, "back where it was")


async def test_collections_are_made_copied_renamed_and_opened_again(room: _Room) -> None:
    await _open(room)
    dock = room.stage.bench.scenes
    first = dock.state.collection
    dock.new_collection_requested.emit()
    room.name("Late night")
    await room.seen(lambda: len(dock.state.collections) == 2, "two collections")
    await room.seen(lambda: room.state.project.name == "Late night", "open")
    dock.rename_collection_requested.emit()
    room.name("Very late")
    await room.seen(lambda: room.state.project.name == "Very late", "renamed")
    dock.duplicate_collection_requested.emit()
    room.name("Copy")
    await room.seen(lambda: len(dock.state.collections) == 3, "three collections")
    dock.collection_requested.emit(first)
    await room.seen(lambda: dock.state.collection == first, "the first again")
    assert not room.state.can_undo
    assert Path(first).is_file()
    assert not room.told


async def test_what_obs_exported_is_imported_with_a_report(room: _Room, tmp_path: Path) -> None:
    await _open(room)
    await room.desk._collections.import_file(_OBS)
    assert room.state.project.name == "Evening show"
    report = room.stage.bench.report
    assert report.isVisible()
    words = report.findChild(QPlainTextEdit, "leftOut")
    assert words is not None
    assert "Camera: Sparkle" in words.toPlainText()
    assert "Browser" in words.toPlainText()
    out = tmp_path / "mine.json"
    await room.desk._collections.export(out)
    assert load_project(out) == room.state.project
    before = room.state.project_path
    await room.desk._collections.import_file(out)
    assert room.state.project_path != before
    missing = room.stage.bench.missing
    assert missing.isVisible()
    logo = next(s for s in room.state.project.sources if s.name == "Logo")
    lost = getattr(logo.settings, "path", "")
    room.desk._collections.replace_file(logo.id, lost, str(out))
    await room.seen(
        lambda: getattr(room.state.project.source(logo.id).settings, "path", "") == str(out),
        "found",
    )


async def test_a_newer_file_is_refused_and_kept(room: _Room, tmp_path: Path) -> None:
    await _open(room)
    newer = json.loads(empty_project().model_dump_json())
    newer["document_version"] = 99
    path = tmp_path / "newer.json"
    path.write_text(json.dumps(newer))
    before = path.read_bytes()
    with pytest.raises(AppError) as refused:
        await room.desk._collections.import_file(path)
    assert refused.value.code == "PROJECT_NEWER"
    assert path.read_bytes() == before
    with pytest.raises(AppError):
        await room.desk._collections.import_file(tmp_path / "nothing.json")


async def test_dropped_files_become_sources_and_others_are_refused(
    room: _Room, tmp_path: Path
) -> None:
    await _open(room)
    room.stage.preview.files_dropped.emit((tmp_path / "a.png", tmp_path / "b.exe"))
    await room.seen(lambda: [s.name for s in room.state.project.sources] == ["a.png"], "added")
    await until(lambda: room.told, "told")
    assert room.told[0].code == "FILE_KIND_UNKNOWN"


async def test_an_unusable_last_collection_is_kept_and_work_goes_on(
    room: _Room, tmp_path: Path
) -> None:
    await _open(room)
    path = room.folder / "later.json"
    save_project(path, empty_project())
    path.write_text(path.read_text().replace('"document_version": 1', '"document_version": 9'))
    kept = path.read_bytes()
    (room.folder / "current").write_text("later.json")
    with pytest.raises(AppError) as refused:
        await room.desk._collections.open_last()
    assert refused.value.code == "PROJECT_NEWER"
    assert path.read_bytes() == kept
    assert room.state.project_path not in (None, str(path))

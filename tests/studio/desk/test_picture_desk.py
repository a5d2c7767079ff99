"""The picture on screen: the engine's sources and preview, edits back, engines lost and found."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fakes.engine import FakeEngine, FakeEngines
from pytestqt.qtbot import QtBot
from rules.noise import ExpectLog
from tools.waiting import until

from shared.errors import Unavailable
from shared.qt.scope import TaskScope
from shared.qt.theme import Theme
from shared.ring import RingWriter
from studio.desk.picture_desk import PictureDesk
from studio.docks.sources import SourceChoice, SourceKind
from studio.engine.protocol import (
    Command,
    DevicesResult,
    EditProject,
    ListDevices,
    PreviewResult,
    Result,
    SubscribePreview,
)
from studio.engine.protocol.messages import Device
from studio.live import EngineHost
from studio.zones.stage import StageZone


class _Engine(FakeEngine):
    """Also lists devices, edits nothing and shows a preview ring."""

    ring: Path

    async def request(self, command: Command, *, timeout_s: float | None = None) -> Result:
        result = await super().request(command, timeout_s=timeout_s)
        match command:
            case ListDevices():
                camera = Device(id="/dev/video0", name="Brio")
                return DevicesResult(cameras=(camera,), microphones=(), screens=())
            case SubscribePreview():
                return PreviewResult(path=str(self.ring), lease_s=10.0)
            case _:
                return result


class _Engines(FakeEngines):
    """Starts engines that show a preview."""

    def __init__(self, ring: Path) -> None:
        super().__init__()
        self._ring = ring

    async def __call__(self, *, on_event, on_closed) -> FakeEngine:  # type: ignore[no-untyped-def]
        if self.fails is not None:
            raise self.fails
        engine = _Engine(on_event=on_event, on_closed=on_closed)
        engine.ring = self._ring
        self.started.append(engine)
        return engine


@pytest.fixture
async def scope() -> AsyncIterator[TaskScope]:
    def fail(error: Exception, name: str) -> None:
        raise AssertionError(name) from error

    async with TaskScope(fail) as made:
        yield made


@pytest.fixture
def stage(qtbot: QtBot, theme: Theme) -> StageZone:
    made = StageZone(theme)
    qtbot.addWidget(made)
    made.resize(716, 560)
    return made


@pytest.fixture
async def host(tmp_path: Path) -> AsyncIterator[EngineHost]:
    async with EngineHost(_Engines(tmp_path / "ring")) as made:
        yield made


def desk_of(stage: StageZone, host: EngineHost, scope: TaskScope, tmp_path: Path) -> PictureDesk:
    desk = PictureDesk(stage, engine=host, scope=scope, scenes=tmp_path / "show.json")
    desk.connect()
    host.on_state(desk.engine_changed)
    desk.engine_changed(host.state)
    return desk


async def engine_of(host: EngineHost) -> FakeEngine:
    await host.ready()
    engine = host._engine
    assert isinstance(engine, FakeEngine)
    return engine


async def test_frames_of_the_ring_are_shown(
    stage: StageZone, host: EngineHost, scope: TaskScope, tmp_path: Path
) -> None:
    desk = desk_of(stage, host, scope, tmp_path)
    with RingWriter(tmp_path / "ring", capacity=64 * 36 * 4) as ring:
        ring.publish(b"\x01\x02\x03\x00" * (64 * 36), width=64, height=36, captured_ns=1)
        await host.ready()

        def shown() -> bool:
            desk.draw(1.0)
            return stage.preview.has_picture

        await until(shown, "the preview")
        desk.engine_changed(None)
        assert not stage.preview.has_picture
        assert "starting" in stage.preview.placeholder
        desk.close()


async def test_the_preview_is_renewed_at_half_its_lease_and_given_up_when_unseen(
    stage: StageZone, host: EngineHost, scope: TaskScope, tmp_path: Path
) -> None:
    desk = desk_of(stage, host, scope, tmp_path)
    engine = await engine_of(host)
    with RingWriter(tmp_path / "ring", capacity=64 * 36 * 4):

        def asked() -> int:
            return engine.kinds.count("subscribe_preview")

        desk.draw(1.0)
        await until(lambda: asked() == 1 and not desk._is_asking, "the first lease")
        desk.draw(5.9)
        assert asked() == 1
        desk.draw(6.1)
        await until(lambda: asked() == 2 and not desk._is_asking, "renewed")
        desk.set_wanted(is_wanted=False)
        await until(lambda: "unsubscribe_preview" in engine.kinds, "given up")
        desk.draw(60.0)
        assert asked() == 2
        desk.close()


async def test_edits_wait_until_the_scenes_are_open(
    stage: StageZone, host: EngineHost, scope: TaskScope, tmp_path: Path
) -> None:
    desk = desk_of(stage, host, scope, tmp_path)
    stage.sources.add_requested.emit(SourceChoice(SourceKind.PATTERN, "", "Test picture"))
    engine = await engine_of(host)
    await until(lambda: "edit_project" in engine.kinds, "the edit")
    assert engine.kinds.index("open_project") < engine.kinds.index("edit_project")
    edit = next(c for c in engine.commands if isinstance(c, EditProject))
    assert [one.kind for one in edit.edits] == ["add_source", "add_item"]
    desk.close()


async def test_devices_are_listed_when_the_menu_opens(
    stage: StageZone, host: EngineHost, scope: TaskScope, tmp_path: Path
) -> None:
    desk = desk_of(stage, host, scope, tmp_path)
    stage.sources.devices_requested.emit()
    await until(
        lambda: any(a.text() == "Brio" for a in stage.sources.add_menu().actions()), "the camera"
    )
    desk.close()


async def test_why_there_is_no_engine_is_said_in_the_picture(
    stage: StageZone, scope: TaskScope, tmp_path: Path, expect_log: ExpectLog
) -> None:
    expect_log("no engine: ENGINE_START")
    engines = _Engines(tmp_path / "ring")
    engines.fails = Unavailable("The engine did not start; see its log.", code="ENGINE_START")
    async with EngineHost(engines) as host:
        desk = desk_of(stage, host, scope, tmp_path)
        await until(lambda: "see its log" in stage.preview.accessibleDescription(), "the reason")
        desk.close()

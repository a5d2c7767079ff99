"""Safety, outputs and keys in the window, with an engine that does what the test says."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest
from fakes.engine import FakeEngine, FakeEngines
from pydantic import SecretStr
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot
from tools.waiting import until

from shared.api import ApiClient
from shared.credentials import MemoryStore
from shared.ids import new_id
from shared.qt.errors import ErrorReporter
from shared.qt.loop import App
from shared.qt.theme import Theme
from shared.schemas.accounts import User
from shared.schemas.consent import SafeWord
from shared.settings import SettingsFile
from studio.choices import DestinationChoice, OutputChoices, RecordingChoice, ReplayChoice
from studio.desk.air_desk import AirDesk
from studio.desk.control_room import ControlRoom
from studio.desk.output_desk import OutputDesk
from studio.desk.room_actions import RoomActions
from studio.desk.room_desk import RoomDesk
from studio.docks.controls import ControlsDock
from studio.editor_undo import undo_near
from studio.engine.protocol import (
    AddOutput,
    KeyEvent,
    RecordingOutput,
    ReplayOutput,
    RtmpOutput,
    SetDelay,
    SetGlobalKeys,
)
from studio.hotkeys import conflicts
from studio.live import BroadcastSetup, EngineHost
from studio.main_window import StudioWindow
from studio.settings import StudioSettings


class _Stage:
    """The platform's side of the safe word."""

    def __init__(self) -> None:
        self.words: list[str] = []

    async def set_safe_word(self, _user_id: str, request: SafeWord) -> None:
        self.words.append(request.word.get_secret_value())


class _Client:
    """As much of the platform as the safe word needs."""

    def __init__(self) -> None:
        self.stage = _Stage()


@dataclass(slots=True)
class Studio:
    """A window with its control room, and the engine behind it."""

    window: StudioWindow
    room: ControlRoom
    engines: FakeEngines
    settings: SettingsFile[StudioSettings]
    app: App

    @property
    def engine(self) -> FakeEngine:
        return self.engines.engine

    async def told(self, kind: str) -> None:
        await until(lambda: kind in self.engine.kinds, f"the engine is told {kind}")

    def controls(self) -> ControlsDock:
        dock = self.window.cockpit.docks.widget("controls")
        assert isinstance(dock, ControlsDock)
        return dock

    def message(self, text: str) -> QLineEdit:
        box = self.window.cockpit.input.findChild(QLineEdit, "messageBox")
        assert isinstance(box, QLineEdit)
        box.setText(text)
        box.returnPressed.emit()
        return box


@pytest.fixture
async def studio(
    qtbot: QtBot, qapp: QApplication, theme: Theme, tmp_path: Path
) -> AsyncIterator[Studio]:
    app = App(qapp, theme, ErrorReporter())
    window = StudioWindow(theme)
    qtbot.addWidget(window)
    app.adopt(window)
    window.show_studio()
    engines = FakeEngines()
    settings = SettingsFile(tmp_path / "studio.json", StudioSettings)
    settings.change(
        outputs=OutputChoices(recording=RecordingChoice(folder=str(tmp_path / "films")))
    )
    async with EngineHost(engines) as host:
        room = RoomDesk(window.cockpit)
        actions = RoomActions(window.cockpit, app=app, room=room)
        actions.connect()
        control = ControlRoom(
            window,
            app=app,
            engine=host,
            air=AirDesk(window.cockpit, engine=host, scope=app.scope),
            room=room,
            actions=actions,
            settings=settings,
            store=MemoryStore("No keyring."),
        )
        control.connect()
        await host.ready()
        made = Studio(window, control, engines, settings, app)
        await made.told("set_global_keys")
        yield made
        await app.scope.aclose()


async def test_a_new_engine_hears_the_panic_key_everywhere(studio: Studio) -> None:
    command = studio.engine.commands[0]
    assert isinstance(command, SetGlobalKeys)
    assert [(key.action, key.keys) for key in command.keys] == [("panic", "Ctrl+Shift+F12")]


async def test_a_global_key_that_is_the_windows_does_its_action(studio: Studio) -> None:
    studio.engine.tells(KeyEvent(action="record"))
    await studio.told("add_output")


async def test_no_two_actions_begin_with_the_same_keys(studio: Studio) -> None:
    assert conflicts(studio.window.shortcuts.actions) == {}


async def test_chosen_keys_are_in_force_kept_and_taken_back(studio: Studio) -> None:
    keys = studio.room.keys
    keys.ask()
    keys.panel.chosen.emit("freeze", "F9")
    keys.panel.chosen_everywhere.emit("freeze", "Ctrl+F9")
    await until(lambda: "freeze" in studio.settings.value.keys.everywhere, "kept")
    assert keys.panel.rows["freeze"] == ("F9", "Ctrl+F9")
    assert studio.settings.value.keys.here == {"freeze": "F9"}
    keys.panel.reset_requested.emit("freeze")
    await until(lambda: "freeze" not in studio.settings.value.keys.everywhere, "taken back")
    assert keys.panel.rows["freeze"] == ("Ctrl+Shift+F", "")
    assert studio.settings.value.keys.everywhere == {"panic": "Ctrl+Shift+F12"}
    steps = undo_near(keys.panel)
    assert steps is not None
    steps.undo()
    await until(lambda: "freeze" in studio.settings.value.keys.everywhere, "the reset undone")
    assert keys.panel.rows["freeze"] == ("F9", "Ctrl+F9")
    steps.undo()
    await until(lambda: "freeze" not in studio.settings.value.keys.everywhere, "and the key")
    steps.undo()
    assert studio.settings.value.keys.here == {}


async def test_the_safe_word_acts_and_is_never_sent(studio: Studio) -> None:
    client, sent = _Client(), []
    studio.window.cockpit.input.set_can_send("")
    studio.window.cockpit.input.message_sent.connect(sent.append)
    safety = studio.room.safety
    user = User.model_construct(id=new_id())
    safety.signed(cast(ApiClient, client), user)
    safety.panel.submitted.emit(SecretStr("red lantern"))
    await until(lambda: client.stage.words == ["red lantern"], "the platform knows the word")
    box = studio.message(" Red Lantern ")
    await until(lambda: studio.engine.state.safety.panicked, "the slate is up")
    assert studio.engine.state.safety.reason == "safe word"
    assert box.text() == ""
    assert not studio.app.scope.running("send message"), "the line went nowhere"
    safety.signed(None, None)
    assert not safety.take_line("red lantern"), "nobody is signed in"


async def test_freeze_is_a_switch(studio: Studio) -> None:
    dock = studio.controls()
    dock.freeze_pressed.emit()
    await until(lambda: studio.engine.state.safety.frozen, "frozen")
    dock.freeze_pressed.emit()
    await until(lambda: not studio.engine.state.safety.frozen, "going on")


async def test_a_recording_begins_and_ends_by_one_button(studio: Studio, tmp_path: Path) -> None:
    studio.controls().record_pressed.emit()
    await studio.told("add_output")
    command = next(one for one in studio.engine.commands if isinstance(one, AddOutput))
    assert isinstance(command.output, RecordingOutput)
    path = Path(command.output.path)
    assert path.parent == tmp_path / "films"
    assert path.parent.is_dir()
    assert path.suffix == ".mkv"
    studio.controls().record_pressed.emit()
    await studio.told("remove_output")
    await until(lambda: studio.window.bar.notice is not None, "the file is named")
    assert studio.window.bar.notice is not None
    assert studio.window.bar.notice.action is not None


async def test_a_replay_is_kept_and_saved_as_a_clip(studio: Studio) -> None:
    studio.room.outputs.recorder.save_replay()
    assert studio.window.bar.notice is not None, "it must be switched on first"
    studio.controls().replay_pressed.emit()
    await studio.told("add_output")
    began = datetime.now(UTC)
    studio.controls().replay_saved.emit()
    await studio.told("save_replay")

    def is_said() -> bool:
        notice = studio.window.bar.notice
        return notice is not None and "30 s" in notice.sentence

    await until(is_said, "the clip is saved")
    recorder = studio.room.outputs.recorder
    assert len(recorder.clips_since(began)) == 1
    assert recorder.clips_since(datetime.now(UTC)) == ()


async def test_output_settings_are_taken_back_and_made_again(studio: Studio) -> None:
    outputs, kept = studio.room.outputs, studio.settings
    outputs.ask()
    first = kept.value.outputs
    outputs.panel.changed.emit(first.model_copy(update={"sound_kbps": 96}))
    outputs.panel.changed.emit(first.model_copy(update={"sound_kbps": 128}))
    steps = undo_near(outputs.panel)
    assert steps is not None
    steps.undo()
    assert kept.value.outputs.sound_kbps == 96
    steps.undo()
    assert kept.value.outputs == first
    steps.redo()
    assert outputs.panel.state.choices.sound_kbps == 96


async def test_a_show_takes_what_was_chosen(studio: Studio) -> None:
    outputs: OutputDesk = studio.room.outputs
    on = DestinationChoice(name="Second", url="rtmp://host/live")
    off = DestinationChoice(name="Third", url="rtmp://host/live", is_on=False)
    choices = studio.settings.value.outputs.model_copy(
        update={
            "destinations": (on, off),
            "replay": ReplayChoice(is_automatic=True, seconds=45),
            "rate_control": "vbr",
            "sound_kbps": 192,
            "delay_s": 20,
        }
    )
    outputs.panel.changed.emit(choices)
    outputs.panel.key_given.emit(on.id, SecretStr("the-key"))
    setup = await outputs.extend(BroadcastSetup())
    second, replay = setup.more_outputs
    assert isinstance(second, RtmpOutput)
    assert (second.id, second.key.get_secret_value()) == (on.id, "the-key")
    assert isinstance(replay, ReplayOutput)
    assert replay.seconds == 45
    assert (setup.video.rate_control, setup.audio.bitrate_kbps) == ("vbr", 192)
    assert studio.engine.commands[-1] == SetDelay(seconds=20)
    assert "the-key" not in studio.settings.value.model_dump_json()


async def test_a_show_goes_live_without_its_recording_when_the_folder_cannot_be_made(
    studio: Studio, tmp_path: Path
) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.touch()
    recording = RecordingChoice(folder=str(in_the_way / "films"), is_automatic=True)
    studio.room.outputs.panel.changed.emit(OutputChoices(recording=recording))
    setup = await studio.room.outputs.extend(BroadcastSetup())
    assert setup.more_outputs == ()
    assert studio.window.bar.notice is not None
    assert "cannot be made" in studio.window.bar.notice.sentence


async def test_a_recording_without_a_show_goes_on_in_the_show(studio: Studio) -> None:
    studio.room.outputs.recorder.record()
    await studio.told("add_output")
    setup = await studio.room.outputs.extend(BroadcastSetup())
    assert "stop_broadcast" in studio.engine.kinds
    assert [output.kind for output in setup.more_outputs] == ["recording"]

"""Outputs: what the controls and the output settings ask for, and how each output is doing."""

import asyncio
from collections.abc import Coroutine
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from PySide6.QtCore import QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from shared.credentials import SessionStore
from shared.errors import AppError
from shared.qt import format as words
from shared.qt.errors import Notice, NoticeAction, Severity
from shared.qt.loop import App
from shared.qt.translations import tr, tr_error, tr_sentence
from shared.settings import SettingsFile
from studio.choices import OutputChoices
from studio.desk.air_desk import AirDesk
from studio.desk.output_plans import (
    destination_of,
    file_in,
    lines_of,
    output_of,
    recording_of,
    setup_for,
    size_text,
)
from studio.desk.safety_desk import SafetyDesk
from studio.dialogs.outputs import OutputsPanel, OutputsState
from studio.docks.controls import ControlsDock, ControlsState
from studio.engine.protocol import (
    AddOutput,
    Command,
    Configure,
    EncoderChoice,
    EncodersResult,
    EngineState,
    ListEncoders,
    OutputSpec,
    PauseRecording,
    RemoveOutput,
    ReplayOutput,
    Result,
    SavedResult,
    SaveReplay,
    SetDelay,
    StopBroadcast,
    TryOutput,
    VideoSettings,
)
from studio.hotkeys import Action
from studio.live import BroadcastSetup, EngineHost, Phase, free_space
from studio.main_window import StudioWindow
from studio.settings import StudioSettings, VideoChoice

_TIMEOUT_S = 10.0
_PROBE_S = 60.0
_LOOK_AT_DISK_S = 5.0


class OutputDesk:
    """Keeps the controls dock and the output settings in step with engine and settings."""

    def __init__(
        self,
        window: StudioWindow,
        *,
        app: App,
        engine: EngineHost,
        air: AirDesk,
        safety: SafetyDesk,
        settings: SettingsFile[StudioSettings],
        store: SessionStore,
    ) -> None:
        self._window = window
        self._app = app
        self._engine = engine
        self._air = air
        self._safety = safety
        self._settings = settings
        self._store = store
        self._keys: dict[str, str] = {}
        self._tests: dict[str, str] = {}
        self._encoders: tuple[EncoderChoice, ...] | None = None
        self._free: int | None = None
        self._looked_s = 0.0
        self.panel = OutputsPanel(window.host)

    def connect(self) -> None:
        """Offer the actions; let dock and panel reach the engine."""
        self._air.extend = self.extend
        self._window.shortcuts.add(
            [
                Action("record", tr("Record, or stop recording"), self.record, "Ctrl+R"),
                Action("pause", tr("Pause the recording, or go on"), self.pause, "Ctrl+Shift+R"),
                Action("replay", tr("Replay on or off"), self.switch_replay),
                Action("save-replay", tr("Save a clip"), self.save_replay, "Ctrl+Shift+S"),
                Action("outputs", tr("Output settings"), self.ask, "Ctrl+Shift+O"),
            ]
        )
        docks = self._window.cockpit.docks
        docks.made.connect(self._on_dock_made)
        made = docks.made_widget("controls")
        if made is not None:
            self._on_dock_made("controls", made)
        panel = self.panel
        panel.changed.connect(self._on_changed)
        panel.video_changed.connect(self._on_video)
        panel.key_given.connect(self._on_key)
        panel.test_requested.connect(self._on_test)
        panel.folder_requested.connect(self._on_folder)
        self._app.scope.start(self._read_keys(), name="read stream keys")

    def draw(self) -> None:
        """Show the state of now; called a few times a second."""
        dock = self._window.cockpit.docks.made_widget("controls")
        statistics = self._engine.state.statistics if self._engine.state is not None else None
        advice = statistics.advice if statistics is not None and self._is_live else ()
        self._window.cockpit.stage.statistics.set_advice(
            tuple(tr_sentence(each.message) for each in advice)
        )
        if isinstance(dock, ControlsDock) and dock.isVisible():
            self._look_at_disk()
            dock.set_state(self._controls())
        if not self.panel.isHidden():
            self._look_at_disk()
            self.panel.set_state(self._outputs())

    def ask(self) -> None:
        """Open the output settings."""
        self._look_at_disk()
        self.panel.ask(self._outputs())
        if self._encoders is None:
            self._app.scope.start(self._find_encoders(), name="list encoders")

    # What is chosen

    @property
    def _choices(self) -> OutputChoices:
        return self._settings.value.outputs

    @property
    def folder(self) -> Path:
        """Where recordings and clips go."""
        if self._choices.recording.folder:
            return Path(self._choices.recording.folder)
        films = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MoviesLocation)
        return Path(films or Path.home()) / "Teezu Studio"

    @property
    def _is_live(self) -> bool:
        state = self._engine.state
        return state is not None and state.broadcast is not None

    async def extend(self, setup: BroadcastSetup) -> BroadcastSetup:
        """Add all that was chosen to a show that is about to begin.

        Raises: AppError when the engine cannot be readied.
        """
        was_recording = output_of(self._engine.state, "recording") is not None
        if self._is_live:  # a recording without a show: the show begins another file
            await self._engine.request(StopBroadcast(), timeout_s=_TIMEOUT_S)
        await self._engine.request(SetDelay(seconds=self._choices.delay_s), timeout_s=_TIMEOUT_S)
        recording = None
        if was_recording or self._choices.recording.is_automatic:
            recording = await self._new_file(self._choices.recording.container)
        return setup_for(setup, self._choices, keys=self._keys, recording=recording)

    # Recording and replay

    def record(self) -> None:
        """Begin a recording, or end it."""
        self._start(self._record(), "record")

    async def _record(self) -> None:
        running = output_of(self._engine.state, "recording")
        if running is not None:
            await self._request(RemoveOutput(output_id=running.id))
            self._tell_saved(tr("The recording is saved."), Path(running.target))
            return
        path = await self._new_file(self._choices.recording.container)
        await self._add(recording_of(self._choices.recording, path))

    def pause(self) -> None:
        """Pause the recording, or go on."""
        running = output_of(self._engine.state, "recording")
        if running is not None:
            command = PauseRecording(output_id=running.id, paused=not running.paused)
            self._start(self._request(command), "pause recording")

    def switch_replay(self) -> None:
        """Keep the last seconds from now on, or no more."""
        running = output_of(self._engine.state, "replay")
        if running is not None:
            self._start(self._request(RemoveOutput(output_id=running.id)), "replay")
        else:
            self._start(self._add(ReplayOutput(seconds=self._choices.replay.seconds)), "replay")

    def save_replay(self) -> None:
        """Save what the replay buffer holds."""
        running = output_of(self._engine.state, "replay")
        if running is None:
            self._app.errors.tell(
                Notice(tr("Switch the replay on first; then its last seconds can be saved."))
            )
            return
        self._start(self._save_replay(running.id), "save replay")

    async def _save_replay(self, output_id: str) -> None:
        path = await self._new_file("mp4", title=tr("Clip"))
        result = await self._request(SaveReplay(output_id=output_id, path=str(path)))
        if isinstance(result, SavedResult):
            n = words.number(round(result.seconds))
            self._tell_saved(tr("A clip of {n} s is saved.", n=n), Path(result.path))

    async def _add(self, output: OutputSpec) -> None:
        if not self._is_live:  # only a show for viewers is held back
            await self._request(SetDelay(seconds=0))
        await self._request(AddOutput(output=output))

    async def _new_file(self, suffix: str, *, title: str = "") -> Path:
        folder = self.folder
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
        shown = title or self._air.live.title or tr("Recording")
        return file_in(folder, shown, suffix, at=datetime.now().astimezone())

    def _tell_saved(self, sentence: str, path: Path) -> None:
        url = QUrl.fromLocalFile(str(path.parent))
        action = NoticeAction(tr("Open the folder"), lambda: _open(url))
        self._app.errors.tell(Notice(sentence, Severity.SUCCESS, action, details=str(path)))

    # The settings

    def _on_changed(self, choices: OutputChoices) -> None:
        before = self._choices
        self._settings.change(outputs=choices)
        self.panel.set_state(self._outputs())
        removed = {one.id for one in before.destinations} - {one.id for one in choices.destinations}
        for destination_id in removed:
            self._keys.pop(destination_id, None)
            self._start(self._store.forget(_place(destination_id)), "forget stream key")
        if self._air.live.phase.is_on:
            self._start(self._follow(before, choices), "change destinations")

    async def _follow(self, before: OutputChoices, after: OutputChoices) -> None:
        """Begin and end destinations while on air."""
        was_on = {one.id for one in before.destinations if one.is_on and one.url}
        is_on = {one.id: one for one in after.destinations if one.is_on and one.url}
        state = self._engine.state
        outputs = state.broadcast.outputs if state is not None and state.broadcast else ()
        running = {one.id for one in outputs}
        for destination_id in (was_on - set(is_on)) & running:
            await self._request(RemoveOutput(output_id=destination_id))
        for destination_id in set(is_on) - was_on - running:
            choice = is_on[destination_id]
            output = destination_of(choice, self._keys.get(destination_id))
            await self._request(AddOutput(output=output))

    def _on_video(self, video: VideoSettings) -> None:
        self._settings.change(video=VideoChoice.model_validate(video.model_dump()))
        state = self._engine.state
        if state is None:
            return
        if state.broadcast is None:
            self._start(self._request(Configure(video=video, audio=state.audio)), "configure")

    def _on_key(self, destination_id: str, key: SecretStr) -> None:
        self._keys[destination_id] = key.get_secret_value()
        self._start(
            self._store.save(_place(destination_id), key.get_secret_value()), "keep stream key"
        )
        self.panel.set_state(self._outputs())

    async def _read_keys(self) -> None:
        for place in self._choices.destinations:
            key = await self._store.load(_place(place.id))
            if key:
                self._keys[place.id] = key

    def _on_test(self, destination_id: str) -> None:
        place = next((p for p in self._choices.destinations if p.id == destination_id), None)
        if place is not None:
            self._tests[destination_id] = tr("Trying\N{HORIZONTAL ELLIPSIS}")
            self.panel.set_state(self._outputs())
            self._start(self._try(destination_id, place.url), "try destination")

    async def _try(self, destination_id: str, url: str) -> None:
        try:
            await self._request(TryOutput(url=url))
        except AppError as error:
            self._tests[destination_id] = tr_error(error)
        else:
            self._tests[destination_id] = tr("The server answers.")
        self.panel.set_state(self._outputs())

    def _on_folder(self) -> None:
        picker = QFileDialog(self._window, tr("Where recordings go"), str(self.folder))
        picker.setFileMode(QFileDialog.FileMode.Directory)
        picker.setOption(QFileDialog.Option.ShowDirsOnly)
        picker.fileSelected.connect(self._on_folder_chosen)
        picker.finished.connect(picker.deleteLater)
        picker.open()

    def _on_folder_chosen(self, folder: str) -> None:
        recording = self._choices.recording.model_copy(update={"folder": folder})
        self._looked_s = 0.0
        self._on_changed(self._choices.model_copy(update={"recording": recording}))

    async def _find_encoders(self) -> None:
        result = await self._engine.request(ListEncoders(), timeout_s=_PROBE_S)
        if isinstance(result, EncodersResult):
            self._encoders = result.encoders
            self.panel.set_state(self._outputs())

    # Showing

    def _on_dock_made(self, name: str, dock: object) -> None:
        if name != "controls" or not isinstance(dock, ControlsDock):
            return
        stage = self._window.cockpit.stage
        dock.air_pressed.connect(stage.press_button)
        dock.record_pressed.connect(self.record)
        dock.pause_pressed.connect(self.pause)
        dock.replay_pressed.connect(self.switch_replay)
        dock.replay_saved.connect(self.save_replay)
        dock.freeze_pressed.connect(self._safety.freeze)
        dock.dump_pressed.connect(self._safety.dump)
        dock.panic_pressed.connect(self._safety.panic)
        dock.settings_pressed.connect(self.ask)
        dock.set_state(self._controls())

    def _controls(self) -> ControlsState:
        engine = self._engine.state
        live = self._air.live
        recording, replay = output_of(engine, "recording"), output_of(engine, "replay")
        safety = engine.safety if engine is not None else None
        return ControlsState(
            is_on=live.phase.is_on,
            is_ending=live.phase is Phase.ENDING,
            blocked_by=self._air.blocked_by,
            is_recording=recording is not None,
            is_paused=recording is not None and recording.paused,
            recording=self._recording_text(engine),
            is_replaying=replay is not None,
            held_s=round(replay.held_s) if replay is not None else 0,
            replay_s=self._choices.replay.seconds,
            is_frozen=safety is not None and safety.frozen,
            is_panicked=safety is not None and safety.panicked,
            delay_s=safety.delay_s if safety is not None and self._is_live else 0.0,
            is_delayed=safety is not None and self._is_live and safety.delay_s > 0,
            destinations=lines_of(engine, self._choices.destinations),
        )

    def _recording_text(self, engine: EngineState | None) -> str:
        running = output_of(engine, "recording")
        room = tr("{size} free", size=size_text(self._free)) if self._free is not None else ""
        if running is None:
            return room
        size = size_text(running.sent_bytes)
        text = tr("Paused at {size}", size=size) if running.paused else size
        return f"{text} \N{MIDDLE DOT} {room}" if room else text

    def _outputs(self) -> OutputsState:
        engine = self._engine.state
        return OutputsState(
            choices=self._choices,
            video=engine.video if engine is not None else VideoSettings(),
            encoders=self._encoders,
            known_keys=frozenset(self._keys),
            tests=dict(self._tests),
            keys_notice=tr(
                "This computer's keyring cannot be used, so keys are kept only until"
                " the app closes."
            )
            if self._store.notice
            else "",
            folder=str(self.folder),
            disk=size_text(self._free) if self._free is not None else "",
            is_on_air=self._is_live,
        )

    def _look_at_disk(self) -> None:
        now_s = asyncio.get_running_loop().time()
        if now_s - self._looked_s >= _LOOK_AT_DISK_S:
            self._looked_s = now_s
            self._start(self._measure_disk(), "look at the disk")

    async def _measure_disk(self) -> None:
        self._free = await asyncio.to_thread(free_space, self.folder)

    async def _request(self, command: Command) -> Result:
        return await self._engine.request(command, timeout_s=_TIMEOUT_S)

    def _start(self, work: Coroutine[Any, Any, object], name: str) -> None:
        self._app.scope.start(work, name=name)


def _place(destination_id: str) -> str:
    return f"destination:{destination_id}"


def _open(url: QUrl) -> None:
    QDesktopServices.openUrl(url)

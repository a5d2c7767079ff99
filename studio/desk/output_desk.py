"""Outputs: what the output settings ask for, and how each output is doing."""

from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from PySide6.QtWidgets import QFileDialog

from shared.credentials import SessionStore
from shared.errors import AppError, StorageError
from shared.qt.errors import Notice, Severity
from shared.qt.loop import App
from shared.qt.translations import tr, tr_error, tr_sentence
from shared.settings import SettingsFile
from studio.choices import OutputChoices
from studio.desk.air_desk import AirDesk, ending_s
from studio.desk.output_plans import (
    destination_of,
    lines_of,
    output_of,
    setup_for,
)
from studio.desk.recorder import Recorder
from studio.desk.safety_desk import SafetyDesk
from studio.dialogs.outputs import OutputsPanel, OutputsState
from studio.docks.controls import ControlsDock, ControlsState
from studio.editor_undo import EditorUndo
from studio.engine.protocol import (
    AddOutput,
    Command,
    Configure,
    EncoderChoice,
    EncodersResult,
    ForceKeyframe,
    ListEncoders,
    RemoveOutput,
    Result,
    SetDelay,
    StopBroadcast,
    TryOutput,
    VideoSettings,
)
from studio.hotkeys import Action
from studio.live import BroadcastSetup, EngineHost, Phase
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
        self.recorder = Recorder(app=app, engine=engine, air=air, settings=settings)
        self.panel = OutputsPanel(window.host)
        self._steps = EditorUndo(self.panel)

    def connect(self) -> None:
        """Offer the actions; let dock and panel reach the engine."""
        recorder = self.recorder
        self._air.extend = self.extend
        self._window.shortcuts.add(
            [
                Action("record", tr("Record, or stop recording"), recorder.record, "Ctrl+R"),
                Action(
                    "pause", tr("Pause the recording, or go on"), recorder.pause, "Ctrl+Shift+R"
                ),
                Action("chapter", tr("Mark a chapter"), recorder.mark_chapter, "Ctrl+Shift+K"),
                Action("replay", tr("Replay on or off"), recorder.switch_replay),
                Action("save-replay", tr("Save a clip"), recorder.save_replay, "Ctrl+Alt+S"),
                Action("keyframe", tr("Send a keyframe now"), self._send_keyframe),
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
        advice = statistics.advice if statistics is not None else ()
        self._window.cockpit.stage.statistics.set_advice(
            tuple(tr_sentence(each.message) for each in advice)
        )
        if isinstance(dock, ControlsDock) and dock.isVisible():
            self.recorder.look_at_disk()
            dock.set_state(self._controls())
        if not self.panel.isHidden():
            self.recorder.look_at_disk()
            self.panel.set_state(self._outputs())

    def ask(self) -> None:
        """Open the output settings."""
        self.recorder.look_at_disk()
        self.panel.ask(self._outputs())
        if self._encoders is None:
            self._app.scope.start(self._find_encoders(), name="list encoders")

    # What is chosen

    @property
    def _choices(self) -> OutputChoices:
        return self._settings.value.outputs

    @property
    def _is_live(self) -> bool:
        state = self._engine.state
        return state is not None and state.broadcast is not None

    async def extend(self, setup: BroadcastSetup) -> BroadcastSetup:
        """Add all that was chosen to a show that is about to begin.

        Raises: AppError when the engine cannot be readied.
        """
        was_recording = self.recorder.is_recording
        if self._is_live:  # a recording without a show: the show begins another file
            await self._engine.request(StopBroadcast(), timeout_s=_TIMEOUT_S)
        await self._engine.request(SetDelay(seconds=self._choices.delay_s), timeout_s=_TIMEOUT_S)
        recording = None
        if was_recording or self._choices.recording.is_automatic:
            recording = await self._file_of_show()
        return setup_for(setup, self._choices, keys=self._keys, recording=recording)

    async def _file_of_show(self) -> Path | None:
        """Return where the show is recorded; without a folder it goes live all the same."""
        try:
            return await self.recorder.new_file(self._choices.recording.container)
        except StorageError as error:
            self._app.errors.tell(Notice(tr_error(error), Severity.WARNING))
            return None

    # The settings

    def _on_changed(self, choices: OutputChoices) -> None:
        """Note the change, so that it can be taken back; a key that is forgotten is not."""
        before = self._choices
        if choices != before:
            self._steps.did(lambda: self._put(before), lambda: self._put(choices))
        self._put(choices)

    def _put(self, choices: OutputChoices) -> None:
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
        before = self._outputs().video
        if video != before:
            self._steps.did(lambda: self._put_video(before), lambda: self._put_video(video))
        self._put_video(video)

    def _put_video(self, video: VideoSettings) -> None:
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
        picker = QFileDialog(self._window, tr("Where recordings go"), str(self.recorder.folder))
        picker.setFileMode(QFileDialog.FileMode.Directory)
        picker.setOption(QFileDialog.Option.ShowDirsOnly)
        picker.fileSelected.connect(self._on_folder_chosen)
        picker.finished.connect(picker.deleteLater)
        picker.open()

    def _on_folder_chosen(self, folder: str) -> None:
        recording = self._choices.recording.model_copy(update={"folder": folder})
        self._on_changed(self._choices.model_copy(update={"recording": recording}))
        self.recorder.look_at_disk(again=True)

    def _send_keyframe(self) -> None:
        """For a picture that has broken up at a viewer's."""
        if self._is_live:
            self._start(self._request(ForceKeyframe()), "keyframe")

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
        dock.record_pressed.connect(self.recorder.record)
        dock.pause_pressed.connect(self.recorder.pause)
        dock.chapter_pressed.connect(self.recorder.mark_chapter)
        dock.replay_pressed.connect(self.recorder.switch_replay)
        dock.replay_saved.connect(self.recorder.save_replay)
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
        advice = engine.statistics.advice if engine is not None else ()
        return ControlsState(
            is_on=live.phase.is_on,
            is_ending=live.phase is Phase.ENDING,
            ending_s=ending_s(engine),
            blocked_by=self._air.blocked_by,
            is_recording=recording is not None,
            is_paused=recording is not None and recording.paused,
            recording=self.recorder.text(),
            is_replaying=replay is not None,
            held_s=round(replay.held_s) if replay is not None else 0,
            replay_s=self._choices.replay.seconds,
            is_frozen=safety is not None and safety.frozen,
            is_panicked=safety is not None and safety.panicked,
            delay_s=safety.delay_s if safety is not None and self._is_live else 0.0,
            is_delayed=safety is not None and self._is_live and safety.delay_s > 0,
            destinations=lines_of(engine, self._choices.destinations),
            advice=next((tr_sentence(one.message) for one in advice), ""),
        )

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
            folder=str(self.recorder.folder),
            disk=self.recorder.room,
            is_on_air=self._is_live,
        )

    async def _request(self, command: Command) -> Result:
        return await self._engine.request(command, timeout_s=_TIMEOUT_S)

    def _start(self, work: Coroutine[Any, Any, object], name: str) -> None:
        self._app.scope.start(work, name=name)


def _place(destination_id: str) -> str:
    return f"destination:{destination_id}"

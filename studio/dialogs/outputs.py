"""Output settings: where a show is sent, how it is encoded, recorded, kept for replay, delayed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import SecretStr
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QTabWidget, QWidget

from shared.qt.overlay import Overlay
from shared.qt.translations import tr
from shared.qt.widgets import button, label
from studio.choices import OutputChoices
from studio.dialogs.outputs_destinations import DestinationsPage
from studio.dialogs.outputs_files import DelayPage, RecordingPage
from studio.dialogs.outputs_picture import PicturePage
from studio.engine.protocol import EncoderChoice, VideoSettings


@dataclass(frozen=True, slots=True)
class OutputsState:
    """Everything the panel shows; it holds no stream key."""

    choices: OutputChoices = field(default_factory=OutputChoices)
    video: VideoSettings = field(default_factory=VideoSettings)
    encoders: tuple[EncoderChoice, ...] | None = None
    """None while they are being tried."""
    known_keys: frozenset[str] = frozenset()
    """The destinations whose key is kept."""
    tests: Mapping[str, str] = field(default_factory=dict)
    """What trying a destination gave, by its id."""
    keys_notice: str = ""
    """Why keys do not outlive the app, if so."""
    folder: str = ""
    """Where recordings go, as it is in force."""
    disk: str = ""
    is_on_air: bool = False


class OutputsPanel(Overlay):
    """Every change is in force, or kept for the next show, as soon as it is made."""

    changed = Signal(object)
    """The new OutputChoices."""

    video_changed = Signal(object)
    """The new VideoSettings."""

    key_given = Signal(str, object)
    """A destination and its stream key, as a SecretStr."""

    test_requested = Signal(str)
    folder_requested = Signal()

    def __init__(self, host: QWidget) -> None:
        super().__init__(host, tr("Output settings"), width=780)
        self.setObjectName("outputsPanel")
        self._state = OutputsState()
        self.destinations = DestinationsPage()
        self.picture = PicturePage()
        self.recording = RecordingPage()
        self.delay = DelayPage()
        self._tabs = QTabWidget()
        self._tabs.setObjectName("outputsTabs")
        self._tabs.setFixedHeight(392)
        for page, name in (
            (self.destinations, tr("Destinations")),
            (self.picture, tr("Picture and sound")),
            (self.recording, tr("Recording")),
            (self.delay, tr("Replay and delay")),
        ):
            self._tabs.addTab(page, name)
        self.body.addWidget(self._tabs)
        row = QHBoxLayout()
        self._note = label(role="muted", wrap=True)
        row.addWidget(self._note, 1)
        row.addWidget(button(tr("Close"), role="primary", on_click=self.dismiss))
        self.body.addLayout(row)
        self._connect()
        self.set_state(self._state)

    @property
    def state(self) -> OutputsState:
        """What is shown."""
        return self._state

    def set_state(self, state: OutputsState) -> None:
        """Show the settings in force."""
        self._state = state
        self.destinations.set_state(
            state.choices.destinations,
            known_keys=state.known_keys,
            tests=state.tests,
            notice=state.keys_notice,
        )
        self.picture.set_state(
            state.video, state.choices, encoders=state.encoders, is_on_air=state.is_on_air
        )
        self.recording.set_state(state.choices.recording, folder=state.folder, disk=state.disk)
        self.delay.set_state(state.choices.replay, state.choices.delay_s, is_on_air=state.is_on_air)
        self._note.setText(
            tr("What is greyed can change when you are off air.") if state.is_on_air else ""
        )

    def ask(self, state: OutputsState) -> None:
        """Show the panel."""
        self.set_state(state)
        self.open(self._tabs.tabBar())

    def show_tab(self, index: int) -> None:
        """Bring a page to the front."""
        self._tabs.setCurrentIndex(index)

    def _connect(self) -> None:
        self.destinations.changed.connect(lambda places: self._choose(destinations=places))
        self.destinations.key_given.connect(self._on_key)
        self.destinations.test_requested.connect(self.test_requested)
        self.picture.video_changed.connect(self.video_changed)
        self.picture.rate_control_changed.connect(lambda how: self._choose(rate_control=how))
        self.picture.sound_changed.connect(lambda kbps: self._choose(sound_kbps=kbps))
        self.recording.changed.connect(lambda how: self._choose(recording=how))
        self.recording.folder_requested.connect(self.folder_requested)
        self.delay.replay_changed.connect(lambda how: self._choose(replay=how))
        self.delay.delay_changed.connect(lambda seconds: self._choose(delay_s=seconds))

    def _on_key(self, destination_id: str, key: SecretStr) -> None:
        self.key_given.emit(destination_id, key)

    def _choose(self, **changes: object) -> None:
        self.changed.emit(self._state.choices.model_copy(update=changes))

"""Recording, replay and the safety delay: folder, format, when a file ends, how far back."""

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from shared.qt.translations import tr
from shared.qt.widgets import button, label
from studio.choices import RecordingChoice, ReplayChoice


class RecordingPage(QWidget):
    """How shows are recorded."""

    changed = Signal(object)
    """The new RecordingChoice."""

    folder_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._choice = RecordingChoice()
        self._folder = label(wrap=True)
        self._disk = label(role="muted")
        self._automatic = QCheckBox(tr("Record every show from its first picture on"))
        self._automatic.setObjectName("recordAutomatically")
        self._container = QComboBox()
        self._container.addItem(tr("Matroska (.mkv): safest, editors take it"), "mkv")
        self._container.addItem(tr("MP4 (.mp4): plays everywhere"), "mp4")
        self._split = QComboBox()
        self._split.addItem(tr("Never"), "never")
        self._split.addItem(tr("After a time"), "time")
        self._split.addItem(tr("At a size"), "size")
        self._minutes = _spin(1, 1440, " min")
        self._megabytes = _spin(10, 1_000_000, " MB")
        self._tracks = QComboBox()
        for n in range(1, 7):
            self._tracks.addItem(
                tr("Only the mix") if n == 1 else tr("{n} tracks of the mixer", n=n), n
            )
        self._automatic.clicked.connect(lambda on: self._change(is_automatic=on))
        self._container.activated.connect(
            lambda _i: self._change(container=self._container.currentData())
        )
        self._split.activated.connect(lambda _i: self._change(split=self._split.currentData()))
        self._minutes.valueChanged.connect(lambda n: self._change(split_minutes=n))
        self._megabytes.valueChanged.connect(lambda n: self._change(split_mb=n))
        self._tracks.activated.connect(lambda _i: self._change(tracks=self._tracks.currentData()))
        self._lay_out()

    def set_state(self, choice: RecordingChoice, *, folder: str, disk: str) -> None:
        """Show the settings in force."""
        self._choice = choice
        self._folder.setText(folder)
        self._disk.setText(disk)
        self._automatic.setChecked(choice.is_automatic)
        self._container.setCurrentIndex(self._container.findData(choice.container))
        self._split.setCurrentIndex(self._split.findData(choice.split))
        self._tracks.setCurrentIndex(self._tracks.findData(choice.tracks))
        for box, value in (
            (self._minutes, choice.split_minutes),
            (self._megabytes, choice.split_mb),
        ):
            with QSignalBlocker(box):
                box.setValue(value)
        self._minutes.setVisible(choice.split == "time")
        self._megabytes.setVisible(choice.split == "size")

    def _change(self, **changes: object) -> None:
        changed = self._choice.model_copy(update=changes)
        if changed != self._choice:
            self.changed.emit(changed)

    def _lay_out(self) -> None:
        choose = button(tr("Choose\N{HORIZONTAL ELLIPSIS}"), on_click=self.folder_requested.emit)
        choose.setObjectName("recordFolder")
        place = QHBoxLayout()
        place.addWidget(self._folder, 1)
        place.addWidget(choose)
        split = QHBoxLayout()
        split.setSpacing(8)
        split.addWidget(self._split, 1)
        split.addWidget(self._minutes)
        split.addWidget(self._megabytes)
        form = _form()
        _row(form, tr("Folder"), place)
        _row(form, tr("Room on the disk"), self._disk)
        _row(form, tr("Format"), self._container)
        _row(form, tr("Begin another file"), split)
        _row(form, tr("Sound tracks"), self._tracks)
        self._split.setAccessibleName(tr("Begin another file"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self._automatic)
        layout.addLayout(form)
        layout.addWidget(
            label(
                tr("Chapters begin with each scene, at a panic, and where you mark one."),
                role="muted",
                wrap=True,
            )
        )
        layout.addStretch(1)


class DelayPage(QWidget):
    """The replay buffer and the safety delay."""

    replay_changed = Signal(object)
    """The new ReplayChoice."""

    delay_changed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._choice = ReplayChoice()
        self._automatic = QCheckBox(tr("Keep the last seconds of every show"))
        self._automatic.setObjectName("replayAutomatically")
        self._seconds = _spin(5, 600, " s")
        self._seconds.setAccessibleName(tr("How far back"))
        self._delay = _spin(0, 60, " s")
        self._delay.setObjectName("safetyDelay")
        self._delay.setAccessibleName(tr("Safety delay"))
        self._delay.setSpecialValueText(tr("None"))
        self._automatic.clicked.connect(lambda on: self._change(is_automatic=on))
        self._seconds.valueChanged.connect(lambda n: self._change(seconds=n))
        self._delay.valueChanged.connect(self.delay_changed)
        form = _form()
        _row(form, tr("How far back"), self._seconds)
        delay = _form()
        _row(delay, tr("Safety delay"), self._delay)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 0)
        layout.addWidget(label(tr("Replay"), role="heading"))
        layout.addWidget(self._automatic)
        layout.addLayout(form)
        layout.addSpacing(14)
        layout.addWidget(label(tr("Safety delay"), role="heading"))
        layout.addWidget(
            label(
                tr(
                    "Viewers see you so many seconds later. What they have not seen yet never"
                    " leaves when you panic or press Dump; they see the slate for as long. At the"
                    " end of a show the held seconds are not sent."
                ),
                role="muted",
                wrap=True,
            )
        )
        layout.addLayout(delay)
        layout.addStretch(1)

    def set_state(self, replay: ReplayChoice, delay_s: int, *, is_on_air: bool) -> None:
        """Show the settings in force."""
        self._choice = replay
        self._automatic.setChecked(replay.is_automatic)
        for box, value in ((self._seconds, replay.seconds), (self._delay, delay_s)):
            with QSignalBlocker(box):
                box.setValue(value)
        self._delay.setEnabled(not is_on_air)

    def _change(self, **changes: object) -> None:
        changed = self._choice.model_copy(update=changes)
        if changed != self._choice:
            self.replay_changed.emit(changed)


def _spin(least: int, most: int, suffix: str) -> QSpinBox:
    made = QSpinBox()
    made.setRange(least, most)
    made.setSuffix(suffix)
    made.setKeyboardTracking(False)
    made.setFixedWidth(160)
    made.lineEdit().setTextMargins(8, 0, 0, 0)
    return made


def _form() -> QFormLayout:
    made = QFormLayout()
    made.setHorizontalSpacing(20)
    made.setVerticalSpacing(9)
    return made


def _row(form: QFormLayout, caption: str, content: "QWidget | QHBoxLayout") -> None:
    name = label(caption, role="muted")
    name.setMinimumHeight(30)
    if isinstance(content, QWidget):
        content.setAccessibleName(caption)
        name.setBuddy(content)
    form.addRow(name, content)

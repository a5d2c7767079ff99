"""Picture and sound: size, rate, encoder and how they were found to work on this machine."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QSpinBox, QVBoxLayout, QWidget

from shared.qt.translations import tr, tr_sentence
from shared.qt.widgets import label
from studio.choices import OutputChoices
from studio.engine.protocol import EncoderChoice, VideoSettings

_SIZES = ((3840, 2160), (2560, 1440), (1920, 1080), (1600, 900), (1280, 720), (854, 480))
_RATES = (24, 25, 30, 50, 60)
_PRESETS = ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow")
_SOUND_KBPS = (96, 128, 160, 192, 256, 320)


class PicturePage(QWidget):
    """A form; what cannot change on air is grey there."""

    video_changed = Signal(object)
    rate_control_changed = Signal(str)
    sound_changed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._video = VideoSettings()
        self._size = _combo("outputSize", tr("Size"))
        self._fps = _combo("outputFps", tr("Frames a second"))
        for fps in _RATES:
            self._fps.addItem(str(fps), fps)
        self._encoder = _combo("outputEncoder", tr("Encoder"))
        self._why = label(role="muted", wrap=True)
        self._preset = _combo("outputPreset", tr("Effort"))
        for preset, name in zip(_PRESETS, _preset_names(), strict=True):
            self._preset.addItem(name, preset)
        self._control = _combo("outputControl", tr("Rate control"))
        self._control.addItem(tr("Constant: what platforms expect"), "cbr")
        self._control.addItem(tr("Variable: easy pictures take less"), "vbr")
        self._kbps = QSpinBox()
        self._kbps.setObjectName("outputKbps")
        self._kbps.setAccessibleName(tr("Video bitrate"))
        self._kbps.setRange(100, 100_000)
        self._kbps.setSingleStep(250)
        self._kbps.setSuffix(" kbit/s")
        self._kbps.setKeyboardTracking(False)
        self._kbps.lineEdit().setTextMargins(8, 0, 0, 0)
        self._sound = _combo("outputSound", tr("Sound bitrate"))
        for kbps in _SOUND_KBPS:
            self._sound.addItem(f"{kbps} kbit/s", kbps)
        for box in (self._size, self._fps, self._encoder, self._preset):
            box.activated.connect(lambda _index: self._on_video())
        self._kbps.valueChanged.connect(lambda _kbps: self._on_video())
        self._control.activated.connect(
            lambda _index: self.rate_control_changed.emit(str(self._control.currentData()))
        )
        self._sound.activated.connect(
            lambda _index: self.sound_changed.emit(int(self._sound.currentData()))
        )
        self._lay_out()

    def set_state(
        self,
        video: VideoSettings,
        choices: OutputChoices,
        *,
        encoders: tuple[EncoderChoice, ...] | None,
        is_on_air: bool,
    ) -> None:
        """Show the settings in force."""
        self._video = video
        sizes = dict.fromkeys([*_SIZES, (video.width, video.height)])
        _fill(self._size, [(f"{w} x {h}", (w, h)) for w, h in sizes])
        _choose(self._size, (video.width, video.height))
        if self._fps.findData(video.fps) < 0:
            self._fps.addItem(str(video.fps), video.fps)
        _choose(self._fps, video.fps)
        self._show_encoders(video, encoders)
        _choose(self._preset, video.preset)
        _choose(self._control, choices.rate_control)
        _choose(self._sound, choices.sound_kbps)
        if not self._kbps.hasFocus():
            with QSignalBlocker(self._kbps):
                self._kbps.setValue(video.bitrate_kbps)
        for box in (self._size, self._fps, self._encoder, self._preset, self._control, self._sound):
            box.setEnabled(not is_on_air)

    def _show_encoders(
        self, video: VideoSettings, encoders: tuple[EncoderChoice, ...] | None
    ) -> None:
        known = encoders or ()
        working = [each for each in known if each.works]
        offered = [(each.name, each.id) for each in working]
        if video.encoder not in [id_ for _, id_ in offered]:
            names = {each.id: each.name for each in known}
            offered.insert(0, (names.get(video.encoder, video.encoder), video.encoder))
        _fill(self._encoder, offered)
        _choose(self._encoder, video.encoder)
        self._why.setText(_why(video, encoders))

    def _on_video(self) -> None:
        width, height = self._size.currentData()
        changed = self._video.model_copy(
            update={
                "width": width,
                "height": height,
                "fps": int(self._fps.currentData()),
                "encoder": self._encoder.currentData(),
                "preset": self._preset.currentData(),
                "bitrate_kbps": self._kbps.value(),
            }
        )
        if changed != self._video:
            self.video_changed.emit(changed)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(20)
        form.setVerticalSpacing(8)
        for box in (
            self._size,
            self._fps,
            self._kbps,
            self._encoder,
            self._preset,
            self._control,
            self._sound,
        ):
            name = label(box.accessibleName(), role="muted")
            name.setMinimumHeight(30)
            name.setBuddy(box)
            form.addRow(name, box)
            if box is self._encoder:
                form.addRow("", self._why)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 0)
        layout.addLayout(form)
        layout.addStretch(1)


def _why(video: VideoSettings, encoders: tuple[EncoderChoice, ...] | None) -> str:
    """Why this encoder, or why not; how many others were tried and failed."""
    if encoders is None:
        return tr("The encoders of this machine are being tried\N{HORIZONTAL ELLIPSIS}")
    chosen = next((each for each in encoders if each.id == video.encoder), None)
    if chosen is not None and not chosen.works:
        return tr_sentence(chosen.message or "")
    working = [each for each in encoders if each.works]
    if working and working[0].id == video.encoder:
        return tr("The best of the {n} that encoded a picture here.", n=len(working))
    if working:
        return tr("{name} is likely the better choice here.", name=working[0].name)
    return ""


def _preset_names() -> tuple[str, ...]:
    return (
        tr("Least: weak processors"),
        tr("Very little"),
        tr("Little: the usual choice"),
        tr("Some"),
        tr("More"),
        tr("Much"),
        tr("Most: strong processors"),
    )


def _combo(object_name: str, name: str) -> QComboBox:
    made = QComboBox()
    made.setObjectName(object_name)
    made.setAccessibleName(name)
    return made


def _fill(box: QComboBox, entries: Sequence[tuple[str, object]]) -> None:
    shown = [(box.itemText(i), box.itemData(i)) for i in range(box.count())]
    if [(text, _plain(value)) for text, value in shown] == [
        (text, _plain(value)) for text, value in entries
    ]:
        return
    with QSignalBlocker(box):
        box.clear()
        for text, value in entries:
            box.addItem(text, value)


def _choose(box: QComboBox, value: object) -> None:
    with QSignalBlocker(box):
        for index in range(box.count()):
            if _plain(box.itemData(index)) == _plain(value):
                box.setCurrentIndex(index)


def _plain(value: object) -> object:
    """Qt gives a tuple back as a list."""
    return tuple(value) if isinstance(value, list) else value

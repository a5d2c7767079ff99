"""The first-run wizard: look and language, camera, microphone, machine and line, ready."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from shared.qt.overlay import Overlay
from shared.qt.theme import Theme, set_role
from shared.qt.translations import tr
from shared.qt.video_view import VideoView
from shared.qt.widgets import LabelledValue, PageStack, button, label
from studio.dialogs.look_choices import LookChoices, Preferences

PAGES = ("look", "camera", "microphone", "machine")
_FLOOR_DB = -60.0


@dataclass(frozen=True, slots=True)
class Coaching:
    """What is said about light or sound; kinds are those of labels: success, warning, muted."""

    text: str = ""
    kind: str = "muted"


@dataclass(frozen=True, slots=True)
class Measurement:
    """What was measured and what follows from it, in words."""

    is_busy: bool = False
    encoder: str = ""
    uplink: str = ""
    picture: str = ""
    bitrate: str = ""
    why: str = ""
    is_ready: bool = False


class WizardPanel(Overlay):
    """Four pages with Back, Next and Skip; what is chosen takes effect at once."""

    preferences_changed = Signal(object)
    page_shown = Signal(str)
    camera_chosen = Signal(str, str)
    """Device and name."""

    microphone_chosen = Signal(str, str)
    measure_requested = Signal()
    finished = Signal()
    skipped = Signal()

    def __init__(self, host: QWidget, theme: Theme) -> None:
        super().__init__(host, tr("Set up your studio"), width=660)
        self.setObjectName("wizard")
        self._theme = theme
        self._step = label(role="caption")
        self.card.header.addWidget(self._step)
        self._pages = PageStack()
        self._pages.setMinimumHeight(390)
        for name, make in (
            ("look", self._look_page),
            ("camera", self._camera_page),
            ("microphone", self._microphone_page),
            ("machine", self._machine_page),
        ):
            self._pages.add(name, make)
            self._pages.page(name)
        self.body.addWidget(self._pages)
        self._skip = button(tr("Skip the set-up"), role="quiet", on_click=self._on_skip)
        self._skip.setObjectName("wizardSkip")
        self._back = button(tr("Back"), on_click=lambda: self._go(-1))
        self._back.setObjectName("wizardBack")
        self._next = button(tr("Next"), role="primary", on_click=lambda: self._go(1))
        self._next.setObjectName("wizardNext")
        row = QHBoxLayout()
        row.addWidget(self._skip)
        row.addStretch(1)
        row.addWidget(self._back)
        row.addWidget(self._next)
        self.body.addLayout(row)

    @property
    def page(self) -> str:
        """Which page is shown."""
        return self._pages.current

    def begin(self, preferences: Preferences) -> None:
        """Open the first page."""
        self._look.set_state(preferences)
        self._show("look")
        self.open(self._look.first)

    def set_devices(
        self, cameras: tuple[tuple[str, str], ...], microphones: tuple[tuple[str, str], ...]
    ) -> None:
        """Offer what was found."""
        for box, found, none in (
            (self._camera, cameras, tr("No camera was found")),
            (self._microphone, microphones, tr("No microphone was found")),
        ):
            kept = box.currentData()
            box.clear()
            box.addItem(tr("Choose one") if found else none, "")
            for device, name in found:
                box.addItem(name, device)
            box.setCurrentIndex(max(0, box.findData(kept)))
            box.setEnabled(bool(found))

    def show_frame(self, image: QImage) -> None:
        """Show what the camera sees."""
        self._view.show_image(image)

    def set_light(self, coaching: Coaching) -> None:
        """Say how the light is."""
        self._light.setText(coaching.text)
        set_role(self._light, coaching.kind)

    def set_sound(self, level_db: float, coaching: Coaching) -> None:
        """Show how loud it is now, and say what would help."""
        share = (max(_FLOOR_DB, min(0.0, level_db)) - _FLOOR_DB) / -_FLOOR_DB
        self._level.setValue(round(share * 100))
        self._level.setAccessibleDescription(tr("{n} dB", n=round(level_db)))
        self._sound.setText(coaching.text)
        set_role(self._sound, coaching.kind)

    def set_measurement(self, seen: Measurement) -> None:
        """Show what was measured and what is proposed."""
        self._encoder.set_value(seen.encoder or "\N{EN DASH}")
        self._uplink.set_value(seen.uplink or "\N{EN DASH}")
        self._picture.set_value(seen.picture or "\N{EN DASH}")
        self._bitrate.set_value(seen.bitrate or "\N{EN DASH}")
        self._why.setText(
            tr("Measuring takes a few seconds\N{HORIZONTAL ELLIPSIS}") if seen.is_busy else seen.why
        )
        self._busy.setVisible(seen.is_busy)
        self._again.setEnabled(not seen.is_busy)
        if self.page == PAGES[-1]:
            self._next.setEnabled(not seen.is_busy)

    def _look_page(self) -> QWidget:
        page, layout = _page(tr("Welcome. Four short steps; each can be changed later."))
        self._look = LookChoices()
        self._look.chosen.connect(self.preferences_changed)
        layout.addWidget(self._look)
        layout.addStretch(1)
        return page

    def _camera_page(self) -> QWidget:
        page, layout = _page(tr("Choose a camera and look at the light on your face."))
        self._camera = QComboBox()
        self._camera.setAccessibleName(tr("Camera"))
        self._camera.setObjectName("wizardCamera")
        self._camera.activated.connect(
            lambda _row: self._on_device(self._camera, self.camera_chosen.emit)
        )
        self._view = VideoView(self._theme, name=tr("What the camera sees"))
        self._view.show_placeholder(tr("Your picture shows up here"))
        self._light = label(wrap=True)
        self._light.setMinimumHeight(38)
        layout.addWidget(self._camera)
        layout.addWidget(self._view, 1)
        layout.addWidget(self._light)
        return page

    def _microphone_page(self) -> QWidget:
        page, layout = _page(tr("Choose a microphone and say a few sentences as in a show."))
        self._microphone = QComboBox()
        self._microphone.setAccessibleName(tr("Microphone"))
        self._microphone.setObjectName("wizardMicrophone")
        self._microphone.activated.connect(
            lambda _row: self._on_device(self._microphone, self.microphone_chosen.emit)
        )
        self._level = QProgressBar()
        self._level.setTextVisible(False)
        self._level.setAccessibleName(tr("Level of the microphone"))
        self._sound = label(wrap=True)
        layout.addWidget(self._microphone)
        layout.addSpacing(6)
        layout.addWidget(label(tr("Level"), role="caption"))
        layout.addWidget(self._level)
        layout.addWidget(self._sound)
        layout.addStretch(1)
        return page

    def _machine_page(self) -> QWidget:
        page, layout = _page(tr("How fast are this computer and its line to the platform?"))
        self._encoder = LabelledValue(tr("Encoder"))
        self._uplink = LabelledValue(tr("Line to the platform"))
        self._picture = LabelledValue(tr("Proposed picture"))
        self._bitrate = LabelledValue(tr("Proposed bitrate"))
        for first, second in ((self._encoder, self._uplink), (self._picture, self._bitrate)):
            row = QHBoxLayout()
            row.addWidget(first, 1)
            row.addWidget(second, 1)
            layout.addLayout(row)
            layout.addSpacing(4)
        self._busy = QProgressBar()
        self._busy.setRange(0, 0)
        self._busy.setTextVisible(False)
        self._busy.setAccessibleName(tr("Measuring"))
        self._why = label(wrap=True, role="muted")
        self._again = button(tr("Measure again"), on_click=self.measure_requested.emit)
        self._again.setObjectName("wizardMeasure")
        layout.addWidget(self._busy)
        layout.addWidget(self._why)
        row = QHBoxLayout()
        row.addWidget(self._again)
        row.addStretch(1)
        layout.addLayout(row)
        layout.addStretch(1)
        self._busy.hide()
        return page

    def _show(self, page: str) -> None:
        self._pages.show_page(page)
        at = PAGES.index(page)
        self._step.setText(tr("Step {n} of {all}", n=at + 1, all=len(PAGES)))
        self._back.setEnabled(at > 0)
        self._next.setEnabled(True)
        self._next.setText(tr("Use these settings") if page == PAGES[-1] else tr("Next"))
        if self.isVisible():
            self._next.setFocus()
        self.page_shown.emit(page)

    def _go(self, step: int) -> None:
        at = PAGES.index(self.page) + step
        if at >= len(PAGES):
            self.dismiss()
            self.finished.emit()
        else:
            self._show(PAGES[at])

    def _on_skip(self) -> None:
        self.dismiss()
        self.skipped.emit()

    def _on_device(self, box: QComboBox, tell: Callable[[str, str], object]) -> None:
        if box.currentData():
            tell(str(box.currentData()), box.currentText())


def _page(sentence: str) -> tuple[QWidget, QVBoxLayout]:
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 4, 0, 0)
    layout.setSpacing(10)
    layout.addWidget(label(sentence, wrap=True))
    return page, layout

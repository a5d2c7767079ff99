"""The clip of a case as a small player: blurred and grey unless held clear, silent, by frames."""

from typing import override

from PySide6.QtCore import QRect, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSlider, QVBoxLayout, QWidget

from console.muting import muted
from console.state.playback import SPEEDS, Playback
from shared.qt.icons import keep_icon
from shared.qt.theme import Theme, set_role
from shared.qt.translations import tr
from shared.qt.widgets import icon_button, label

_HEIGHT = 172
_STEPS_A_SECOND = 100


class _Surface(QWidget):
    """Paints one picture, whole, in the middle of a dark ground."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(_HEIGHT)
        self._image = QImage()
        self._words = ""

    def show_image(self, image: QImage, words: str) -> None:
        """Show a picture, or words where there is none."""
        self._image, self._words = image, words
        self.update()

    @property
    def image(self) -> QImage:
        """What is painted."""
        return self._image

    @override
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(12, 13, 17))
        if self._image.isNull():
            painter.setPen(QColor(196, 200, 210))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._words)
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect(self.rect().center() - QRect(0, 0, *size.toTuple()).center(), size)
        painter.drawImage(place, self._image)


class ClipView(QWidget):
    """Told what to show; says what is wanted. Nothing plays by itself."""

    play_asked = Signal()
    step_asked = Signal(int)
    speed_asked = Signal(int)
    moment_asked = Signal(float)
    hold_asked = Signal(bool)
    """The person holds the picture clear, or lets go of it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._image = QImage()
        self._is_clear = False
        self._playback = Playback()
        self._surface = _Surface()
        self._surface.setAccessibleName(tr("The clip, blurred"))
        self._play = icon_button(theme, "play", tr("Play or pause (L)"))
        self._play.clicked.connect(self.play_asked)
        self._before = self._small("\N{MINUS SIGN}1", -1)
        self._before.setToolTip(tr("One picture back (,)"))
        self._before.setAccessibleName(tr("One picture back"))
        self._after = self._small("+1", 1)
        self._after.setToolTip(tr("One picture on (.)"))
        self._after.setAccessibleName(tr("One picture on"))
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setAccessibleName(tr("Place in the clip"))
        self._slider.valueChanged.connect(self._on_slid)
        self._time = label(role="caption")
        self._speed = QPushButton()
        self._speed.setToolTip(tr("Speed: slower with [, faster with ]"))
        set_role(self._speed, "quiet")
        self._speed.setFixedSize(QSize(50, 30))
        self._speed.clicked.connect(self._on_speed)
        self._hold = QPushButton(tr("See  (V)"))
        self._hold.setToolTip(
            tr("Clear and in colour while held; Shift+V shows it for ten seconds")
        )
        self._hold.setAccessibleName(tr("Hold to see clearly"))
        self._hold.pressed.connect(lambda: self.hold_asked.emit(True))
        self._hold.released.connect(lambda: self.hold_asked.emit(False))
        self._lay_out()
        self.show_playback(Playback())

    @property
    def is_open(self) -> bool:
        """Whether a clip can be played."""
        return self._playback.is_open

    @property
    def is_clear(self) -> bool:
        """Whether the picture is shown as it is."""
        return self._is_clear

    @property
    def painted(self) -> QImage:
        """The picture as painted, blurred or not."""
        return self._surface.image

    @property
    def time_words(self) -> str:
        """Where the clip stands, in words."""
        return self._time.text()

    def show_words(self, words: str) -> None:
        """Say in place of a picture what is being waited for."""
        self._image = QImage()
        self._surface.show_image(self._image, words)

    def show_picture(self, image: QImage) -> None:
        """Show another picture of the clip."""
        self._image = image
        self._paint()

    def show_clear(self, *, is_clear: bool) -> None:
        """Show the picture as it is, or blurred again."""
        if is_clear != self._is_clear:
            self._is_clear = is_clear
            name = tr("The clip, clear") if is_clear else tr("The clip, blurred")
            self._surface.setAccessibleName(name)
            self._paint()

    def show_playback(self, playback: Playback) -> None:
        """Show where the clip stands."""
        was_playing, self._playback = self._playback.is_playing, playback
        for part in (self._before, self._after, self._slider, self._speed, self._hold):
            part.setEnabled(playback.is_open)
        with QSignalBlocker(self._slider):
            self._slider.setMaximum(round(playback.duration_s * _STEPS_A_SECOND))
            self._slider.setValue(round(playback.position_s * _STEPS_A_SECOND))
        self._time.setText(
            tr(
                "{at} of {whole} s",
                at=f"{playback.position_s:.1f}",
                whole=f"{playback.duration_s:.1f}",
            )
        )
        self._speed.setText(f"{playback.speed:g}\N{MULTIPLICATION SIGN}")
        self._speed.setAccessibleName(tr("Speed {n}", n=f"{playback.speed:g}"))
        self._play.setAccessibleName(
            tr("Pause the clip") if playback.is_playing else tr("Play the clip")
        )
        if playback.is_playing != was_playing:
            keep_icon(self._play, self._theme, "pause" if playback.is_playing else "play")

    def _paint(self) -> None:
        shown = self._image if self._is_clear else muted(self._image)
        self._surface.show_image(shown, "")

    def _small(self, sign: str, by: int) -> QPushButton:
        made = QPushButton(sign)
        set_role(made, "quiet")
        made.setFixedSize(QSize(38, 30))
        made.clicked.connect(lambda: self.step_asked.emit(by))
        return made

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(4)
        for part in (self._play, self._before, self._after, self._speed):
            row.addWidget(part)
        row.addWidget(self._time, 1)
        row.addWidget(self._hold)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._surface)
        layout.addWidget(self._slider)
        layout.addLayout(row)

    def _on_slid(self, value: int) -> None:
        self.moment_asked.emit(value / _STEPS_A_SECOND)

    def _on_speed(self) -> None:
        is_fastest = self._playback.speed == SPEEDS[-1]
        self.speed_asked.emit(-len(SPEEDS) if is_fastest else 1)

"""The painted meter of one strip: two bars with held peak, magnitude and clip light.

Sixty pictures a second of eight meters must cost next to nothing: the bars are two prepared
pictures, one lit, one dark, a frame is a handful of copies of whole rectangles, and none is painted
while nothing looks otherwise than before.
"""

from dataclasses import dataclass

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from shared.qt.theme import Theme, blend
from studio.docks.ballistics import RED_DB, YELLOW_DB, Ballistics, share

_BAR_PX = 5
_GAP_PX = 2
_CLIP_PX = 6
_HOLD_PX = 2
_THICKNESS = 2 * _BAR_PX + _GAP_PX
_BARS = ((0, 0), (3, _BAR_PX + _GAP_PX))
"""Where the figures of left and right begin in what is shown, and where their bars lie."""


@dataclass(frozen=True, slots=True)
class _Look:
    """What a meter is painted with, for one size, theme and screen."""

    dark: QPixmap
    lit: QPixmap
    mark: QColor
    ground: QColor
    alarm: QColor
    ratio: float


class MeterBar(QWidget):
    """Shows a `Ballistics`; `advance` moves it to a moment."""

    def __init__(self, theme: Theme, orientation: Qt.Orientation) -> None:
        super().__init__()
        self._theme = theme
        self._is_upright = orientation is Qt.Orientation.Vertical
        self._is_dim = False
        self._shown: tuple[int, ...] = (0, 0, 0, 0, 0, 0, 0)
        self._look: _Look | None = None
        self._across = self._length = 1
        self.ballistics = Ballistics()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        fixed, free = QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding
        if self._is_upright:
            self.setFixedWidth(_THICKNESS)
            self.setMinimumHeight(60)
            self.setSizePolicy(fixed, free)
        else:
            self.setFixedHeight(_THICKNESS)
            self.setMinimumWidth(80)
            self.setSizePolicy(free, fixed)
        theme.changed.connect(self._forget)

    @property
    def shown(self) -> tuple[int, ...]:
        """Peak, held peak and magnitude of left and right in pixels, and 1 while it clips."""
        return self._shown

    def set_dim(self, *, is_dim: bool) -> None:
        """Show the level without colour: nobody hears it."""
        if is_dim != self._is_dim:
            self._is_dim = is_dim
            self._forget()

    def advance(self, now_s: float) -> None:
        """Move to a moment; paints when something looks otherwise than before."""
        shown = self.ballistics.pixels(now_s, self._length)
        if shown != self._shown:
            self._shown = shown
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the dark bars, the lit ones up to the peak, and the marks."""
        look = self._look or self._make_look()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, look.dark)
        if self._is_upright:
            self._paint_upright(painter, look)
        else:
            self._paint_flat(painter, look)

    def _paint_flat(self, painter: QPainter, look: _Look) -> None:
        shown, ratio = self._shown, look.ratio
        thick = round(_BAR_PX * ratio)
        for first, y in _BARS:
            peak, hold, magnitude = shown[first : first + 3]
            if peak:
                from_y = round(y * ratio)
                painter.drawPixmap(0, y, look.lit, 0, from_y, round(peak * ratio), thick)
            if magnitude:
                painter.fillRect(magnitude - 1, y, 1, _BAR_PX, look.ground)
            if hold:
                painter.fillRect(hold - _HOLD_PX, y, _HOLD_PX, _BAR_PX, look.mark)
        if shown[6]:
            painter.fillRect(self._across - _CLIP_PX, 0, _CLIP_PX, _THICKNESS, look.alarm)

    def _paint_upright(self, painter: QPainter, look: _Look) -> None:
        shown, ratio, end = self._shown, look.ratio, self._across
        thick = round(_BAR_PX * ratio)
        for first, x in _BARS:
            peak, hold, magnitude = shown[first : first + 3]
            if peak:
                from_x, from_y = round(x * ratio), round((end - peak) * ratio)
                tall = round(peak * ratio)
                painter.drawPixmap(x, end - peak, look.lit, from_x, from_y, thick, tall)
            if magnitude:
                painter.fillRect(x, end - magnitude, _BAR_PX, 1, look.ground)
            if hold:
                painter.fillRect(x, end - hold, _BAR_PX, _HOLD_PX, look.mark)
        if shown[6]:
            painter.fillRect(0, 0, _THICKNESS, _CLIP_PX, look.alarm)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The pictures have another size now."""
        super().resizeEvent(event)
        self._across = self.height() if self._is_upright else self.width()
        self._length = max(1, self._across - _CLIP_PX - 1)
        self._forget()

    def _forget(self) -> None:
        self._look = None
        self.update()

    def _make_look(self) -> _Look:
        tokens = self._theme.tokens
        colours = (tokens.success, tokens.warning, tokens.danger)
        if self._is_dim:
            colours = (tokens.muted, tokens.muted, tokens.muted)
        self._look = _Look(
            dark=self._picture(tuple(blend(c, tokens.sunken, 0.22) for c in colours)),
            lit=self._picture(colours),
            mark=QColor(tokens.text),
            ground=QColor(tokens.background),
            alarm=QColor(tokens.danger_fill),
            ratio=self.devicePixelRatioF(),
        )
        return self._look

    def _picture(self, colours: tuple[str, ...]) -> QPixmap:
        """Both bars at full length: green, from -20 dB yellow, from -9 dB red."""
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(QColor(self._theme.tokens.sunken))
        painter = QPainter(picture)
        length = self._length
        ends = (0, round(share(YELLOW_DB) * length), round(share(RED_DB) * length), length)
        parts = [(ends[n], ends[n + 1], colour) for n, colour in enumerate(colours)]
        parts.append((length + 1, self._across, self._theme.tokens.border))
        for _, at in _BARS:
            for first, last, colour in parts:
                if self._is_upright:
                    part = QRect(at, self._across - last, _BAR_PX, last - first)
                else:
                    part = QRect(first, at, last - first, _BAR_PX)
                painter.fillRect(part, QColor(colour))
        painter.end()
        return picture

"""The meter of one strip: two bars with held peak, magnitude and clip light, as lines of pixels.

Sixty pictures a second of eight meters must cost next to nothing. A bar looks the same across its
whole thickness, so it is one line of pixels, lit up to the peak and dark beyond, cut from two lines
that are prepared, and copied into the picture of the `MeterField`, which is what is seen.
"""

from array import array
from dataclasses import dataclass

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QColor, QMoveEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from shared.qt.theme import Theme, blend
from studio.docks.ballistics import RED_DB, YELLOW_DB, Ballistics, share

_BAR_PX = 5
_GAP_PX = 2
_CLIP_PX = 6
_HOLD_PX = 2
_THICKNESS = 2 * _BAR_PX + _GAP_PX
_OFFSETS = (0, _BAR_PX + _GAP_PX)
"""Where the bars of left and right lie across the meter."""

_PIXEL = "I"
"""A pixel as the picture holds it: 0xffRRGGBB."""


@dataclass(frozen=True, slots=True)
class _Look:
    """The lines a bar is cut from, for one length, theme and ratio of the screen."""

    lit: array[int]
    dark: array[int]
    hold: array[int]
    alarm: array[int]
    ground: int


class MeterBar(QWidget):
    """The place of a meter and what it shows: `move_to` a moment, then `write` it."""

    altered = Signal()
    """It lies elsewhere, has another size or looks otherwise: place and write it anew."""

    def __init__(self, theme: Theme, orientation: Qt.Orientation) -> None:
        super().__init__()
        self._theme = theme
        self._is_upright = orientation is Qt.Orientation.Vertical
        self._is_dim = False
        self._shown: tuple[int, ...] = (0, 0, 0, 0, 0, 0, 0)
        self._length = 1
        self._look: _Look | None = None
        self._rows: tuple[tuple[int, tuple[slice, ...]], ...] = ()
        self.ballistics = Ballistics()
        fixed, free = QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding
        if self._is_upright:
            self.setFixedWidth(_THICKNESS)
            self.setMinimumHeight(60)
            self.setSizePolicy(fixed, free)
        else:
            self.setFixedHeight(_THICKNESS)
            self.setMinimumWidth(80)
            self.setSizePolicy(free, fixed)
        theme.changed.connect(self.altered)

    @property
    def shown(self) -> tuple[int, ...]:
        """Peak, held peak and magnitude of left and right in pixels, and 1 while it clips."""
        return self._shown

    def set_dim(self, *, is_dim: bool) -> None:
        """Show the level without colour: nobody hears it."""
        if is_dim != self._is_dim:
            self._is_dim = is_dim
            self.altered.emit()

    def move_to(self, now_s: float) -> bool:
        """Bring the needles to a moment; whether anything looks otherwise now."""
        shown = self.ballistics.pixels(now_s, self._length)
        if shown == self._shown:
            return False
        self._shown = shown
        return True

    def place(self, at: QPoint, *, stride: int, ratio: float) -> None:
        """Say where in the picture it lies.

        `at` is in the units of widgets, `stride` the pixels of a line of the picture and `ratio`
        what a unit has of them.
        """
        across = round((self.height() if self._is_upright else self.width()) * ratio)
        self._length = max(1, across - round((_CLIP_PX + 1) * ratio))
        self._look = self._made_look(across, ratio)
        left, top, thick = round(at.x() * ratio), round(at.y() * ratio), round(_BAR_PX * ratio)
        rows = []
        for first, offset in zip((0, 3), _OFFSETS, strict=True):
            from_px = round(offset * ratio)
            if self._is_upright:  # from the foot up
                foot = (top + across - 1) * stride + left + from_px
                head = foot - across * stride
                lines = [
                    slice(foot + n, head + n if head + n >= 0 else None, -stride)
                    for n in range(thick)
                ]
            else:
                start = (top + from_px) * stride + left
                lines = [
                    slice(start + n * stride, start + n * stride + across) for n in range(thick)
                ]
            rows.append((first, tuple(lines)))
        self._rows = tuple(rows)

    def write(self, pixels: memoryview) -> None:
        """Write both bars into a picture's pixels: dark, lit up to the peak, and the marks."""
        look, shown = self._look, self._shown
        if look is None:
            return
        for first, rows in self._rows:
            peak, hold, magnitude = shown[first : first + 3]
            line = look.lit[:peak] + look.dark[peak:]
            if magnitude:
                line[magnitude - 1] = look.ground
            if hold >= len(look.hold):
                line[hold - len(look.hold) : hold] = look.hold
            if shown[6]:
                line[-len(look.alarm) :] = look.alarm
            for row in rows:
                pixels[row] = line

    def moveEvent(self, event: QMoveEvent) -> None:
        """It lies elsewhere now."""
        super().moveEvent(event)
        self.altered.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The lines have another length now."""
        super().resizeEvent(event)
        self.altered.emit()

    def _made_look(self, across: int, ratio: float) -> _Look:
        tokens = self._theme.tokens
        colours = (tokens.success, tokens.warning, tokens.danger)
        if self._is_dim:
            colours = (tokens.muted, tokens.muted, tokens.muted)
        return _Look(
            lit=self._line(colours, across),
            dark=self._line(tuple(blend(c, tokens.sunken, 0.22) for c in colours), across),
            hold=array(_PIXEL, [QColor(tokens.text).rgba()] * max(1, round(_HOLD_PX * ratio))),
            alarm=array(_PIXEL, [QColor(tokens.danger_fill).rgba()] * round(_CLIP_PX * ratio)),
            ground=QColor(tokens.background).rgba(),
        )

    def _line(self, colours: tuple[str, ...], across: int) -> array[int]:
        """A bar at full length: green, from -20 dB yellow, from -9 dB red, then the clip light."""
        length, tokens = self._length, self._theme.tokens
        ends = (0, round(share(YELLOW_DB) * length), round(share(RED_DB) * length), length)
        line = array(_PIXEL, [QColor(tokens.sunken).rgba()] * across)
        parts = [(ends[n], ends[n + 1], colour) for n, colour in enumerate(colours)]
        for first, last, colour in (*parts, (length + 1, across, tokens.border)):
            line[first:last] = array(_PIXEL, [QColor(colour).rgba()] * (last - first))
        return line

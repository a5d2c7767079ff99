"""All meters of a mixer as one painted field over their strips: one update, one picture a frame.

Eight widgets that repaint sixty times a second cost more in being asked than in what they paint.
The field has the shape of the meters (a mask), so that nothing behind it is painted with it, and
one picture, into which the meters write their pixels.
"""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QWidget

from shared.qt.theme import Theme
from studio.docks.meter import MeterBar

_ORIGIN = QPoint(0, 0)


class MeterField(QWidget):
    """Lies over `ground`, shows the meters where they lie, and lets the mouse through."""

    def __init__(self, ground: QWidget, theme: Theme, meters: Sequence[MeterBar]) -> None:
        super().__init__(ground)
        self._ground = ground
        self._theme = theme
        self._meters = tuple(meters)
        self._places: tuple[QRect, ...] = ()
        self._whole = QRegion()
        self._picture = QImage()
        self._pixels = memoryview(b"")
        self._is_placed = False
        self._paintings = 0
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        for meter in self._meters:
            meter.altered.connect(self._on_altered)
        self.cover()
        self.setHidden(not self._meters)  # without any, it would have no shape and cover all

    @property
    def paintings(self) -> int:
        """How often it was painted."""
        return self._paintings

    @property
    def picture_size(self) -> QSize:
        """The size of its picture, in pixels of the screen."""
        return self._picture.size()

    def cover(self) -> None:
        """Lie over the whole ground, as large as that is now."""
        self.setGeometry(self._ground.rect())
        self._on_altered()

    def advance(self, now_s: float) -> None:
        """Move every meter to a moment; repaints those that look otherwise than before."""
        if not self._is_placed:
            self._place()
        moved = [number for number, one in enumerate(self._meters) if one.move_to(now_s)]
        for number in moved:
            self._meters[number].write(self._pixels)
        if len(moved) == len(self._meters):
            self.update(self._whole)
            return
        for number in moved:
            self.update(self._places[number])

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Show the picture; Qt cuts it to what is to be painted."""
        if not self._is_placed or self._picture.devicePixelRatio() != self.devicePixelRatioF():
            self._place()
        self._paintings += 1
        painter = QPainter(self)
        painter.drawImage(_ORIGIN, self._picture)
        painter.end()

    def _on_altered(self) -> None:
        self._is_placed = False
        self.update()

    def _place(self) -> None:
        """Make a picture, find where in it the meters lie, and have their shape."""
        self._is_placed = True
        ratio = self.devicePixelRatioF()
        picture = QImage(self.size() * ratio, QImage.Format.Format_RGB32)
        picture.setDevicePixelRatio(ratio)
        picture.fill(QColor(self._theme.tokens.sunken))
        self._picture = picture
        self._pixels = memoryview(picture.bits()).cast("I")
        places, whole = [], QRegion()
        for meter in self._meters:
            at = meter.mapTo(self._ground, QPoint())
            meter.place(at, stride=picture.bytesPerLine() // 4, ratio=ratio)
            meter.write(self._pixels)
            place = QRect(at, meter.size())
            places.append(place)
            whole += place
        self._places = tuple(places)
        if whole != self._whole:
            self._whole = whole
            self.setMask(whole)

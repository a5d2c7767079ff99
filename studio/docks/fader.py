"""A fader: silence to +6 dB on a scale that gives most of its way to what is used most."""

import math

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPalette, QWheelEvent
from PySide6.QtWidgets import QSlider

from shared.ids import new_id
from shared.qt import format as words
from shared.qt.translations import tr

SILENT_DB = -96.0
HIGHEST_DB = 6.0
_STEPS = 1000
_HANDLE_PX = 14
_WHEEL_STEP_DB = 1.0
_FINE_STEP_DB = 0.1
_TOP = 10 ** (HIGHEST_DB / 20)


def db_at(position: float) -> float:
    """The level at a place on the fader, 0 to 1: the amplitude goes with its third power."""
    if position <= 0.0:
        return SILENT_DB
    amplitude_db: float = 60 * math.log10(position) + HIGHEST_DB
    return max(SILENT_DB, amplitude_db)


def position_of(db: float) -> float:
    """The place of a level on the fader, 0 to 1."""
    if db <= SILENT_DB:
        return 0.0
    return min(1.0, float((10 ** (db / 20) / _TOP) ** (1 / 3)))


def db_text(db: float) -> str:
    """A level as a person reads it."""
    if db <= SILENT_DB:
        return tr("silent")
    sign = "\N{MINUS SIGN}" if round(db, 1) < 0 else ""
    return tr("{n} dB", n=sign + words.number(abs(round(db, 1)), decimals=1))


class Fader(QSlider):
    """Dragged, turned with the wheel or moved by keys; a double click goes to 0 dB.

    One movement, from press to release or a run of wheel steps, is one gesture.
    """

    moved = Signal(float, str)
    """The level in dB, and the name of the movement it is part of."""

    def __init__(self, orientation: Qt.Orientation, name: str) -> None:
        super().__init__(orientation)
        self._name = name
        self._db = 0.0
        self._gesture = new_id()
        self.setRange(0, _STEPS)
        self.setSingleStep(5)
        self.setPageStep(50)
        self.setToolTip(tr("Double-click for 0 dB; Shift and the wheel for fine steps"))
        self.sliderPressed.connect(self._begin)
        self.valueChanged.connect(self._on_value)
        self.set_db(0.0)

    @property
    def db(self) -> float:
        """The level set."""
        return self._db

    def set_db(self, db: float) -> None:
        """Show a level that was set elsewhere, unless the person holds the fader."""
        if self.isSliderDown():
            return
        self._db = max(SILENT_DB, db)
        with QSignalBlocker(self):
            self.setValue(round(position_of(db) * _STEPS))
        self._name_it()

    def reset(self) -> None:
        """Go to 0 dB."""
        self._begin()
        self._move(0.0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a mark at 0 dB behind the fader."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        is_upright = self.orientation() is Qt.Orientation.Vertical
        length = (self.height() if is_upright else self.width()) - _HANDLE_PX
        at = _HANDLE_PX // 2 + round(position_of(0.0) * length)
        if is_upright:
            middle = self.width() // 2
            painter.drawLine(middle - 7, self.height() - at, middle + 7, self.height() - at)
        else:
            middle = self.height() // 2
            painter.drawLine(at, middle - 7, at, middle + 7)
        painter.end()
        super().paintEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Go to 0 dB."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(False)
            self.reset()
            event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Move by 1 dB a step, by 0.1 dB with Shift."""
        delta = event.angleDelta()
        turns = (delta.y() or delta.x()) / 120
        if not turns:
            return
        is_fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        step = _FINE_STEP_DB if is_fine else _WHEEL_STEP_DB
        from_db = self._db if self._db > SILENT_DB else -60.0
        self._move(min(HIGHEST_DB, max(SILENT_DB, round(from_db + turns * step, 1))))
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """What is turned the next time is another movement."""
        self._begin()
        super().leaveEvent(event)

    def _begin(self) -> None:
        self._gesture = new_id()

    def _on_value(self, value: int) -> None:
        db = round(db_at(value / _STEPS), 1)
        self._db = 0.0 if abs(db) < 0.15 else db
        self._name_it()
        self.moved.emit(self._db, self._gesture)

    def _move(self, db: float) -> None:
        self._db = db
        with QSignalBlocker(self):
            self.setValue(round(position_of(db) * _STEPS))
        self._name_it()
        self.moved.emit(db, self._gesture)

    def _name_it(self) -> None:
        self.setAccessibleName(tr("Volume of {name}", name=self._name))
        self.setAccessibleDescription(db_text(self._db))

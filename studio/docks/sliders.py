"""A number with a slider and a field: for values that are found by looking and listening."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QSlider, QSpinBox, QWidget

_STEPS = 1000
_FIELD_PX = 92
_FINE_SPAN = 20.0


class NumberSlider(QWidget):
    """A bounded number; whole when both of its bounds are."""

    changed = Signal()
    """The person changed it."""

    gesture_began = Signal()
    """The slider was taken hold of."""

    def __init__(
        self, low: float, high: float, value: float, *, is_whole: bool, unit: str = ""
    ) -> None:
        super().__init__()
        self._low, self._high, self._is_whole = low, high, is_whole
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(0, min(_STEPS, round(high - low)) if is_whole else _STEPS)
        self._field = self._whole_field() if is_whole else self._fine_field()
        if unit:
            self._field.setSuffix(unit if unit == "°" else f" {unit}")
        self._field.setKeyboardTracking(False)
        self._field.setFixedWidth(_FIELD_PX)
        self._field.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setFocusProxy(self._field)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._slider, 1)
        row.addWidget(self._field)
        self.set_value(value)
        self._slider.sliderPressed.connect(self.gesture_began)
        self._slider.valueChanged.connect(self._on_slid)
        self._field.valueChanged.connect(self._on_typed)

    @property
    def value(self) -> float:
        """The number; an int when it is whole."""
        return self._field.value()

    def set_value(self, value: float) -> None:
        """Show a number without telling of it."""
        with QSignalBlocker(self._field), QSignalBlocker(self._slider):
            self._show(value)
            self._slider.setValue(self._place(value))

    def set_name(self, name: str) -> None:
        """Name it for a screen reader."""
        self.setAccessibleName(name)
        self._slider.setAccessibleName(name)
        self._field.setAccessibleName(name)

    def _whole_field(self) -> QSpinBox:
        field = QSpinBox()
        field.setRange(round(self._low), round(self._high))
        return field

    def _fine_field(self) -> QDoubleSpinBox:
        field = QDoubleSpinBox()
        is_fine = self._high - self._low <= _FINE_SPAN
        field.setDecimals(2 if is_fine else 1)
        field.setSingleStep(0.05 if is_fine else 1.0)
        field.setRange(self._low, self._high)
        return field

    def _show(self, value: float) -> None:
        if isinstance(self._field, QSpinBox):
            self._field.setValue(round(value))
        else:
            self._field.setValue(value)

    def _place(self, value: float) -> int:
        share = (value - self._low) / (self._high - self._low)
        return round(share * self._slider.maximum())

    def _on_slid(self, place: int) -> None:
        value = self._low + (self._high - self._low) * place / self._slider.maximum()
        with QSignalBlocker(self._field):
            self._show(value)
        self.changed.emit()

    def _on_typed(self) -> None:
        with QSignalBlocker(self._slider):
            self._slider.setValue(self._place(self.value))
        self.changed.emit()

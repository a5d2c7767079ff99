"""What a strip has besides its fader: balance, mono, delay, who hears it, and its tracks."""

from typing import cast

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QSlider,
    QSpinBox,
    QVBoxLayout,
)

from shared.ids import new_id
from shared.qt.theme import Theme, set_role
from shared.qt.translations import tr
from shared.qt.widgets import icon_button, label
from studio.docks.mixer_strip import StripState, monitoring_name
from studio.project.mixing import UpdateStrip
from studio.project.model import TRACKS, Monitoring

_BALANCE_STEPS = 100
_WHO: tuple[Monitoring, ...] = ("off", "monitor", "both")


class StripDetails(QFrame):
    """A form for one strip, below the others."""

    edit_requested = Signal(object)
    """An `UpdateStrip`."""

    closed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._state = StripState("", "")
        self._gestures: dict[str, str] = {}
        self.setObjectName("stripDetails")
        set_role(self, "card")
        self._title = label(role="heading", wrap=True)
        close = icon_button(theme, "close", tr("Close"), on_click=self.closed.emit)
        self.balance = QSlider(Qt.Orientation.Horizontal)
        self.balance.setRange(-_BALANCE_STEPS, _BALANCE_STEPS)
        self.balance.setPageStep(10)
        self._balance_text = label(role="caption")
        self.delay = QSpinBox()
        self.delay.setRange(-950, 20_000)
        self.delay.setSingleStep(10)
        self.delay.setSuffix(tr(" ms"))
        self.delay.setKeyboardTracking(False)
        self.delay.setToolTip(tr("Later than it was heard; less than zero is earlier"))
        self.who = QComboBox()
        for choice in _WHO:
            self.who.addItem(monitoring_name(choice), choice)
        self.mono = QCheckBox(tr("Mono"))
        self.mono.setToolTip(tr("Both sides together, in the middle"))
        self.tracks = tuple(QCheckBox(str(number + 1)) for number in range(TRACKS))
        self._lay_out(close)
        self.balance.valueChanged.connect(self._on_balance)
        self.delay.valueChanged.connect(self._on_delay)
        self.who.activated.connect(lambda _row: self._edit(monitor=self.who.currentData()))
        self.mono.toggled.connect(lambda is_on: self._edit(mono=is_on))
        for box in self.tracks:
            box.toggled.connect(lambda _on: self._edit(tracks=self._chosen_tracks()))

    def _lay_out(self, close: QFrame | object) -> None:
        top = QHBoxLayout()
        top.addWidget(self._title, 1)
        top.addWidget(cast(QFrame, close), 0, Qt.AlignmentFlag.AlignTop)
        balance = QHBoxLayout()
        balance.addWidget(self.balance, 1)
        balance.addWidget(self._balance_text)
        boxes = QGridLayout()
        boxes.setSpacing(2)
        for number, box in enumerate(self.tracks):
            box.setAccessibleName(tr("Track {n}", n=number + 1))
            boxes.addWidget(box, number // 3, number % 3)
        self.tracks[0].setToolTip(tr("Track 1 is what viewers hear; recordings may take more"))
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        for words, control in (
            (tr("Balance"), self.balance),
            (tr("Delay"), self.delay),
            (tr("Who hears it"), self.who),
        ):
            control.setAccessibleName(words)
        form.addRow(label(tr("Balance"), role="caption"), balance)
        form.addRow(label(tr("Delay"), role="caption"), self.delay)
        form.addRow(label(tr("Who hears it"), role="caption"), self.who)
        form.addRow(label(tr("Tracks"), role="caption"), boxes)
        form.addRow(self.mono)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 6, 6, 8)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addLayout(form)

    @property
    def source_id(self) -> str:
        """Whose details are shown."""
        return self._state.source_id

    def set_state(self, state: StripState) -> None:
        """Show a strip."""
        if state.source_id != self._state.source_id:
            self._gestures.clear()
        self._state = state
        self._title.setText(state.name)
        self.setAccessibleName(tr("Sound of {name}", name=state.name))
        controls = (self.balance, self.delay, self.who, self.mono, *self.tracks)
        blockers = [QSignalBlocker(control) for control in controls]
        if not self.balance.isSliderDown():
            self.balance.setValue(round(state.balance * _BALANCE_STEPS))
        if not self.delay.hasFocus():
            self.delay.setValue(state.sync_offset_ms)
        self.who.setCurrentIndex(_WHO.index(state.monitor))
        self.mono.setChecked(state.is_mono)
        for number, box in enumerate(self.tracks):
            box.setChecked(bool(state.tracks >> number & 1))
        del blockers
        self._show_balance()

    def _chosen_tracks(self) -> int:
        return sum(1 << number for number, box in enumerate(self.tracks) if box.isChecked())

    def _show_balance(self) -> None:
        value = self.balance.value()
        if value == 0:
            text = tr("middle")
        elif value < 0:
            text = tr("{n} % left", n=-value)
        else:
            text = tr("{n} % right", n=value)
        self._balance_text.setText(text)
        self.balance.setAccessibleDescription(text)

    def _on_balance(self, value: int) -> None:
        self._show_balance()
        self._edit(balance=value / _BALANCE_STEPS, gesture=self._gesture("balance"))

    def _on_delay(self, value: int) -> None:
        self._edit(sync_offset_ms=value, gesture=self._gesture("delay"))

    def _gesture(self, name: str) -> str:
        return self._gestures.setdefault(name, new_id())

    def _edit(self, **changes: object) -> None:
        edit = UpdateStrip.model_validate({"source_id": self._state.source_id, **changes})
        self.edit_requested.emit(edit)

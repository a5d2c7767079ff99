"""A form beside the canvas: a title with a way out, fields that scroll, and what belongs below."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from shared.qt.theme import Theme, set_role
from shared.qt.widgets import icon_button, label
from studio.docks.fields import Control

_WIDTH = 270


class SideForm(QFrame):
    """One control for each field, by its name; a change leaves at once, one step a field."""

    changed = Signal(object, str)
    """What is shown, as it became, and the name of the gesture that the change is part of."""

    closed = Signal()

    def __init__(self, theme: Theme, object_name: str, name: str, *, close: str) -> None:
        super().__init__()
        self.setObjectName(object_name)
        self.setAccessibleName(name)
        set_role(self, "card")
        self.setFixedWidth(_WIDTH)
        self._theme = theme
        self._fields: dict[str, Control] = {}
        self._gestures: dict[str, str] = {}
        self._title = label(role="heading", wrap=True)
        top = QHBoxLayout()
        top.addWidget(self._title, 1)
        way_out = icon_button(theme, "close", close, on_click=self._on_close)
        top.addWidget(way_out, 0, Qt.AlignmentFlag.AlignTop)
        inner = QWidget()
        self._rows = QFormLayout(inner)
        self._rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        self._rows.setContentsMargins(0, 0, 6, 0)
        area = QScrollArea()
        area.setWidget(inner)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(10, 8, 8, 8)
        self._layout.addLayout(top)
        self._layout.addWidget(area, 1)

    def field(self, name: str) -> QWidget:
        """The control of a field.

        Raises: KeyError when there is none.
        """
        return self._fields[name].widget

    def _name_control(self, control: Control, object_name: str, words: str) -> bool:
        """Name a control; whether it says its words itself and needs none beside it."""
        control.widget.setObjectName(object_name)
        control.widget.setAccessibleName(words)
        if isinstance(control.widget, QCheckBox):
            control.widget.setText(words)
            return True
        return False

    def _on_close(self) -> None:
        self.hide()
        self.closed.emit()

"""Where and how one item lies, in numbers, and how it comes and goes."""

from functools import partial

from pydantic import ValidationError
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from shared.ids import new_id
from shared.qt.theme import Theme, set_role
from shared.qt.translations import tr
from shared.qt.widgets import icon_button, label
from studio.docks.fields import Control, make_control
from studio.docks.scene_words import item_word
from studio.project.item_form import ItemForm

_WIDTH = 270
_IN_BOUNDS = ("width", "height", "across", "down")


class ItemDock(QFrame):
    """One control for each field of the form; a change leaves at once, one step a field."""

    changed = Signal(object, str)
    """The form, and the name of the gesture it is part of."""

    closed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("itemDock")
        self.setAccessibleName(tr("Place and look"))
        set_role(self, "card")
        self.setFixedWidth(_WIDTH)
        self._form = ItemForm()
        self._item_id = ""
        self._gestures: dict[str, str] = {}
        self._fields: dict[str, Control] = {}
        self._captions: dict[str, QWidget] = {}
        self._title = label(role="heading", wrap=True)
        top = QHBoxLayout()
        top.addWidget(self._title, 1)
        close = icon_button(theme, "close", tr("Close"), on_click=self._on_close)
        top.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        inner = QWidget()
        self._rows = QFormLayout(inner)
        self._rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        self._rows.setContentsMargins(0, 0, 6, 0)
        for name, info in ItemForm.model_fields.items():
            self._add(
                name,
                make_control(theme, name, info, getattr(self._form, name), partial(self._on, name)),
            )
        area = QScrollArea()
        area.setWidget(inner)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 8, 8)
        layout.addLayout(top)
        layout.addWidget(area, 1)

    def _add(self, name: str, control: Control) -> None:
        words = item_word(name)
        control.widget.setObjectName(f"item {name}")
        control.widget.setAccessibleName(words)
        if isinstance(control.widget, QComboBox):
            # Its longest words would make the form wider than its place.
            control.widget.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._fields[name] = control
        if isinstance(control.widget, QCheckBox):
            control.widget.setText(words)
            self._rows.addRow(control.widget)
            return
        caption = label(words, role="caption")
        self._captions[name] = caption
        self._rows.addRow(caption, control.widget)

    @property
    def item_id(self) -> str:
        """The item that is shown; empty for none."""
        return self._item_id

    def field(self, name: str) -> QWidget:
        """The control of a field.

        Raises: KeyError when there is none.
        """
        return self._fields[name].widget

    def set_item(self, item_id: str, title: str, form: ItemForm) -> None:
        """Show an item; a control that the person uses keeps what is in it."""
        if item_id != self._item_id:
            self._gestures.clear()
        is_same = item_id == self._item_id
        self._item_id, self._form = item_id, form
        self._title.setText(title)
        for name, control in self._fields.items():
            value = getattr(form, name)
            if control.read() != value and not (is_same and control.widget.hasFocus()):
                with QSignalBlocker(control.widget):
                    control.write(value)
        self._show_bounds()

    def open(self) -> None:
        """Show, with the keyboard on the first field."""
        self.show()
        self._fields["x"].widget.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_bounds(self) -> None:
        for name in _IN_BOUNDS:
            is_on = self._form.fit != "own_size"
            self._fields[name].widget.setVisible(is_on)
            self._captions[name].setVisible(is_on)
        has_way = self._form.showing != "none" or self._form.hiding != "none"
        slides = "slide" in (self._form.showing, self._form.hiding)
        for name, is_on in (("way_ms", has_way), ("direction", slides)):
            self._fields[name].widget.setVisible(is_on)
            self._captions[name].setVisible(is_on)

    def _on(self, name: str) -> None:
        values = self._form.model_dump() | {name: self._fields[name].read()}
        try:
            form = ItemForm.model_validate(values)
        except ValidationError:
            return
        if form == self._form or not self._item_id:
            return
        self._form = form
        self._show_bounds()
        self.changed.emit(form, self._gestures.setdefault(name, new_id()))

    def _on_close(self) -> None:
        self.hide()
        self.closed.emit()

"""Where and how one item lies, in numbers, and how it comes and goes."""

from functools import partial

from pydantic import ValidationError
from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QSizePolicy,
    QWidget,
)

from shared.ids import new_id
from shared.qt.theme import Theme
from shared.qt.translations import tr
from shared.qt.widgets import label
from studio.docks.fields import Control, make_control
from studio.docks.scene_words import item_word
from studio.docks.side_form import SideForm
from studio.project.item_form import ItemForm

_IN_BOUNDS = ("width", "height", "across", "down")


class ItemDock(SideForm):
    """An item's place and look as numbers; `changed` gives its `ItemForm`."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "itemDock", tr("Place and look"), close=tr("Close"))
        self._form = ItemForm()
        self._item_id = ""
        self._captions: dict[str, QWidget] = {}
        for name, info in ItemForm.model_fields.items():
            self._add(
                name,
                make_control(theme, name, info, getattr(self._form, name), partial(self._on, name)),
            )

    def _add(self, name: str, control: Control) -> None:
        words = item_word(name)
        if isinstance(control.widget, QComboBox):
            # Its longest words would make the form wider than its place.
            control.widget.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._fields[name] = control
        if self._name_control(control, f"item {name}", words):
            self._rows.addRow(control.widget)
            return
        caption = label(words, role="caption")
        self._captions[name] = caption
        self._rows.addRow(caption, control.widget)

    @property
    def item_id(self) -> str:
        """The item that is shown; empty for none."""
        return self._item_id

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

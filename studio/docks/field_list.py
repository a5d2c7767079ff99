"""A list of settings models as a form: a card for each, with its fields; add and remove."""

from typing import Any

from pydantic import BaseModel, ValidationError
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFormLayout, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from shared.qt.theme import Theme, set_role
from shared.qt.translations import tr
from shared.qt.widgets import button, clear_layout, icon_button, label
from studio.docks.fields import Changed, Control, make_control
from studio.docks.setting_words import field_name


class FieldList(QWidget):
    """Shows the models of a tuple in their order; the first that fits is the one that counts."""

    def __init__(
        self, theme: Theme, model: type[BaseModel], values: Any, on_changed: Changed
    ) -> None:
        super().__init__()
        self._theme = theme
        self._model = model
        self._on_changed = on_changed
        self._cards: list[dict[str, Control]] = []
        self._rows = QVBoxLayout()
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(8)
        self._add = button(tr("Add"), theme=theme, icon="add")
        self._add.clicked.connect(self._on_add)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(self._rows)
        layout.addWidget(self._add, 0, Qt.AlignmentFlag.AlignLeft)
        self.write(values)

    @property
    def cards(self) -> list[dict[str, Control]]:
        """The controls of each model, by the names of its fields."""
        return self._cards

    def read(self) -> tuple[Any, ...]:
        """The models; what is not yet one as the plain values it has."""
        made: list[Any] = []
        for card in self._cards:
            values = {name: control.read() for name, control in card.items()}
            try:
                made.append(self._model.model_validate(values))
            except ValidationError:
                made.append(values)
        return tuple(made)

    def write(self, values: Any) -> None:
        """Show other models."""
        clear_layout(self._rows)
        self._cards = []
        for value in values:
            self._rows.addWidget(self._card(value))

    def _card(self, value: BaseModel) -> QFrame:
        frame = QFrame()
        set_role(frame, "sunken")
        number = len(self._cards)
        controls: dict[str, Control] = {}
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        form.setContentsMargins(0, 0, 0, 0)
        for name, info in type(value).model_fields.items():
            control = make_control(self._theme, name, info, getattr(value, name), self._on_changed)
            words = field_name(name)
            control.widget.setAccessibleName(f"{words} {number + 1}")
            controls[name] = control
            if isinstance(control.widget, QCheckBox):
                control.widget.setText(words)
                form.addRow(control.widget)
            else:
                form.addRow(label(words, role="caption"), control.widget)
        top = QHBoxLayout()
        top.addWidget(label(tr("Rule {n}", n=number + 1), role="heading"), 1)
        remove = icon_button(
            self._theme,
            "remove",
            tr("Remove rule {n}", n=number + 1),
            on_click=lambda: self._on_remove(number),
        )
        top.addWidget(remove)
        layout = QVBoxLayout(frame)
        layout.setContentsMargins(10, 6, 10, 10)
        layout.addLayout(top)
        layout.addLayout(form)
        self._cards.append(controls)
        return frame

    def _on_add(self) -> None:
        self.write((*self._models(), self._model()))
        self._on_changed()

    def _on_remove(self, number: int) -> None:
        models = self._models()
        if len(models) > 1:
            self.write(models[:number] + models[number + 1 :])
            self._on_changed()

    def _models(self) -> tuple[BaseModel, ...]:
        return tuple(one if isinstance(one, BaseModel) else self._model() for one in self.read())

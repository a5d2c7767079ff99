"""The settings of one filter, as a form made from the fields of its settings model."""

import time
from collections.abc import Callable
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import ValidationError
from pydantic.fields import FieldInfo
from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QVBoxLayout, QWidget

from shared.errors import InvalidInput
from shared.ids import new_id
from shared.qt.theme import Theme
from shared.qt.translations import tr
from shared.qt.widgets import label
from studio.docks.fields import Control, make_control
from studio.docks.filter_words import choice_name, setting_name
from studio.docks.sliders import NumberSlider
from studio.project.filters import Filter, FilterSettings
from studio.project.filters_kinds import settings_model, settings_of, with_settings

_LAG_S = 1.0
"""For so long a document that says something else may just not have heard yet."""


class FilterForm(QWidget):
    """One field a setting; every change leaves at once, as one step a movement or field."""

    changed = Signal(object, str)
    """The filter with its new settings, and the name of the gesture it is part of."""

    def __init__(self, theme: Theme, *, monotonic_s: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._theme = theme
        self._monotonic_s = monotonic_s
        self._filter: Filter | None = None
        self._awaited: Filter | None = None
        self._told_s = 0.0
        self._fields: dict[str, Control] = {}
        self._gestures: dict[str, str] = {}
        self._problem = label(role="danger", wrap=True)
        self._problem.hide()
        self._form = QFormLayout()
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        self._form.setContentsMargins(0, 0, 6, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(self._form)
        layout.addWidget(self._problem)
        layout.addStretch(1)

    def field(self, name: str) -> QWidget:
        """The control of a setting.

        Raises: KeyError when there is none.
        """
        return self._fields[name].widget

    def set_filter(self, entry: Filter | None) -> None:
        """Show a filter as the document has it.

        While a slider moves, the document lags behind: what it had on the way is passed over.
        """
        if self._is_on_the_way(entry):
            return
        self._awaited = None
        before, self._filter = self._filter, entry
        if before is None or entry is None or _identity(before) != _identity(entry):
            self._build(entry)
        elif before != entry:
            self._fill(_values(entry))

    def reset(self) -> None:
        """Give every setting its first value."""
        if self._filter is None:
            return
        model = settings_model(self._filter.kind)
        if model is not None:
            self._gestures.clear()
            self._fill(model())
            self._tell(model(), new_id())

    def _is_on_the_way(self, entry: Filter | None) -> bool:
        awaited = self._awaited
        if awaited is None or entry is None or entry.id != awaited.id or entry == awaited:
            return False
        return self._monotonic_s() - self._told_s < _LAG_S

    def _build(self, entry: Filter | None) -> None:
        while self._form.rowCount():
            self._form.removeRow(0)
        self._fields.clear()
        self._gestures.clear()
        self._problem.hide()
        values = None if entry is None else _values(entry)
        if values is None:
            return
        for name, info in type(values).model_fields.items():
            words = setting_name(info)
            control = self._control(name, info, getattr(values, name))
            control.widget.setObjectName(f"filter {name}")
            if isinstance(control.widget, NumberSlider):
                control.widget.set_name(words)
            else:
                control.widget.setAccessibleName(words)
            self._fields[name] = control
            if isinstance(control.widget, QCheckBox):
                control.widget.setText(words)
                self._form.addRow(control.widget)
            else:
                self._form.addRow(label(words, role="caption"), control.widget)
        self._show_rows(values)

    def _show_rows(self, values: FilterSettings) -> None:
        """Leave out what means nothing with these settings."""
        for name, info in type(values).model_fields.items():
            extra = info.json_schema_extra
            if isinstance(extra, dict) and "when" in extra:
                wanted = extra["values"]
                value = getattr(values, str(extra["when"]))
                is_on = isinstance(wanted, list) and value in wanted
                self._form.setRowVisible(self._fields[name].widget, is_on)

    def _control(self, name: str, info: FieldInfo, value: Any) -> Control:
        bounds = _bounds(info)
        if bounds is not None:
            return self._slider(name, info, value, bounds)
        if get_origin(info.annotation) is Literal:
            return self._choice(name, info, value)
        # The field that picks colours knows them by their name.
        kind = "colour" if isinstance(value, str) and value.startswith("#") else name
        return make_control(self._theme, kind, info, value, lambda: self._on_changed(name))

    def _slider(
        self, name: str, info: FieldInfo, value: float, bounds: tuple[float, float]
    ) -> Control:
        extra = info.json_schema_extra
        unit = extra.get("unit", "") if isinstance(extra, dict) else ""
        slider = NumberSlider(*bounds, value, is_whole=info.annotation is int, unit=str(unit))
        slider.gesture_began.connect(lambda: self._gestures.pop(name, None))
        slider.changed.connect(lambda: self._on_changed(name))
        return Control(slider, lambda: slider.value, slider.set_value)

    def _choice(self, name: str, info: FieldInfo, value: Any) -> Control:
        box = QComboBox()
        for one in get_args(info.annotation):
            box.addItem(choice_name(str(one)), one)

        def write(chosen: Any) -> None:
            box.setCurrentIndex(max(0, box.findData(chosen)))

        write(value)
        box.currentIndexChanged.connect(lambda _index: self._on_changed(name))
        return Control(box, box.currentData, write)

    def _fill(self, values: FilterSettings | None) -> None:
        for name, control in self._fields.items():
            value = getattr(values, name, None)
            if value is not None and control.read() != value:
                with QSignalBlocker(control.widget):
                    control.write(value)
        if values is not None:
            self._show_rows(values)

    def _on_changed(self, name: str) -> None:
        entry = self._filter
        values = None if entry is None else _values(entry)
        if values is None:
            return
        changed = values.model_dump() | {name: self._fields[name].read()}
        try:
            made = type(values).model_validate(changed)
        except ValidationError:
            words = setting_name(type(values).model_fields[name])
            self._problem.setText(tr("{field}: this value cannot be used.", field=words))
            self._problem.show()
            return
        self._problem.hide()
        self._tell(made, self._gestures.setdefault(name, new_id()))

    def _tell(self, settings: FilterSettings, gesture: str) -> None:
        entry = self._filter
        if entry is None:
            return
        changed = with_settings(entry, settings)
        if changed != entry:
            self._filter = self._awaited = changed
            self._told_s = self._monotonic_s()
            self._show_rows(settings)
            self.changed.emit(changed, gesture)


def _identity(entry: Filter) -> tuple[str, str]:
    return entry.id, entry.kind


def _values(entry: Filter) -> FilterSettings | None:
    """What a filter's settings say, with the first values where they cannot be used."""
    model = settings_model(entry.kind)
    if model is None:
        return None
    try:
        return settings_of(entry)
    except InvalidInput:
        return model()


def _bounds(info: FieldInfo) -> tuple[float, float] | None:
    """The ends of a number's range; None for what has none."""
    if info.annotation not in (int, float):
        return None
    low = [float(one.ge) for one in info.metadata if isinstance(one, Ge)]  # type: ignore[arg-type]
    high = [float(one.le) for one in info.metadata if isinstance(one, Le)]  # type: ignore[arg-type]
    return (low[0], high[0]) if low and high else None

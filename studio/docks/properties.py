"""The properties of one source, as a form made from the fields of its settings model."""

from typing import Any

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QPushButton,
    QWidget,
)

from shared.ids import new_id
from shared.qt.theme import Theme
from shared.qt.translations import tr
from shared.qt.widgets import button, icon_button, label
from studio.docks.field_list import FieldList
from studio.docks.fields import Control, make_control, model_in
from studio.docks.setting_words import field_name
from studio.docks.side_form import SideForm
from studio.project.model import Model, Source
from studio.project.overlays import OverlaySettings

_NOT_IN_FORM = ("kind", "scene_id", "items")


class PropertiesDock(SideForm):
    """One field a setting, with its range; `changed` gives the source with its new settings."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "propertiesDock", tr("Properties"), close=tr("Close properties"))
        self._source: Source | None = None
        self._resets: dict[str, QPushButton] = {}
        self._reset = button(tr("Reset"), tip=tr("All settings as they were at first"))
        self._reset.setObjectName("resetProperties")
        self._reset.clicked.connect(self._on_reset)
        self._problem = label(role="danger", wrap=True)
        self._layout.addWidget(self._problem)
        self._layout.addWidget(self._reset)
        self._problem.hide()

    @property
    def source(self) -> Source | None:
        """The source whose settings are shown."""
        return self._source

    def set_source(self, source: Source | None) -> None:
        """Show a source; what is being typed stays while it means the same."""
        before, self._source = self._source, source
        if source is None or source == before:
            return
        self._title.setText(source.name)
        is_same = before is not None and (before.id, before.settings.kind) == (
            source.id,
            source.settings.kind,
        )
        if not is_same:
            self._build(source)
        for name, control in self._fields.items():
            value = getattr(source.settings, name)
            if control.read() != value and not _is_being_used(control.widget):
                with QSignalBlocker(control.widget):
                    control.write(value)
        self._show_resets()

    def open(self, source: Source) -> None:
        """Show a source and put the keyboard on its first setting."""
        self.set_source(source)
        self.show()
        first = next(iter(self._fields.values()), None)
        (first.widget if first else self._reset).setFocus(Qt.FocusReason.OtherFocusReason)

    def _build(self, source: Source) -> None:
        while self._rows.rowCount():
            self._rows.removeRow(0)
        self._fields.clear()
        self._resets.clear()
        self._gestures.clear()
        self._problem.hide()
        for name, info in _in_order(source.settings).items():
            control = self._control(name, info, getattr(source.settings, name))
            words = field_name(name)
            self._fields[name] = control
            if self._name_control(control, f"setting {name}", words):
                self._rows.addRow(self._with_reset(name, info, control.widget))
            else:
                named = self._with_reset(name, info, label(words, role="caption"))
                self._rows.addRow(named, control.widget)
        self._show_resets()

    def _with_reset(self, name: str, info: FieldInfo, shown: QWidget) -> QWidget:
        """A name or a tick, and beside it a way back to the setting's first value."""
        if info.is_required():
            return shown
        back = icon_button(
            self._theme,
            "undo",
            tr("Reset {field}", field=field_name(name)),
            on_click=lambda: self._on_reset_one(name),
        )
        back.setObjectName(f"reset {name}")
        back.setFixedSize(24, 22)
        self._resets[name] = back
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(shown, 1)
        row.addWidget(back)
        return head

    def _show_resets(self) -> None:
        """Offer a way back where a setting is not as it was at first."""
        if self._source is None:
            return
        settings = self._source.settings
        fields = type(settings).model_fields
        for name, back in self._resets.items():
            first = fields[name].get_default(call_default_factory=True)
            back.setVisible(getattr(settings, name) != first)

    def _on_reset_one(self, name: str) -> None:
        source, control = self._source, self._fields[name]
        if source is None:
            return
        info = type(source.settings).model_fields[name]
        first = info.get_default(call_default_factory=True)
        with QSignalBlocker(control.widget):
            control.write(first)
        self._gestures.pop(name, None)
        self._tell(source, source.settings.model_copy(update={name: first}), new_id())

    def _control(self, name: str, info: FieldInfo, value: Any) -> Control:
        """The control of a field; a list of models is a form of its own."""
        model = model_in(info.annotation)
        if model is None:
            return make_control(self._theme, name, info, value, lambda: self._on_changed(name))
        made = FieldList(self._theme, model, value, lambda: self._on_changed(name))
        return Control(made, made.read, made.write)

    def _on_changed(self, name: str) -> None:
        source = self._source
        if source is None:
            return
        settings = type(source.settings)
        values = source.settings.model_dump() | {name: self._fields[name].read()}
        try:
            made = settings.model_validate(values)
        except ValidationError:
            self._problem.setText(tr("{field}: this value cannot be used.", field=field_name(name)))
            self._problem.show()
            return
        self._problem.hide()
        self._tell(source, made, self._gestures.setdefault(name, new_id()))

    def _on_reset(self) -> None:
        """All settings that have a first value get it back; device, file and size stay."""
        source = self._source
        if source is None:
            return
        fields = type(source.settings).model_fields
        kept = {
            name: value
            for name, value in source.settings.model_dump().items()
            if fields[name].is_required()
        }
        self._tell(source, type(source.settings).model_validate(kept), new_id())
        for name, control in self._fields.items():
            with QSignalBlocker(control.widget):
                control.write(
                    getattr(self._source.settings if self._source else source.settings, name)
                )
        self._gestures.clear()

    def _tell(self, source: Source, settings: Any, gesture: str) -> None:
        if settings == source.settings:
            return
        self._source = source.model_copy(update={"settings": settings})
        self._show_resets()
        self.changed.emit(self._source, gesture)


def _in_order(settings: Model) -> dict[str, FieldInfo]:
    """The fields shown: what a thing says before how all of its kind look."""
    fields = type(settings).model_fields
    own = [name for name in fields if name not in OverlaySettings.model_fields]
    looks = [name for name in fields if name in OverlaySettings.model_fields]
    is_overlay = isinstance(settings, OverlaySettings)
    names = [*own, *looks] if is_overlay else list(fields)
    return {name: fields[name] for name in names if name not in _NOT_IN_FORM}


def _is_being_used(control: QWidget) -> bool:
    """The keyboard is in it."""
    focused = QApplication.focusWidget()
    return focused is not None and (focused is control or control.isAncestorOf(focused))

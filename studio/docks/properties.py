"""The properties of one source, as a form made from the fields of its settings model."""

from collections.abc import Callable
from typing import Any, get_args

from annotated_types import Ge, Gt, Le, MaxLen
from pydantic import ValidationError
from pydantic.fields import FieldInfo
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from shared.ids import new_id
from shared.qt.theme import Theme, set_role
from shared.qt.translations import tr
from shared.qt.widgets import button, icon_button, label
from studio.project.model import Source

_WIDTH = 270
_MANY_WORDS = 1000

type Read = Callable[[], Any]
type Write = Callable[[Any], None]


def field_name(name: str) -> str:
    """A setting in the person's language; one without words keeps its own name."""
    return {
        "width": tr("Width"),
        "height": tr("Height"),
        "beep": tr("Beep with the flash"),
        "display": tr("Screen"),
        "x": tr("From the left"),
        "y": tr("From the top"),
        "show_pointer": tr("Show the pointer"),
        "device": tr("Device"),
        "fps": tr("Frames per second"),
        "path": tr("File"),
        "loop": tr("Again and again"),
        "text": tr("Words"),
        "family": tr("Font"),
        "size_px": tr("Size"),
        "bold": tr("Bold"),
        "colour": tr("Colour"),
        "background": tr("Background"),
        "frequency_hz": tr("Frequency"),
        "level_db": tr("Level"),
    }.get(name, name.replace("_", " ").capitalize())


class PropertiesDock(QFrame):
    """One field a setting, with its range; every change leaves at once, as one step a field."""

    changed = Signal(object, str)
    """The source with its new settings, and the name of the gesture it is part of."""

    closed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("propertiesDock")
        self.setAccessibleName(tr("Properties"))
        set_role(self, "card")
        self.setFixedWidth(_WIDTH)
        self._source: Source | None = None
        self._fields: dict[str, tuple[QWidget, Read, Write]] = {}
        self._gestures: dict[str, str] = {}
        self._title = label(role="heading", wrap=True)
        close = icon_button(theme, "close", tr("Close properties"), on_click=self._on_close)
        self._reset = button(tr("Reset"), tip=tr("All settings as they were at first"))
        self._reset.setObjectName("resetProperties")
        self._reset.clicked.connect(self._on_reset)
        self._problem = label(role="danger", wrap=True)
        top = QHBoxLayout()
        top.addWidget(self._title, 1)
        top.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self._form = QFormLayout()
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        self._form.setContentsMargins(0, 0, 6, 0)
        inner = QWidget()
        inner.setLayout(self._form)
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
        layout.addWidget(self._problem)
        layout.addWidget(self._reset)
        self._problem.hide()

    @property
    def source(self) -> Source | None:
        """The source whose settings are shown."""
        return self._source

    def field(self, name: str) -> QWidget:
        """The control of a setting.

        Raises: KeyError when there is none.
        """
        return self._fields[name][0]

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
        for name, (control, read, write) in self._fields.items():
            value = getattr(source.settings, name)
            if read() != value and not control.hasFocus():
                with QSignalBlocker(control):
                    write(value)

    def open(self, source: Source) -> None:
        """Show a source and put the keyboard on its first setting."""
        self.set_source(source)
        self.show()
        first = next(iter(self._fields.values()), None)
        (first[0] if first else self._reset).setFocus(Qt.FocusReason.OtherFocusReason)

    def _build(self, source: Source) -> None:
        while self._form.rowCount():
            self._form.removeRow(0)
        self._fields.clear()
        self._gestures.clear()
        self._problem.hide()
        for name, info in type(source.settings).model_fields.items():
            if name == "kind":
                continue
            control, read, write = self._control(name, info, getattr(source.settings, name))
            words = field_name(name)
            control.setObjectName(f"setting {name}")
            control.setAccessibleName(words)
            self._fields[name] = (control, read, write)
            if isinstance(control, QCheckBox):
                control.setText(words)
                self._form.addRow(control)
            else:
                self._form.addRow(label(words, role="caption"), control)

    def _control(self, name: str, info: FieldInfo, value: Any) -> tuple[QWidget, Read, Write]:
        """A control for a type of field, how to read it and how to fill it."""
        kinds = set(get_args(info.annotation)) or {info.annotation}
        if bool in kinds:
            return self._check(name, value)
        if int in kinds:
            return self._number(name, info, value, is_optional=type(None) in kinds)
        if float in kinds:
            return self._decimal(name, info, value)
        limit = next((one.max_length for one in info.metadata if isinstance(one, MaxLen)), 200)
        if limit >= _MANY_WORDS and name != "path":
            return self._words(name, value)
        return self._line(name, value, limit, is_optional=type(None) in kinds)

    def _check(self, name: str, value: Any) -> tuple[QWidget, Read, Write]:
        check = QCheckBox()
        check.setChecked(value)
        check.toggled.connect(lambda _on: self._on_changed(name))
        return check, check.isChecked, check.setChecked

    def _number(
        self, name: str, info: FieldInfo, value: Any, *, is_optional: bool
    ) -> tuple[QWidget, Read, Write]:
        low, high = _range(info)
        spin = QSpinBox()
        lowest = int(low) - 1 if is_optional else int(low)
        spin.setRange(lowest, int(high))
        if is_optional:
            spin.setSpecialValueText(tr("Automatic"))
        spin.setKeyboardTracking(False)

        def read() -> int | None:
            return None if is_optional and spin.value() == lowest else spin.value()

        def write(number: int | None) -> None:
            spin.setValue(lowest if number is None else number)

        write(value)
        spin.valueChanged.connect(lambda _value: self._on_changed(name))
        return spin, read, write

    def _decimal(self, name: str, info: FieldInfo, value: Any) -> tuple[QWidget, Read, Write]:
        spin = QDoubleSpinBox()
        spin.setRange(*_range(info))
        spin.setValue(value)
        spin.setKeyboardTracking(False)
        spin.valueChanged.connect(lambda _value: self._on_changed(name))
        return spin, spin.value, spin.setValue

    def _words(self, name: str, value: Any) -> tuple[QWidget, Read, Write]:
        field = QPlainTextEdit(value)
        field.setTabChangesFocus(True)
        field.setFixedHeight(72)
        field.textChanged.connect(lambda: self._on_changed(name))
        return field, field.toPlainText, field.setPlainText

    def _line(
        self, name: str, value: Any, limit: int, *, is_optional: bool
    ) -> tuple[QWidget, Read, Write]:
        field = QLineEdit(value or "")
        field.setMaxLength(limit)
        if is_optional:
            field.setPlaceholderText(tr("Automatic"))

        def read() -> str | None:
            return field.text() or (None if is_optional else "")

        field.editingFinished.connect(lambda: self._on_changed(name))
        return field, read, lambda text: field.setText(text or "")

    def _on_changed(self, name: str) -> None:
        source = self._source
        if source is None:
            return
        settings = type(source.settings)
        values = source.settings.model_dump() | {name: self._fields[name][1]()}
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
        for name, (control, _read, write) in self._fields.items():
            with QSignalBlocker(control):
                write(getattr(self._source.settings if self._source else source.settings, name))
        self._gestures.clear()

    def _tell(self, source: Source, settings: Any, gesture: str) -> None:
        if settings == source.settings:
            return
        self._source = source.model_copy(update={"settings": settings})
        self.changed.emit(self._source, gesture)

    def _on_close(self) -> None:
        self.hide()
        self.closed.emit()


def _range(info: FieldInfo) -> tuple[float, float]:
    low, high = -99_999.0, 99_999.0
    for one in info.metadata:
        if isinstance(one, Ge) and isinstance(one.ge, int | float):
            low = float(one.ge)
        elif isinstance(one, Gt) and isinstance(one.gt, int | float):
            low = float(one.gt)
        elif isinstance(one, Le) and isinstance(one.le, int | float):
            high = float(one.le)
    return low, high

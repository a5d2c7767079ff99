"""Controls made from the fields of settings models: how each kind of value is shown and read."""

import types
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, MaxLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QAction, QColor
from PySide6.QtWidgets import (
    QCheckBox,
    QColorDialog,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QWidget,
)

from shared.qt.icons import icon
from shared.qt.theme import Theme, set_role
from shared.qt.translations import tr
from studio.docks.setting_words import choice_name

_MANY_WORDS = 1000
_MARGIN_PX = 6
_PATHS = ("path", "sound_path", "image", "text_file")
_COLOURS = ("colour", "accent", "background")

type Read = Callable[[], Any]
type Write = Callable[[Any], None]
type Changed = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Control:
    """A widget for a value, how to read it and how to fill it."""

    widget: QWidget
    read: Read
    write: Write


def make_control(
    theme: Theme, name: str, info: FieldInfo, value: Any, on_changed: Changed
) -> Control:
    """A control for a type of field; `on_changed` is called when the person changed it."""
    choices = _choices(info.annotation)
    if choices:
        return _choice(choices, value, on_changed)
    kinds = _kinds(info.annotation)
    is_optional = type(None) in kinds
    if bool in kinds:
        return _check(value, on_changed)
    if int in kinds:
        return _number(info, value, on_changed, is_optional=is_optional)
    if float in kinds:
        return _decimal(info, value, on_changed)
    if tuple in kinds:
        return _lines(value, on_changed)
    limit = next((one.max_length for one in info.metadata if isinstance(one, MaxLen)), 200)
    if limit >= _MANY_WORDS and name not in _PATHS:
        return _words(value, on_changed)
    control = _line(value, limit, on_changed, is_optional=is_optional)
    field = control.widget
    assert isinstance(field, QLineEdit)  # noqa: S101 - made the line before
    if name in _PATHS:
        _add_action(theme, field, "file", tr("Choose a file"), lambda: _pick_file(field))
    elif name in _COLOURS or "colour" in name:
        _add_action(theme, field, "pattern", tr("Choose a colour"), lambda: _pick_colour(field))
    return control


def model_in(annotation: Any) -> type[BaseModel] | None:
    """The model of a field that is a list of models; None for all others."""
    if get_origin(annotation) is not tuple:
        return None
    first = get_args(annotation)[0]
    return first if isinstance(first, type) and issubclass(first, BaseModel) else None


def _choices(annotation: Any) -> tuple[str, ...]:
    if get_origin(annotation) is Literal:
        return tuple(str(one) for one in get_args(annotation))
    return ()


def _kinds(annotation: Any) -> set[Any]:
    """The plain types in an annotation."""
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        return {kind for one in get_args(annotation) for kind in _kinds(one)}
    if origin is not None and hasattr(annotation, "__metadata__"):
        return _kinds(get_args(annotation)[0])
    return {origin or annotation}


def _choice(choices: tuple[str, ...], value: Any, on_changed: Changed) -> Control:
    box = QComboBox()
    for one in choices:
        box.addItem(choice_name(one), one)

    def write(chosen: Any) -> None:
        box.setCurrentIndex(max(0, box.findData(chosen)))

    write(value)
    box.currentIndexChanged.connect(lambda _index: on_changed())
    return Control(box, box.currentData, write)


def _check(value: Any, on_changed: Changed) -> Control:
    check = QCheckBox()
    check.setChecked(value)
    check.toggled.connect(lambda _on: on_changed())
    return Control(check, check.isChecked, check.setChecked)


def _number(info: FieldInfo, value: Any, on_changed: Changed, *, is_optional: bool) -> Control:
    low, high = _range(info)
    spin = QSpinBox()
    spin.lineEdit().setTextMargins(_MARGIN_PX, 0, 0, 0)
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
    spin.valueChanged.connect(lambda _value: on_changed())
    return Control(spin, read, write)


def _decimal(info: FieldInfo, value: Any, on_changed: Changed) -> Control:
    spin = QDoubleSpinBox()
    spin.lineEdit().setTextMargins(_MARGIN_PX, 0, 0, 0)
    spin.setRange(*_range(info))
    spin.setValue(value)
    spin.setKeyboardTracking(False)
    spin.valueChanged.connect(lambda _value: on_changed())
    return Control(spin, spin.value, spin.setValue)


def _words(value: Any, on_changed: Changed) -> Control:
    field = QPlainTextEdit(value)
    field.setTabChangesFocus(True)
    set_role(field, "words")
    field.setMaximumHeight(72)
    field.textChanged.connect(on_changed)
    return Control(field, field.toPlainText, field.setPlainText)


def _lines(value: Any, on_changed: Changed) -> Control:
    """Several texts, one a line."""
    field = QPlainTextEdit("\n".join(value))
    field.setTabChangesFocus(True)
    field.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    set_role(field, "words")
    field.setMaximumHeight(96)
    field.textChanged.connect(on_changed)

    def read() -> tuple[str, ...]:
        return tuple(line.strip() for line in field.toPlainText().splitlines() if line.strip())

    return Control(field, read, lambda lines: field.setPlainText("\n".join(lines)))


def _line(value: Any, limit: int, on_changed: Changed, *, is_optional: bool) -> Control:
    field = QLineEdit(value or "")
    field.setMaxLength(limit)
    field.setCursorPosition(0)
    if is_optional:
        field.setPlaceholderText(tr("Automatic"))

    def read() -> str | None:
        return field.text() or (None if is_optional else "")

    field.editingFinished.connect(on_changed)
    return Control(field, read, lambda text: field.setText(text or ""))


def _add_action(
    theme: Theme, field: QLineEdit, shape: str, words: str, act: Callable[[], None]
) -> None:
    action = QAction(icon(theme, shape), words, field)
    action.triggered.connect(lambda _checked=False: act())
    field.addAction(action, QLineEdit.ActionPosition.TrailingPosition)


def _filled(field: QLineEdit, text: str) -> None:
    field.setText(text)
    field.editingFinished.emit()


def _pick_file(field: QLineEdit) -> None:
    picker = QFileDialog(field.window(), tr("Choose a file"))
    picker.setFileMode(QFileDialog.FileMode.ExistingFile)
    picker.fileSelected.connect(lambda path: _filled(field, path))
    picker.finished.connect(picker.deleteLater)
    picker.open()


def _pick_colour(field: QLineEdit) -> None:
    text = field.text()
    alpha = text[7:9] if len(text) == 9 else "FF"
    picker = QColorDialog(QColor(text[:7]), field.window())
    picker.setOption(QColorDialog.ColorDialogOption.ShowAlphaChannel)
    with QSignalBlocker(picker):
        colour = QColor(text[:7])
        colour.setAlpha(int(alpha, 16) if colour.isValid() else 255)
        picker.setCurrentColor(colour)
    picker.colorSelected.connect(lambda chosen: _filled(field, _spelled(chosen)))
    picker.finished.connect(picker.deleteLater)
    picker.open()


def _spelled(colour: QColor) -> str:
    text = colour.name().upper()
    return text if colour.alpha() == 255 else f"{text}{colour.alpha():02X}"


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

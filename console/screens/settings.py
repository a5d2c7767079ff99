"""The platform's settings that change while it runs; somebody else's changes are never lost."""

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QLocale, QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from console.screens._confirm import Confirm
from console.screens.base import EmptyState, Screen
from shared.qt.format import number
from shared.qt.theme import Theme, set_role
from shared.qt.translations import current_language, tr, tr_n
from shared.qt.widgets import Card, button, inset_spin_boxes, label
from shared.schemas.administration import ROOT_SETTINGS, Config, ConfigPatch

_FIELD_WIDTH = 170
_ROW_HEIGHT = 34
_NUMBERS = tuple(name for name in Config.model_fields if name not in ("version", "flags"))


@dataclass(slots=True)
class _Field:
    """A number of the settings on screen, and what it was when it was read."""

    spin: QSpinBox
    note: QLabel
    base: int = 0

    @property
    def is_touched(self) -> bool:
        """Whether the person wants another value."""
        return self.spin.value() != self.base


class SettingsScreen(Screen):
    """A form of what is in force. Saving sends what was touched, on top of what was read."""

    saved = Signal(object)
    """A ConfigPatch, to be sent."""
    refresh_asked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._config: Config | None = None
        self._is_root = False
        self._fields = {name: _make_field(name) for name in _NUMBERS}
        self._flags: dict[str, QCheckBox] = {}
        self._flag_rows = QVBoxLayout()
        self._conflict = label(wrap=True)
        self._frame = QFrame()
        self._version = label(role="muted")
        self._confirm = Confirm(tr("Changes are in force at once, and are written to the log."))
        self._save = button(tr("Save ...  (S)"), role="primary", on_click=self.ask)
        self._undo = button(tr("Undo my changes  (Z)"), on_click=self.drop_changes)
        self._empty = EmptyState(tr("Loading ..."), "")
        self._stack = QStackedWidget()
        self._lay_out()
        self._bind_keys()
        for field in self._fields.values():
            field.spin.valueChanged.connect(lambda _value: self._on_touched())

    # -- state in ----------------------------------------------------------------------------

    def set_root(self, *, is_root: bool) -> None:
        """Say whether the person may change what only super admins may."""
        self._is_root = is_root
        for name in ROOT_SETTINGS:
            self._fields[name].spin.setEnabled(is_root)
            if not is_root:
                self._fields[name].spin.setToolTip(tr("Super admins only"))

    def show_config(self, config: Config) -> None:
        """Show what is in force; what the person has touched stays as they want it."""
        before = self._config
        if config == before and not self.conflict:
            return
        wanted = self._wanted_flags()
        self._config = config
        for name, field in self._fields.items():
            now = int(getattr(config, name))
            keeps = before is not None and field.is_touched
            field.base = now
            with QSignalBlocker(field.spin):
                if not keeps:
                    field.spin.setValue(now)
        touched = {
            name: on
            for name, on in wanted.items()
            if before is not None and before.flags.get(name) != on and name in config.flags
        }
        self._show_flags({**config.flags, **touched})
        self._version.setText(tr("Version {n}", n=config.version))
        self._stack.setCurrentIndex(1)
        self._frame.hide()
        self._on_touched()

    def show_conflict(self, config: Config) -> None:
        """Somebody else saved first: show theirs below, the person's own on top of it."""
        theirs = [
            tr("{name}: {value}", name=title_of(name), value=number(getattr(config, name)))
            for name, field in self._fields.items()
            if int(getattr(config, name)) != field.base
        ]
        before = self._config.flags if self._config is not None else {}
        theirs += [
            tr("{name}: on", name=name) if on else tr("{name}: off", name=name)
            for name, on in config.flags.items()
            if before.get(name) != on
        ]
        self.show_config(config)
        what = ", ".join(theirs) or tr("nothing that is shown here")
        self._conflict.setText(
            tr(
                "Somebody else saved first ({what}). Your changes are kept on top of theirs: look "
                "again, then save.",
                what=what,
            )
        )
        self._frame.show()

    def show_problem(self, title: str, sentence: str) -> None:
        """Say why the settings could not be read; those already shown stay."""
        self._empty.say(title, sentence)

    @property
    def conflict(self) -> str:
        """What somebody else changed meanwhile; empty for nothing."""
        return "" if self._frame.isHidden() else self._conflict.text()

    @property
    def asked(self) -> str:
        """The sentence on what happens next."""
        return self._confirm.words

    def field(self, name: str) -> QSpinBox:
        """The field of a setting."""
        return self._fields[name].spin

    # -- intent ------------------------------------------------------------------------------

    def ask(self) -> None:
        """Say what saving would change; Enter then does it."""
        patch = self.patch()
        if patch is None:
            self._confirm.refuse(tr("Nothing is changed yet."))
            return
        changed = [
            tr(
                "{name} from {before} to {after}",
                name=title_of(name),
                before=number(field.base),
                after=number(field.spin.value()),
            )
            for name, field in self._fields.items()
            if field.is_touched
        ]
        count = len(patch.flags or {})
        if count:
            changed.append(tr_n("{n} switch", "{n} switches", count))
        what = tr("This changes {what}.", what=", ".join(changed))
        self._confirm.ask(what, lambda: self.saved.emit(patch))

    def patch(self) -> ConfigPatch | None:
        """What was touched, as the server takes it; None for nothing."""
        config = self._config
        if config is None:
            return None
        changes: dict[str, Any] = {
            name: field.spin.value() for name, field in self._fields.items() if field.is_touched
        }
        flags = {n: on for n, on in self._wanted_flags().items() if config.flags.get(n) != on}
        if flags:
            changes["flags"] = flags
        return ConfigPatch(version=config.version, **changes) if changes else None

    def drop_changes(self) -> None:
        """Show what is in force again."""
        config, self._config = self._config, None
        if config is not None:
            self.show_config(config)

    def _wanted_flags(self) -> dict[str, bool]:
        return {name: box.isChecked() for name, box in self._flags.items()}

    def _on_touched(self) -> None:
        self._confirm.take_back()
        for field in self._fields.values():
            before = tr("was {before}", before=number(field.base))
            field.note.setText(before if field.is_touched else "")
        self._undo.setEnabled(self.patch() is not None)

    def _on_escape(self) -> None:
        if not self._confirm.take_back():
            self.setFocus()

    # -- building ----------------------------------------------------------------------------

    def _show_flags(self, flags: dict[str, bool]) -> None:
        if list(flags) != list(self._flags):
            for box in self._flags.values():
                box.hide()
                box.deleteLater()
            self._flags = {name: QCheckBox(name.replace("_", " ")) for name in flags}
            for box in self._flags.values():
                box.toggled.connect(lambda _on: self._on_touched())
                self._flag_rows.addWidget(box)
        for name, on in flags.items():
            with QSignalBlocker(self._flags[name]):
                self._flags[name].setChecked(on)
        self._flag_card.setVisible(bool(flags))

    def _lay_out(self) -> None:
        set_role(self._frame, "warning-card")
        inner = QHBoxLayout(self._frame)
        inner.setContentsMargins(12, 8, 12, 8)
        inner.addWidget(self._conflict)
        self._frame.hide()
        numbers = Card(tr("In force now"))
        numbers.header.addWidget(self._version)
        form = QFormLayout()
        form.setHorizontalSpacing(18)
        form.setVerticalSpacing(8)
        for name, field in self._fields.items():
            words = label(title_of(name), role="muted")
            words.setBuddy(field.spin)
            words.setMinimumHeight(_ROW_HEIGHT)
            row = QHBoxLayout()
            row.setSpacing(10)
            row.addWidget(field.spin)
            row.addWidget(field.note, 1)
            form.addRow(words, row)
        numbers.body.addLayout(form)
        self._flag_card = Card(tr("Switches"))
        self._flag_card.body.addLayout(self._flag_rows)
        self._flag_card.hide()
        steps = QHBoxLayout()
        steps.addWidget(self._confirm, 1)
        steps.addWidget(self._undo)
        steps.addWidget(self._save)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self._frame)
        layout.addWidget(numbers)
        layout.addWidget(self._flag_card)
        layout.addStretch(1)
        layout.addLayout(steps)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 12, 16, 12)
        outer.addWidget(self._stack)
        inset_spin_boxes(self)

    def _bind_keys(self) -> None:
        self.bind("S", tr("Save"), self.ask)
        self.bind("Z", tr("Undo my changes"), self.drop_changes)
        self.bind("Return Enter", tr("Confirm"), self._confirm.proceed, shown_as="Enter")
        self.bind("Esc", tr("Back"), self._on_escape)
        self.bind("F5", tr("Read again"), self.refresh_asked.emit)


def title_of(name: str) -> str:
    """What a setting is called."""
    return {
        "revenue_target_tokens": tr("Token target for a day"),
        "requests_per_minute": tr("Requests a minute and session"),
        "address_requests_per_minute": tr("Requests a minute and address"),
        "logins_per_minute": tr("Sign-ins a minute"),
        "fee_percent": tr("Platform fee"),
    }[name]


def _make_field(name: str) -> _Field:
    spin = QSpinBox()
    schema = ConfigPatch.model_json_schema()["properties"][name]["anyOf"][0]
    spin.setRange(int(schema["minimum"]), int(schema["maximum"]))
    spin.setLocale(QLocale(current_language()))
    spin.setGroupSeparatorShown(True)
    spin.setFixedWidth(_FIELD_WIDTH)
    spin.setAccessibleName(title_of(name))
    if name == "fee_percent":
        spin.setSuffix(" %")
    return _Field(spin, label(role="caption"))

"""The person's own choices: look, text size, language, and signing out."""

from dataclasses import dataclass, field, replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QHBoxLayout, QWidget

from shared.qt.overlay import Overlay
from shared.qt.theme import Accent, Scheme, ThemeChoice
from shared.qt.translations import LANGUAGES, tr
from shared.qt.widgets import button, label

SCALES = (1.0, 1.15, 1.3, 1.5)


@dataclass(frozen=True, slots=True)
class Preferences:
    """Everything the panel changes."""

    theme: ThemeChoice = field(default_factory=ThemeChoice)
    language: str = "en"


def accent_name(accent: Accent) -> str:
    """An accent's name in the person's language."""
    return {
        Accent.VIOLET: tr("Violet"),
        Accent.AZURE: tr("Azure"),
        Accent.EMERALD: tr("Emerald"),
        Accent.AMBER: tr("Amber"),
        Accent.ROSE: tr("Rose"),
    }[accent]


class PreferencesPanel(Overlay):
    """Changes take effect as they are made; a language from the next start on."""

    changed = Signal(object)
    """The new Preferences."""

    sign_out_requested = Signal()

    def __init__(self, host: QWidget) -> None:
        super().__init__(host, tr("Preferences"))
        self.setObjectName("preferencesPanel")
        self._preferences = Preferences()
        self._language_at_start: str | None = None
        self._scheme = QComboBox()
        self._scheme.addItem(tr("Dark"), Scheme.DARK.value)
        self._scheme.addItem(tr("Light"), Scheme.LIGHT.value)
        self._accent = QComboBox()
        for accent in Accent:
            self._accent.addItem(accent_name(accent), accent.value)
        self._scale = QComboBox()
        for scale in SCALES:
            self._scale.addItem(f"{round(scale * 100)} %", scale)
        self._language = QComboBox()
        for code, name in LANGUAGES.items():
            self._language.addItem(name, code)
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(20)
        self._form.setVerticalSpacing(10)
        for caption, box in (
            (tr("Look"), self._scheme),
            (tr("Accent colour"), self._accent),
            (tr("Text size"), self._scale),
            (tr("Language"), self._language),
        ):
            row_name = label(caption, role="muted")
            row_name.setMinimumHeight(30)
            row_name.setBuddy(box)
            box.setAccessibleName(caption)
            box.activated.connect(self._on_chosen)
            self._form.addRow(row_name, box)
        self._motion = QCheckBox(tr("Less motion"))
        self._motion.setObjectName("lessMotion")
        self._motion.setToolTip(tr("Alerts and transitions of the window stand still"))
        self._motion.clicked.connect(lambda _on: self._on_chosen())
        self._form.addRow("", self._motion)
        self.body.addLayout(self._form)
        self._restart = label(tr("The language changes at the next start."), role="muted")
        self.body.addWidget(self._restart)
        row = QHBoxLayout()
        row.addWidget(button(tr("Sign out"), on_click=self._on_sign_out))
        row.addStretch(1)
        row.addWidget(button(tr("Close"), role="primary", on_click=self.dismiss))
        self.body.addLayout(row)
        self.set_state(self._preferences)

    def set_state(self, preferences: Preferences) -> None:
        """Show the choices in force."""
        if self._language_at_start is None:
            self._language_at_start = preferences.language
        self._preferences = preferences
        for box, value in (
            (self._scheme, preferences.theme.scheme.value),
            (self._accent, preferences.theme.accent.value),
            (self._scale, preferences.theme.text_scale),
            (self._language, preferences.language),
        ):
            box.setCurrentIndex(max(0, box.findData(value)))
        self._motion.setChecked(preferences.theme.reduced_motion)
        self._restart.setVisible(preferences.language != self._language_at_start)

    def ask(self, preferences: Preferences) -> None:
        """Show the panel."""
        self._language_at_start = self._language_at_start or preferences.language
        self.set_state(preferences)
        self.open(self._scheme)

    def _on_chosen(self) -> None:
        theme = replace(
            self._preferences.theme,
            scheme=Scheme(self._scheme.currentData()),
            accent=Accent(self._accent.currentData()),
            text_scale=float(self._scale.currentData()),
            reduced_motion=self._motion.isChecked(),
        )
        chosen = Preferences(theme=theme, language=str(self._language.currentData()))
        self.set_state(chosen)
        self.changed.emit(chosen)

    def _on_sign_out(self) -> None:
        self.dismiss()
        self.sign_out_requested.emit()

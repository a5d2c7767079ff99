"""The choices of language and look: one form, for the preferences and for the first run."""

from dataclasses import dataclass, field, replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QVBoxLayout, QWidget

from shared.qt import format as words
from shared.qt.theme import Accent, Scheme, ThemeChoice
from shared.qt.translations import LANGUAGES, tr
from shared.qt.widgets import label

SCALES = (1.0, 1.15, 1.3, 1.5)


@dataclass(frozen=True, slots=True)
class Preferences:
    """Everything that is chosen here."""

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


class LookChoices(QWidget):
    """A form that says at once what was chosen; a language is from the next start on."""

    chosen = Signal(object)
    """The new Preferences."""

    def __init__(self) -> None:
        super().__init__()
        self._preferences = Preferences()
        self._language_at_start: str | None = None
        self.first = QComboBox()
        """The control at the top, for the keyboard."""
        for code, name in LANGUAGES.items():
            self.first.addItem(name, code)
        self._scheme = QComboBox()
        self._scheme.addItem(tr("Dark"), Scheme.DARK.value)
        self._scheme.addItem(tr("Light"), Scheme.LIGHT.value)
        self._accent = QComboBox()
        for accent in Accent:
            self._accent.addItem(accent_name(accent), accent.value)
        self._scale = QComboBox()
        for scale in SCALES:
            self._scale.addItem(words.percent(scale), scale)
        form = QFormLayout()
        form.setHorizontalSpacing(20)
        form.setVerticalSpacing(10)
        for caption, box in (
            (tr("Language"), self.first),
            (tr("Look"), self._scheme),
            (tr("Accent colour"), self._accent),
            (tr("Text size"), self._scale),
        ):
            row_name = label(caption, role="muted")
            row_name.setMinimumHeight(30)
            row_name.setBuddy(box)
            box.setAccessibleName(caption)
            box.activated.connect(self._on_chosen)
            form.addRow(row_name, box)
        self._motion = QCheckBox(tr("Less motion"))
        self._motion.setObjectName("lessMotion")
        self._motion.setToolTip(tr("Alerts and transitions of the window stand still"))
        self._motion.clicked.connect(lambda _on: self._on_chosen())
        form.addRow("", self._motion)
        self._restart = label(tr("The language changes at the next start."), role="muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(form)
        layout.addWidget(self._restart)
        self._restart.hide()

    @property
    def preferences(self) -> Preferences:
        """What is shown."""
        return self._preferences

    def set_state(self, preferences: Preferences) -> None:
        """Show the choices in force."""
        if self._language_at_start is None:
            self._language_at_start = preferences.language
        self._preferences = preferences
        for box, value in (
            (self.first, preferences.language),
            (self._scheme, preferences.theme.scheme.value),
            (self._accent, preferences.theme.accent.value),
            (self._scale, preferences.theme.text_scale),
        ):
            box.setCurrentIndex(max(0, box.findData(value)))
        self._motion.setChecked(preferences.theme.reduced_motion)
        self._restart.setVisible(preferences.language != self._language_at_start)

    def _on_chosen(self) -> None:
        theme = replace(
            self._preferences.theme,
            scheme=Scheme(self._scheme.currentData()),
            accent=Accent(self._accent.currentData()),
            text_scale=float(self._scale.currentData()),
            reduced_motion=self._motion.isChecked(),
        )
        made = Preferences(theme=theme, language=str(self.first.currentData()))
        self.set_state(made)
        self.chosen.emit(made)

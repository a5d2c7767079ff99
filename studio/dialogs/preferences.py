"""The person's own choices: look, text size, language, and signing out."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from shared.qt.overlay import Overlay
from shared.qt.translations import tr
from shared.qt.widgets import button
from studio.dialogs.look_choices import SCALES, LookChoices, Preferences, accent_name
from studio.editor_undo import StateUndo

__all__ = ["SCALES", "Preferences", "PreferencesPanel", "accent_name"]


class PreferencesPanel(Overlay):
    """Changes take effect as they are made; a language from the next start on."""

    changed = Signal(object)
    """The new Preferences."""

    sign_out_requested = Signal()

    def __init__(self, host: QWidget) -> None:
        super().__init__(host, tr("Preferences"))
        self.setObjectName("preferencesPanel")
        self._shown = Preferences()
        self._steps: StateUndo[Preferences] = StateUndo(self, self._put)
        self._choices = LookChoices()
        self._choices.chosen.connect(self._on_chosen)
        self.body.addWidget(self._choices)
        row = QHBoxLayout()
        row.addWidget(button(tr("Sign out"), on_click=self._on_sign_out))
        row.addStretch(1)
        row.addWidget(button(tr("Close"), role="primary", on_click=self.dismiss))
        self.body.addLayout(row)

    def set_state(self, preferences: Preferences) -> None:
        """Show the choices in force."""
        self._shown = preferences
        self._choices.set_state(preferences)

    def ask(self, preferences: Preferences) -> None:
        """Show the panel."""
        self.set_state(preferences)
        self.open(self._choices.first)

    def _on_chosen(self, chosen: Preferences) -> None:
        self._steps.changed(self._shown, chosen)
        self._shown = chosen
        self.changed.emit(chosen)

    def _put(self, preferences: Preferences) -> None:
        self.set_state(preferences)
        self.changed.emit(preferences)

    def _on_sign_out(self) -> None:
        self.dismiss()
        self.sign_out_requested.emit()

"""After a crash: what was found, and ways to go on."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from shared.qt.overlay import Overlay
from shared.qt.translations import tr
from shared.qt.widgets import button, label


class RecoveryPanel(Overlay):
    """Go on with what was found, take earlier scenes, or leave devices and filters out."""

    version_chosen = Signal(str)
    """The file of an earlier version of the scenes."""

    safe_mode_requested = Signal()
    diagnostics_requested = Signal()

    def __init__(self, host: QWidget) -> None:
        super().__init__(host, tr("What was found"), width=540)
        self.setObjectName("recovery")
        self._text = label(wrap=True)
        self._found = label(role="muted", wrap=True)
        self._versions = QComboBox()
        self._versions.setObjectName("earlierScenes")
        self._versions.setAccessibleName(tr("Earlier scenes"))
        self._take = button(tr("Take these scenes"), on_click=self._on_take)
        self._take.setObjectName("takeScenes")
        self._go_on = button(tr("Go on"), role="primary", on_click=self.dismiss)
        self._go_on.setObjectName("recoveryGoOn")
        earlier = QHBoxLayout()
        earlier.addWidget(self._versions, 1)
        earlier.addWidget(self._take)
        row = QHBoxLayout()
        row.addWidget(
            button(
                tr("Without devices and filters"),
                tip=tr("Opens a copy of your scenes in safe mode; the scenes stay as they are"),
                on_click=self._on_safe,
            )
        )
        row.addWidget(
            button(
                tr("Save a report"),
                tip=tr("Logs, versions and figures as a file for support, without secrets"),
                on_click=self.diagnostics_requested.emit,
            )
        )
        row.addStretch(1)
        row.addWidget(self._go_on)
        self.body.addWidget(self._text)
        self.body.addWidget(self._found)
        self.body.addWidget(label(tr("Earlier scenes"), role="caption"))
        self.body.addLayout(earlier)
        self.body.addLayout(row)

    def ask(self, found: str, versions: Sequence[tuple[str, str]], *, after_crash: bool) -> None:
        """Show what was found; versions are files and when they were saved, newest first."""
        self._text.setText(
            tr("The studio did not end as it should. Nothing you saved is lost.")
            if after_crash
            else tr("Your scenes are saved with every change; earlier ones are kept.")
        )
        self._found.setText(found)
        self._found.setVisible(bool(found))
        self._versions.clear()
        for path, when in versions:
            self._versions.addItem(when, path)
        if not versions:
            self._versions.addItem(tr("There are no earlier scenes"), "")
        self._versions.setEnabled(bool(versions))
        self._take.setEnabled(bool(versions))
        self.open(self._go_on)

    def _on_take(self) -> None:
        path = str(self._versions.currentData() or "")
        self.dismiss()
        if path:
            self.version_chosen.emit(path)

    def _on_safe(self) -> None:
        self.dismiss()
        self.safe_mode_requested.emit()

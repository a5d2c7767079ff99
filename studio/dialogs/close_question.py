"""Asked when the window is closed on air: end, stay on air, or go back."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from shared.qt.overlay import Overlay
from shared.qt.translations import tr
from shared.qt.widgets import button, label


class CloseQuestion(Overlay):
    """Three ways on, none of them chosen by accident: Enter goes back, Escape, too."""

    end_chosen = Signal()
    keep_chosen = Signal()

    def __init__(self, host: QWidget) -> None:
        super().__init__(host, tr("You are on air"))
        self.setObjectName("closeQuestion")
        self.body.addWidget(
            label(
                tr(
                    "Close the window and end the broadcast, or stay on air without the window?"
                    " The next start of the studio takes the broadcast over again."
                ),
                wrap=True,
            )
        )
        self._back = button(tr("Go back"), role="primary", on_click=self.dismiss)
        self._keep = button(tr("Stay on air and close"), on_click=self._on_keep)
        self._end = button(tr("End the broadcast"), role="danger", on_click=self._on_end)
        self._end.setObjectName("closeEnd")
        self._keep.setObjectName("closeKeep")
        for choice in (self._back, self._keep, self._end):
            choice.setAutoDefault(True)
            self.body.addWidget(choice)

    def ask(self) -> None:
        """Show the question."""
        self.open(self._back)

    def _on_keep(self) -> None:
        self.dismiss()
        self.keep_chosen.emit()

    def _on_end(self) -> None:
        self.dismiss()
        self.end_chosen.emit()

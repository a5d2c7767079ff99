"""Asks for one name: of a scene, of a scene collection."""

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from shared.qt.overlay import Overlay
from shared.qt.translations import tr
from shared.qt.widgets import button, label

_LIMIT = 90


class NamePanel(Overlay):
    """One field and what it is for; an empty name does nothing."""

    def __init__(self, host: QWidget) -> None:
        super().__init__(host, "", width=380)
        self.setObjectName("namePanel")
        self._then: Callable[[str], None] | None = None
        self._title = label(role="title")
        self._field = QLineEdit()
        self._field.setObjectName("nameField")
        self._field.setMaxLength(_LIMIT)
        self._field.setAccessibleName(tr("Name"))
        self._field.returnPressed.connect(self._on_done)
        self.body.addWidget(self._title)
        self.body.addWidget(self._field)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(button(tr("Cancel"), on_click=self.dismiss))
        row.addWidget(button(tr("OK"), role="primary", on_click=self._on_done))
        self.body.addLayout(row)

    def ask(self, title: str, name: str, then: Callable[[str], None]) -> None:
        """Show the form with a name to begin with; `then` gets the one typed."""
        self._then = then
        self._title.setText(title)
        self._field.setAccessibleName(title)
        self._field.setText(name)
        self._field.selectAll()
        self.open(self._field)

    def _on_done(self) -> None:
        name, then = self._field.text().strip(), self._then
        self.dismiss()
        if name and then is not None:
            then(name)

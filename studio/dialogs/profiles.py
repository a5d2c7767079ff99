"""The profiles: use, make, copy, rename, remove, import, export."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QListWidget, QWidget

from shared.qt.overlay import Overlay
from shared.qt.translations import tr
from shared.qt.widgets import button, label


class ProfilesPanel(Overlay):
    """A list with the profile in use chosen, and what can be done with it."""

    use_requested = Signal(str)
    new_requested = Signal()
    copy_requested = Signal()
    rename_requested = Signal()
    remove_requested = Signal()
    import_requested = Signal()
    export_requested = Signal()

    def __init__(self, host: QWidget) -> None:
        super().__init__(host, tr("Profiles"), width=540)
        self.setObjectName("profiles")
        self.body.addWidget(
            label(
                tr("A profile keeps size, rate, layout and prompts together."),
                role="muted",
                wrap=True,
            )
        )
        self._list = QListWidget()
        self._list.setObjectName("profileList")
        self._list.setAccessibleName(tr("Profiles"))
        self._list.setFixedHeight(150)
        self._list.itemActivated.connect(lambda item: self.use_requested.emit(item.text()))
        self.body.addWidget(self._list)
        grid = QGridLayout()
        self._remove = button(tr("Remove"), on_click=self.remove_requested.emit)
        for at, made in enumerate(
            (
                button(tr("Use it"), role="primary", on_click=self._on_use),
                button(tr("New"), on_click=self.new_requested.emit),
                button(tr("Copy"), on_click=self.copy_requested.emit),
                button(tr("Rename"), on_click=self.rename_requested.emit),
                self._remove,
                button(tr("Import"), on_click=self.import_requested.emit),
                button(tr("Export"), on_click=self.export_requested.emit),
            )
        ):
            made.setObjectName(f"profile {at}")
            grid.addWidget(made, *divmod(at, 4))
        self.body.addLayout(grid)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(button(tr("Close"), on_click=self.dismiss))
        self.body.addLayout(row)

    def set_profiles(self, names: Sequence[str], current: str) -> None:
        """Show every profile, the one in use chosen."""
        self._list.clear()
        self._list.addItems(list(names))
        self._list.setCurrentRow(list(names).index(current) if current in names else -1)
        self._remove.setEnabled(len(names) > 1)

    @property
    def names(self) -> list[str]:
        """What is listed."""
        return [self._list.item(row).text() for row in range(self._list.count())]

    def ask(self) -> None:
        """Show the panel."""
        self.open(self._list)

    def _on_use(self) -> None:
        item = self._list.currentItem()
        if item is not None:
            self.use_requested.emit(item.text())

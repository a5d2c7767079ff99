"""The filters of a source in their order, each with a tick; by mouse and keyboard."""

from collections.abc import Mapping

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem

from shared.qt.icons import icon
from shared.qt.theme import Theme
from shared.qt.translations import tr
from studio.docks.filter_words import filter_name
from studio.project.filters import Filter

_ID = Qt.ItemDataRole.UserRole


class FilterList(QListWidget):
    """Space switches one on or off, Delete removes it, Ctrl with an arrow moves it."""

    switched = Signal(str, bool)
    """A filter's id, and whether it is on."""

    chosen = Signal(str)
    move_requested = Signal(int)
    remove_requested = Signal()
    copy_requested = Signal()
    paste_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setObjectName("filterList")
        self.setAccessibleName(tr("Filters in their order"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setUniformItemSizes(True)
        self.itemChanged.connect(self._on_changed)
        theme.changed.connect(self._paint_icons)
        self.currentRowChanged.connect(lambda _row: self.chosen.emit(self.current_id))

    @property
    def current_id(self) -> str:
        """The id of the filter picked; empty for none."""
        item = self.currentItem()
        return "" if item is None else str(item.data(_ID))

    def set_filters(
        self, filters: tuple[Filter, ...], problems: Mapping[str, str], *, current: str
    ) -> None:
        """Show filters; `problems` are sentences by a filter's id, `current` is picked."""
        with QSignalBlocker(self):
            if [one.id for one in filters] != self._ids():
                self.clear()
                for one in filters:
                    item = QListWidgetItem(self)
                    item.setData(_ID, one.id)
                    item.setFlags(
                        Qt.ItemFlag.ItemIsEnabled
                        | Qt.ItemFlag.ItemIsSelectable
                        | Qt.ItemFlag.ItemIsUserCheckable
                    )
            for row, one in enumerate(filters):
                self._show(self.item(row), one, problems.get(one.id, "") if one.enabled else "")
                if one.id == current:
                    self.setCurrentRow(row)

    def _show(self, item: QListWidgetItem, one: Filter, problem: str) -> None:
        name = filter_name(one.kind)
        item.setText(name)
        item.setCheckState(Qt.CheckState.Checked if one.enabled else Qt.CheckState.Unchecked)
        item.setToolTip(problem)
        self._paint_icon(item)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{name}. {problem}" if problem else name)

    def _paint_icon(self, item: QListWidgetItem) -> None:
        """What does not work has a warning beside it, of which the tooltip tells."""
        if bool(item.toolTip()) == item.icon().isNull():
            colour = self._theme.tokens.warning
            sign = icon(self._theme, "warning", colour=colour) if item.toolTip() else QIcon()
            item.setIcon(sign)

    def _paint_icons(self) -> None:
        with QSignalBlocker(self):
            for row in range(self.count()):
                self.item(row).setIcon(QIcon())
                self._paint_icon(self.item(row))

    def _ids(self) -> list[str]:
        return [str(self.item(row).data(_ID)) for row in range(self.count())]

    def _on_changed(self, item: QListWidgetItem) -> None:
        self.switched.emit(str(item.data(_ID)), item.checkState() == Qt.CheckState.Checked)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Carry out what a key asks for."""
        with_control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_requested.emit()
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.paste_requested.emit()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove_requested.emit()
        elif with_control and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.move_requested.emit(-1 if event.key() == Qt.Key.Key_Up else 1)
        else:
            super().keyPressEvent(event)

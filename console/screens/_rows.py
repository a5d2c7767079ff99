"""Lists as Qt models in which rows keep their identity while things come, move and go."""

from collections.abc import Callable, Sequence
from typing import override

from pydantic import BaseModel
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

ITEM_ROLE = int(Qt.ItemDataRole.UserRole) + 1
"""The role under which a delegate gets the item itself."""

_ROOT = QModelIndex()


class RowsModel[Item: BaseModel](QAbstractListModel):
    """Items in the order they were given in; `key` names one for as long as it is there.

    `spoken` is what a screen reader says of an item.
    """

    def __init__(
        self,
        *,
        key: Callable[[Item], str],
        spoken: Callable[[Item], str],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._key = key
        self._spoken = spoken
        self._items: list[Item] = []

    @override
    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._items)

    @override
    def data(
        self,
        index: QModelIndex | QPersistentModelIndex,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        item = self.at(index.row()) if index.isValid() else None
        if item is None:
            return None
        if role == ITEM_ROLE:
            return item
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._spoken(item)
        return None

    def at(self, row: int) -> Item | None:
        """The item shown in a row."""
        return self._items[row] if 0 <= row < len(self._items) else None

    def row_of(self, key: str) -> int | None:
        """Where the item of a key stands now."""
        return next((row for row, item in enumerate(self._items) if self._key(item) == key), None)

    def show(self, items: Sequence[Item]) -> None:
        """Change the rows to `items`; a row that only moved stays the same row for the view."""
        wanted = {self._key(item) for item in items}
        for row in range(len(self._items) - 1, -1, -1):
            if self._key(self._items[row]) not in wanted:
                self.beginRemoveRows(_ROOT, row, row)
                del self._items[row]
                self.endRemoveRows()
        for row, item in enumerate(items):
            self._place(row, item)

    def _place(self, row: int, item: Item) -> None:
        """Make `item` the row `row`; all rows above are already right."""
        present = self.row_of(self._key(item))
        if present is None:
            self.beginInsertRows(_ROOT, row, row)
            self._items.insert(row, item)
            self.endInsertRows()
            return
        if present != row:
            self.beginMoveRows(_ROOT, present, present, _ROOT, row)
            self._items.insert(row, self._items.pop(present))
            self.endMoveRows()
        if self._items[row] != item:
            self._items[row] = item
            index = self.index(row)
            self.dataChanged.emit(index, index)

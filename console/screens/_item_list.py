"""A list of the platform's things: rows keep their identity, the chosen one stays chosen."""

from collections.abc import Callable, Sequence

from pydantic import BaseModel
from PySide6.QtWidgets import QListView

from console.screens._list_pane import ListPane, ListState, Nothing
from console.screens._rows import RowsModel


class ItemList[Item: BaseModel](ListPane):
    """`key` names an item for as long as it is there; `spoken` is what its row says."""

    def __init__(
        self,
        view: QListView,
        *,
        key: Callable[[Item], str],
        spoken: Callable[[Item], str],
        nothing: Nothing,
    ) -> None:
        self.model = RowsModel[Item](key=key, spoken=spoken, parent=view)
        view.setModel(self.model)
        super().__init__(view, nothing=nothing)

    @property
    def chosen(self) -> Item | None:
        """The item the keyboard is on."""
        return self.model.at(self.row)

    def show_items(self, items: Sequence[Item]) -> None:
        """Show what was read; the chosen item stays chosen, or whatever took its place is."""
        row = self.row
        self._state = ListState.READY
        self.model.show(items)
        if items and not self.view.currentIndex().isValid():
            self.choose(max(0, row))
        self.show_state()

    def choose_key(self, key: str) -> bool:
        """Put the keyboard on an item; false when it is not shown."""
        row = self.model.row_of(key)
        if row is not None:
            self.choose(row)
        return row is not None

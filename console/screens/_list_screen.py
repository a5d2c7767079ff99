"""The frame of every screen that is a list with the chosen item beside it."""

from collections.abc import Callable, Sequence
from typing import override

from pydantic import BaseModel
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QListView, QSizePolicy, QVBoxLayout, QWidget

from console.screens._item_list import ItemList
from console.screens._list_pane import Nothing, calm_list
from console.screens._row_delegate import RowDelegate
from console.screens.base import Screen
from shared.qt.theme import Theme
from shared.qt.translations import tr
from shared.qt.widgets import label

_ANY_WIDTH = 16_777_215


class ListScreen[Item: BaseModel](Screen):
    """Shows items, keeps the keyboard on one of them, and says when they should be read again.

    A screen made of it builds what is beside the list, hands it to `put_beside`, and fills it in
    `show_chosen`, which is called whenever the chosen item is another or has changed.
    """

    refresh_asked = Signal()
    keeps_beside = False
    """Whether what is beside the list makes sense without a row, too: a form, say."""

    def __init__(
        self,
        theme: Theme,
        *,
        name: str,
        nothing: Nothing,
        key: Callable[[Item], str],
        spoken: Callable[[Item], str],
        width: int = 360,
    ) -> None:
        super().__init__(theme)
        view = calm_list(name, object_name=f"{type(self).__name__}List")
        view.setItemDelegate(RowDelegate(theme, view))
        view.setResizeMode(QListView.ResizeMode.Adjust)
        self.list = ItemList[Item](view, key=key, spoken=spoken, nothing=nothing)
        self._width = width
        self._count = label(role="muted")
        self._beside: QWidget | None = None
        self._shown: Item | None = None
        self._side = QWidget()
        self._columns = QHBoxLayout()
        self._above = QHBoxLayout()
        self._lay_out_frame()
        self.list.chosen_changed.connect(self._show_chosen)
        self.list.refresh_asked.connect(self.refresh_asked)

    # -- state in ----------------------------------------------------------------------------

    def show_items(self, items: Sequence[Item]) -> None:
        """Show what was read, in the order given."""
        self.list.show_items(items)
        words = self.count_words(len(items)) if items else ""
        self._count.setText(words)
        self._count.setVisible(bool(words))
        self._fit()
        self._show_chosen()

    def show_loading(self) -> None:
        """Say that the items are being read."""
        self.list.show_loading()

    def show_problem(self, title: str, sentence: str) -> None:
        """Say why the items could not be read; those already shown stay."""
        self.list.show_problem(title, sentence)

    def show_cut_off(self, *, is_cut_off: bool) -> None:
        """Say that no news arrives, or that it does again."""
        self.list.show_cut_off(is_cut_off=is_cut_off)

    @property
    def chosen(self) -> Item | None:
        """The item the keyboard is on."""
        return self.list.chosen

    @override
    def focus_first(self) -> None:
        self.list.focus_rows()

    # -- for the screens made of it ------------------------------------------------------------

    def count_words(self, count: int) -> str:
        """What stands above the list; `count` is at least 1."""
        return str(count)

    def show_chosen(self, item: Item) -> None:
        """Fill what is beside the list with the chosen item."""

    def put_beside(self, beside: QWidget) -> None:
        """Place what shows the chosen item."""
        self._beside = beside
        self._columns.addWidget(beside, 1)
        self._fit()

    def put_above(self, *parts: QWidget) -> None:
        """Place filters and buttons above list and item."""
        for part in parts:
            self._above.addWidget(part, 1 if isinstance(part, QLineEdit) else 0)
        if not any(isinstance(part, QLineEdit) for part in parts):
            self._above.addStretch(1)

    def bind_list(self, following: str, preceding: str) -> None:
        """Let the keys of every list work: J and K, and F5 to read it again."""
        self.bind("J", following, lambda: self.list.step(1))
        self.bind("K", preceding, lambda: self.list.step(-1))

    def bind_refresh(self) -> None:
        """Let F5 read the list again; bound last, so that it is listed last."""
        self.bind("F5", tr("Read again"), self.refresh_asked.emit)

    # -- inside --------------------------------------------------------------------------------

    def _lay_out_frame(self) -> None:
        side = QVBoxLayout(self._side)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(6)
        side.addWidget(self._count)
        side.addWidget(self.list, 1)
        self._side.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._columns.setSpacing(12)
        self._columns.addWidget(self._side)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(10)
        layout.addLayout(self._above)
        layout.addLayout(self._columns, 1)

    def _fit(self) -> None:
        """Without a row there is nothing to show beside: the reason has the whole width."""
        has_rows = self.list.rows > 0 or self.keeps_beside
        if self._beside is not None:
            self._beside.setVisible(has_rows)
        self._side.setMinimumWidth(self._width if has_rows else 0)
        self._side.setMaximumWidth(self._width if has_rows else _ANY_WIDTH)

    def _show_chosen(self) -> None:
        item = self.chosen
        if item is not None and item != self._shown:
            self.show_chosen(item)
        self._shown = item

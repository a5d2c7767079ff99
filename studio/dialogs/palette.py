"""Every action by its name: type a few letters, press Enter."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from shared.qt.overlay import Overlay
from shared.qt.translations import tr
from shared.qt.widgets import label
from studio.hotkeys import Action, conflicts, found

_KEYS = int(Qt.ItemDataRole.UserRole)
_EDGE_PX = 10

type _AnyIndex = QModelIndex | QPersistentModelIndex


class _KeysDelegate(QStyledItemDelegate):
    """Paints an action's keys at the end of its line."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _AnyIndex) -> None:
        super().paint(painter, option, index)
        keys = str(index.data(_KEYS) or "")
        if keys:
            is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
            role = QPalette.ColorRole.Text if is_chosen else QPalette.ColorRole.PlaceholderText
            painter.setPen(option.palette.color(role))
            area = option.rect.adjusted(0, 0, -_EDGE_PX, 0)
            painter.drawText(
                area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, keys
            )


class CommandPalette(Overlay):
    """A field and a list; keys wanted twice are named below."""

    def __init__(self, host: QWidget) -> None:
        super().__init__(host, tr("What do you want to do?"), width=520)
        self.setObjectName("commandPalette")
        self._actions: tuple[Action, ...] = ()
        self._listed: tuple[Action, ...] = ()
        self._words = QLineEdit()
        self._words.setObjectName("paletteWords")
        self._words.setPlaceholderText(tr("Type a few letters"))
        self._words.setAccessibleName(tr("Action"))
        self._list = QListWidget()
        self._list.setObjectName("paletteList")
        self._list.setAccessibleName(tr("Actions"))
        self._list.setFixedHeight(280)
        self._delegate = _KeysDelegate()
        self._list.setItemDelegate(self._delegate)
        self._nothing = label(tr("No action is called that. Try fewer letters."), role="muted")
        self._conflicts = label(role="warning", wrap=True)
        self.body.addWidget(self._words)
        self.body.addWidget(self._list)
        self.body.addWidget(self._nothing)
        self.body.addWidget(self._conflicts)
        self._words.textChanged.connect(self._fill)
        self._words.returnPressed.connect(self._run)
        self._words.installEventFilter(self)
        self._list.itemActivated.connect(self._run)

    def set_actions(self, actions: Sequence[Action]) -> None:
        """Offer these actions."""
        self._actions = tuple(actions)
        clashes = [
            tr("{keys} is wanted by {names}.", keys=keys, names=", ".join(a.name for a in who))
            for keys, who in conflicts(self._actions).items()
        ]
        self._conflicts.setText(" ".join(clashes))
        self._conflicts.setVisible(bool(clashes))
        self._fill()

    def ask(self) -> None:
        """Show the palette, empty."""
        self._words.clear()
        self._fill()
        self.open(self._words)

    @property
    def offered(self) -> list[str]:
        """The names listed now."""
        return [action.name for action in self._listed]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up and Down in the field move through the list."""
        if watched is self._words and isinstance(event, QKeyEvent):
            step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
            if step and event.type() == QEvent.Type.KeyPress and self._list.count():
                row = (self._list.currentRow() + step) % self._list.count()
                self._list.setCurrentRow(row)
                return True
        return super().eventFilter(watched, event)

    def _fill(self) -> None:
        self._list.clear()
        self._listed = tuple(found(self._actions, self._words.text()))
        for action in self._listed:
            item = QListWidgetItem(action.name)
            item.setData(_KEYS, action.shown_keys if action.keys else "")
            spoken = f"{action.name}, {action.shown_keys}" if action.keys else action.name
            item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)
            self._list.addItem(item)
        self._list.setCurrentRow(0 if self._list.count() else -1)
        self._nothing.setVisible(not self._listed)

    def _run(self) -> None:
        row = self._list.currentRow()
        if not 0 <= row < len(self._listed):
            return
        action = self._listed[row]
        self.dismiss()
        action.run()

"""The people zone: who is in the room, and how the line to the platform is."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from shared.qt import format as words
from shared.qt.chat_layout import role_colour
from shared.qt.folding import FoldingRow
from shared.qt.theme import Theme, set_role
from shared.qt.translations import tr, tr_n
from shared.qt.widgets import Badge, Card, icon_button, label
from shared.schemas.accounts import UserRef
from shared.schemas.roles import Role

PEOPLE_WIDTH = 240
_ROW_HEIGHT = 30

type AnyIndex = QModelIndex | QPersistentModelIndex


class LineState(StrEnum):
    """How the connection to the platform is."""

    UP = "up"
    TRYING = "trying"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class LineStatus:
    """The connection in a word and a sentence."""

    state: LineState = LineState.TRYING
    text: str = ""
    tip: str = ""


def role_name(role: Role) -> str:
    """A role's name in the person's language."""
    return {
        Role.VIEWER: tr("Viewer"),
        Role.MEMBER: tr("Member"),
        Role.MEMBER_PLUS: tr("Member plus"),
        Role.PROVIDER: tr("Provider"),
        Role.CREATOR: tr("Creator"),
        Role.MOD: tr("Moderator"),
        Role.ADMIN: tr("Admin"),
        Role.SUPER_ADMIN: tr("Super admin"),
    }[role]


class _PeopleModel(QAbstractListModel):
    """The people shown, as a list."""

    def __init__(self) -> None:
        super().__init__()
        self._people: tuple[UserRef, ...] = ()

    def rowCount(self, _parent: AnyIndex | None = None) -> int:
        return len(self._people)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        person = self._people[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return person.display_name
        if role == Qt.ItemDataRole.UserRole:
            return person
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{person.display_name}, {role_name(person.role)}"
        return None

    def show_people(self, people: tuple[UserRef, ...]) -> None:
        if people == self._people:
            return
        self.beginResetModel()
        self._people = people
        self.endResetModel()


class _PersonDelegate(QStyledItemDelegate):
    """Paints a person: initial, name, role."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme

    def sizeHint(self, _option: QStyleOptionViewItem, _index: AnyIndex) -> QSize:
        return QSize(120, self._theme.px(_ROW_HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        person = index.data(Qt.ItemDataRole.UserRole)
        if not isinstance(person, UserRef):
            return
        t = self._theme.tokens
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(t.accent_soft))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, QColor(t.hover))
        ink = role_colour(t, person.role, is_ai=False)
        round_ = QRect(area.left() + 8, area.center().y() - 9, 20, 20)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(t.hover))
        painter.drawEllipse(round_)
        small = QFont(option.font)
        small.setPixelSize(self._theme.px(10))
        small.setWeight(QFont.Weight.DemiBold)
        painter.setFont(small)
        painter.setPen(QColor(ink))
        painter.drawText(round_, Qt.AlignmentFlag.AlignCenter, person.display_name[:1].upper())
        badge = "" if person.role.rank <= Role.MEMBER.rank else role_name(person.role)
        right = area.right() - 8
        if badge:
            painter.setPen(QColor(t.muted))
            box = area.adjusted(0, 0, -8, 0)
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(box, flags, badge)
            right -= painter.fontMetrics().horizontalAdvance(badge) + 8
        painter.setFont(option.font)
        painter.setPen(QColor(ink))
        box = QRect(round_.right() + 9, area.top(), right - round_.right() - 9, area.height())
        name = painter.fontMetrics().elidedText(
            person.display_name, Qt.TextElideMode.ElideRight, box.width()
        )
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, name)
        painter.restore()


class PeopleZone(Card):
    """Viewers with their count, a filter, and the state of the line at the bottom."""

    person_chosen = Signal(str, str)
    """Id and name of somebody whose card is wanted."""

    person_menu_requested = Signal(object, QPoint)
    """A UserRef and the global point where its menu belongs."""

    preferences_requested = Signal()
    scheme_toggled = Signal()
    docks_requested = Signal(QPoint)
    """The global point where the menu of docks and layouts belongs."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(tr("In the room"))
        self._theme = theme
        self._people: tuple[UserRef, ...] = ()
        self.setObjectName("peopleZone")
        self.setMinimumWidth(PEOPLE_WIDTH)
        self._count = Badge()
        self.header.addWidget(self._count)
        self._filter = QLineEdit()
        self._filter.setPlaceholderText(tr("Find somebody"))
        self._filter.setAccessibleName(tr("Find somebody in the room"))
        self._filter.setClearButtonEnabled(True)
        self._filter.textChanged.connect(self._refresh)
        self._model = _PeopleModel()
        self._delegate = _PersonDelegate(theme)
        self._list = QListView()
        self._list.setAccessibleName(tr("People in the room"))
        self._list.setModel(self._model)
        self._list.setItemDelegate(self._delegate)
        self._list.setUniformItemSizes(True)
        self._list.setMouseTracking(True)
        self._list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._list.customContextMenuRequested.connect(self._on_menu)
        self._list.activated.connect(self._on_activated)
        self._empty = label(role="muted", wrap=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.body.addWidget(self._filter)
        self.body.addWidget(self._list, 1)
        self.body.addWidget(self._empty, 1)
        self.body.addWidget(self._footer())
        self.set_viewers(0, 0)
        self.set_line(LineStatus())
        self._refresh()

    def sizeHint(self) -> QSize:
        """As wide as the zone is at first."""
        return QSize(PEOPLE_WIDTH, super().sizeHint().height())

    def set_people(self, people: Sequence[UserRef]) -> None:
        """Show who is here."""
        self._people = tuple(people)
        self._refresh()

    def set_viewers(self, viewers: int, peak: int) -> None:
        """Show how many watch; the server counts also those who have no name."""
        self._count.set_state(words.number(viewers), "accent" if viewers else "neutral")
        self._empty.setText(
            tr("Those who watch now have no name here.")
            if viewers
            else tr("Viewers show up here as soon as you are live.")
        )
        told = tr_n("{n} viewer now", "{n} viewers now", viewers)
        self._count.setAccessibleName(told)
        self._count.setToolTip(
            tr("{told}, at most {peak} so far", told=told, peak=words.number(peak))
        )

    @property
    def line(self) -> LineStatus:
        """How the connection to the platform is."""
        return self._status

    def set_line(self, status: LineStatus) -> None:
        """Show how the connection to the platform is."""
        self._status = status
        kinds = {LineState.UP: "success", LineState.TRYING: "warning", LineState.DOWN: "danger"}
        self._line.setText(f"\N{BLACK CIRCLE}  {status.text}")
        set_role(self._line, kinds[status.state])
        self._line.setAccessibleName(status.text)
        self._line.setToolTip(status.tip or status.text)

    def _footer(self) -> QWidget:
        self._line = label()
        self._line.setObjectName("lineStatus")
        self._scheme = icon_button(
            self._theme,
            "sun",
            tr("Light or dark"),
            on_click=self.scheme_toggled.emit,
        )
        self._docks = icon_button(
            self._theme,
            "docks",
            tr("Docks and layouts"),
            on_click=lambda: self.docks_requested.emit(self._docks.mapToGlobal(QPoint())),
        )
        self._docks.setObjectName("docksMenu")
        self._preferences = icon_button(
            self._theme,
            "settings",
            tr("Preferences"),
            tip=tr("Preferences (Ctrl+,)"),
            on_click=self.preferences_requested.emit,
        )
        buttons = QWidget()
        row = QHBoxLayout(buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for one in (self._docks, self._scheme, self._preferences):
            one.setFixedSize(QSize(30, 30))
            row.addWidget(one)
        return FoldingRow(self._line, buttons)

    def _refresh(self) -> None:
        wanted = self._filter.text().strip().casefold()
        shown = tuple(p for p in self._people if wanted in p.display_name.casefold())
        self._model.show_people(shown)
        self._list.setVisible(bool(self._people))
        self._filter.setVisible(bool(self._people))
        self._empty.setVisible(not self._people)

    def _person_at(self, index: QModelIndex) -> UserRef | None:
        found = index.data(Qt.ItemDataRole.UserRole) if index.isValid() else None
        return found if isinstance(found, UserRef) else None

    def _on_menu(self, point: QPoint) -> None:
        person = self._person_at(self._list.indexAt(point))
        if person is not None:
            self.person_menu_requested.emit(person, self._list.viewport().mapToGlobal(point))

    def _on_activated(self, index: QModelIndex) -> None:
        person = self._person_at(index)
        if person is not None:
            corner = self._list.visualRect(index).bottomLeft()
            self.person_menu_requested.emit(person, self._list.viewport().mapToGlobal(corner))

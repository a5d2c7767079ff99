"""The sources of the scene on air: add, show or hide, place, remove."""

from collections.abc import Sequence
from enum import StrEnum

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QPushButton, QScrollArea, QWidget

from shared.qt.icons import icon, pixmap
from shared.qt.theme import Theme, set_role
from shared.qt.translations import tr
from shared.qt.widgets import button, clear_layout, icon_button, label
from studio.docks.add_menu import AddMenu
from studio.docks.source_choices import OVERLAY_KINDS as OVERLAY_KINDS
from studio.docks.source_choices import DeviceChoices as DeviceChoices
from studio.docks.source_choices import SourceChoice as SourceChoice
from studio.docks.source_choices import SourceEntry as SourceEntry
from studio.docks.source_choices import SourceKind as SourceKind
from studio.docks.source_choices import icon_name
from studio.docks.source_choices import overlay_name as overlay_name

_CHIP_HEIGHT = 38
_DENSITY = 2.0


class Place(StrEnum):
    """Where an item stands on the canvas."""

    FULL = "full"
    BOTTOM_RIGHT = "bottom_right"
    BOTTOM_LEFT = "bottom_left"
    TOP_RIGHT = "top_right"
    TOP_LEFT = "top_left"


def place_name(place: Place) -> str:
    """A place in the person's language."""
    return {
        Place.FULL: tr("Full picture"),
        Place.BOTTOM_RIGHT: tr("Bottom right"),
        Place.BOTTOM_LEFT: tr("Bottom left"),
        Place.TOP_RIGHT: tr("Top right"),
        Place.TOP_LEFT: tr("Top left"),
    }[place]


class _Chip(QFrame):
    """One source: what it is, whether it shows, and its menu."""

    toggled = Signal(object)
    enter_requested = Signal(str)
    menu_requested = Signal(object, QPoint)

    def __init__(self, theme: Theme, entry: SourceEntry) -> None:
        super().__init__()
        self._entry = entry
        self.setFixedHeight(_CHIP_HEIGHT)
        set_role(self, "warning-card" if entry.problem else "sunken")
        self.setToolTip(entry.problem or entry.name)
        self.setAccessibleName(f"{entry.name}. {entry.problem}".strip())
        mark = QLabel()
        mark.setPixmap(pixmap(icon_name(entry.kind), theme.tokens.muted, density=_DENSITY))
        name = label(entry.name, role="" if entry.is_on else "muted")
        name.setMaximumWidth(150)
        if entry.is_on:
            what = tr("Hide {name}", name=entry.name)
            shape = "sound" if entry.item_id is None else "eye"
        else:
            what = tr("Show {name}", name=entry.name)
            shape = "eye-off"
        self.toggle = icon_button(
            theme, shape, what, on_click=lambda: self.toggled.emit(self._entry)
        )
        self.more = icon_button(
            theme,
            "more",
            tr("More for {name}", name=entry.name),
            on_click=lambda: self.menu_requested.emit(
                self._entry, self.more.mapToGlobal(self.more.rect().bottomLeft())
            ),
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(9, 2, 3, 2)
        row.setSpacing(2)
        row.addWidget(mark)
        row.addSpacing(5)
        row.addWidget(name)
        if entry.is_group:
            enter = icon_button(
                theme,
                "down",
                tr("Edit inside {name}", name=entry.name),
                on_click=lambda: self.enter_requested.emit(self._entry.item_id),
            )
            enter.setObjectName(f"enter {entry.item_id}")
            row.addWidget(enter)
        row.addWidget(self.toggle)
        row.addWidget(self.more)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Open the same menu as the button with the dots."""
        self.menu_requested.emit(self._entry, event.globalPos())


class SourcesDock(QFrame):
    """A row of chips, one a source, and the button that adds one."""

    add_requested = Signal(object)
    """A SourceChoice whose value is known."""

    file_requested = Signal(object)
    """A SourceKind whose file must still be picked."""

    text_requested = Signal()
    reuse_requested = Signal(str)
    """The id of a source that another scene shows."""

    devices_requested = Signal()
    shown_changed = Signal(object, bool)
    """A SourceEntry and whether it shall show or sound."""

    place_requested = Signal(str, object)
    """An item's id and a Place."""

    enter_requested = Signal(str)
    """The id of a group's item, whose children shall be edited."""

    leave_requested = Signal()
    """Edit the scene again instead of the group."""

    raise_requested = Signal(str)
    """An item's id."""

    remove_requested = Signal(str)
    """A source's id."""

    properties_requested = Signal(str)
    """A source's id."""

    media_requested = Signal(str, str, float)
    """A source's id, "play", "pause", "seek" or "skip", and seconds."""

    sample_requested = Signal()
    """Show what an alert looks like."""

    filters_requested = Signal(str)
    """A source's id."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._entries: tuple[SourceEntry, ...] = ()
        self._inside = ""
        self._devices = DeviceChoices(is_searched=False)
        self._reusable: tuple[SourceEntry, ...] = ()
        self.setObjectName("sourcesDock")
        self.setAccessibleName(tr("Sources of the picture"))
        self._menu = AddMenu(self, theme)
        self._menu.add_requested.connect(self.add_requested)
        self._menu.file_requested.connect(self.file_requested)
        self._menu.text_requested.connect(self.text_requested)
        self._menu.reuse_requested.connect(self.reuse_requested)
        self._item_menu = QMenu(self)
        self._add = button(
            tr("Add source"),
            role="tall",
            tip=tr("A camera, your screen, a file, text"),
            theme=theme,
            icon="add",
        )
        self._add.clicked.connect(self._open_add_menu)
        self._chips = QHBoxLayout()
        self._chips.setContentsMargins(0, 0, 0, 0)
        self._chips.setSpacing(6)
        strip = QWidget()
        strip.setLayout(self._chips)
        area = QScrollArea()
        area.setWidget(strip)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setFixedHeight(_CHIP_HEIGHT + 12)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._add, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(area, 1)
        self._add.setFixedHeight(_CHIP_HEIGHT)
        theme.changed.connect(self._rebuild)
        self._rebuild()

    @property
    def entries(self) -> tuple[SourceEntry, ...]:
        """The sources shown."""
        return self._entries

    def set_entries(self, entries: Sequence[SourceEntry], *, inside: str = "") -> None:
        """Show the sources, the topmost of the picture first; `inside` names a group of theirs."""
        if (tuple(entries), inside) != (self._entries, self._inside):
            self._entries, self._inside = tuple(entries), inside
            self._rebuild()

    def set_reusable(self, entries: Sequence[SourceEntry]) -> None:
        """Offer these sources, which are in the document and not in this scene."""
        self._reusable = tuple(entries)

    def set_devices(self, devices: DeviceChoices) -> None:
        """Offer these devices the next time, and in the menu that is open."""
        self._devices = devices
        if self._menu.isVisible():
            self.add_menu()

    def _rebuild(self) -> None:
        clear_layout(self._chips)
        if self._inside:
            self._chips.addWidget(self._way_out(), 0, Qt.AlignmentFlag.AlignTop)
        for entry in self._entries:
            chip = _Chip(self._theme, entry)
            chip.toggled.connect(self._on_toggled)
            chip.enter_requested.connect(self.enter_requested)
            chip.menu_requested.connect(self._on_menu)
            self._chips.addWidget(chip, 0, Qt.AlignmentFlag.AlignTop)
        if not self._entries:
            hint = label(tr("Nothing to see yet."), role="muted")
            hint.setFixedHeight(_CHIP_HEIGHT)
            self._chips.addWidget(hint, 0, Qt.AlignmentFlag.AlignTop)
        self._chips.addStretch(1)

    def _way_out(self) -> QPushButton:
        """The button that leads out of a group; it has the group's name."""
        made = button(
            self._inside,
            role="tall",
            tip=tr("Leave the group (Esc)"),
            theme=self._theme,
            icon="up",
            on_click=self.leave_requested.emit,
        )
        made.setObjectName("leaveGroup")
        made.setAccessibleName(f"{self._inside}. {tr('Leave the group (Esc)')}")
        made.setFixedHeight(_CHIP_HEIGHT)
        return made

    def _on_toggled(self, entry: SourceEntry) -> None:
        self.shown_changed.emit(entry, not entry.is_on)

    def item_menu(self, entry: SourceEntry) -> QMenu:
        """The menu of one source; choosing emits, closing does nothing."""
        menu = self._item_menu
        menu.clear()
        item_id = entry.item_id
        menu.addAction(icon(self._theme, "settings"), tr("Properties")).triggered.connect(
            lambda: self.properties_requested.emit(entry.source_id)
        )
        menu.addAction(icon(self._theme, "filter"), tr("Filters")).triggered.connect(
            lambda: self.filters_requested.emit(entry.source_id)
        )
        if entry.kind == SourceKind.FILE:
            self._offer_media(menu, entry.source_id)
        if entry.kind == SourceKind.TIP_ALERTS:
            menu.addAction(icon(self._theme, "gift"), tr("Show a sample")).triggered.connect(
                lambda: self.sample_requested.emit()
            )
        if item_id is not None:
            for place in Place:
                menu.addAction(place_name(place)).triggered.connect(
                    lambda _checked=False, at=place: self.place_requested.emit(item_id, at)
                )
            menu.addSeparator()
            menu.addAction(icon(self._theme, "up"), tr("Bring to front")).triggered.connect(
                lambda: self.raise_requested.emit(item_id)
            )
        menu.addAction(icon(self._theme, "remove"), tr("Remove")).triggered.connect(
            lambda: self.remove_requested.emit(entry.source_id)
        )
        return menu

    def _offer_media(self, menu: QMenu, source_id: str) -> None:
        """What can be asked of a media file that plays."""
        for words, action, seconds in (
            (tr("Pause the file"), "pause", 0.0),
            (tr("Let the file go on"), "play", 0.0),
            (tr("From the beginning"), "seek", 0.0),
            (tr("10 seconds back"), "skip", -10.0),
            (tr("10 seconds on"), "skip", 10.0),
        ):
            menu.addAction(words).triggered.connect(
                lambda _checked=False, ask=action, by=seconds: self.media_requested.emit(
                    source_id, ask, by
                )
            )
        menu.addSeparator()

    def _on_menu(self, entry: SourceEntry, point: QPoint) -> None:
        self.item_menu(entry).popup(point)

    def _open_add_menu(self) -> None:
        self.devices_requested.emit()
        self.add_menu().popup(self._add.mapToGlobal(self._add.rect().bottomLeft()))

    def add_menu(self) -> AddMenu:
        """The menu of what can be added, filled with the devices and sources known now."""
        self._menu.fill(self._devices, self._reusable)
        return self._menu

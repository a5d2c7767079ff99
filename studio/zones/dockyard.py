"""Where the docks stand: beside people and feed, around the stage, or in windows of their own."""

import base64
import binascii
from enum import StrEnum

from PySide6.QtCore import QByteArray, QEvent, Qt, Signal
from PySide6.QtWidgets import QDockWidget, QFrame, QHBoxLayout, QMainWindow, QMenu, QTabBar, QWidget

from shared.qt.theme import Theme, set_role
from shared.qt.translations import tr
from shared.qt.widgets import icon_button, label
from studio.docks import DOCKS, DockSpec, Side

_AREAS = {
    Side.LEFT: Qt.DockWidgetArea.LeftDockWidgetArea,
    Side.RIGHT: Qt.DockWidgetArea.RightDockWidgetArea,
    Side.BOTTOM: Qt.DockWidgetArea.BottomDockWidgetArea,
}
_VERSION = 1
_PEOPLE_SHARE = 34
"""Percent of the column that people keep when a preset puts docks below them."""


class Preset(StrEnum):
    """Layouts that are always there."""

    PLAIN = "plain"
    SETTING_UP = "setting up"
    ON_AIR = "on air"


def preset_name(preset: Preset) -> str:
    """A preset's name in the person's language."""
    return {
        Preset.PLAIN: tr("Four zones"),
        Preset.SETTING_UP: tr("Setting up"),
        Preset.ON_AIR: tr("On air"),
    }[preset]


_SHOWN: dict[Preset, tuple[str, ...]] = {
    Preset.PLAIN: (),
    Preset.SETTING_UP: ("mixer", "tip menu", "goals", "schedule", "dashboard"),
    Preset.ON_AIR: ("controls", "mixer", "stripsync", "held", "leaderboard"),
}
"""What a preset shows, in tabs by side; the first of each side is in front."""


class _TitleBar(QFrame):
    """A dock's title, with buttons to float and to close it."""

    def __init__(self, theme: Theme, dock: QDockWidget) -> None:
        super().__init__()
        set_role(self, "dock-title")
        title = dock.windowTitle()
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 3, 3, 3)
        row.setSpacing(0)
        row.addWidget(label(title, role="heading"), 1)
        row.addWidget(
            icon_button(
                theme,
                "float",
                tr("Float {title}", title=title),
                tip=tr("In a window of its own, or back"),
                on_click=lambda: dock.setFloating(not dock.isFloating()),
            )
        )
        row.addWidget(
            icon_button(theme, "close", tr("Close {title}", title=title), on_click=dock.close)
        )


class _Dock(QDockWidget):
    """A place for one dock, which is made when it is first shown."""

    first_shown = Signal()

    def __init__(self, theme: Theme, spec: DockSpec) -> None:
        super().__init__(spec.title())
        self.spec = spec
        self.setObjectName(f"dock {spec.name}")
        self.setAccessibleName(spec.title())
        self._theme = theme
        self._was_shown = False

    def event(self, event: QEvent) -> bool:
        """Make what stands here just before it is seen."""
        if event.type() == QEvent.Type.Show and not self._was_shown:
            self._was_shown = True
            self.first_shown.emit()
        return super().event(event)


class Dockyard(QMainWindow):
    """The zones people and feed with the stage between them, and every dock around it."""

    made = Signal(str, object)
    """A dock's name and widget, once, when it is first shown."""

    shown_changed = Signal(str, bool)
    arranged = Signal()
    """The person or a preset moved, showed or hid something."""

    def __init__(self, theme: Theme, *, people: QWidget, stage: QWidget, feed: QWidget) -> None:
        super().__init__(None, Qt.WindowType.Widget)
        self.setObjectName("dockyard")
        set_role(self, "clear")
        self._theme = theme
        self._docks: dict[str, _Dock] = {}
        self._widgets: dict[str, QWidget] = {}
        self.setDockOptions(
            QMainWindow.DockOption.AllowNestedDocks | QMainWindow.DockOption.AllowTabbedDocks
        )
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setCentralWidget(stage)
        self._people = self._zone("people", people, Side.LEFT)
        self._feed = self._zone("feed", feed, Side.RIGHT)
        self._feed.setWindowTitle(tr("Chat"))
        for spec in DOCKS:
            if spec.side is not None:
                self._add(spec, spec.side)
        self._plain = self.save()

    @property
    def names(self) -> tuple[str, ...]:
        """Every dock that can be shown, in the order of its list."""
        return tuple(self._docks)

    def title(self, name: str) -> str:
        """A dock's name in the person's language."""
        return self._docks[name].windowTitle()

    def is_shown(self, name: str) -> bool:
        """Whether a dock is open, if only behind another's tab."""
        return not self._docks[name].isHidden()

    def widget(self, name: str) -> QWidget:
        """What stands in a dock, made now when it never was.

        Raises: KeyError when there is no such dock.
        """
        if name not in self._widgets:
            made = self._docks[name].spec.make(self._theme)
            self._widgets[name] = made
            self._docks[name].setWidget(made)
            self.made.emit(name, made)
        return self._widgets[name]

    def made_widget(self, name: str) -> QWidget | None:
        """What stands in a dock, if it was ever shown."""
        return self._widgets.get(name)

    def show_dock(self, name: str) -> None:
        """Open a dock and bring it to the front."""
        dock = self._docks[name]
        self.widget(name)
        if dock.isHidden() and not dock.isFloating() and not self.tabifiedDockWidgets(dock):
            side = dock.spec.side
            for other in self._docks.values():
                if other is not dock and other.spec.side is side and not other.isHidden():
                    self.tabifyDockWidget(other, dock)
                    break
        is_first = dock.isHidden() and not self.tabifiedDockWidgets(dock)
        dock.show()
        dock.raise_()
        if is_first and dock.spec.side is Side.LEFT and not dock.isFloating():
            self._give_room(dock)
        self._name_tabs()

    def _give_room(self, below: QDockWidget) -> None:
        """Most of the column belongs to what was just opened below the people."""
        shares = [_PEOPLE_SHARE, 100 - _PEOPLE_SHARE]
        self.resizeDocks([self._people, below], shares, Qt.Orientation.Vertical)

    def toggle(self, name: str) -> None:
        """Open a dock or close it."""
        if self.is_shown(name):
            self._docks[name].close()
        else:
            self.show_dock(name)

    def menu(self, parent: QWidget) -> QMenu:
        """Every dock with a tick where it is open."""
        menu = QMenu(tr("Docks"), parent)
        for name in self.names:
            action = menu.addAction(self.title(name))
            action.setCheckable(True)
            action.setChecked(self.is_shown(name))
            action.triggered.connect(lambda _on=False, wanted=name: self.toggle(wanted))
        return menu

    def arrange(self, preset: Preset) -> None:
        """Put every dock where a preset has it."""
        self.restore(self._plain)
        front: dict[Side, str] = {}
        for name in _SHOWN[preset]:
            if name not in self._docks:
                continue
            side = self._docks[name].spec.side or Side.LEFT
            self.show_dock(name)
            first = front.setdefault(side, name)
            if first != name:
                self.tabifyDockWidget(self._docks[first], self._docks[name])
            elif side is Side.RIGHT:
                self.tabifyDockWidget(self._feed, self._docks[name])
        for name in front.values():
            self._docks[name].raise_()
        if Side.LEFT in front:
            self._give_room(self._docks[front[Side.LEFT]])
        if preset is Preset.ON_AIR:
            self._feed.raise_()
        self._name_tabs()
        self.arranged.emit()

    def _name_tabs(self) -> None:
        """Tabs keep their whole names; where there are too many, arrows lead to the rest."""
        for bar in self.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
            bar.setElideMode(Qt.TextElideMode.ElideNone)
            bar.setUsesScrollButtons(True)
            bar.setExpanding(False)

    def save(self) -> str:
        """How everything stands now."""
        return base64.b64encode(self.saveState(_VERSION).data()).decode("ascii")

    def restore(self, layout: str) -> bool:
        """Put everything as it was saved; a layout that cannot be read changes nothing."""
        try:
            state = base64.b64decode(layout, validate=True)
        except (ValueError, binascii.Error):
            return False
        done = bool(state) and self.restoreState(QByteArray(state), _VERSION)
        # The zones belong to the window, whatever a layout says.
        for zone in (self._people, self._feed):
            zone.show()
        self._name_tabs()
        return done

    def _zone(self, name: str, content: QWidget, side: Side) -> QDockWidget:
        zone = QDockWidget(content.accessibleName())
        zone.setObjectName(f"zone {name}")
        zone.setTitleBarWidget(QWidget())
        zone.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
        zone.setWidget(content)
        self.addDockWidget(_AREAS[side], zone)
        return zone

    def _add(self, spec: DockSpec, side: Side) -> None:
        dock = _Dock(self._theme, spec)
        dock.setTitleBarWidget(_TitleBar(self._theme, dock))
        dock.first_shown.connect(lambda: self.widget(spec.name))
        dock.hide()
        if side is Side.RIGHT:
            self.tabifyDockWidget(self._feed, dock)
        else:
            self.addDockWidget(_AREAS[side], dock)
        dock.visibilityChanged.connect(lambda is_on: self.shown_changed.emit(spec.name, is_on))
        self._docks[spec.name] = dock

"""How the docks stand: presets, layouts that the creator saved, and what was there last time."""

from functools import partial

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtWidgets import QMenu

from shared.qt.translations import tr
from shared.settings import SettingsFile
from studio.hotkeys import Action
from studio.main_window import StudioWindow
from studio.settings import StudioSettings
from studio.zones.dockyard import Preset, preset_name

_KEEP_AFTER_MS = 800


class LayoutDesk:
    """Restores the last layout, keeps each change of it, and offers the saved ones."""

    def __init__(self, window: StudioWindow, settings: SettingsFile[StudioSettings]) -> None:
        self._window = window
        self._docks = window.cockpit.docks
        self._settings = settings
        self._menu: QMenu | None = None
        self._keep = QTimer(window)
        self._keep.setObjectName("keep layout")
        self._keep.setSingleShot(True)
        self._keep.setInterval(_KEEP_AFTER_MS)
        self._keep.timeout.connect(self.keep)

    def connect(self) -> None:
        """Put the last layout back, then follow what the person moves."""
        self._docks.restore(self._settings.value.layout)
        self._docks.shown_changed.connect(self._on_changed)
        self._docks.arranged.connect(self._keep.start)
        people = self._window.cockpit.people
        people.docks_requested.connect(self._on_menu_requested)
        actions = [
            Action(
                f"dock {name}",
                tr("Dock: {title}", title=self._docks.title(name)),
                partial(self._docks.toggle, name),
            )
            for name in self._docks.names
        ]
        actions += [
            Action(
                f"layout {preset}",
                tr("Layout: {name}", name=preset_name(preset)),
                partial(self._docks.arrange, preset),
            )
            for preset in Preset
        ]
        self._window.shortcuts.add(actions)

    def keep(self) -> None:
        """Remember how everything stands now."""
        self._keep.stop()
        self._settings.change(layout=self._docks.save())

    def save_as(self, name: str) -> None:
        """Save how everything stands under a name; the same name again is written over."""
        layouts = {**self._settings.value.layouts, name: self._docks.save()}
        self._settings.change(layouts=layouts)

    def use(self, name: str) -> None:
        """Put everything as it was saved under a name."""
        layout = self._settings.value.layouts.get(name)
        if layout is not None:
            self._docks.restore(layout)
            self._keep.start()

    def remove(self, name: str) -> None:
        """Forget a saved layout."""
        layouts = {one: how for one, how in self._settings.value.layouts.items() if one != name}
        self._settings.change(layouts=layouts)

    def menu(self) -> QMenu:
        """Docks, presets, saved layouts."""
        menu = self._docks.menu(self._window)
        menu.addSeparator()
        for preset in Preset:
            menu.addAction(preset_name(preset)).triggered.connect(
                lambda _on=False, wanted=preset: self._docks.arrange(wanted)
            )
        saved = self._settings.value.layouts
        menu.addSeparator()
        for name in saved:
            menu.addAction(name).triggered.connect(lambda _on=False, wanted=name: self.use(wanted))
        menu.addAction(tr("Save this layout\N{HORIZONTAL ELLIPSIS}")).triggered.connect(
            self._on_save_requested
        )
        if saved:
            removing = menu.addMenu(tr("Remove a layout"))
            for name in saved:
                removing.addAction(name).triggered.connect(
                    lambda _on=False, wanted=name: self.remove(wanted)
                )
        return menu

    def _on_menu_requested(self, point: QPoint) -> None:
        if self._menu is not None:
            self._menu.deleteLater()
        self._menu = self.menu()
        height = self._menu.sizeHint().height()
        self._menu.popup(point - QPoint(0, height))

    def _on_save_requested(self) -> None:
        self._window.cockpit.stage.bench.naming.ask(
            tr("Name of the layout"), tr("My layout"), self.save_as
        )

    def _on_changed(self, _name: str, _is_on: bool) -> None:
        self._keep.start()

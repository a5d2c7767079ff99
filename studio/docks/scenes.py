"""The scenes of the collection: put one on air, add, copy, rename, order; undo and redo."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QMenu, QScrollArea, QWidget

from shared.qt.icons import keep_icon
from shared.qt.theme import Theme
from shared.qt.translations import tr
from shared.qt.widgets import button, clear_layout, icon_button
from studio.docks.scene_words import transition_names

_HEIGHT = 32
_NAME_PX = 170


@dataclass(frozen=True, slots=True)
class SceneEntry:
    """A scene by its id and name, and its own transition; empty for the collection's."""

    scene_id: str
    name: str
    transition: str = ""


@dataclass(frozen=True, slots=True)
class CollectionEntry:
    """A scene collection by its file and name."""

    path: str
    name: str


@dataclass(frozen=True, slots=True)
class ScenesState:
    """The scenes in order, the one on air, what can be undone and done again, in words."""

    scenes: tuple[SceneEntry, ...] = ()
    on_air: str = ""
    in_preview: str = ""
    """The scene that is prepared in studio mode; empty without it."""
    undo: str = ""
    redo: str = ""
    can_undo: bool = False
    can_redo: bool = False
    collection: str = ""
    collections: tuple[CollectionEntry, ...] = ()


class ScenesDock(QFrame):
    """One row: undo, redo, a button a scene, and the menu of the collection."""

    switch_requested = Signal(str)
    add_requested = Signal()
    duplicate_requested = Signal(str)
    rename_requested = Signal(str)
    remove_requested = Signal(str)
    nest_requested = Signal(str)
    """Show a scene inside the one that is edited."""

    transition_requested = Signal(str, str)
    """A scene's id, and the kind of transition it comes by; empty for the collection's."""

    transition_settings_requested = Signal(str)
    """The id of a scene whose own transition shall be set."""

    move_requested = Signal(str, int)
    """A scene's id and its new place in the list."""

    undo_requested = Signal()
    redo_requested = Signal()
    collection_requested = Signal(str)
    """The file of the collection to open."""

    new_collection_requested = Signal()
    duplicate_collection_requested = Signal()
    rename_collection_requested = Signal()
    import_requested = Signal()
    export_requested = Signal()
    missing_requested = Signal()
    """Look for files that sources show and that are not there."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._state = ScenesState()
        self.setObjectName("scenesDock")
        self.setAccessibleName(tr("Scenes"))
        self._menu = QMenu(self)
        self._scene_menu = QMenu(self)
        self._undo = icon_button(theme, "undo", tr("Undo"), on_click=self.undo_requested.emit)
        self._redo = icon_button(theme, "redo", tr("Redo"), on_click=self.redo_requested.emit)
        self._undo.setObjectName("undo")
        self._redo.setObjectName("redo")
        add = icon_button(theme, "add", tr("New scene"), on_click=self.add_requested.emit)
        add.setObjectName("addScene")
        self._more = icon_button(
            theme, "more", tr("Scene collection"), on_click=self._open_collection_menu
        )
        self._more.setObjectName("collectionMenu")
        self._group = QButtonGroup(self)
        self._row = QHBoxLayout()
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(6)
        strip = QWidget()
        strip.setLayout(self._row)
        area = QScrollArea()
        area.setWidget(strip)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setFixedHeight(_HEIGHT + 4)
        self._area = area
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._undo)
        layout.addWidget(self._redo)
        layout.addSpacing(4)
        layout.addWidget(area, 1)
        layout.addWidget(add)
        layout.addWidget(self._more)
        self._show()

    @property
    def state(self) -> ScenesState:
        """What is shown."""
        return self._state

    def set_state(self, state: ScenesState) -> None:
        """Show the scenes."""
        before, self._state = self._state, state
        if before == state:
            return
        if (before.scenes, before.on_air, before.in_preview) != (
            state.scenes,
            state.on_air,
            state.in_preview,
        ):
            self._rebuild()
        self._show()

    def _show(self) -> None:
        state = self._state
        for one, text, keys, can in (
            (self._undo, state.undo or tr("Undo"), "Ctrl+Z", state.can_undo),
            (self._redo, state.redo or tr("Redo"), "Ctrl+Shift+Z", state.can_redo),
        ):
            one.setEnabled(can)
            one.setToolTip(f"{text} ({keys})")
            one.setAccessibleName(text)

    def _rebuild(self) -> None:
        focused = self._focused()
        for one in self._group.buttons():
            self._group.removeButton(one)
        clear_layout(self._row)
        for index, entry in enumerate(self._state.scenes):
            chip = button(entry.name, tip=self._tip(entry, index))
            chip.setCheckable(True)
            chip.setChecked(entry.scene_id == (self._state.in_preview or self._state.on_air))
            chip.setFixedHeight(_HEIGHT)
            chip.setMaximumWidth(_NAME_PX)
            chip.setObjectName(f"scene {entry.scene_id}")
            chip.setAccessibleName(self._spoken(entry))
            chip.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            if entry.scene_id == self._state.on_air:
                keep_icon(chip, self._theme, "live", ink="accent")
            self._group.addButton(chip)
            chip.clicked.connect(
                lambda _checked=False, to=entry.scene_id: self.switch_requested.emit(to)
            )
            chip.customContextMenuRequested.connect(
                lambda at, of=entry, by=chip: self._open_scene_menu(of, by.mapToGlobal(at))
            )
            self._row.addWidget(chip)
            if entry.scene_id == focused:
                chip.setFocus(Qt.FocusReason.OtherFocusReason)
        self._row.addStretch(1)

    def _focused(self) -> str:
        for one in self._group.buttons():
            if one.hasFocus():
                return one.objectName().removeprefix("scene ")
        return ""

    def _tip(self, entry: SceneEntry, index: int) -> str:
        if entry.scene_id == self._state.on_air:
            return tr("{name}: viewers see this scene", name=entry.name)
        if self._state.in_preview:
            return tr("Prepare {name} (Ctrl+{number})", name=entry.name, number=index + 1)
        return tr("Show {name} to viewers (Ctrl+{number})", name=entry.name, number=index + 1)

    def _spoken(self, entry: SceneEntry) -> str:
        if entry.scene_id == self._state.on_air:
            return tr("Scene {name}, on air", name=entry.name)
        if entry.scene_id == self._state.in_preview:
            return tr("Scene {name}, in preview", name=entry.name)
        return tr("Scene {name}", name=entry.name)

    def switch_to(self, index: int) -> None:
        """Ask for the scene of a place in the list, where there is one."""
        if index < len(self._state.scenes):
            self.switch_requested.emit(self._state.scenes[index].scene_id)

    def scene_menu(self, entry: SceneEntry) -> QMenu:
        """The menu of one scene."""
        menu, ids = self._scene_menu, [one.scene_id for one in self._state.scenes]
        menu.clear()
        for old in menu.findChildren(QMenu):
            old.deleteLater()
        at = ids.index(entry.scene_id)

        def add(text: str, act: Callable[[], None], *, is_on: bool = True) -> None:
            entry_of_menu = menu.addAction(text)
            entry_of_menu.setEnabled(is_on)
            entry_of_menu.triggered.connect(lambda _checked=False: act())

        scene_id = entry.scene_id
        add(tr("Rename scene"), lambda: self.rename_requested.emit(scene_id))
        add(tr("Duplicate scene"), lambda: self.duplicate_requested.emit(scene_id))
        add(tr("Earlier"), lambda: self.move_requested.emit(scene_id, at - 1), is_on=at > 0)
        later = at < len(ids) - 1
        add(tr("Later"), lambda: self.move_requested.emit(scene_id, at + 1), is_on=later)
        menu.addSeparator()
        edited = self._state.in_preview or self._state.on_air
        add(
            tr("Put into the scene on the canvas"),
            lambda: self.nest_requested.emit(scene_id),
            is_on=scene_id != edited,
        )
        ways = menu.addMenu(tr("Comes on air by"))
        for kind, name in (("", tr("The chosen transition")), *transition_names()):
            way = ways.addAction(name)
            way.setCheckable(True)
            way.setChecked(entry.transition == kind)
            way.triggered.connect(
                lambda _checked=False, to=kind: self.transition_requested.emit(scene_id, to)
            )
        if entry.transition not in ("", "cut"):
            ways.addSeparator()
            ways.addAction(tr("Its settings\N{HORIZONTAL ELLIPSIS}")).triggered.connect(
                lambda _checked=False: self.transition_settings_requested.emit(scene_id)
            )
        menu.addSeparator()
        is_off_air = scene_id != self._state.on_air
        add(tr("Remove scene"), lambda: self.remove_requested.emit(scene_id), is_on=is_off_air)
        return menu

    def collection_menu(self) -> QMenu:
        """The menu of the collections."""
        menu = self._menu
        menu.clear()
        for one in self._state.collections:
            chosen = menu.addAction(one.name)
            chosen.setCheckable(True)
            chosen.setChecked(one.path == self._state.collection)
            chosen.triggered.connect(
                lambda _checked=False, path=one.path: self.collection_requested.emit(path)
            )
        menu.addSeparator()
        for text, wanted in (
            (tr("New collection\N{HORIZONTAL ELLIPSIS}"), self.new_collection_requested),
            (
                tr("Duplicate collection\N{HORIZONTAL ELLIPSIS}"),
                self.duplicate_collection_requested,
            ),
            (tr("Rename collection\N{HORIZONTAL ELLIPSIS}"), self.rename_collection_requested),
            (tr("Import, also from OBS\N{HORIZONTAL ELLIPSIS}"), self.import_requested),
            (tr("Export\N{HORIZONTAL ELLIPSIS}"), self.export_requested),
            (tr("Find missing files"), self.missing_requested),
        ):
            menu.addAction(text).triggered.connect(wanted.emit)
        return menu

    def _open_scene_menu(self, entry: SceneEntry, at: QPoint) -> None:
        self.scene_menu(entry).popup(at)

    def _open_collection_menu(self) -> None:
        self.collection_menu().popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

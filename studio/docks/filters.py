"""The filters of a source: which, in what order, on or off, and their settings."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QScrollArea,
)

from shared.qt.icons import icon
from shared.qt.theme import Theme
from shared.qt.translations import tr
from shared.qt.widgets import button, icon_button, label
from studio.docks.filter_form import FilterForm
from studio.docks.filter_list import FilterList
from studio.docks.filter_words import filter_name
from studio.docks.rows import ToolDock
from studio.project.filters import Filter
from studio.project.filters_edits import (
    FILTER_LIMIT,
    AddFilter,
    MoveFilter,
    RemoveFilter,
    UpdateFilter,
    paste_filters,
)
from studio.project.filters_kinds import kinds_for
from studio.project.model import Source

_ROW_PX = 24
_ROWS_AT_ONCE = 5


class FiltersDock(ToolDock):
    """Shows one source's filters; what the person asks for leaves as edits of the document."""

    edits_requested = Signal(object)
    """A tuple of edits that are one step."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "filtersDock", tr("Filters"))
        self._sources: tuple[Source, ...] = ()
        self._problems: Mapping[str, str] = {}
        self._source_id = ""
        self._current = ""
        self._copied: tuple[Filter, ...] = ()
        self._chooser = QComboBox()
        self._chooser.setObjectName("filterSource")
        self._chooser.setAccessibleName(tr("Source"))
        self._chooser.currentIndexChanged.connect(self._on_source_chosen)
        self._list = FilterList(theme)
        self._list.switched.connect(self._on_switched)
        self._list.chosen.connect(self._on_chosen)
        self._list.move_requested.connect(self._on_move)
        self._list.remove_requested.connect(self._on_remove)
        self._list.copy_requested.connect(self._on_copy)
        self._list.paste_requested.connect(self._on_paste)
        self._empty = label(role="muted", wrap=True)
        self._problem = label(role="danger", wrap=True)
        self._form = FilterForm(theme)
        self._form.changed.connect(self._on_settings)
        self._area = QScrollArea()
        self._area.setWidget(self._form)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.body.addWidget(self._chooser)
        self.body.addWidget(self._empty)
        self.body.addWidget(self._list)
        self.body.addLayout(self._buttons())
        self.body.addWidget(self._problem)
        self.body.addWidget(self._area, 1)
        self._draw()

    def _buttons(self) -> QHBoxLayout:
        theme = self.theme
        self._add = button(tr("Add filter"), theme=theme, icon="add")
        self._add.setObjectName("addFilter")
        self._add.clicked.connect(self._open_add_menu)
        self._up = icon_button(
            theme,
            "up",
            tr("Earlier"),
            tip=tr("Earlier (Ctrl+Up)"),
            on_click=lambda: self._on_move(-1),
        )
        self._down = icon_button(
            theme,
            "down",
            tr("Later"),
            tip=tr("Later (Ctrl+Down)"),
            on_click=lambda: self._on_move(1),
        )
        self._remove = icon_button(
            theme, "remove", tr("Remove filter"), tip=tr("Remove (Del)"), on_click=self._on_remove
        )
        self._more = icon_button(theme, "more", tr("More"), on_click=self._open_more_menu)
        row = QHBoxLayout()
        row.setSpacing(2)
        row.addWidget(self._add, 1)
        for one in (self._up, self._down, self._remove, self._more):
            row.addWidget(one)
        return row

    # --- state ------------------------------------------------------------------------------

    @property
    def source(self) -> Source | None:
        """The source whose filters are shown."""
        return next((one for one in self._sources if one.id == self._source_id), None)

    @property
    def current(self) -> Filter | None:
        """The filter picked; the last one when it is gone, or not there yet."""
        filters = self.source.filters if self.source else ()
        last = filters[-1] if filters else None
        return next((one for one in filters if one.id == self._current), last)

    @property
    def form(self) -> FilterForm:
        """The settings of the filter picked."""
        return self._form

    def set_state(self, sources: Sequence[Source], problems: Mapping[str, str]) -> None:
        """Show the document; `problems` says what is wrong with filters, by their id."""
        wanted = tuple(sources)
        if wanted == self._sources and problems == self._problems:
            return
        names = [(one.id, one.name) for one in wanted]
        if names != [(one.id, one.name) for one in self._sources]:
            self._fill_chooser(names)
        self._sources, self._problems = wanted, dict(problems)
        self._draw()

    def open_source(self, source_id: str) -> None:
        """Show a source's filters and put the keyboard on them."""
        self._choose_source(source_id)
        (self._list if self._list.count() else self._add).setFocus(Qt.FocusReason.OtherFocusReason)

    def _fill_chooser(self, names: list[tuple[str, str]]) -> None:
        with QSignalBlocker(self._chooser):
            self._chooser.clear()
            for source_id, name in names:
                self._chooser.addItem(name, source_id)
        known = [source_id for source_id, _ in names]
        if self._source_id not in known:
            self._source_id = known[0] if known else ""
        with QSignalBlocker(self._chooser):
            self._chooser.setCurrentIndex(self._chooser.findData(self._source_id))

    def _choose_source(self, source_id: str) -> None:
        self._source_id = source_id
        self._current = ""
        with QSignalBlocker(self._chooser):
            self._chooser.setCurrentIndex(self._chooser.findData(source_id))
        self._draw()

    def _draw(self) -> None:
        source = self.source
        filters = source.filters if source else ()
        current = self.current
        self._list.set_filters(filters, self._problems, current=current.id if current else "")
        self._list.setFixedHeight(_ROW_PX * min(_ROWS_AT_ONCE, len(filters)) + 12)
        self._list.setVisible(bool(filters))
        self._empty.setVisible(not filters)
        self._empty.setText(
            tr("No filters yet. What you add is seen and heard at once.")
            if source
            else tr("Add a source first; then it can have filters.")
        )
        self._chooser.setEnabled(bool(self._sources))
        self._draw_current()

    def _draw_current(self) -> None:
        source, current = self.source, self.current
        filters = source.filters if source else ()
        place = filters.index(current) if current else -1
        self._form.set_filter(current)
        self._area.setVisible(current is not None)
        problem = self._problems.get(current.id, "") if current and current.enabled else ""
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
        self._add.setEnabled(source is not None and len(filters) < FILTER_LIMIT)
        self._up.setEnabled(place > 0)
        self._down.setEnabled(0 <= place < len(filters) - 1)
        self._remove.setEnabled(current is not None)
        self._more.setEnabled(source is not None)

    # --- menus ------------------------------------------------------------------------------

    def add_menu(self) -> QMenu:
        """What this source can be given; a source with picture and sound can have both kinds."""
        menu = QMenu(self)
        pictures, sounds = kinds_for(self.source.settings.kind) if self.source else ((), ())
        for kind in pictures:
            self._offer(menu, kind)
        if pictures and sounds:
            menu.addSeparator()
        for kind in sounds:
            self._offer(menu, kind)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def more_menu(self) -> QMenu:
        """Copy, paste and reset."""
        menu = QMenu(self)
        has_any = bool(self.source and self.source.filters)
        for text, keys, act, is_on in (
            (tr("Copy filter"), "Ctrl+C", self._on_copy, self.current is not None),
            (tr("Copy all filters"), "", self._on_copy_all, has_any),
            (tr("Paste filters"), "Ctrl+V", self._on_paste, bool(self._copied)),
            (tr("Reset filter"), "", self._form.reset, self.current is not None),
        ):
            entry = menu.addAction(f"{text}\t{keys}" if keys else text)
            entry.setEnabled(is_on)
            entry.triggered.connect(lambda _checked=False, do=act: do())
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _offer(self, menu: QMenu, kind: str) -> None:
        entry = menu.addAction(icon(self.theme, "add"), filter_name(kind))
        entry.triggered.connect(lambda _checked=False: self._on_add(kind))

    def _open_add_menu(self) -> None:
        self._popup(self.add_menu(), self._add)

    def _open_more_menu(self) -> None:
        self._popup(self.more_menu(), self._more)

    def _popup(self, menu: QMenu, below: QPushButton) -> None:
        menu.popup(below.mapToGlobal(below.rect().bottomLeft()))

    # --- intents ----------------------------------------------------------------------------

    def _on_source_chosen(self, index: int) -> None:
        self._choose_source(str(self._chooser.itemData(index) or ""))

    def _on_chosen(self, filter_id: str) -> None:
        self._current = filter_id
        self._draw_current()

    def _on_add(self, kind: str) -> None:
        added = Filter(kind=kind)
        self._current = added.id  # picked as soon as the document has it
        self._ask(AddFilter(source_id=self._source_id, filter=added))

    def _on_switched(self, filter_id: str, is_on: bool) -> None:
        filters = self.source.filters if self.source else ()
        for one in filters:
            if one.id == filter_id:
                changed = one.model_copy(update={"enabled": is_on})
                self._ask(UpdateFilter(source_id=self._source_id, filter=changed))

    def _on_settings(self, changed: Filter, gesture: str) -> None:
        self._ask(UpdateFilter(source_id=self._source_id, filter=changed, gesture=gesture))

    def _on_move(self, step: int) -> None:
        source, current = self.source, self.current
        if source is None or current is None:
            return
        index = source.filters.index(current) + step
        if 0 <= index < len(source.filters):
            self._ask(MoveFilter(source_id=source.id, filter_id=current.id, index=index))

    def _on_remove(self) -> None:
        source, current = self.source, self.current
        if source is None or current is None:
            return
        place = source.filters.index(current)
        rest = [one for one in source.filters if one is not current]
        self._current = rest[min(place, len(rest) - 1)].id if rest else ""
        self._ask(RemoveFilter(source_id=source.id, filter_id=current.id))

    def _on_copy(self) -> None:
        self._copied = (self.current,) if self.current else self._copied

    def _on_copy_all(self) -> None:
        self._copied = self.source.filters if self.source else self._copied

    def _on_paste(self) -> None:
        edits = paste_filters(self.source, self._copied) if self.source else ()
        if edits:
            self._current = edits[-1].filter.id
            self._ask(*edits)

    def _ask(self, *edits: AddFilter | UpdateFilter | MoveFilter | RemoveFilter) -> None:
        self.edits_requested.emit(edits)

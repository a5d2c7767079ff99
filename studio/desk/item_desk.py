"""The form of the picked item's place and look, kept in step with the canvas."""

from PySide6.QtCore import QObject

from shared.qt.translations import tr
from studio.canvas import Workbench
from studio.engine.protocol import EngineState
from studio.project.item_form import ItemForm, form_of, item_with


class ItemDesk(QObject):
    """What is typed becomes an edit by way of the canvas, which shows it at once."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._bench = bench
        self._drawn: tuple[object, ...] = ()

    def connect_intents(self) -> None:
        """Let canvas and form reach each other."""
        self._bench.canvas.place_requested.connect(self._on_asked)
        self._bench.canvas.selection_changed.connect(self._show)
        self._bench.item.changed.connect(self._on_changed)

    def draw(self, state: EngineState) -> None:
        """Show the document, where it has changed."""
        drawn = (state.version, state.sources)
        if drawn != self._drawn:
            self._drawn = drawn
            self._show()

    def _on_asked(self) -> None:
        self._bench.properties.hide()
        self._fill()
        self._bench.item.open()

    def _show(self) -> None:
        if not self._bench.item.isHidden():
            self._fill()

    def _fill(self) -> None:
        """Show the item picked last; with none picked, close."""
        selection = self._bench.canvas.selection
        if not selection.chosen:
            self._bench.item.hide()
            return
        item = selection.chosen[-1]
        title = tr("Place of {name}", name=selection.name(item))
        self._bench.item.set_item(item.id, title, form_of(item, selection.rect(item)))

    def _on_changed(self, form: ItemForm, gesture: str) -> None:
        canvas = self._bench.canvas
        for item in canvas.selection.chosen:
            if item.id == self._bench.item.item_id:
                canvas.request(canvas.selection.change([item_with(item, form)], gesture=gesture))

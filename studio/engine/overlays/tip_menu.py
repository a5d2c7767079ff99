"""The tip menu: what is offered, and for how many tokens."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtGui import QPainter

from studio.engine.overlays.base import Look, Moment
from studio.engine.overlays.board import ArrivedTip, Facts
from studio.engine.overlays.brush import Brush, amount
from studio.engine.overlays.table import head, row_boxes
from studio.engine.protocol.overlays import MenuLine
from studio.project.overlays import TipMenuOverlay


@dataclass(frozen=True, slots=True)
class MenuView:
    """The lines shown."""

    lines: tuple[MenuLine, ...]


class TipMenu:
    """Shows as many lines as asked for, in the creator's order."""

    def __init__(self, settings: TipMenuOverlay) -> None:
        self.settings = settings

    def look(self, facts: Facts, tips: Sequence[ArrivedTip], now: Moment) -> Look:
        """Follow the menu."""
        lines = facts.menu[: self.settings.rows]
        return Look(MenuView(lines) if lines else None)

    def paint(self, view: MenuView, painter: QPainter) -> None:
        """A title and a row for each line."""
        brush = Brush(painter, self.settings)
        table = head(brush, self.settings.title, rows=len(view.lines))
        for box, line in zip(row_boxes(brush, table, len(view.lines)), view.lines, strict=False):
            taken = brush.tokens(box, amount(line.tokens), scale=0.86)
            brush.text(box.adjusted(0, 0, -taken - brush.gap, 0), line.title, scale=0.86)

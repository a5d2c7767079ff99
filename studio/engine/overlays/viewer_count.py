"""The viewer count: how many watch now."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from studio.engine.overlays.base import Look, Moment
from studio.engine.overlays.board import ArrivedTip, Facts
from studio.engine.overlays.brush import BOLD, Brush, amount, colour_of
from studio.project.overlays import ViewerCountOverlay


@dataclass(frozen=True, slots=True)
class ViewersView:
    """The count shown."""

    viewers: int


class ViewerCount:
    """Shows the count as the room tells it."""

    def __init__(self, settings: ViewerCountOverlay) -> None:
        self.settings = settings

    def look(self, facts: Facts, tips: Sequence[ArrivedTip], now: Moment) -> Look:
        """Follow the count."""
        return Look(None if facts.viewers is None else ViewersView(facts.viewers))

    def paint(self, view: ViewersView, painter: QPainter) -> None:
        """A pill with a dot, the number and a word, as wide as they are."""
        brush = Brush(painter, self.settings)
        number, area = amount(view.viewers), brush.area
        dot, gap = brush.px * 0.42, brush.px * 0.7
        wide = brush.width_of(number, 1.0, BOLD)
        label = brush.width_of(self.settings.label, 0.8) if self.settings.label else 0.0
        whole = gap + dot + gap * 0.7 + wide + (gap * 0.6 + label if label else 0) + gap
        box = QRectF(0, 0, min(area.width(), whole), area.height())
        brush.panel(box, radius=box.height() / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour_of(self.settings.accent))
        painter.drawEllipse(QPointF(gap + dot / 2, box.center().y()), dot / 2, dot / 2)
        x = gap + dot + gap * 0.7
        brush.text(QRectF(x, 0, wide + 2, box.height()), number, weight=BOLD)
        x += wide + gap * 0.6
        rest = QRectF(x, 0, box.right() - gap * 0.6 - x, box.height())
        brush.text(rest, self.settings.label, scale=0.8, opacity=0.82)

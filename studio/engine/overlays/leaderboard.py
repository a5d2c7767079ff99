"""The leaderboard: who gave most in this show."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from studio.engine.overlays.base import Look, Moment
from studio.engine.overlays.board import ArrivedTip, Facts
from studio.engine.overlays.brush import BOLD, CENTRE, SEMIBOLD, Brush, amount
from studio.engine.overlays.table import head, row_boxes
from studio.engine.protocol.overlays import SupporterFact
from studio.project.overlays import LeaderboardOverlay

_MEDALS = ("#FBBF24", "#CBD5E1", "#D97706")


@dataclass(frozen=True, slots=True)
class LeaderView:
    """The supporters shown, the first first."""

    supporters: tuple[SupporterFact, ...]


class Leaderboard:
    """Shows as many supporters as asked for."""

    def __init__(self, settings: LeaderboardOverlay) -> None:
        self.settings = settings

    def look(self, facts: Facts, tips: Sequence[ArrivedTip], now: Moment) -> Look:
        """Follow the supporters."""
        supporters = facts.supporters[: self.settings.rows]
        return Look(LeaderView(supporters) if supporters else None)

    def paint(self, view: LeaderView, painter: QPainter) -> None:
        """A title, and a row with a medal or a number for each."""
        brush = Brush(painter, self.settings)
        count = len(view.supporters)
        table = head(brush, self.settings.title, rows=count)
        boxes = row_boxes(brush, table, count)
        for place, (box, one) in enumerate(zip(boxes, view.supporters, strict=False)):
            size = brush.px * 1.05
            medal = QRectF(box.x(), box.center().y() - size / 2, size, size)
            if place < len(_MEDALS):
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(_MEDALS[place]))
                painter.drawEllipse(medal)
            brush.text(
                medal,
                str(place + 1),
                scale=0.6,
                weight=BOLD,
                align=CENTRE,
                colour="#1C1917" if place < len(_MEDALS) else None,
            )
            taken = brush.tokens(box, amount(one.tokens), scale=0.86)
            name = box.adjusted(size + brush.px * 0.5, 0, -taken - brush.gap, 0)
            weight = SEMIBOLD if place < len(_MEDALS) else 400
            brush.text(name, one.name, scale=0.9, weight=weight)

"""The watermark: whose show it is, on which platform and day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from studio.engine.overlays.base import Look, Moment
from studio.engine.overlays.board import ArrivedTip, Facts
from studio.engine.overlays.brush import SEMIBOLD, Brush, colour_of
from studio.project.overlays import WatermarkOverlay


@dataclass(frozen=True, slots=True)
class WatermarkView:
    """The words."""

    text: str


class Watermark:
    """Follows the creator's name and the date; the date changes at midnight."""

    def __init__(self, settings: WatermarkOverlay) -> None:
        self.settings = settings

    def look(self, facts: Facts, tips: Sequence[ArrivedTip], now: Moment) -> Look:
        """Put the words together."""
        parts = [
            self.settings.name or facts.creator,
            self.settings.platform or facts.platform,
            now.local.strftime("%Y-%m-%d") if self.settings.show_date else "",
        ]
        text = "  \N{MIDDLE DOT}  ".join(part for part in parts if part)
        midnight = now.local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        due_s = now.s + max(1.0, (midnight - now.local).total_seconds())
        return Look(
            WatermarkView(text) if text else None, due_s if self.settings.show_date else None
        )

    def paint(self, view: WatermarkView, painter: QPainter) -> None:
        """One line with a dark edge, so that it is read on any picture."""
        brush = Brush(painter, self.settings)
        brush.panel(brush.area)
        font = brush.font(1.0, SEMIBOLD)
        inset = brush.px * 0.4
        baseline = brush.area.center().y() + brush.px * 0.36
        path = QPainterPath()
        path.addText(inset, baseline, font, view.text)
        fit = (brush.area.width() - 2 * inset) / max(1.0, path.boundingRect().right())
        if fit >= 1.0 and self.settings.align == "right":
            path.translate(brush.area.width() - inset - path.boundingRect().right(), 0.0)
        if fit < 1.0:
            painter.translate(inset * (1 - fit), brush.area.center().y() * (1 - fit))
            painter.scale(fit, fit)
        opacity = colour_of(self.settings.colour).alphaF()
        painter.strokePath(path, QPen(QColor(0, 0, 0, int(150 * opacity)), brush.px * 0.14))
        painter.fillPath(path, colour_of(self.settings.colour))

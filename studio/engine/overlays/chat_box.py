"""The chat box: the newest messages, the last one at the bottom."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QTextLayout, QTextOption

from shared.schemas.moods import MOOD_COLOURS
from studio.engine.overlays.base import Look, Moment
from studio.engine.overlays.board import ArrivedTip, Facts
from studio.engine.overlays.brush import BOLD, REGULAR, Brush, colour_of
from studio.engine.protocol.overlays import ChatLine
from studio.project.overlays import ChatBoxOverlay

_COLOURS = tuple(QColor(colour).lighter(118).name() for colour in MOOD_COLOURS.values())
_LINES_AT_MOST = 3
_AI = "AI"


@dataclass(frozen=True, slots=True)
class ChatBoxView:
    """The messages shown, oldest first."""

    lines: tuple[ChatLine, ...]


class ChatBox:
    """Shows as many of the newest messages as fit."""

    def __init__(self, settings: ChatBoxOverlay) -> None:
        self.settings = settings

    def look(self, facts: Facts, tips: Sequence[ArrivedTip], now: Moment) -> Look:
        """Follow the messages."""
        lines = facts.chat[-self.settings.rows :]
        return Look(ChatBoxView(lines) if lines else None)

    def paint(self, view: ChatBoxView, painter: QPainter) -> None:
        """Messages from the bottom up, each name in its own colour."""
        brush = Brush(painter, self.settings)
        gap = brush.px * 0.7
        inner = brush.area.adjusted(gap, gap * 0.8, -gap, -gap * 0.8)
        layouts: list[tuple[QTextLayout, float, ChatLine, float]] = []
        height = 0.0
        for line in reversed(view.lines):
            layout, indent, tall = self._laid_out(brush, line, inner.width())
            if height + tall > inner.height():
                break
            height += tall
            layouts.append((layout, indent, line, tall))
        box = QRectF(0, inner.bottom() - height - gap * 0.8, brush.area.width(), 0)
        box.setBottom(brush.area.bottom())
        brush.panel(box)
        y = inner.bottom() - height
        for layout, indent, line, tall in reversed(layouts):
            self._paint_line(brush, line, QPointF(inner.x(), y), indent)
            painter.setPen(colour_of(self.settings.colour))
            layout.draw(painter, QPointF(inner.x(), y))
            y += tall

    def _laid_out(
        self, brush: Brush, line: ChatLine, width: float
    ) -> tuple[QTextLayout, float, float]:
        """Break a message into lines, the first one beginning after the name."""
        indent = min(width * 0.6, brush.width_of(line.name, 1.0, BOLD)) + brush.px * 0.4
        if line.is_ai:
            indent += brush.width_of(_AI, 0.62, BOLD) + brush.px * 0.9
        layout = QTextLayout(" ".join(line.text.split()), brush.font(1.0, REGULAR))
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.beginLayout()
        y = 0.0
        for index in range(_LINES_AT_MOST):
            made = layout.createLine()
            if not made.isValid():
                break
            start = indent if index == 0 else 0.0
            made.setLineWidth(width - start)
            made.setPosition(QPointF(start, y))
            y += made.height()
        layout.endLayout()
        return layout, indent, max(y, brush.px * 1.3) + brush.px * 0.22

    def _paint_line(self, brush: Brush, line: ChatLine, at: QPointF, indent: float) -> None:
        colour = _COLOURS[sum(line.name.encode()) % len(_COLOURS)]
        height = brush.px * 1.25
        box = QRectF(at.x(), at.y(), indent, height)
        if line.is_ai:
            wide = brush.width_of(_AI, 0.62, BOLD) + brush.px * 0.5
            badge = QRectF(at.x(), box.center().y() - brush.px * 0.42, wide, brush.px * 0.84)
            brush.painter.setPen(Qt.PenStyle.NoPen)
            brush.painter.setBrush(colour_of(self.settings.accent))
            brush.painter.drawRoundedRect(badge, brush.px * 0.25, brush.px * 0.25)
            align = Qt.AlignmentFlag.AlignCenter
            brush.text(badge, _AI, scale=0.62, weight=BOLD, align=align, colour="#14121E")
            box.setLeft(badge.right() + brush.px * 0.4)
        box.setRight(at.x() + indent - brush.px * 0.3)
        brush.text(box, line.name, weight=BOLD, colour=colour)

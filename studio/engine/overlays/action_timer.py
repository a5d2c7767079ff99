"""The action timer: the StripSync action of now with its ring of time, and what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from studio.engine.overlays.base import Look, Moment
from studio.engine.overlays.board import ArrivedTip, Facts
from studio.engine.overlays.brush import BOLD, CENTRE, SEMIBOLD, Brush, clock, colour_of
from studio.project.overlays import ActionTimerOverlay

_RING_STEPS = 360


@dataclass(frozen=True, slots=True)
class ActionView:
    """The action, who asked for it, what is left of it, and what follows."""

    title: str
    name: str
    seconds: int
    degrees: int
    following: str
    waiting: int
    is_begun: bool


class ActionTimer:
    """Runs the time of the action under way; one that waits is announced as the next."""

    def __init__(self, settings: ActionTimerOverlay) -> None:
        self.settings = settings

    def look(self, facts: Facts, tips: Sequence[ArrivedTip], now: Moment) -> Look:
        """Follow the queue."""
        if not facts.actions:
            return Look(None)
        first = facts.actions[0]
        left_s, is_begun = float(first.duration_s), True
        if facts.action_end_s is not None:
            left_s = facts.action_end_s - now.s
        elif facts.action_left_s is not None:
            left_s = facts.action_left_s
        else:
            is_begun = False
        left_s = min(max(0.0, left_s), first.duration_s)
        step_s = max(0.1, first.duration_s / _RING_STEPS)
        view = ActionView(
            first.title,
            first.name,
            int(-(-left_s // 1)),
            round(_RING_STEPS * left_s / first.duration_s),
            facts.actions[1].title if len(facts.actions) > 1 else "",
            len(facts.actions) - 1,
            is_begun,
        )
        is_moving = facts.action_end_s is not None and left_s > 0
        return Look(view, now.s + step_s if is_moving else None)

    def paint(self, view: ActionView, painter: QPainter) -> None:
        """A ring with the seconds at the left, words beside it."""
        brush = Brush(painter, self.settings)
        area = brush.area
        brush.panel(area)
        gap = brush.px * 0.8
        size = min(area.height() - 2 * gap, area.width() * 0.3)
        ring = QRectF(gap, (area.height() - size) / 2, size, size)
        thick = max(4.0, size * 0.09)
        arc = ring.adjusted(thick / 2, thick / 2, -thick / 2, -thick / 2)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(255, 255, 255, 36), thick))
        painter.drawEllipse(arc)
        pen = QPen(colour_of(self.settings.accent), thick)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        if view.degrees:
            painter.drawArc(arc, 90 * 16, view.degrees * 16)
        scale = size * 0.3 / brush.px
        brush.text(ring, clock(view.seconds), scale=scale, weight=BOLD, align=CENTRE)
        x = ring.right() + gap
        words = QRectF(x, ring.y(), area.width() - x - gap, size)
        self._words(brush, words, view)

    def _words(self, brush: Brush, box: QRectF, view: ActionView) -> None:
        px = brush.px
        lines: list[tuple[str, float, int, str | None, float]] = [
            (
                self.settings.title if view.is_begun else self.settings.next_text,
                0.74,
                SEMIBOLD,
                self.settings.accent,
                1.0,
            )
        ]
        lines.append((view.title, 1.25, BOLD, None, 1.0))
        if view.name:
            lines.append((view.name, 0.8, 400, None, 0.82))
        if view.following and view.is_begun:
            more = f" (+{view.waiting - 1})" if view.waiting > 1 else ""
            after = f"{self.settings.next_text}: {view.following}{more}"
            lines.append((after, 0.74, 400, None, 0.66))
        heights = [px * scale * 1.42 for _, scale, *_ in lines]
        y = box.center().y() - sum(heights) / 2
        for (text, scale, weight, colour, opacity), height in zip(lines, heights, strict=True):
            row = QRectF(box.x(), y, box.width(), height)
            brush.text(row, text, scale=scale, weight=weight, colour=colour, opacity=opacity)
            y += height

"""The countdown: the time until something begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from studio.engine.overlays.base import Look, Moment
from studio.engine.overlays.board import ArrivedTip, Facts
from studio.engine.overlays.brush import BOLD, CENTRE, SEMIBOLD, Brush, clock
from studio.project.overlays import CountdownOverlay

_LONG_PAST = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class CountdownView:
    """Whole seconds left; none when it is over."""

    seconds: int


class Countdown:
    """Counts from when it is first shown, or to a time of day."""

    def __init__(self, settings: CountdownOverlay) -> None:
        self.settings = settings
        self._end_s: float | None = None

    def look(self, facts: Facts, tips: Sequence[ArrivedTip], now: Moment) -> Look:
        """Count."""
        if self._end_s is None:
            self._end_s = now.s + self._rest_s(now)
        left_s = self._end_s - now.s
        whole = max(0, int(-(-left_s // 1)))
        due_s = self._end_s - whole + 1 if whole else None
        return Look(CountdownView(whole), due_s)

    def _rest_s(self, now: Moment) -> float:
        """How long from the first moment; a time of day that has just passed is over."""
        if not self.settings.clock:
            return float(self.settings.seconds)
        hour, minute = (int(part) for part in self.settings.clock.split(":"))
        at = now.local.replace(hour=hour, minute=minute, second=0, microsecond=0)
        if now.local - at > _LONG_PAST:
            at += timedelta(days=1)
        elif at - now.local > _LONG_PAST:
            at -= timedelta(days=1)
        return max(0.0, (at - now.local).total_seconds())

    def paint(self, view: CountdownView, painter: QPainter) -> None:
        """A title over large figures, or what is said when it is over."""
        brush = Brush(painter, self.settings)
        brush.panel(brush.area)
        area = brush.area
        if not view.seconds:
            brush.text(area, self.settings.done_text, scale=1.9, weight=BOLD, align=CENTRE)
            return
        high = area.height()
        title = QRectF(area.x(), high * 0.12, area.width(), brush.px * 1.5)
        figures = QRectF(area.x(), title.bottom(), area.width(), high * 0.9 - title.bottom())
        brush.text(title, self.settings.title, weight=SEMIBOLD, align=CENTRE, opacity=0.85)
        scale = max(1.0, min(figures.height() / brush.px * 0.78, area.width() / brush.px / 5))
        brush.text(figures, clock(view.seconds), scale=scale, weight=BOLD, align=CENTRE)

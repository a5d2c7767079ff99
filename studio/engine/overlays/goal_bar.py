"""The goal bar: title, amounts, a bar that glides, and milestones under it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from studio.engine.overlays.base import Look, Moment
from studio.engine.overlays.board import ArrivedTip, Facts
from studio.engine.overlays.brush import BOLD, RIGHT, SEMIBOLD, Brush, amount
from studio.engine.overlays.motion import Glide
from studio.engine.protocol.overlays import MilestoneFact
from studio.project.overlays import GoalBarOverlay


@dataclass(frozen=True, slots=True)
class GoalView:
    """What the bar shows: `step` is how many pixels of the bar are full."""

    title: str
    raised: int
    target: int
    step: int
    milestones: tuple[MilestoneFact, ...]

    @property
    def is_reached(self) -> bool:
        """The goal is there."""
        return self.raised >= self.target


class GoalBar:
    """Shows the goal of now; a new goal begins at once, progress glides."""

    def __init__(self, settings: GoalBarOverlay) -> None:
        self.settings = settings
        self._glide = Glide()
        self._goal: tuple[str, int] | None = None

    def look(self, facts: Facts, tips: Sequence[ArrivedTip], now: Moment) -> Look:
        """Follow the goal."""
        goal = facts.goal
        if goal is None:
            self._goal = None
            return Look(None)
        if self._goal != (goal.title, goal.target_tokens):
            self._goal = (goal.title, goal.target_tokens)
            self._glide = Glide()
        share = min(1.0, goal.raised_tokens / goal.target_tokens)
        self._glide.send(share * self._bar().width(), now.s)
        view = GoalView(
            goal.title,
            goal.raised_tokens,
            goal.target_tokens,
            round(self._glide.at(now.s)),
            goal.milestones if self.settings.show_milestones else (),
        )
        return Look(view, now.s if self._glide.is_moving(now.s) else None)

    def _bar(self) -> QRectF:
        px, gap = self.settings.text_px, self.settings.text_px * 0.8
        width = self.settings.width - 2 * gap
        return QRectF(gap, gap * 0.8 + px * 1.5, width, px * 0.85)

    def paint(self, view: GoalView, painter: QPainter) -> None:
        """Title and amounts over the bar, milestones on and under it."""
        brush = Brush(painter, self.settings)
        brush.panel(brush.area)
        bar = self._bar()
        top = QRectF(bar.x(), brush.px * 0.5, bar.width(), brush.px * 1.4)
        taken = 0.0
        if view.is_reached:
            brush.text(
                top,
                self.settings.reached_text,
                weight=BOLD,
                align=RIGHT,
                colour=self.settings.accent,
            )
            taken = brush.width_of(self.settings.reached_text, 1.0, BOLD) + brush.gap
        elif self.settings.show_amounts:
            whole = f"{amount(view.raised)} / {amount(view.target)}"
            taken = brush.tokens(top, whole, scale=0.86) + brush.gap
        brush.text(top.adjusted(0, 0, -taken, 0), view.title, weight=BOLD)
        brush.bar(bar, view.step / bar.width())
        self._milestones(brush, bar, view)

    def _milestones(self, brush: Brush, bar: QRectF, view: GoalView) -> None:
        """A dot for each on the bar; the words of the next one below, else of the last passed."""
        waiting = [one for one in view.milestones if one.tokens > view.raised]
        for one in view.milestones:
            at = QPointF(
                bar.x() + bar.width() * min(1.0, one.tokens / view.target), bar.center().y()
            )
            at.setX(min(at.x(), bar.right() - bar.height() / 2))
            is_passed = one.tokens <= view.raised
            brush.painter.setPen(QPen(QColor(0, 0, 0, 90), 1.0))
            brush.painter.setBrush(QColor(255, 255, 255, 255 if is_passed else 150))
            size = bar.height() * (0.26 if is_passed else 0.2)
            brush.painter.drawEllipse(at, size, size)
        below = QRectF(bar.x(), bar.bottom() + brush.px * 0.3, bar.width(), brush.px * 1.15)
        if waiting:
            one = min(waiting, key=lambda each: each.tokens)
            words = amount(one.tokens)
            taken = brush.width_of(words, 0.68, SEMIBOLD) + brush.px * 0.5
            brush.text(below, words, scale=0.68, weight=SEMIBOLD, colour=self.settings.accent)
            brush.text(below.adjusted(taken, 0, 0, 0), one.title, scale=0.68, opacity=0.82)
        elif view.milestones:
            brush.text(below, view.milestones[-1].title, scale=0.68, opacity=0.82)
        if not view.is_reached:
            share = f"{int(100 * view.raised / view.target)} %"
            brush.text(below, share, scale=0.68, weight=SEMIBOLD, align=RIGHT, opacity=0.82)

"""The mood strip: the eight moods as a strip of colour, each as wide as its share."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPainterPath

from shared.schemas.moods import MOOD_COLOURS, Mood
from studio.engine.overlays.base import Look, Moment
from studio.engine.overlays.board import NO_MOOD, ArrivedTip, Facts
from studio.engine.overlays.brush import RIGHT, SEMIBOLD, Brush
from studio.engine.overlays.motion import Glide
from studio.project.overlays import MoodStripOverlay

_MOODS = tuple(Mood)


@dataclass(frozen=True, slots=True)
class MoodView:
    """The pixels of each mood and the one that leads."""

    widths: tuple[int, ...]
    leading: int
    percent: int


class MoodStripDrawing:
    """Shows the shares; they glide."""

    def __init__(self, settings: MoodStripOverlay) -> None:
        self.settings = settings
        self._glides = tuple(Glide(duration_s=1.0) for _ in _MOODS)

    def look(self, facts: Facts, tips: Sequence[ArrivedTip], now: Moment) -> Look:
        """Follow the shares."""
        whole = sum(facts.mood)
        if facts.mood == NO_MOOD or whole <= 0:
            return Look(None)
        width = self._strip().width()
        for glide, share in zip(self._glides, facts.mood, strict=True):
            glide.send(share / whole * width, now.s)
        leading = max(range(len(_MOODS)), key=lambda index: facts.mood[index])
        view = MoodView(
            tuple(round(glide.at(now.s)) for glide in self._glides),
            leading,
            round(100 * facts.mood[leading] / whole),
        )
        is_moving = any(glide.is_moving(now.s) for glide in self._glides)
        return Look(view, now.s if is_moving else None)

    def _strip(self) -> QRectF:
        gap = self.settings.text_px * 0.8
        height = max(8.0, self.settings.text_px * 0.55)
        bottom = self.settings.height - gap * 0.9
        return QRectF(gap, bottom - height, self.settings.width - 2 * gap, height)

    def paint(self, view: MoodView, painter: QPainter) -> None:
        """The strip, and the name of the leading mood over it."""
        brush = Brush(painter, self.settings)
        brush.panel(brush.area)
        strip = self._strip()
        path = QPainterPath()
        path.addRoundedRect(strip, strip.height() / 2, strip.height() / 2)
        painter.save()
        painter.setClipPath(path)
        x = strip.x()
        for width, mood in zip(view.widths, _MOODS, strict=True):
            if width:
                box = QRectF(x, strip.y(), width, strip.height())
                painter.fillRect(box, QColor(MOOD_COLOURS[mood]))
                x += width
        if x < strip.right():  # what rounding left over
            rest = QRectF(x, strip.y(), strip.right() - x, strip.height())
            painter.fillRect(rest, QColor(MOOD_COLOURS[_MOODS[view.leading]]))
        painter.restore()
        if self.settings.show_name:
            mood = _MOODS[view.leading]
            line = QRectF(strip.x(), strip.y() - brush.px * 1.65, strip.width(), brush.px * 1.4)
            share = f"{view.percent} %"
            taken = brush.width_of(share, weight=SEMIBOLD) + brush.gap
            name = str(getattr(self.settings, mood.value))
            beside = line.adjusted(0, 0, -taken, 0)
            brush.text(beside, name, weight=SEMIBOLD, colour=MOOD_COLOURS[mood])
            brush.text(line, share, weight=SEMIBOLD, align=RIGHT, opacity=0.82)

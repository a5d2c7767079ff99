"""A small painted chart that costs nothing at start-up: the mood of a room as a strip."""

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QRectF, QSize
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from shared.qt import format as words
from shared.qt.theme import Theme
from shared.qt.translations import tr
from shared.schemas.moods import MOOD_COLOURS, Mood


def mood_name(mood: Mood) -> str:
    """A mood's name in the person's language."""
    return {
        Mood.CHILL: tr("Chill"),
        Mood.PLAYFUL: tr("Playful"),
        Mood.ROMANTIC: tr("Romantic"),
        Mood.FLIRTY: tr("Flirty"),
        Mood.SPICY: tr("Spicy"),
        Mood.WILD: tr("Wild"),
        Mood.DOMINANT: tr("Dominant"),
        Mood.MYSTERIOUS: tr("Mysterious"),
    }[mood]


class MoodStripBar(QWidget):
    """A room's mood as one bar of eight colours, as wide as their shares."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._shares: dict[Mood, float] = {}
        self.setFixedHeight(16)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_shares({})
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """A flat bar."""
        return QSize(240, 16)

    def set_shares(self, shares: Mapping[Mood, float]) -> None:
        """Show shares that sum to 1, or to 0 while nobody voted."""
        self._shares = {mood: max(0.0, shares.get(mood, 0.0)) for mood in Mood}
        self.setAccessibleName(tr("Mood of the room"))
        self.setAccessibleDescription(self._spoken())
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the bar."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(self.rect()), 5, 5)
        painter.setClipPath(shape)
        painter.fillRect(self.rect(), QColor(self._theme.tokens.sunken))
        for mood, left, width in self._parts():
            painter.fillRect(QRectF(left, 0, width, self.height()), QColor(MOOD_COLOURS[mood]))

    def event(self, event: QEvent) -> bool:
        """Name the mood under the pointer."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.words_at(event.pos().x()), self)
            return True
        return super().event(event)

    def _parts(self) -> list[tuple[Mood, float, float]]:
        total = sum(self._shares.values())
        if total <= 0:
            return []
        parts = []
        left = 0.0
        for mood, share in self._shares.items():
            width = self.width() * share / total
            if width > 0:
                parts.append((mood, left, width))
            left += width
        return parts

    def words_at(self, x: int) -> str:
        """What the tooltip says at a place of the bar."""
        for mood, left, width in self._parts():
            if left <= x < left + width:
                return f"{mood_name(mood)} {words.percent(self._shares[mood])}"
        return self._spoken()

    def _spoken(self) -> str:
        leading = sorted(self._shares.items(), key=lambda pair: -pair[1])[:3]
        named = [
            f"{mood_name(mood)} {words.percent(share)}" for mood, share in leading if share > 0
        ]
        return ", ".join(named) if named else tr("Nobody has voted yet")

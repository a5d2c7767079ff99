"""Paints a live stream as a card: muted picture, risk, viewers, title, creator and mood."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import override

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from console.screens._rows import ITEM_ROLE
from console.wording import hint_words, stream_state_words
from shared.qt.charts import mood_name
from shared.qt.format import number
from shared.qt.theme import Theme
from shared.qt.translations import tr
from shared.schemas.moods import MOOD_COLOURS
from shared.schemas.streams import Stream, StreamState

PICTURE = QSize(400, 225)
"""The size pictures are kept in; cards are painted smaller."""

_LEAST_CARD = 236
_GAP = 6
_WORDS_HEIGHT = 52
_RISKY = 50.0
_DOUBTFUL = 25.0
_RADIUS = 8


@dataclass(frozen=True, slots=True)
class Picture:
    """What is painted for a stream: a pixmap, or a sentence where there is none."""

    pixmap: QPixmap | None = None
    instead: str = ""
    is_revealed: bool = False


class LiveDelegate(QStyledItemDelegate):
    """`picture` gives what a stream shows now; it must not fetch anything."""

    def __init__(
        self, theme: Theme, *, picture: Callable[[Stream], Picture], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._picture = picture
        self._cell_width = _LEAST_CARD

    def fit(self, width: int) -> None:
        """Share `width` evenly among as many cards as fit beside each other."""
        columns = max(1, width // (_LEAST_CARD + 2 * _GAP))
        self._cell_width = width // columns

    @override
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        words = self._theme.px(_WORDS_HEIGHT)
        return QSize(self._cell_width, _picture_height(self._cell_width) + words + 2 * _GAP)

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        stream = index.data(ITEM_ROLE)
        if not isinstance(stream, Stream):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        card = QRect(option.rect.topLeft() + QPoint(_GAP, _GAP), QSize())
        card.setSize(option.rect.size() - QSize(2 * _GAP, 2 * _GAP))
        path = QPainterPath()
        path.addRoundedRect(card, _RADIUS, _RADIUS)
        painter.setClipPath(path)
        painter.fillRect(card, QColor(self._theme.tokens.surface))
        height = _picture_height(option.rect.width())
        area = QRect(card.topLeft(), QSize(card.width(), height))
        self._paint_picture(painter, area, option.font, stream)
        self._paint_words(painter, card.adjusted(0, height, 0, 0), option.font, stream)
        painter.setClipping(False)
        self._paint_frame(painter, path, option)
        painter.restore()

    def _paint_frame(
        self, painter: QPainter, path: QPainterPath, option: QStyleOptionViewItem
    ) -> None:
        tokens = self._theme.tokens
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        pen = painter.pen()
        pen.setWidth(2 if chosen else 1)
        pen.setColor(
            QColor(
                tokens.accent if chosen and focused else tokens.outline if chosen else tokens.border
            )
        )
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)

    def _paint_picture(self, painter: QPainter, area: QRect, font: QFont, stream: Stream) -> None:
        tokens = self._theme.tokens
        picture = self._picture(stream)
        painter.fillRect(area, QColor(tokens.sunken))
        if picture.pixmap is not None:
            painter.drawPixmap(area, picture.pixmap)
        else:
            painter.setFont(font)
            painter.setPen(QColor(tokens.muted))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, picture.instead)
        small = self._small(font)
        inner = area.adjusted(8, 8, -8, -8)
        score = tr("Risk {points}", points=round(stream.safety_score))
        self._badge(painter, inner.topLeft(), score, self._risk(stream.safety_score), small)
        if stream.state is not StreamState.LIVE:
            words = stream_state_words(stream.state)
            corner = QPoint(inner.left(), inner.bottom() - QFontMetrics(small).height() - 3)
            look = (tokens.warning_soft, tokens.warning)
            if stream.state is StreamState.PANICKED:
                look = (tokens.danger_soft, tokens.danger)
            self._badge(painter, corner, words, look, small)
        elif stream.hints:
            corner = QPoint(inner.left(), inner.bottom() - QFontMetrics(small).height() - 3)
            look = (tokens.raised, tokens.text)
            self._badge(painter, corner, hint_words(stream.hints), look, small)
        if picture.is_revealed:
            words = tr("Revealed")
            corner = QPoint(
                inner.right() - QFontMetrics(small).horizontalAdvance(words) - 11, inner.top()
            )
            self._badge(painter, corner, words, (tokens.accent_soft, tokens.accent), small)

    def _risk(self, score: float) -> tuple[str, str]:
        tokens = self._theme.tokens
        if score >= _RISKY:
            return tokens.danger_soft, tokens.danger
        if score >= _DOUBTFUL:
            return tokens.warning_soft, tokens.warning
        return tokens.raised, tokens.text

    def _badge(
        self, painter: QPainter, corner: QPoint, words: str, look: tuple[str, str], font: QFont
    ) -> None:
        metrics = QFontMetrics(font)
        box = QRect(corner, QSize(metrics.horizontalAdvance(words) + 12, metrics.height() + 4))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(look[0]))
        painter.drawRoundedRect(box, 4, 4)
        painter.setFont(font)
        painter.setPen(QColor(look[1]))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def _paint_words(self, painter: QPainter, card: QRect, font: QFont, stream: Stream) -> None:
        tokens = self._theme.tokens
        area = card.adjusted(10, 5, -10, -7)
        painter.setFont(font)
        painter.setPen(QColor(tokens.text))
        upper = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        painter.drawText(area, upper, _cut(stream.title, font, area.width()))
        small = self._small(font)
        painter.setFont(small)
        painter.setPen(QColor(tokens.muted))
        viewers = tr("{n} watching", n=number(stream.viewers))
        lower = Qt.AlignmentFlag.AlignBottom
        painter.drawText(area, lower | Qt.AlignmentFlag.AlignRight, viewers)
        left = area.width() - QFontMetrics(small).horizontalAdvance(viewers) - 10
        dot = QRect(area.left(), area.bottom() - QFontMetrics(small).height() // 2 - 3, 8, 8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(MOOD_COLOURS[stream.mood]))
        painter.drawEllipse(dot)
        painter.setPen(QColor(tokens.muted))
        who = f"{stream.creator.display_name} · {mood_name(stream.mood)}"
        area.setLeft(area.left() + 14)
        painter.drawText(area, lower | Qt.AlignmentFlag.AlignLeft, _cut(who, small, left - 14))

    def _small(self, font: QFont) -> QFont:
        small = QFont(font)
        small.setPixelSize(self._theme.px(12))
        return small


def _picture_height(cell_width: int) -> int:
    return (cell_width - 2 * _GAP) * PICTURE.height() // PICTURE.width()


def _cut(text: str, font: QFont, width: int) -> str:
    return QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, width)


def spoken_stream(stream: Stream) -> str:
    """A card as a screen reader says it."""
    said = tr(
        "{title} by {name}. {state}. Risk {points}. {n} watching. Mood {mood}.",
        title=stream.title,
        name=stream.creator.display_name,
        state=stream_state_words(stream.state),
        points=round(stream.safety_score),
        n=stream.viewers,
        mood=mood_name(stream.mood),
    )
    return f"{said} {hint_words(stream.hints)}." if stream.hints else said

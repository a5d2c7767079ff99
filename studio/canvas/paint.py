"""Draws what lies over the picture while it is arranged: frames, handles, lines that caught."""

from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

_GRIP_PX = 8.0
_RADIUS = 8.0
_PAD_PX = 10.0


@dataclass(frozen=True, slots=True)
class Painting:
    """What to draw, in pixels of the view; a frame is its corners, whether seen, whether locked."""

    accent: str
    frames: tuple[tuple[QPolygonF, bool, bool], ...]
    grips: tuple[QPointF, ...]
    turning: tuple[QPointF, QPointF] | None
    """The handle to turn by, and where its stem begins."""
    columns: tuple[QLineF, ...]
    rows: tuple[QLineF, ...]
    lasso: QPolygonF | None
    has_focus: bool
    group: QPolygonF | None = None
    """The group whose items are edited; what is around it is dimmed."""
    group_words: str = ""


def paint_canvas(painter: QPainter, ground: QRect, painting: Painting) -> None:
    """Draw over the picture and end the painter."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    accent = QColor(painting.accent)
    if painting.group is not None:
        _draw_group(painter, ground, painting.group, painting.group_words)
    for frame, is_visible, is_locked in painting.frames:
        style = Qt.PenStyle.SolidLine if is_visible else Qt.PenStyle.DashLine
        painter.setPen(QPen(QColor(0, 0, 0, 150), 4, style))
        painter.drawPolygon(frame)
        painter.setPen(QPen(QColor("#C9CED8") if is_locked else accent, 2, style))
        painter.drawPolygon(frame)
    painter.setPen(QPen(accent, 1, Qt.PenStyle.DashLine))
    for line in (*painting.columns, *painting.rows):
        painter.drawLine(line)
    if painting.lasso is not None:
        veil = QColor(accent)
        veil.setAlpha(50)
        painter.setBrush(veil)
        painter.drawPolygon(painting.lasso)
        painter.setBrush(Qt.BrushStyle.NoBrush)
    if painting.turning is not None:
        painter.setPen(QPen(accent, 2))
        painter.drawLine(QLineF(*painting.turning))
    painter.setPen(QPen(QColor("#10131A"), 1))
    painter.setBrush(QColor("#FFFFFF"))
    if painting.turning is not None:
        painter.drawEllipse(painting.turning[0], _GRIP_PX * 0.7, _GRIP_PX * 0.7)
    half = _GRIP_PX / 2
    for middle in painting.grips:
        painter.drawRect(QRectF(middle.x() - half, middle.y() - half, _GRIP_PX, _GRIP_PX))
    if painting.has_focus:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(accent, 2))
        inner = QRectF(ground).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(inner, _RADIUS, _RADIUS)
    painter.end()


def _draw_group(painter: QPainter, ground: QRect, group: QPolygonF, words: str) -> None:
    """Dim what lies around a group, frame it, and say where the person is."""
    around, hole = QPainterPath(), QPainterPath()
    around.addRoundedRect(QRectF(ground), _RADIUS, _RADIUS)
    hole.addPolygon(group)
    hole.closeSubpath()
    painter.fillPath(around.subtracted(hole), QColor(0, 0, 0, 120))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(0, 0, 0, 150), 3))
    painter.drawPolygon(group)
    painter.setPen(QPen(QColor("#FFFFFF"), 1, Qt.PenStyle.DashLine))
    painter.drawPolygon(group)
    metrics = QFontMetricsF(painter.font())
    sign = QRectF(0, 0, metrics.horizontalAdvance(words) + 2 * _PAD_PX, metrics.height() + _PAD_PX)
    sign.moveTopLeft(QPointF(ground.left() + _PAD_PX, ground.top() + _PAD_PX))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(16, 19, 26, 220))
    painter.drawRoundedRect(sign, _RADIUS, _RADIUS)
    painter.setPen(QColor("#FFFFFF"))
    painter.drawText(sign, Qt.AlignmentFlag.AlignCenter, words)
    painter.setBrush(Qt.BrushStyle.NoBrush)

"""Draws what lies over the picture while it is arranged: frames, handles, lines that caught."""

from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

_GRIP_PX = 8.0
_RADIUS = 8.0


@dataclass(frozen=True, slots=True)
class Painting:
    """What to draw, in pixels of the view; a frame is its corners, whether seen, whether locked."""

    accent: str
    frames: tuple[tuple[QPolygonF, bool, bool], ...]
    grips: tuple[QPointF, ...]
    turning: tuple[QPointF, QPointF] | None
    """The handle to turn by, and where its stem begins."""
    columns: tuple[float, ...]
    rows: tuple[float, ...]
    lasso: QRectF | None
    has_focus: bool


def paint_canvas(painter: QPainter, ground: QRect, painting: Painting) -> None:
    """Draw over the picture and end the painter."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    accent = QColor(painting.accent)
    for frame, is_visible, is_locked in painting.frames:
        style = Qt.PenStyle.SolidLine if is_visible else Qt.PenStyle.DashLine
        painter.setPen(QPen(QColor(0, 0, 0, 150), 4, style))
        painter.drawPolygon(frame)
        painter.setPen(QPen(QColor("#C9CED8") if is_locked else accent, 2, style))
        painter.drawPolygon(frame)
    painter.setPen(QPen(accent, 1, Qt.PenStyle.DashLine))
    for x in painting.columns:
        painter.drawLine(QLineF(x, ground.top(), x, ground.bottom()))
    for y in painting.rows:
        painter.drawLine(QLineF(ground.left(), y, ground.right(), y))
    if painting.lasso is not None:
        veil = QColor(accent)
        veil.setAlpha(50)
        painter.fillRect(painting.lasso, veil)
        painter.drawRect(painting.lasso)
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

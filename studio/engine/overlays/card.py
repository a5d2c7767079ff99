"""The card that stands for a source which shows nothing: quiet, with its name."""

import av
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPen

from studio.engine.overlays.brush import CENTRE, SEMIBOLD, Brush
from studio.engine.painting import frame_of
from studio.project.overlays import OverlaySettings

_SMALLEST = 64


def name_card(name: str, width: int, height: int) -> av.VideoFrame:
    """Return an opaque frame of a source's size; a tiny one is only dark."""
    image = QImage(max(2, width), max(2, height), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    try:
        ground = QLinearGradient(0, 0, 0, image.height())
        ground.setColorAt(0.0, QColor("#262233"))
        ground.setColorAt(1.0, QColor("#171420"))
        painter.fillRect(image.rect(), ground)
        if min(width, height) >= _SMALLEST:
            _paint(painter, name, width, height)
    finally:
        painter.end()
    frame, _ = frame_of(image)
    return frame


def _paint(painter: QPainter, name: str, width: int, height: int) -> None:
    """A ring with a pause in it, over the name."""
    px = max(10, min(height // 9, width // 12))
    settings = OverlaySettings(
        width=min(width, 3840), height=min(height, 2160), text_px=min(px, 200)
    )
    brush = Brush(painter, settings)
    size = px * 1.9
    centre = QPointF(width / 2, height / 2 - px * 0.9)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(255, 255, 255, 110), max(2.0, px * 0.1)))
    painter.drawEllipse(centre, size / 2, size / 2)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(255, 255, 255, 150))
    for side in (-1, 1):
        bar = QRectF(0, 0, px * 0.2, px * 0.7)
        bar.moveCenter(centre + QPointF(side * px * 0.2, 0))
        painter.drawRoundedRect(bar, px * 0.08, px * 0.08)
    line = QRectF(width * 0.06, centre.y() + size / 2 + px * 0.3, width * 0.88, px * 1.5)
    brush.text(line, name, weight=SEMIBOLD, align=CENTRE, opacity=0.85)

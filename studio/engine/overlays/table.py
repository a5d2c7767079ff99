"""A titled panel with rows, for overlays that are lists; the panel is as high as its rows."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor

from studio.engine.overlays.brush import BOLD, Brush

_ROW = 1.55
_HEAD = 1.7


def head(brush: Brush, title: str, *, rows: int) -> QRectF:
    """Paint the panel and its title; return where the rows go."""
    gap = brush.px * 0.8
    top = brush.px * _HEAD if title else 0.0
    wanted = gap * 1.3 + top + rows * brush.px * _ROW
    area = brush.area
    box = QRectF(0, 0, area.width(), min(area.height(), wanted))
    brush.panel(box)
    inner = box.adjusted(gap, gap * 0.65, -gap, -gap * 0.65)
    if title:
        line = QRectF(inner.x(), inner.y(), inner.width(), brush.px * 1.4)
        brush.text(line, title, weight=BOLD)
        rule = QRectF(inner.x(), line.bottom() + brush.px * 0.06, inner.width(), brush.px * 0.1)
        brush.painter.fillRect(rule, brush.glow(rule))
    return inner.adjusted(0, top, 0, 0)


def row_boxes(brush: Brush, table: QRectF, rows: int) -> list[QRectF]:
    """Where each row goes, as far as they fit; every other one is a shade lighter."""
    height = brush.px * _ROW
    fitting = min(rows, int((table.height() + brush.px * 0.4) // height))
    boxes = []
    for index in range(fitting):
        box = QRectF(table.x(), table.y() + index * height, table.width(), height)
        if index % 2:
            shade = box.adjusted(-brush.px * 0.3, 0, brush.px * 0.3, 0)
            brush.painter.setPen(QColor(0, 0, 0, 0))
            brush.painter.setBrush(QColor(255, 255, 255, 14))
            brush.painter.drawRoundedRect(shade, brush.px * 0.3, brush.px * 0.3)
        boxes.append(box)
    return boxes

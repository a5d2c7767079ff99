"""Lines of text painted onto a picture: breaking, alignment, outline and shadow."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QPainter,
    QPainterPath,
    QPen,
    QTextLayout,
    QTextOption,
)

from studio.engine.overlays.brush import BOLD, REGULAR, font_of
from studio.engine.pixels import parse_colour
from studio.project.model import TextSource

_LARGEST_SIDE = 8192
_SHARES = {"left": 0.0, "centre": 0.5, "right": 1.0}


@dataclass(frozen=True, slots=True)
class _Line:
    """One line after breaking, and how wide it is."""

    text: str
    width: float


def lettered(settings: TextSource, text: str) -> QImage:
    """Return the text as a premultiplied picture, 8192 pixels a side at most."""
    font = font_of(settings.family, settings.size_px, BOLD if settings.bold else REGULAR)
    font.setItalic(settings.italic)
    metrics = QFontMetricsF(font)
    lines = _broken(text, font, settings.wrap_px)
    margin = settings.size_px / 4 + settings.outline_px + settings.shadow_px
    widest = max(line.width for line in lines)
    inner = max(widest, settings.wrap_px or 0)
    tall = metrics.lineSpacing() * len(lines)
    image = QImage(
        min(_LARGEST_SIDE, int(inner + 2 * margin) + 1),
        min(_LARGEST_SIDE, int(tall + 2 * margin) + 1),
        QImage.Format.Format_ARGB32_Premultiplied,
    )
    image.fill(QColor(*parse_colour(settings.background)))
    placed = []
    for index, line in enumerate(lines):
        x = margin + (inner - line.width) * _SHARES[settings.align]
        y = margin + metrics.ascent() + index * metrics.lineSpacing()
        placed.append((line.text, QPointF(x, y)))
    painter = QPainter(image)
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        _paint(painter, settings, font, placed)
    finally:
        painter.end()
    return image


def _paint(
    painter: QPainter, settings: TextSource, font: QFont, placed: list[tuple[str, QPointF]]
) -> None:
    if settings.shadow_px or settings.outline_px:
        path = QPainterPath()
        for text, at in placed:
            path.addText(at, font, text)
        pen = QPen(QColor(*parse_colour(settings.outline_colour)), 2.0 * settings.outline_px)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        if settings.shadow_px:
            colour = QColor(*parse_colour(settings.shadow_colour))
            moved = path.translated(settings.shadow_px, settings.shadow_px)
            if settings.outline_px:
                thick = QPen(colour, pen.widthF())
                thick.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
                painter.strokePath(moved, thick)
            painter.fillPath(moved, colour)
        if settings.outline_px:
            painter.strokePath(path, pen)
    # The letters themselves as text, not as a path: colour fonts have no outlines.
    painter.setFont(font)
    painter.setPen(QColor(*parse_colour(settings.colour)))
    for text, at in placed:
        painter.drawText(at, text)


def _broken(text: str, font: QFont, wrap_px: int | None) -> list[_Line]:
    """Break at line ends and, with a width, between words or within those that do not fit."""
    lines: list[_Line] = []
    option = QTextOption()
    option.setWrapMode(
        QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere
        if wrap_px
        else QTextOption.WrapMode.NoWrap
    )
    for paragraph in text.expandtabs(4).split("\n"):
        layout = QTextLayout(paragraph, font)
        layout.setTextOption(option)
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(float(wrap_px or _LARGEST_SIDE * 4))
            part = paragraph[line.textStart() : line.textStart() + line.textLength()]
            lines.append(_Line(part.rstrip(), line.naturalTextWidth()))
        layout.endLayout()
        if not paragraph:
            lines.append(_Line("", 0.0))
    return lines or [_Line("", 0.0)]

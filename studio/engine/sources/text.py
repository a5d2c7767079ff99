"""Lines of text on a transparent or coloured ground, painted once."""

import time

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QGuiApplication, QImage, QPainter

from shared.errors import DeviceError
from studio.engine.painting import frame_of
from studio.engine.pixels import parse_colour
from studio.engine.schedule import NS
from studio.engine.sources.base import Sink
from studio.project.model import TextSource

_FOREVER_NS = 365 * 24 * 3600 * NS
_LARGEST_SIDE = 8192


class TextCapture:
    """Paints the text once; a change of the text is a new capture."""

    def __init__(self, settings: TextSource) -> None:
        self._settings = settings

    def run(self, sink: Sink) -> None:
        """Publish the painted text, then wait for the end.

        Raises:
            DeviceError: fonts cannot be used in this process.
        """
        if QGuiApplication.instance() is None:
            raise DeviceError(
                "Text cannot be painted here; install the system's font library.",
                code="FONTS_UNAVAILABLE",
            )
        frame, has_alpha = frame_of(self._paint())
        sink.publish(frame, captured_ns=time.monotonic_ns(), has_alpha=has_alpha)
        sink.stop.wait_until(time.monotonic_ns() + _FOREVER_NS)

    def _paint(self) -> QImage:
        settings = self._settings
        font = QFont(settings.family) if settings.family else QFont()
        font.setPixelSize(settings.size_px)
        font.setBold(settings.bold)
        metrics = QFontMetricsF(font)
        margin = settings.size_px / 4
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        box = metrics.boundingRect(
            QRectF(0, 0, _LARGEST_SIDE, _LARGEST_SIDE), flags, settings.text or " "
        )
        width = min(_LARGEST_SIDE, max(2, int(box.width() + 2 * margin) + 1))
        height = min(_LARGEST_SIDE, max(2, int(box.height() + 2 * margin) + 1))
        image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(QColor(*parse_colour(settings.background)))
        painter = QPainter(image)
        try:
            painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
            painter.setFont(font)
            painter.setPen(QColor(*parse_colour(settings.colour)))
            painter.drawText(
                QRectF(margin, margin, width - margin, height - margin), flags, settings.text
            )
        finally:
            painter.end()
        return image

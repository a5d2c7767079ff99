"""From a view to a picture: the one place where an overlay's painter begins and ends."""

from collections.abc import Hashable

from PySide6.QtGui import QImage, QPainter

from studio.engine.overlays.base import Overlay


def painted(overlay: Overlay, view: Hashable | None) -> QImage:
    """Return a premultiplied picture of the overlay's size; a transparent one for no view."""
    settings = overlay.settings
    image = QImage(settings.width, settings.height, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    if view is not None:
        painter = QPainter(image)
        try:
            overlay.paint(view, painter)
        finally:
            painter.end()
    return image

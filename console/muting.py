"""Media as a moderator meets it first: small, blurred and grey, until they ask to see it."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

_BLUR_WIDTH = 14


def muted(image: QImage) -> QImage:
    """The picture without colour or detail: enough to tell that it moves, no more.

    Detail is truly gone (the picture passes through 14 pixels of width), so no screenshot of the
    console can be sharpened back.
    """
    if image.isNull():
        return image
    tiny = image.scaledToWidth(_BLUR_WIDTH, Qt.TransformationMode.SmoothTransformation)
    grey = tiny.convertToFormat(QImage.Format.Format_Grayscale8)
    # Grown in doublings: one leap would show the few pixels as tiles.
    while grey.width() * 2 < image.width():
        grey = _stretched(grey, grey.size() * 2)
    return _stretched(grey, image.size())


def _stretched(image: QImage, size: QSize) -> QImage:
    return image.scaled(
        size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )


def fitted(image: QImage, size: QSize) -> QImage:
    """The picture scaled to cover `size`, its overhang cut off evenly."""
    if image.isNull() or size.isEmpty():
        return image
    grown = image.scaled(
        size,
        Qt.AspectRatioMode.KeepAspectRatioByExpanding,
        Qt.TransformationMode.SmoothTransformation,
    )
    left = (grown.width() - size.width()) // 2
    top = (grown.height() - size.height()) // 2
    return grown.copy(left, top, size.width(), size.height())

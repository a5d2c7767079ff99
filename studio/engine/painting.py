"""From painted images to frames: what QPainter draws becomes a layer."""

import os

import av
import numpy as np
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QGuiApplication, QImage

from studio.engine.pixels import packed_view


def frame_of(image: QImage) -> tuple[av.VideoFrame, bool]:
    """Return a premultiplied BGRA frame of an image, and whether any of it is transparent.

    Odd sizes get a transparent edge, because a frame on air has even ones.
    """
    has_alpha = image.hasAlphaChannel()
    image = image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    width, height = image.width(), image.height()
    frame = av.VideoFrame(width + width % 2, height + height % 2, "bgra")
    rows = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(height, image.bytesPerLine())
    pixels = packed_view(frame)
    pixels[:] = 0
    pixels[:height, :width] = rows[:, : width * 4].reshape(height, width, 4)
    is_padded = (frame.width, frame.height) != (width, height)
    return frame, is_padded or (has_alpha and bool((pixels[:, :, 3] < 255).any()))


def prepare_fonts() -> QCoreApplication:
    """Make text paintable while the returned object lives; on the main thread only.

    This process has no windows, so Qt gets no screen.
    """
    running = QGuiApplication.instance()
    if running is not None:
        return running
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    return QGuiApplication(["teezu-engine"])

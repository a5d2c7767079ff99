"""The luma wipe: a grey picture says where the second picture appears first."""

from typing import cast

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from shared.chosen_files import is_plain_file, spoken_name
from shared.errors import InvalidInput
from studio.engine.pixels import Plane
from studio.engine.transitions.base import Moment, Stateless, masked
from studio.project.transitions import LumaShape, LumaTransition

_BLINDS = 8
_LEVELS = np.arange(256, dtype=np.float64) / 255.0


def luma_shape(shape: LumaShape, width: int, height: int) -> Plane:
    """Return a grey picture, `(h, w) uint8`, dark where the new picture comes first."""
    x = np.linspace(0.0, 1.0, width)[None, :]
    y = np.linspace(0.0, 1.0, height)[:, None]
    across, down = (x - 0.5) * width, (y - 0.5) * height
    match shape:
        case "left":
            values = 1.0 - x + 0.0 * y
        case "right":
            values = x + 0.0 * y
        case "up":
            values = 1.0 - y + 0.0 * x
        case "down":
            values = y + 0.0 * x
        case "diagonal":
            values = (x + y) / 2
        case "circle":
            values = np.hypot(across, down) / np.hypot(width / 2, height / 2)
        case "clock":
            values = np.arctan2(across, -down) / (2 * np.pi) % 1.0
        case "blinds":
            values = (y * _BLINDS) % 1.0 + 0.0 * x
    return cast(Plane, (values * 255).round().astype(np.uint8))


def _read(path: str, width: int, height: int) -> Plane:
    from PySide6.QtCore import QSize  # Qt: only a wipe with a picture of its own pays
    from PySide6.QtGui import QImage, QImageReader

    name = spoken_name(path)
    if not is_plain_file(path):
        raise InvalidInput(
            f"The picture {name} is not there any more; choose it again.", code="FILE_MISSING"
        )
    reader = QImageReader(path)
    reader.setScaledSize(QSize(width, height))
    image = reader.read()
    if image.isNull():
        raise InvalidInput(
            f"The picture {name} cannot be read; save it as PNG or JPEG.", code="FILE_DAMAGED"
        )
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(grey.constBits(), dtype=np.uint8).reshape(height, grey.bytesPerLine())
    return rows[:, :width].copy()


class LumaWipe(Stateless):
    """The second picture comes where a grey picture is dark first."""

    def __init__(self, settings: LumaTransition, width: int, height: int) -> None:
        """Make the grey picture, or read it.

        Raises:
            InvalidInput: its file is missing or no picture.
        """
        self._softness = settings.softness_percent / 100
        luma = (
            _read(settings.path, width, height)
            if settings.path
            else luma_shape(settings.shape, width, height)
        )
        self._luma = cast(Plane, cv2.bitwise_not(luma)) if settings.inverted else luma

    def mix(self, first: av.VideoFrame, second: av.VideoFrame, moment: Moment) -> av.VideoFrame:
        """Return the first picture, and the second where its time has come."""
        return masked(first, second, cast(Plane, cv2.LUT(self._luma, self._table(moment.progress))))

    def _table(self, progress: float) -> NDArray[np.uint8]:
        """How much of the second picture shows, for each level of grey."""
        edge = max(self._softness, 1 / 255)
        shares = (progress * (1.0 + edge) - _LEVELS) / edge
        return cast(NDArray[np.uint8], (np.clip(shares, 0.0, 1.0) * 255).round().astype(np.uint8))

"""Reads pictures that filters lay into or over what they get."""

from pathlib import Path

import numpy as np

from shared.chosen_files import is_plain_file, spoken_name
from shared.errors import InvalidInput
from studio.engine.filters.base import Pixels

_LARGEST_SIDE = 4096
_LARGEST_PIXELS = 400_000_000
"""Decoded by a format that cannot be scaled while it is read; larger ones are refused."""


def read_picture(path: Path) -> tuple[Pixels, Pixels]:
    """Return a picture's colours `(h, w, 3) BGR`, not multiplied, and its alpha `(h, w)`.

    One larger than 4096 pixels a side is made smaller.

    Raises:
        InvalidInput: it is missing, or cannot be read.
    """
    from PySide6.QtGui import QImage, QImageReader  # only a filter with a picture pays for Qt

    if not is_plain_file(path):
        raise InvalidInput(
            f"The picture {spoken_name(path)} is not there any more; choose it again.",
            code="FILE_MISSING",
        )
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    size = reader.size()
    if size.width() * size.height() > _LARGEST_PIXELS:
        raise _damaged(path)
    if max(size.width(), size.height()) > _LARGEST_SIDE:
        reader.setScaledSize(size * (_LARGEST_SIDE / max(size.width(), size.height())))
    image = reader.read()
    if image.isNull():
        raise _damaged(path)
    image = image.convertToFormat(QImage.Format.Format_ARGB32)
    bits = np.frombuffer(image.constBits(), dtype=np.uint8)
    rows = bits.reshape(image.height(), image.bytesPerLine())
    pixels = rows[:, : image.width() * 4].reshape(image.height(), image.width(), 4)
    return pixels[:, :, :3].copy(), pixels[:, :, 3].copy()


def _damaged(path: Path) -> InvalidInput:
    return InvalidInput(
        f"The picture {spoken_name(path)} cannot be read; save it as PNG or JPEG.",
        code="FILE_DAMAGED",
    )

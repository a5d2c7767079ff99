"""Still pictures from files, never larger in memory than a show can use."""

import math
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from shared.chosen_files import is_plain_file, spoken_name
from shared.errors import InvalidInput

LARGEST_SIDE = 8192
LARGEST_AREA = 4096 * 4096
_LARGEST_FILE = 512 * 1024 * 1024


def read_picture(path: str, *, box: QSize | None = None) -> QImage:
    """Read a picture, scaled down while reading to 16 megapixels or into a box.

    Raises:
        InvalidInput: the file is missing, no picture, or too large to be read at all.
    """
    name = spoken_name(path)
    if not is_plain_file(path):
        raise InvalidInput(
            f"The picture {name} is not there any more; choose it again.", code="FILE_MISSING"
        )
    try:
        size_bytes = Path(path).stat().st_size
        path.encode()
    except (OSError, UnicodeError) as error:
        raise InvalidInput(
            f"The picture {name} cannot be read; save it as PNG or JPEG.", code="FILE_DAMAGED"
        ) from error
    reader = QImageReader(path)
    reader.setAutoTransform(True)
    reader.setDecideFormatFromContent(True)
    size = reader.size()
    wanted = _bounded(size, box, is_turned=_is_turned(reader))
    if wanted != size:
        reader.setScaledSize(wanted)
    image = QImage() if size_bytes > _LARGEST_FILE else reader.read()
    if not image.isNull():
        return image
    if size.isValid() and size.width() * size.height() > LARGEST_AREA:
        raise InvalidInput(
            f"The picture {name} is too large; save it with {LARGEST_SIDE // 2} pixels a side at "
            "most.",
            code="PICTURE_TOO_LARGE",
        )
    raise InvalidInput(
        f"The picture {name} cannot be read; save it as PNG or JPEG.", code="FILE_DAMAGED"
    )


def _is_turned(reader: QImageReader) -> bool:
    """Pictures of phones lie on their side: the box is for how they are shown."""
    return bool(reader.transformation().value & 4)  # TransformationRotate90 and its mirrors


def _bounded(size: QSize, box: QSize | None, *, is_turned: bool) -> QSize:
    if not size.isValid() or size.isEmpty():
        return size
    if box is not None:
        limit = box.transposed() if is_turned else box
        if size.width() <= limit.width() and size.height() <= limit.height():
            return size
        fitted = size.scaled(limit, Qt.AspectRatioMode.KeepAspectRatio)
        return fitted.expandedTo(QSize(1, 1))
    side = max(size.width(), size.height())
    area = size.width() * size.height()
    factor = min(1.0, LARGEST_SIDE / side, math.sqrt(LARGEST_AREA / area))
    if factor >= 1.0:
        return size
    return QSize(max(1, int(size.width() * factor)), max(1, int(size.height() * factor)))

"""Reads `.cube` files: looks as tables of one or three dimensions (Adobe Cube LUT 1.0)."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from shared.chosen_files import is_plain_file, spoken_name
from shared.errors import InvalidInput

_LARGEST_BYTES = 64 * 1024 * 1024
_LARGEST_1D = 65_536
_LARGEST_3D = 129
_SMALLEST = 2

Table = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Cube:
    """A table of `(n, 3)` for one dimension or `(n, n, n, 3)` in the order `[blue][green][red]`.

    The last axis is red, green, blue; what goes in spans `low` to `high` for each of them.
    """

    table: Table
    low: tuple[float, float, float]
    high: tuple[float, float, float]

    @property
    def is_3d(self) -> bool:
        """Channels change each other."""
        return self.table.ndim == 4


def read_cube(path: Path) -> Cube:
    """Read a look.

    Raises:
        InvalidInput: it is missing, or not a cube file that can be used.
    """
    try:
        if not is_plain_file(path):
            raise InvalidInput(
                f"The LUT {spoken_name(path)} is not there any more; choose it again.",
                code="FILE_MISSING",
            )
        if path.stat().st_size > _LARGEST_BYTES:
            raise _damaged(path)
        text = path.read_text(encoding="utf-8", errors="replace")
    except (OSError, ValueError) as error:
        raise _damaged(path) from error
    try:
        return parse_cube(text)
    except ValueError as error:
        raise _damaged(path) from error


def _damaged(path: Path) -> InvalidInput:
    return InvalidInput(
        f"The LUT {spoken_name(path)} cannot be read; save it as a .cube file.",
        code="FILE_DAMAGED",
    )


def parse_cube(text: str) -> Cube:
    """Return the look a cube file's text describes.

    Raises:
        ValueError: it does not follow the format.
    """
    size, is_3d = 0, False
    low, high = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)
    rows: list[str] = []
    for line in text.splitlines():
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        name = words[0].upper()
        if name in ("LUT_1D_SIZE", "LUT_3D_SIZE"):
            if size:
                raise ValueError("two sizes")
            size, is_3d = int(_only(words[1:])), name == "LUT_3D_SIZE"
        elif name == "DOMAIN_MIN":
            low = _triple(words[1:])
        elif name == "DOMAIN_MAX":
            high = _triple(words[1:])
        elif name in ("LUT_1D_INPUT_RANGE", "LUT_3D_INPUT_RANGE"):
            first, last = (float(word) for word in words[1:])
            low, high = (first, first, first), (last, last, last)
        elif name[0].isalpha():
            continue  # a title, or something of a particular program
        else:
            rows.append(line)
    if not _SMALLEST <= size <= (_LARGEST_3D if is_3d else _LARGEST_1D):
        raise ValueError("no usable size")
    if any(not bottom < top for bottom, top in zip(low, high, strict=True)):
        raise ValueError("an empty domain")
    return Cube(_table(rows, size, is_3d=is_3d), low, high)


def _only(words: list[str]) -> str:
    if len(words) != 1:
        raise ValueError("not one value")
    return words[0]


def _triple(words: list[str]) -> tuple[float, float, float]:
    red, green, blue = (float(word) for word in words)
    return red, green, blue


def _table(rows: list[str], size: int, *, is_3d: bool) -> Table:
    count = size**3 if is_3d else size
    if len(rows) != count:
        raise ValueError(f"{len(rows)} rows instead of {count}")
    values = np.array(" ".join(rows).split(), dtype=np.float32)
    if values.size != count * 3 or not np.isfinite(values).all():
        raise ValueError("rows that are no three numbers")
    return values.reshape((size, size, size, 3) if is_3d else (size, 3))

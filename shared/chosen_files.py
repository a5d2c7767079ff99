"""Files that a creator chose: whether they can be read at once, and what to call them."""

import os
import unicodedata
from pathlib import Path
from typing import Final

_LONGEST_NAME: Final = 80


def is_plain_file(path: str | Path) -> bool:
    """Whether it leads to a file: no folder, and no pipe or device, which would hang who reads it.

    Whatever the path is, nothing is raised: a name that is too long is no file either.
    """
    return os.path.isfile(path)


def is_folder(path: str | Path) -> bool:
    """Whether it leads to a folder; nothing is raised."""
    return os.path.isdir(path)


def spoken_name(path: str | Path) -> str:
    """The name of a file as it can stand in a sentence: one line, not too long, always text."""
    name = os.path.basename(os.path.normpath(str(path))) or str(path)
    # "C": control characters, and what stands for bytes that are no text.
    name = "".join("?" if unicodedata.category(each).startswith("C") else each for each in name)
    if len(name) <= _LONGEST_NAME:
        return name
    half = _LONGEST_NAME // 2
    return f"{name[: half - 1]}…{name[-half:]}"

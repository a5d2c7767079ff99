"""Where the files that ship with the product are: icons, themes, translations, fonts."""

import sys
from pathlib import Path


def resource_path(*parts: str) -> Path:
    """The path of a shipped file, in a checkout, an installed wheel or a frozen app."""
    frozen = getattr(sys, "_MEIPASS", None)
    root = Path(frozen) if frozen else Path(__file__).resolve().parents[1]
    return root.joinpath("resources", *parts)

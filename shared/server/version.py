"""This server's version."""

from functools import cache
from importlib import metadata


@cache
def version() -> str:
    """The installed distribution's version, or 0.0.0 when it runs from a bare source tree."""
    try:
        return metadata.version("teezu-studio")
    except metadata.PackageNotFoundError:
        return "0.0.0"

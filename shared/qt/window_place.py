"""Where a window stands: as it was left, and at first fitted to its screen."""

import base64
import binascii

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QWidget

_FRAME_PX = 48
"""More than a title bar takes on the systems we run on, in logical pixels."""


def put_in_place(window: QWidget, kept: str) -> None:
    """Give a window that is not shown yet the place it had; fill a screen that is too small for it.

    Parameters:
        window: with its preferred size.
        kept: what `place_of` gave last time; empty or damaged counts as never.
    """
    if kept and _restore(window, kept):
        return
    room = window.screen().availableSize()
    if window.width() > room.width() or window.height() + _FRAME_PX > room.height():
        window.setWindowState(window.windowState() | Qt.WindowState.WindowMaximized)


def place_of(window: QWidget) -> str:
    """The place of a window as text for the settings, base64."""
    return base64.b64encode(window.saveGeometry().data()).decode("ascii")


def _restore(window: QWidget, kept: str) -> bool:
    try:
        written = base64.b64decode(kept, validate=True)
    except (binascii.Error, ValueError):
        return False
    # Qt itself brings a window back that was left on a screen which has gone.
    return window.restoreGeometry(QByteArray(written))

"""A program that fills its screen with known flat colours and one moving bar, to be captured.

Run as a child process: `python painter.py`; it prints `ready` once its first picture is shown.
"""

import sys

from PySide6.QtCore import QRect, Qt, QTimer
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPaintEvent, QRasterWindow

PATCHES: tuple[tuple[int, int, int], ...] = (
    (191, 191, 191),
    (191, 191, 0),
    (0, 191, 191),
    (0, 191, 0),
    (191, 0, 191),
    (191, 0, 0),
    (0, 0, 191),
    (32, 32, 32),
)
"""RGB of eight equal columns over the upper half of the screen, from left to right."""

BAR_HEIGHT = 40
"""Pixels of the white bar that moves over black, directly below the upper half."""


class _Painter(QRasterWindow):
    def __init__(self) -> None:
        super().__init__()
        self.setFlags(Qt.WindowType.FramelessWindowHint | Qt.WindowType.BypassWindowManagerHint)
        self._x = 0
        self._told = False
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._move)
        self._timer.start(33)

    def _move(self) -> None:
        self._x = (self._x + 16) % self.width()
        self.update(QRect(0, self.height() // 2, self.width(), BAR_HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        half, column = self.height() // 2, self.width() // len(PATCHES)
        if event.region().boundingRect().top() < half:
            for index, (red, green, blue) in enumerate(PATCHES):
                painter.fillRect(index * column, 0, column, half, QColor(red, green, blue))
            painter.fillRect(0, half, self.width(), self.height() - half, QColor(0, 0, 0))
        painter.fillRect(0, half, self.width(), BAR_HEIGHT, QColor(0, 0, 0))
        painter.fillRect(self._x, half, 120, BAR_HEIGHT, QColor(255, 255, 255))
        painter.end()
        if not self._told:
            self._told = True
            sys.stdout.write("ready\n")
            sys.stdout.flush()


def main() -> int:
    """Cover the whole primary screen until killed."""
    app = QGuiApplication(sys.argv)
    window = _Painter()
    window.setGeometry(app.primaryScreen().geometry())
    window.show()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())

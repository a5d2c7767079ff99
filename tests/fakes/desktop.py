"""A program that fills its screen with a desktop that moves: a page that scrolls, a sliding card.

Run as a child process: `python desktop.py`; it prints `ready` once its first picture is shown.
Some of it changes in each of 30 pictures a second, as in a broadcast of somebody at work.
"""

import sys

from PySide6.QtCore import QRect, Qt, QTimer
from PySide6.QtGui import (
    QColor,
    QFont,
    QGuiApplication,
    QImage,
    QLinearGradient,
    QPainter,
    QPaintEvent,
    QRasterWindow,
)

_LINES = 160
_LINE_HEIGHT = 24


class _Desktop(QRasterWindow):
    def __init__(self) -> None:
        super().__init__()
        self.setFlags(Qt.WindowType.FramelessWindowHint | Qt.WindowType.BypassWindowManagerHint)
        self._step = 0
        self._told = False
        self._page = _page()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._move)
        self._timer.start(33)

    def _move(self) -> None:
        self._step += 1
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, step = QPainter(self), self._step
        painter.fillRect(event.rect(), QColor("#20242C"))
        height = self._page.height() - 960
        painter.drawImage(60, 60, self._page, 0, step * 3 % height, 900, 960)
        card = QRect(1000 + step * 7 % 600, 100 + step * 5 % 500, 300, 300)
        colours = QLinearGradient(card.topLeft(), card.bottomRight())
        colours.setColorAt(0, QColor("#EF4444"))
        colours.setColorAt(1, QColor("#38BDF8"))
        painter.fillRect(card, colours)
        painter.end()
        if not self._told:
            self._told = True
            sys.stdout.write("ready\n")
            sys.stdout.flush()


def _page() -> QImage:
    page = QImage(900, _LINES * _LINE_HEIGHT, QImage.Format.Format_RGB32)
    page.fill(QColor("white"))
    painter = QPainter(page)
    painter.setFont(QFont("DejaVu Sans", 14))
    painter.setPen(QColor("#222222"))
    for line in range(_LINES):
        words = f"{line:03d}  A quiet evening, some music and {line * 7919 % 100000} lanterns"
        painter.drawText(20, _LINE_HEIGHT * line + 18, words)
    painter.end()
    return page


def main() -> int:
    """Cover the whole primary screen until killed."""
    app = QGuiApplication(sys.argv)
    window = _Desktop()
    window.setGeometry(app.primaryScreen().geometry())
    window.show()
    return app.exec()


if __name__ == "__main__":
    raise SystemExit(main())

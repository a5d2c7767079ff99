"""A program that turns its screen black and white, and says when, to be captured.

Run as a child process: `python flasher.py SEED`; it prints `ready`, then a line for every change:
the level (0 or 1) and the monotonic second at which it was handed to the screen.
"""

import random
import sys
import time

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPaintEvent, QRasterWindow


class _Flasher(QRasterWindow):
    def __init__(self, seed: int) -> None:
        super().__init__()
        self.setFlags(Qt.WindowType.FramelessWindowHint | Qt.WindowType.BypassWindowManagerHint)
        self._chance = random.Random(seed)
        self._is_white = False
        self._told = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._change)

    def _change(self) -> None:
        self._is_white = not self._is_white
        self.update()

    def _tell(self) -> None:
        """The painted picture has been handed over by now."""
        if not self._told:
            self._told = True
            _say("ready")
        else:
            _say(f"{int(self._is_white)} {time.monotonic():.6f}")
        self._timer.start(round(400 + 200 * self._chance.random()))

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        level = 255 if self._is_white else 0
        painter.fillRect(0, 0, self.width(), self.height(), QColor(level, level, level))
        painter.end()
        QTimer.singleShot(0, self._tell)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> int:
    """Cover the whole primary screen until killed."""
    app = QGuiApplication(sys.argv)
    window = _Flasher(int(sys.argv[1]))
    window.setGeometry(app.primaryScreen().geometry())
    window.show()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())

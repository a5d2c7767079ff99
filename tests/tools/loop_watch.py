"""Watches how late an event loop comes to its timers, and how much its thread works in one go."""

import time
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QWidget

_EVERY_MS = 5


class LoopWatch:
    """Counts from its making on; `result` ends it."""

    def __init__(self, owner: QWidget, *, rows_seen: int) -> None:
        self._rows_seen = rows_seen
        self._began = self._at = time.monotonic()
        self._cpu_began = time.process_time()
        self._work_at = time.thread_time()
        self._late: list[float] = []
        self._work: list[float] = []
        self._timer = QTimer(owner)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start(_EVERY_MS)

    def result(self, *, rows_seen: int) -> dict[str, Any]:
        """What was seen."""
        self._timer.stop()
        self._timer.deleteLater()
        took = time.monotonic() - self._began
        late = sorted(self._late)
        return {
            "longest_block_ms": round(late[-1], 1),
            "block_p99_ms": round(late[int(len(late) * 0.99)], 1),
            "longest_work_ms": round(max(self._work), 1),
            "window_cpu_percent": round(100 * (time.process_time() - self._cpu_began) / took, 1),
            "messages_per_s": round((rows_seen - self._rows_seen) / took, 1),
            "seconds": round(took, 1),
        }

    def _beat(self) -> None:
        now, work = time.monotonic(), time.thread_time()
        self._late.append(max(0.0, (now - self._at) * 1000 - _EVERY_MS))
        self._work.append((work - self._work_at) * 1000)
        self._at, self._work_at = now, work

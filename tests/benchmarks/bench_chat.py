"""A UI frame of the studio while its room says two thousand things a second, and its memory.

On a private screen a whole cockpit follows a room whose events come as the network's do: each
frame takes the events of 33 ms into the show, drains them into the widgets and paints. A frame is
all of that, by the clock; `cpu_` figures are the same by the thread's own CPU time, which a busy
machine does not change. Memory is measured once the rings are full, and at the end.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from fakes.display import running_screen

_FRAME_MS = 33
_WARM_UP_S = 5.0
_TEXTS = (
    "hello to all of you",
    "Could you play the slow one again, please? It was the best of the whole evening.",
    "@Mila that was lovely, thank you so much",
    "look at https://example.org/songs/2026 when you have a minute",
    "\N{PARTY POPPER} \N{SPARKLES} what a night \N{SPARKLES}",
    "a long line that wraps more than once in a narrow view, because somebody had a lot to say",
)


def main() -> int:
    """Run the room on a private screen; the last line is one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--rate", type=int, default=2000, help="messages a second")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside:
        return _inside(given.seconds, given.rate)
    with (
        tempfile.TemporaryDirectory(prefix="tz-bench-") as home,
        running_screen(size=(1280, 720), home=Path(home), window_manager=False) as screen,
    ):
        command = [sys.executable, __file__, *sys.argv[1:], "--inside"]
        limit_s = given.seconds + 90
        return subprocess.run(command, env=screen.env, timeout=limit_s, check=False).returncode


def _events(rate: int) -> "Callable[[], list[Any]]":
    """The room's events of one frame, endlessly; every fiftieth line is deleted again."""
    from shared.schemas.realtime import RoomEvent

    count = 0
    now = datetime(2026, 11, 20, 20, 0, tzinfo=UTC).isoformat()
    batch = rate * _FRAME_MS / 1000
    owed = 0.0

    def some() -> list[Any]:
        nonlocal count, owed
        owed += batch
        made = []
        while owed >= 1:
            owed -= 1
            count += 1
            author = count % 400
            data = {
                "id": f"0192d3b4-5c6d-7e8f-9a0b-{count:012d}",
                "stream_id": "0192d3b4-5c6d-7e8f-9a0b-000000000000",
                "author": {
                    "id": f"0192d3b4-5c6d-7e8f-9a0c-{author:012d}",
                    "display_name": f"Guest {author}",
                    "role": "member",
                },
                "text": f"{_TEXTS[count % len(_TEXTS)]} {count}",
                "at": now,
                "is_ai": count % 97 == 0,
            }
            made.append(
                RoomEvent.model_validate(
                    {"seq": count, "type": "chat.message", "at": now, "data": data}
                )
            )
        return made

    return some


class _Room:
    """Stands where the realtime client does; `say` is the network."""

    def __init__(self) -> None:
        self.say: Callable[[Any], None] = lambda _item: None

    def join(self, _room: str, on_item: Callable[[Any], None]) -> "_Room":
        self.say = on_item
        return self

    def close(self) -> None:
        """Leave."""


def _inside(seconds: float, rate: int) -> int:
    from PySide6.QtWidgets import QApplication

    from shared.qt.chat_view import ChatView
    from shared.qt.theme import Theme
    from shared.qt.translations import install_language
    from shared.realtime import RealtimeClient
    from studio.desk.room_desk import RoomDesk
    from studio.main_window import StudioWindow

    qt = QApplication(sys.argv[:1])
    install_language("en")
    theme = Theme()
    theme.apply(qt)
    window = StudioWindow(theme)
    window.show_studio()
    window.show()
    room, some = _Room(), _events(rate)
    desk = RoomDesk(window.cockpit)
    desk.enter(cast(RealtimeClient, room), "s", own_id="m")
    window.cockpit.feed.set_own_name("Mila")
    chat: ChatView = window.cockpit.feed.chat
    qt.processEvents()
    frames: list[float] = []
    worked: list[float] = []
    pause = threading.Event()
    begin = time.monotonic()
    next_at = begin
    warm_mb: float | None = None
    while (elapsed := time.monotonic() - begin) < seconds + _WARM_UP_S:
        events = some()
        started, cpu = time.perf_counter(), time.thread_time()
        for event in events:
            room.say(event)
        desk.drain()
        qt.processEvents()
        chat.viewport().repaint()  # in this frame, whatever the screen would have waited for
        if elapsed >= _WARM_UP_S:
            warm_mb = warm_mb if warm_mb is not None else _resident_mb()
            frames.append((time.perf_counter() - started) * 1000)
            worked.append((time.thread_time() - cpu) * 1000)
        next_at += _FRAME_MS / 1000
        pause.wait(max(0.0, next_at - time.monotonic()))
    frames.sort()
    worked.sort()
    result = {
        "bench": "chat",
        "p99_ms": round(frames[int(len(frames) * 0.99)], 2),
        "p50_ms": round(statistics.median(frames), 2),
        "max_ms": round(frames[-1], 2),
        "cpu_p99_ms": round(worked[int(len(worked) * 0.99)], 2),
        "cpu_p50_ms": round(statistics.median(worked), 2),
        "messages_per_s": rate,
        "rows_held": chat.row_count,
        "cpu_percent": round(sum(worked) / seconds / 10, 1),
        "memory_mb": round(_resident_mb(), 1),
        "memory_growth_mb": round(_resident_mb() - (warm_mb or 0.0), 1),
        "seconds": seconds,
        "machine": f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}",
    }
    window.close_for_good()
    sys.stdout.write(json.dumps(result) + "\n")
    return 0


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    raise SystemExit(main())

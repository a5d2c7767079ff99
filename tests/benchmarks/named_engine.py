"""The engine whose threads carry their names where the system shows them, to see who costs what.

Run as a program with the engine's arguments: `python -m benchmarks.named_engine --runtime-dir D`.
"""

import contextlib
import sys
import threading
from pathlib import Path

from studio.engine.process import main

_NAME_CHARS = 15


class _NamedThread(threading.Thread):
    """A thread that tells Linux its name before it runs."""

    def run(self) -> None:
        """Tell the name, then do the work."""
        tell_name(self.name)
        super().run()


def tell_name(name: str) -> None:
    """Name the calling thread where the system can; nothing is lost where it cannot."""
    with contextlib.suppress(OSError):
        path = Path(f"/proc/self/task/{threading.get_native_id()}/comm")
        path.write_text(name[:_NAME_CHARS], encoding="utf-8")


if __name__ == "__main__":
    tell_name("main")
    threading.Thread = _NamedThread  # type: ignore[misc]
    raise SystemExit(main(sys.argv[1:]))

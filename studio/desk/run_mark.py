"""Whether the window before this one ended as it should: a small file while one runs."""

import contextlib
import os
import sys
from pathlib import Path


class RunMark:
    """A file with the process id; one that is left by a process that is gone tells of a crash."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._is_ours = False

    def begin(self) -> bool:
        """Mark this run; true when the one before did not end as it should."""
        before = self._process()
        if before is not None and _is_running(before):
            return False  # another window is open; the mark stays its own
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.write_text(str(os.getpid()), encoding="ascii")
            self._is_ours = True
        return before is not None

    def end(self) -> None:
        """This run ends as it should."""
        if self._is_ours:
            self._path.unlink(missing_ok=True)

    def _process(self) -> int | None:
        try:
            return int(self._path.read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None


def _is_running(process: int) -> bool:
    if process == os.getpid():
        return False
    if sys.platform == "win32":
        # Asking by signal would end it there; a crash told once too often does less harm.
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

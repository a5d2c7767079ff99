"""What the engine's process uses of the machine."""

import contextlib
import sys
import time
from pathlib import Path

import cv2
import psutil

_NICENESS = -10

_MB = 1024 * 1024


def raise_priority() -> None:
    """Go before other programs where the system lets us: a broadcast must not wait for them."""
    with contextlib.suppress(psutil.AccessDenied, OSError):
        if sys.platform == "win32":
            psutil.Process().nice(psutil.HIGH_PRIORITY_CLASS)
        else:
            psutil.Process().nice(_NICENESS)
    # Linux weighs whole sessions against each other before it looks at a process's niceness.
    with contextlib.suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(_NICENESS), encoding="ascii")


def keep_pictures_in_their_thread() -> None:
    """Let work on a picture stay in the thread that asks for it.

    Shared out among all processors it costs 40 % more and is hardly done earlier, while the
    encoder waits for these processors.
    """
    cv2.setNumThreads(1)


def cpu_s() -> float:
    """Return the CPU seconds of this process, all its threads, since it started."""
    return time.process_time()


def machine_percent() -> float:
    """Return how busy all processors have been since this was asked last, by whomever."""
    return float(psutil.cpu_percent(interval=None))


def processors() -> int:
    """Return how many processors there are."""
    return psutil.cpu_count() or 1


def memory_mb() -> float:
    """Return the resident memory of this process."""
    return float(psutil.Process().memory_info().rss) / _MB


def max_rss_mb() -> float:
    """Return the largest resident memory this process has had."""
    if sys.platform == "win32":
        return float(psutil.Process().memory_info().peak_wset) / _MB
    import resource  # a module of POSIX only

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / _MB if sys.platform == "darwin" else peak / 1024


def percentile(values: list[float], share: float) -> float:
    """Return the value below which a share of the values lies; 0 when there are none."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

"""What the benchmarks of the engine share: a screen that moves, a sink, and measured programs."""

import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
from fakes.display import running_screen
from fakes.nginx_rtmp import Nginx, running_nginx

_DESKTOP = Path(__file__).parents[1] / "fakes" / "desktop.py"


@dataclass(frozen=True, slots=True)
class Measured:
    """A program that has ended: what it printed, and the CPU seconds it and its children took."""

    output: str
    cpu_s: float


@contextmanager
def moving_screen(size: tuple[int, int]) -> Iterator[dict[str, str]]:
    """Show a desktop that moves; the value is the environment of programs that capture it."""
    with (
        tempfile.TemporaryDirectory(prefix="tz-bench-") as home,
        running_screen(size=size, home=Path(home)) as screen,
    ):
        desktop = subprocess.Popen(
            [sys.executable, str(_DESKTOP)], env=screen.env, stdout=subprocess.PIPE, text=True
        )
        assert desktop.stdout is not None
        try:
            assert desktop.stdout.readline() == "ready\n"
            yield screen.env
        finally:
            desktop.terminate()
            desktop.wait(10)
            desktop.stdout.close()


@contextmanager
def rtmp_sink() -> Iterator[Nginx]:
    """Run nginx with its RTMP module: a sink that is neither ours nor ffmpeg's."""
    with (
        tempfile.TemporaryDirectory(prefix="tz-nginx-") as folder,
        running_nginx(Path(folder)) as nginx,
    ):
        yield nginx


def measured(command: Sequence[str], env: Mapping[str, str], *, timeout_s: float) -> Measured:
    """Run a program to its end; its CPU time is what the system charged it and its children.

    Raises:
        RuntimeError: it failed; the text says how.
    """
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(command, env=dict(env), stdout=output, stderr=errors)
        watchdog = subprocess.Popen(
            [
                sys.executable,
                "-c",
                f"import sys,time,os\ntime.sleep({timeout_s})\nos.kill({process.pid}, 9)\n",
            ]
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        watchdog.kill()
        watchdog.wait()
        output.seek(0)
        errors.seek(0)
        if process.returncode != 0:
            raise RuntimeError(f"{command[0]} failed: {errors.read()[-2000:]}")
        return Measured(output.read(), usage.ru_utime + usage.ru_stime)


def versions() -> dict[str, str]:
    """The versions that the figures depend on."""
    ffmpeg = subprocess.run(["ffmpeg", "-version"], capture_output=True, text=True, check=True)
    return {
        "python": platform.python_version(),
        "av": av.__version__,
        "libavcodec": ".".join(map(str, av.library_versions["libavcodec"])),
        "ffmpeg": ffmpeg.stdout.split()[2],
        "machine": f"{platform.machine()}, {os.cpu_count()} processors",
    }


def last_json(text: str) -> dict[str, Any]:
    """The JSON object in the last line of a program's output."""
    return dict(json.loads(text.strip().splitlines()[-1]))

"""A private X screen with a window manager, for tests that capture or click on a real one."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_START_DEADLINE_S = 20.0


@dataclass(frozen=True, slots=True)
class Screen:
    """A running X server; `name` is what DISPLAY must be to reach it."""

    name: str
    size: tuple[int, int]

    @property
    def env(self) -> dict[str, str]:
        """The environment of a child process that shows its windows on this screen."""
        return {
            **{key: value for key, value in os.environ.items() if key != "WAYLAND_DISPLAY"},
            "DISPLAY": self.name,
            "QT_QPA_PLATFORM": "xcb",
            "XDG_SESSION_TYPE": "x11",
        }


@contextmanager
def running_screen(
    *, size: tuple[int, int] = (1920, 1080), home: Path, window_manager: bool = True
) -> Iterator[Screen]:
    """Start Xvfb on a free display and openbox on it, and end both again.

    `home` holds openbox's caches and settings, so that it never reads the user's own.
    """
    server, name = _start_server(size)
    try:
        screen = Screen(name=name, size=size)
        if not window_manager:
            yield screen
            return
        manager = _start_window_manager(screen, home)
        try:
            yield screen
        finally:
            _end(manager)
    finally:
        _end(server)


def _start_server(size: tuple[int, int]) -> tuple[subprocess.Popen[bytes], str]:
    """Start Xvfb; it picks the display itself and tells it once it accepts clients."""
    reader, writer = os.pipe()
    width, height = size
    command = [
        *("Xvfb", "-displayfd", str(writer), "-screen", "0", f"{width}x{height}x24"),
        *("-nolisten", "tcp", "-noreset", "-dpi", "96"),
    ]
    try:
        server = subprocess.Popen(
            command, pass_fds=[writer], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    finally:
        os.close(writer)
    with os.fdopen(reader, "rb") as lines:
        number = lines.readline().decode().strip()
    if not number:
        server.wait(_START_DEADLINE_S)
        raise RuntimeError("Xvfb did not start; run `packaging/dev setup` to install it")
    return server, f":{number}"


def _start_window_manager(screen: Screen, home: Path) -> subprocess.Popen[bytes]:
    """Start openbox and wait for the command it runs once it manages the screen."""
    manager = subprocess.Popen(
        ["openbox", "--sm-disable", "--startup", "echo ready"],
        env={**screen.env, "HOME": str(home), "XDG_CACHE_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert manager.stdout is not None
    for line in manager.stdout:  # its own remarks come first
        if line.strip() == b"ready":
            return manager
    _end(manager)
    raise RuntimeError("openbox did not start on the private screen")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask a child process to end, insist after a while, and reap it."""
    process.terminate()
    try:
        process.wait(_START_DEADLINE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()

"""A private X screen for the tests of a machine that has none."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from devtool.terminal import say

_END_S = 10.0


def has_display() -> bool:
    """Whether windows can be shown here."""
    if sys.platform != "linux":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


@contextmanager
def screen_if_none() -> Iterator[dict[str, str]]:
    """Give what to add to a child's environment; Xvfb runs meanwhile where no display is."""
    if has_display() or shutil.which("Xvfb") is None:
        yield {}
        return
    reader, writer = os.pipe()
    options = ["-screen", "0", "1920x1080x24", "-nolisten", "tcp", "-noreset"]
    try:
        server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writer), *options],
            pass_fds=[writer],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    finally:
        os.close(writer)
    try:
        with os.fdopen(reader, encoding="ascii") as lines:
            number = lines.readline().strip()
        if not number:
            say("Xvfb did not start; going on without a display.")
        yield {"DISPLAY": f":{number}", "XDG_SESSION_TYPE": "x11"} if number else {}
    finally:
        server.terminate()
        try:
            server.wait(_END_S)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()

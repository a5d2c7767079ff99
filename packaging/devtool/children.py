"""Runs a program of the tree to its end, and never leaves it behind."""

import os
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence

from devtool.places import ROOT, VENV, venv_python

# How long a program may take to leave in order: pytest writes its report, a studio saves.
_LEAVE_S = 30.0


def run_python(
    arguments: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    read: Callable[[Iterable[str]], None] | None = None,
) -> int:
    """Run the environment's Python in the tree and give its exit code.

    Its input and output are ours, or `read` is given its output line by line. After Ctrl+C, which
    the terminal sends to both, it is waited for; when we are told to end, it is told, too.
    """
    child = subprocess.Popen(
        [str(venv_python()), *arguments],
        cwd=ROOT,
        env={**_product_env(), **(env or {})},
        stdout=subprocess.PIPE if read else None,
        text=True,
    )
    try:
        if read is not None:
            read(child.stdout or ())
        return child.wait()
    except KeyboardInterrupt:
        if read is not None:
            read(child.stdout or ())  # what it says on leaving
        return _wait_out(child)
    finally:
        if child.poll() is None:
            child.terminate()
            _wait_out(child)
        if child.stdout is not None:
            child.stdout.close()


def _wait_out(child: subprocess.Popen[str]) -> int:
    """Wait for a child that has been told to end; a second Ctrl+C, or its delay, ends it hard."""
    try:
        return child.wait(_LEAVE_S)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        child.kill()
        return child.wait()


def _product_env() -> dict[str, str]:
    """The environment of a child process: the commands in `.venv` are found first."""
    path = os.pathsep.join([str(venv_python().parent), os.environ.get("PATH", os.defpath)])
    return {**os.environ, "PATH": path, "VIRTUAL_ENV": str(VENV)}

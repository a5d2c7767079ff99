"""Runs a program of the tree to its end, and never leaves it behind."""

import json
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from types import FrameType

from devtool.places import ROOT, VENV, venv_python

# How long a program may take to leave in order: pytest writes its report, a studio saves.
_LEAVE_S = 30.0


# Loads an app's modules, then waits for the line that says with what to run it, if one comes.
_LOADER = """\
import json, sys
from importlib import import_module
try:
    import_module(sys.argv[1] + ".app")
    line = sys.stdin.readline()
    main = import_module(sys.argv[1] + ".__main__").main
except KeyboardInterrupt:
    sys.exit(130)
sys.exit(main(json.loads(line)) if line else 0)
"""


@contextmanager
def loading(app: str) -> Iterator[Callable[[Sequence[str]], int]]:
    """Load the studio or the console while something else is made ready, for a quick start.

    The value runs the loaded app with its arguments and gives its exit code.
    """
    child = subprocess.Popen(
        [str(venv_python()), "-c", _LOADER, app],
        cwd=ROOT,
        env=_product_env(),
        stdin=subprocess.PIPE,
        text=True,
    )

    def run(arguments: Sequence[str]) -> int:
        with _interrupts_of(child):
            if child.stdin is not None:
                with suppress(BrokenPipeError), child.stdin as line:
                    line.write(json.dumps(list(arguments)) + "\n")
            return child.wait()

    try:
        yield run
    finally:
        _end(child)


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
        with _interrupts_of(child):
            if read is not None:
                read(child.stdout or ())
            return child.wait()
    finally:
        _end(child)


@contextmanager
def _interrupts_of(child: subprocess.Popen[str]) -> Iterator[None]:
    """Leave Ctrl+C to the child, which the terminal tells, too; a second, or its delay, ends it.

    Nothing is raised here: a KeyboardInterrupt between the system's word that the child has ended
    and our note of it would lose its exit code.
    """
    before = signal.getsignal(signal.SIGINT)
    if before is not signal.default_int_handler:  # ignored, or somebody else's business
        yield
        return
    patience = threading.Timer(_LEAVE_S, child.kill)
    patience.daemon = True

    def on_interrupt(_number: int, _frame: FrameType | None) -> None:
        if patience.is_alive():
            child.kill()
        else:
            patience.start()

    signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        patience.cancel()


def _end(child: subprocess.Popen[str]) -> None:
    """Leave no process and no pipe of a child behind."""
    if child.poll() is None:
        child.terminate()
        _wait_out(child)
    for pipe in (child.stdin, child.stdout):
        if pipe is not None and not pipe.closed:
            with suppress(BrokenPipeError):
                pipe.close()


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

"""The command line of `packaging/dev`."""

import os
import signal
from collections.abc import Callable, Sequence
from types import FrameType

from devtool import checks
from devtool.checks import prepare
from devtool.locking import lock
from devtool.running import run
from devtool.terminal import CannotGoOn, say, show

_HELP = """\
packaging/dev COMMAND

  run [--console] [--headless]
                 set up, start the demo server unless one answers, and open the studio
                 (or the console); without a display, broadcast for 30 s and print figures
  test [...]     set up what the tests need and run them; arguments go to pytest
  lint           ruff, mypy and import-linter over the whole tree
  bench NAME     run a benchmark; the last line of its output is one JSON object
  screenshots FOLDER
                 take pictures of every main screen of both apps, in both looks, at 1280x720
  setup          only set up: .venv, the pinned requirements, the system libraries
  lock           compile packaging/requirements/*.in again (for maintainers; needs uv)
  help           this text
"""


def main(arguments: Sequence[str]) -> int:
    """Run one command; the result is the exit code."""
    os.environ.pop("PYTHONHOME", None)
    command, *rest = arguments or ["help"]
    if command in ("help", "-h", "--help"):
        show(_HELP.rstrip())
        return 0
    action = _COMMANDS.get(command)
    if action is None:
        say(f"There is no command {command!r}.\n\n{_HELP.rstrip()}")
        return 2
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _leave)
    try:
        return action(rest)
    except CannotGoOn as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        return 130


def _leave(number: int, _frame: FrameType | None) -> None:
    """Unwind as after Ctrl+C, so that what we started is stopped."""
    raise SystemExit(128 + number)


def _setup(arguments: list[str]) -> int:
    if arguments:
        raise CannotGoOn("packaging/dev setup takes no arguments.")
    prepare("run")
    say("Ready: packaging/dev run")
    return 0


_COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "run": run,
    "test": checks.test,
    "lint": checks.lint,
    "bench": checks.bench,
    "screenshots": checks.screenshots,
    "setup": _setup,
    "lock": lock,
}

"""The commands that check the tree: test, lint and bench."""

import os
import time
from collections.abc import Sequence
from pathlib import Path

from devtool.children import run_python
from devtool.environment import ensure_environment
from devtool.places import BENCHMARKS, ROOT, TOOLS
from devtool.screen import screen_if_none
from devtool.system import ensure_packages
from devtool.terminal import CannotGoOn, say, sentence

LINTERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ruff", ("-m", "ruff", "check", ".")),
    ("ruff format", ("-m", "ruff", "format", "--check", ".")),
    ("mypy", ("-m", "mypy")),
    ("import-linter", ("-c", "from importlinter.cli import lint_imports_command as f; f()")),
)


SCREENSHOTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("studio", "screenshots.py", ()),
    ("studio/parts", "studio_gallery.py", ()),
    ("console", "console_screenshots.py", ("dark",)),
    ("console", "console_screenshots.py", ("light",)),
)
"""Each app, the tool that takes its pictures, and what it is told."""

PACED_TESTS: tuple[str, ...] = (
    "tests/faults",
    "tests/studio/engine/test_outputs.py",
    "tests/studio/engine/test_recording.py",
    "tests/studio/test_app.py",
    "tests/studio/test_headless.py",
)
"""Tests of broadcasts at their own pace, with small pictures: two at a time."""

SOLE_TESTS: tuple[str, ...] = (
    "tests/end_to_end",
    "tests/studio/engine/sources/test_microphone.py",
    "tests/studio/engine/test_process.py",
    "tests/studio/engine/test_show.py",
)
"""Tests that count every picture or hear every sample: they have the machine to themselves."""

_INTERRUPTED = 2
"""pytest's exit code when somebody stopped it."""


def test(arguments: Sequence[str]) -> int:
    """Set up what testing needs and hand over to pytest.

    Without arguments all tests run, in three parts: those that mostly wait, several at a time,
    those that broadcast in real time, two at a time, and one by one those that need the machine.
    """
    prepare("test")
    with screen_if_none() as env:
        if arguments:
            return run_python(["-m", "pytest", *arguments], env=env)
        elsewhere = [f"--ignore={place}" for place in (*PACED_TESTS, *SOLE_TESTS)]
        workers = (os.cpu_count() or 1) + 1
        parts = (
            [*_at_once(workers), "--durations=15", *elsewhere],
            [*_at_once(2), "--durations=10", *PACED_TESTS],
            ["--durations=10", *SOLE_TESTS],
        )
        failed = 0
        for part in parts:
            code = run_python(["-m", "pytest", *part], env=env)
            if code == _INTERRUPTED:
                return code
            failed = failed or code
        return failed


def _at_once(workers: int) -> list[str]:
    """Pytest's options to run files of tests in several processes."""
    return ["-n", str(workers), "--dist", "loadfile"]


def lint(arguments: Sequence[str]) -> int:
    """Run every check, even after one has found something."""
    if arguments:
        raise CannotGoOn("packaging/dev lint takes no arguments: it checks the whole tree.")
    ensure_environment("test")
    failed = []
    for name, command in LINTERS:
        began_s = time.monotonic()
        code = run_python(list(command))
        say(f"{name}: {'passed' if code == 0 else 'FAILED'} ({time.monotonic() - began_s:.1f} s)")
        if code:
            failed.append(name)
    if failed:
        say(f"Lint failed: {sentence(failed)}.")
    return 1 if failed else 0


def bench(arguments: Sequence[str]) -> int:
    """Run one benchmark; the last line of its output is one JSON object."""
    known = benchmarks()
    if not arguments or arguments[0] not in known:
        raise CannotGoOn(
            f"Name one of the benchmarks: {sentence(known)}."
            if known
            else "There are no benchmarks in this tree."
        )
    prepare("test")
    name, *rest = arguments
    importable = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    with screen_if_none() as env:
        return run_python(
            [str(BENCHMARKS / f"bench_{name}.py"), *rest], env={**env, "PYTHONPATH": importable}
        )


def screenshots(arguments: Sequence[str]) -> int:
    """Take pictures of every main screen of both apps, in both looks, into a folder.

    `--language nl`, `--scale 2` (the display's) and `--size` are for the studio's.
    """
    if not arguments or arguments[0].startswith("-"):
        raise CannotGoOn("Name a folder for the pictures: packaging/dev screenshots FOLDER")
    prepare("test")
    folder = Path(arguments[0]).resolve()
    importable = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    failed = []
    with screen_if_none() as env:
        for app, tool, told in SCREENSHOTS:
            command = [str(TOOLS / tool), str(folder / app), *told]
            if app.startswith("studio"):
                command += arguments[1:]
            if run_python(command, env={**env, "PYTHONPATH": importable}):
                failed.append(app)
    say(f"The pictures are in {folder}." if not failed else f"Failed: {sentence(failed)}.")
    return 1 if failed else 0


def benchmarks(folder: Path = BENCHMARKS) -> list[str]:
    """The names of the benchmarks, from their files."""
    return sorted(path.stem.removeprefix("bench_") for path in folder.glob("bench_*.py"))


def prepare(purpose: str) -> None:
    """System packages and environment for running or for testing."""
    if purpose == "test":
        ensure_packages("test")
        ensure_environment("test")
    else:
        ensure_packages("run")
        ensure_environment("runtime")

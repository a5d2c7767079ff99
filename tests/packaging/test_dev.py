"""`packaging/dev` itself, run by real shells: it finds a Python, or says that there is none."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[2]
_SHELLS = [
    pytest.param(command, id=command[0])
    for command in (["sh"], ["dash"], ["bash", "--posix"], ["busybox", "sh"])
    if shutil.which(command[0])
]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A tree without `.venv` that holds nothing but packaging/dev and a stand-in for devtool."""
    packaging = tmp_path / "tree with space" / "packaging"
    packaging.mkdir(parents=True)
    shutil.copy2(_ROOT / "packaging" / "dev", packaging / "dev")
    devtool = packaging / "devtool"
    devtool.mkdir()
    (devtool / "__main__.py").write_text("raise SystemExit('must not run: the Pythons are fakes')")
    return packaging.parent


def _run_dev(
    tree: Path, shell: list[str], *arguments: str, path: str, **env: str
) -> subprocess.CompletedProcess[str]:
    """Run packaging/dev with nothing in its environment but what is given."""
    program = shutil.which(shell[0])
    assert program is not None
    return subprocess.run(
        [program, *shell[1:], str(tree / "packaging" / "dev"), *arguments],
        env={"PATH": path, "HOME": str(tree), **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _fake_python(file: Path, *, is_new_enough: bool) -> None:
    """A program that passes or fails the version question, and else tells its name and input."""
    file.parent.mkdir(parents=True, exist_ok=True)
    answer = "exit 0" if is_new_enough else "exit 1"
    file.write_text(f'#!/bin/sh\n[ "$1" = -c ] && {answer}\necho "{file}" "$@"\n')
    file.chmod(0o755)


@pytest.mark.parametrize("shell", _SHELLS)
def test_help_runs_in_every_shell(shell: list[str]) -> None:
    done = _run_dev(_ROOT, shell, "help", path=os.defpath, TEEZU_PYTHON=sys.executable)
    assert done.returncode == 0, done.stderr
    assert "packaging/dev COMMAND" in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize("shell", _SHELLS)
def test_without_a_python_it_says_what_to_install(shell: list[str], tree: Path) -> None:
    done = _run_dev(tree, shell, "run", path=str(tree / "nothing here"))
    assert done.returncode == 1
    assert "No Python 3.12 or newer was found" in done.stderr
    assert "must not run" not in done.stderr + done.stdout


@pytest.mark.parametrize("shell", _SHELLS)
def test_it_prefers_3_13_and_hands_the_arguments_over(shell: list[str], tree: Path) -> None:
    programs = tree / "bin"
    for name in ("python3.14", "python3.13", "python3.12", "python3"):
        _fake_python(programs / name, is_new_enough=True)
    done = _run_dev(tree, shell, "test", "-k", "two words", path=str(programs))
    devtool = tree / "packaging" / "devtool"
    assert done.stdout == f"{programs / 'python3.13'} {devtool} test -k two words\n"


def test_a_name_that_refuses_to_run_is_passed_over(tree: Path) -> None:
    programs = tree / "bin"
    _fake_python(programs / "python3.13", is_new_enough=False)
    _fake_python(programs / "python3.12", is_new_enough=True)
    done = _run_dev(tree, ["sh"], "help", path=str(programs))
    assert done.stdout.startswith(str(programs / "python3.12"))


def test_it_finds_versions_of_pyenv(tree: Path) -> None:
    here = tree / ".pyenv" / "versions"
    _fake_python(here / "3.11.9" / "bin" / "python", is_new_enough=False)
    _fake_python(here / "3.12.1" / "bin" / "python", is_new_enough=True)
    done = _run_dev(tree, ["sh"], "help", path="/nonexistent")
    assert done.stdout.startswith(str(here / "3.12.1"))
    elsewhere = tree / "elsewhere"
    _fake_python(elsewhere / "versions" / "3.13.7" / "bin" / "python", is_new_enough=True)
    done = _run_dev(tree, ["sh"], "help", path="/nonexistent", PYENV_ROOT=str(elsewhere))
    assert done.stdout.startswith(str(elsewhere))


def test_it_asks_uv_last(tree: Path) -> None:
    python = tree / "uv's" / "python"
    _fake_python(python, is_new_enough=True)
    uv = tree / "bin" / "uv"
    uv.parent.mkdir()
    uv.write_text(f'#!/bin/sh\n[ "$1 $2" = "python find" ] && echo "{python}"\n')
    uv.chmod(0o755)
    done = _run_dev(tree, ["sh"], "help", path=str(uv.parent))
    assert done.stdout.startswith(str(python))


def test_the_environment_that_is_there_comes_first(tree: Path) -> None:
    _fake_python(tree / "bin" / "python3.13", is_new_enough=True)
    mine = tree / ".venv" / "bin" / "python"
    _fake_python(mine, is_new_enough=True)
    done = _run_dev(tree, ["sh"], "help", path=str(tree / "bin"))
    assert done.stdout.startswith(str(mine))


def test_a_python_chosen_by_hand_is_taken_or_refused(tree: Path) -> None:
    chosen = tree / "chosen"
    _fake_python(chosen, is_new_enough=True)
    _fake_python(tree / "bin" / "python3.13", is_new_enough=True)
    path = str(tree / "bin")
    done = _run_dev(tree, ["sh"], "help", path=path, TEEZU_PYTHON=str(chosen))
    assert done.stdout.startswith(str(chosen))
    _fake_python(chosen, is_new_enough=False)
    done = _run_dev(tree, ["sh"], "help", path=path, TEEZU_PYTHON=str(chosen))
    assert done.returncode == 1
    assert "is not a Python 3.12 or newer" in done.stderr


def test_an_unknown_command_gets_the_list() -> None:
    done = _run_dev(_ROOT, ["sh"], "bulid", path=os.defpath, TEEZU_PYTHON=sys.executable)
    assert done.returncode == 2
    assert "no command 'bulid'" in done.stderr
    assert "bench NAME" in done.stderr

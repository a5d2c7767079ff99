"""`packaging/dev run` as a process: what it started has ended when it has, however it ends."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from devtool.environment import Stamp, parts_wanted, python_version

_ROOT = Path(__file__).resolve().parents[2]
_DEADLINE_S = 30.0

# The server tells its number, and serves nothing; the studio tells that it runs, and waits.
_SERVER = """\
import json, os, pathlib, signal, sys, threading
data = pathlib.Path(sys.argv[sys.argv.index("--data") + 1])
(data / "pid").write_text(str(os.getpid()))
print(json.dumps({"ready": True, "http": "http://127.0.0.1:9", "rtmp": "rtmp://x"}), flush=True)
threading.Event().wait()
"""
_STUDIO = """\
import signal, sys, threading
def main(argv):
    signal.signal(signal.SIGINT, lambda *_: sys.exit(3))
    print("studio runs with", *argv[:1], flush=True)
    threading.Event().wait()
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A tree that counts as set up, with stand-ins for the server and the studio."""
    shutil.copytree(_ROOT / "packaging", tmp_path / "packaging", dirs_exist_ok=True)
    shutil.copy(_ROOT / "pyproject.toml", tmp_path)
    for folder, text in (("shared/server", _SERVER), ("studio", _STUDIO)):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "__main__.py").write_text(text)
    # Packages, so that they come before an installed Teezu.
    for module in ("shared/__init__", "shared/server/__init__", "studio/__init__", "studio/app"):
        (tmp_path / f"{module}.py").touch()
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    stamp = Stamp(python=python_version(), parts=parts_wanted("runtime", root=tmp_path))
    stamp.write(tmp_path / ".venv")
    return tmp_path


@contextmanager
def _running(tree: Path) -> Iterator[tuple[subprocess.Popen[str], psutil.Process]]:
    """Run the studio from the tree until it and the server are up."""
    env = {**os.environ, "DISPLAY": ":0", "XDG_DATA_HOME": str(tree / "share")}
    # Without system packages to ask for: this is about leaving.
    env["PATH"] = str(tree / "bin")
    with (
        (tree / "said").open("w") as said,
        subprocess.Popen(
            [sys.executable, str(tree / "packaging" / "devtool"), "run"],
            env=env,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
            start_new_session=True,
        ) as run,
    ):
        try:
            assert run.stdout is not None
            told = run.stdout.readline()
            assert told == "studio runs with --server\n", (tree / "said").read_text()
            pid = int((tree / "share" / "teezu-studio" / "demo" / "pid").read_text())
            yield run, psutil.Process(pid)
        finally:
            run.terminate()


@pytest.mark.parametrize(
    ("how", "code"),
    [
        pytest.param("the keyboard", 3, id="Ctrl+C in the terminal"),
        pytest.param("the studio", -signal.SIGKILL, id="the studio dies"),
        pytest.param("a signal", 128 + signal.SIGTERM, id="SIGTERM"),
    ],
)
def test_the_server_is_stopped(tree: Path, how: str, code: int) -> None:
    with _running(tree) as (run, server):
        if how == "the keyboard":
            os.killpg(run.pid, signal.SIGINT)
        elif how == "a signal":
            run.terminate()
        else:
            children = set(psutil.Process(run.pid).children()) - {server}
            for child in children:
                child.kill()
        said = tree / "said"
        assert run.wait(_DEADLINE_S) in (code, code % 256, 130), said.read_text()
        _, alive = psutil.wait_procs([server], timeout=_DEADLINE_S)
        assert alive == [], said.read_text()


def test_a_studio_that_waits_for_its_server_ends_with_it(tree: Path) -> None:
    """The studio is loaded while the server starts; it must not stay when that fails."""
    (tree / "shared" / "server" / "__main__.py").write_text("raise SystemExit('no disk')")
    done = subprocess.run(
        [sys.executable, str(tree / "packaging" / "devtool"), "run"],
        env={"PATH": str(tree / "bin"), "HOME": str(tree), "DISPLAY": ":0"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "The demo server did not start. no disk" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_set_up_tree_installs_nothing(tree: Path) -> None:
    stamp = (tree / ".venv" / "teezu-setup.json").read_text()
    with _running(tree) as (run, _):
        run.terminate()
        run.wait(_DEADLINE_S)
    assert json.loads((tree / ".venv" / "teezu-setup.json").read_text()) == json.loads(stamp)


def test_a_foreign_environment_is_not_deleted(tree: Path) -> None:
    (tree / ".venv" / "teezu-setup.json").unlink()
    done = subprocess.run(
        [sys.executable, str(tree / "packaging" / "devtool"), "run", "--headless"],
        env={"PATH": str(tree / "bin"), "HOME": str(tree)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "was not made by packaging/dev" in done.stderr
    assert (tree / ".venv" / "bin" / "python").exists()

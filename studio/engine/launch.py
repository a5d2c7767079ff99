"""Starting the engine so that it outlives whoever started it."""

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

_LAUNCH_S = 20.0


def engine_command(*arguments: str) -> list[str]:
    """Return the command line that runs the engine, from sources or from a frozen app."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "engine", *arguments]
    return [sys.executable, "-m", "studio", "engine", *arguments]


def start_engine(runtime_dir: Path, *, idle_s: float, arguments: Sequence[str] = ()) -> None:
    """Start an engine detached; return when it listens, has ended, or 20 s are over.

    It gets a session of its own and is no child of ours for long: on POSIX its first process
    forks and ends when the engine listens; on Windows the engine closes its standard output.
    Whether it runs is told by its address file.
    """
    command = engine_command(
        "--runtime-dir", str(runtime_dir), "--idle-s", str(idle_s), "--detach", *arguments
    )
    environment = dict(os.environ)
    if not getattr(sys, "frozen", False):
        root = str(Path(__file__).resolve().parents[2])
        known = environment.get("PYTHONPATH")
        environment["PYTHONPATH"] = os.pathsep.join((root, known)) if known else root
    detached = 0x00000008 | 0x00000200  # DETACHED_PROCESS | CREATE_NEW_PROCESS_GROUP
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,
        creationflags=detached if sys.platform == "win32" else 0,
    )
    reader = threading.Thread(target=_drain, args=(process,), name="engine-launch", daemon=True)
    reader.start()
    reader.join(_LAUNCH_S)
    if sys.platform == "win32":
        process.returncode = 0  # it goes on without us: nobody will wait for it
        return
    try:
        process.wait(timeout=1.0)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(timeout=5.0)
    reader.join(5.0)


def _drain(process: "subprocess.Popen[bytes]") -> None:
    if process.stdout is not None:
        with process.stdout as output:
            while output.read(4096):
                pass

"""Compiles the pinned, hashed requirement files for every platform at once, by uv."""

import shutil
import subprocess
from pathlib import Path

from devtool.places import REQUIREMENTS, VENV
from devtool.terminal import CannotGoOn, say

# Each file with the files whose versions it must agree with.
_FILES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("runtime", ()),
    ("test", ("runtime.txt",)),
    ("build", ("runtime.txt", "test.txt")),
)
_UV_OPTIONS = (
    *("--universal", "--python-version", "3.12", "--generate-hashes"),
    *("--no-config", "--no-emit-index-url", "--no-emit-find-links", "--no-header"),
    *("--no-annotate", "--quiet"),
)


def lock(arguments: list[str]) -> int:
    """Compile every `.in` into its `.txt`; `--upgrade` takes the newest versions."""
    uv = _find_uv()
    for name, earlier in _FILES:
        say(f"Compiling packaging/requirements/{name}.txt.")
        command = [uv, "pip", "compile", *_UV_OPTIONS, *arguments]
        for file in earlier:
            command += ["--constraints", file]
        done = subprocess.run(
            [*command, "--output-file", f"{name}.txt", f"{name}.in"],
            cwd=REQUIREMENTS,
            check=False,
        )
        if done.returncode:
            raise CannotGoOn(f"uv could not compile {name}.in; its lines above say why.")
    return 0


def _find_uv() -> str:
    for candidate in (VENV / "bin" / "uv", VENV / "Scripts" / "uv.exe"):
        if Path(candidate).exists():
            return str(candidate)
    found = shutil.which("uv")
    if found is None:
        raise CannotGoOn("Compiling requirements needs uv: pip install uv, then try again.")
    return found

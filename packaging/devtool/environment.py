"""Makes `.venv` and installs the pinned, hashed requirements; a stamp skips what is done."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from devtool.places import REQUIREMENTS, ROOT, VENV, venv_python
from devtool.system import ensure_packages
from devtool.terminal import CannotGoOn, say

type Kind = Literal["runtime", "test"]

_STAMP = "teezu-setup.json"
_PROJECT = "project"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What has been installed into an environment: a digest for each part, and for which Python."""

    python: str
    parts: Mapping[str, str]

    @classmethod
    def read(cls, venv: Path) -> "Stamp | None":
        """Give the stamp, or None when there is none that we can read."""
        try:
            fields = json.loads((venv / _STAMP).read_text(encoding="utf-8"))
            return cls(python=str(fields["python"]), parts=dict(fields["parts"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, venv: Path) -> None:
        """Replace the stamp in one step."""
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=venv, prefix=f".{_STAMP}", delete=False
        ) as file:
            json.dump(asdict(self), file, indent=1)
        os.replace(file.name, venv / _STAMP)


def python_version(version: tuple[int, ...] = sys.version_info[:3]) -> str:
    """The version as it stands in the stamp; a new bug-fix release needs no new environment."""
    return ".".join(str(part) for part in version[:2])


def digest(files: Iterable[Path]) -> str:
    """One digest over the contents of files."""
    total = hashlib.sha256()
    for file in files:
        total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def parts_wanted(kind: Kind, *, root: Path = ROOT) -> dict[str, str]:
    """The parts that `kind` asks for, in the order of installation, with their digests."""
    requirements = root / "packaging" / "requirements"
    names = ["build", "runtime"] + (["test"] if kind == "test" else [])
    parts = {name: digest([requirements / f"{name}.txt"]) for name in names}
    parts[_PROJECT] = digest([root / "pyproject.toml"])
    return parts


def parts_to_install(stamp: Stamp | None, wanted: Mapping[str, str], python: str) -> list[str]:
    """Compare with the stamp: what is new or has changed."""
    done = stamp.parts if stamp is not None and stamp.python == python else {}
    return [name for name, value in wanted.items() if done.get(name) != value]


def ensure_environment(kind: Kind) -> None:
    """Bring `.venv` to what `kind` asks for; quick when it already is."""
    running_inside = Path(sys.prefix) == VENV
    stamp = Stamp.read(VENV) if venv_python().exists() else None
    wanted = parts_wanted(kind)
    if not parts_to_install(stamp, wanted, python_version()):
        return
    with _only_one():
        stamp = Stamp.read(VENV) if venv_python().exists() else None
        todo = parts_to_install(stamp, wanted, python_version())
        if not running_inside and (stamp is None or stamp.python != python_version()):
            _make_venv()
            stamp = None
        _ensure_pip()
        done = dict(stamp.parts) if stamp is not None else {}
        for name in todo:
            _install_part(name)
            done[name] = wanted[name]
            Stamp(python=python_version(), parts=done).write(VENV)


def _make_venv() -> None:
    if find_spec("ensurepip") is None:
        # Debian and Ubuntu ship Python without it.
        package = f"python{python_version()}-venv"
        ensure_packages("run", extra=[package])
        if not _has_ensurepip():
            raise CannotGoOn(
                f"This Python cannot make an environment: its module ensurepip is missing. "
                f"On Debian and Ubuntu, install it with: sudo apt-get install {package}"
            )
    say(f"Making .venv with {sys.executable}.")
    if venv_python().exists() and not (VENV / _STAMP).exists():
        # Its Python is too old or broken, else it would be running this.
        raise CannotGoOn(
            f"{VENV} was not made by packaging/dev, and its Python cannot be used. "
            "Move it away, then run the same command again."
        )
    if VENV.exists():
        shutil.rmtree(VENV)
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=False)
    if made.returncode:
        raise CannotGoOn(f"The environment {VENV} could not be made; the lines above say why.")


def _ensure_pip() -> None:
    """Other tools make environments without pip; Python can add its own."""
    python = str(venv_python())
    if subprocess.run([python, "-c", "import pip"], capture_output=True, check=False).returncode:
        subprocess.run([python, "-m", "ensurepip"], stdout=sys.stderr, check=False)


def _has_ensurepip() -> bool:
    """Ask a fresh interpreter, because this one remembers what it did not find."""
    command = [sys.executable, "-c", "import ensurepip"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def pip_arguments(part: str) -> list[str]:
    """What pip is told for one part: pinned, checked by hash, never built here."""
    common = ["install", "--disable-pip-version-check", "--no-input", "--quiet"]
    if part == _PROJECT:
        return [*common, "--no-index", "--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
    file = REQUIREMENTS / f"{part}.txt"
    return [*common, "--require-hashes", "--only-binary=:all:", "--requirement", str(file)]


_WHAT = {
    "build": "what building needs",
    "runtime": "what the product needs (about 350 MB, once)",
    "test": "what the tests need",
    _PROJECT: "the commands teezu-studio, teezu-console and teezu-server",
}


def _install_part(part: str) -> None:
    say(f"Installing {_WHAT[part]}.")
    pip = [str(venv_python()), "-m", "pip", *pip_arguments(part)]
    # The build warns of what editable installations are in general.
    env = {**os.environ, "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(pip, cwd=ROOT, env=env, stdout=sys.stderr, check=False)
    if done.returncode:
        raise CannotGoOn(
            "pip could not install the requirements; its last lines say why. Check the network "
            "(a proxy belongs into HTTPS_PROXY, a mirror into pip's own settings) and try again."
        )


@contextmanager
def _only_one() -> Iterator[None]:
    """Let a second command wait until the first has finished its set-up."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    with (ROOT / ".venv.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another packaging/dev that is installing.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield

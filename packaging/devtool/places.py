"""Where things are: the source tree, its environment, the demo's files."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ROOT / "packaging" / "requirements"
BENCHMARKS = ROOT / "tests" / "benchmarks"
TOOLS = ROOT / "tests" / "tools"
VENV = ROOT / ".venv"


def venv_python(venv: Path = VENV) -> Path:
    """The interpreter of an environment."""
    if sys.platform == "win32":
        return venv / "Scripts" / "python.exe"
    return venv / "bin" / "python"


def demo_folder(
    env: Mapping[str, str] = os.environ, *, platform: str = sys.platform, home: Path | None = None
) -> Path:
    """Where the demo server keeps its data: the platform's place for a user's data."""
    home = home or Path.home()
    if platform == "win32":
        base = Path(env.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif platform == "darwin":
        base = home / "Library" / "Application Support"
    else:
        base = Path(env.get("XDG_DATA_HOME") or home / ".local" / "share")
    return base / "teezu-studio" / "demo"

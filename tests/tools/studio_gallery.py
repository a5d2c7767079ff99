"""Pictures of every part of the studio from plain state, in both looks: no server, no engine.

Run as `python tests/tools/studio_gallery.py FOLDER [--language nl] [--scale 2] [--text 2.0]
[--size 3840x2160] [--only NAME]`. `--scale` is the display's scale, as the system would set it.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(_ROOT), str(_ROOT / "tests")]


def main() -> int:
    """Take the pictures; at another scale in a process of its own, as Qt reads it at its start."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--language", choices=("en", "nl"), default="en")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--text", type=float, default=1.0)
    parser.add_argument("--size", default="1280x720", help="of the window, before the scale")
    parser.add_argument("--only", default="", help="only pictures whose name has this in it")
    parser.add_argument("--schemes", default="dark,light")
    parser.add_argument("--film", help="taken by the other tour alone")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    scale = str(given.scale)
    if given.scale != 1.0 and os.environ.get("QT_SCALE_FACTOR") != scale:
        env = {**os.environ, "QT_SCALE_FACTOR": scale}
        return subprocess.run([sys.executable, *sys.argv], env=env, check=False).returncode
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    return _take(given)


def _take(given: argparse.Namespace) -> int:
    from PySide6.QtWidgets import QApplication
    from tools.gallery import Gallery
    from tools.gallery_rooms import ROOMS

    from shared.qt.theme import Scheme, Theme, ThemeChoice
    from shared.qt.translations import install_language

    app = QApplication(["studio-gallery"])
    install_language(given.language)
    theme = Theme(ThemeChoice(text_scale=given.text, reduced_motion=True))
    theme.apply(app)
    width, height = (int(part) for part in given.size.split("x"))
    gallery = Gallery(theme, (width, height))

    def shoot(name: str) -> None:
        for scheme in given.schemes.split(","):
            theme.with_scheme(Scheme(scheme))
            gallery.settle()
            path = given.folder / f"{name}-{scheme}.png"
            assert gallery.target.grab().save(str(path)), f"{path} was not saved"

    for name, room in ROOMS:
        if given.only in name:
            _visit(gallery, room, lambda name=name: shoot(name))
    app.closeAllWindows()
    sys.stdout.flush()
    os._exit(0)  # windows of plain state are not taken down in order


def _visit(gallery: object, room: Callable[..., None], shoot: Callable[[], None]) -> None:
    room(gallery)
    shoot()


if __name__ == "__main__":
    raise SystemExit(main())

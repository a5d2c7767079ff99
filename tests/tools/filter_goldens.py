"""Makes the golden pictures of the filters anew: `python tests/tools/filter_goldens.py`.

Look at what it made before it is committed.
"""

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import cv2  # noqa: E402 - the path is known now
from fakes.filter_cases import CASES, as_bgra, picture, result, write_files  # noqa: E402

FOLDER = ROOT / "tests" / "studio" / "engine" / "filters" / "golden"


def main() -> None:
    """Write one picture a case, and the one they begin with."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        files = Path(name)
        write_files(files)
        cv2.imwrite(str(FOLDER / "plain.png"), as_bgra(picture()))
        for case in CASES:
            cv2.imwrite(str(FOLDER / f"{case.name}.png"), as_bgra(result(case, files)))


if __name__ == "__main__":
    main()

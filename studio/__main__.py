"""The studio's one entry: the window, the headless broadcast, or the engine process."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studio.desk.start import Services


def main(argv: Sequence[str] | None = None) -> int:
    """Run what the first word asks for: `live`, `engine`, `do`, or else the window."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    match arguments:
        case ["engine", *rest]:
            from studio.engine.environment import prepare_libraries

            prepare_libraries()
            from studio.engine.process import main as run_engine

            return run_engine(rest)
        case ["capture", *rest]:
            from studio.engine.environment import prepare_libraries

            prepare_libraries()
            from studio.engine.sources.children import main as run_capture

            return run_capture(rest)
        case ["do", *rest]:
            from studio.remote import main as press

            return press(rest)
        case ["live", *rest]:
            from studio.headless import main as run_headless

            return run_headless(rest)
        case _:
            from studio.app import main as run_window

            return run_window(arguments, _services)


def _services() -> "Services":
    """What the window needs once it is on screen: the engine's and the platform's clients."""
    from studio.desk.running import run_services

    return run_services


if __name__ == "__main__":
    raise SystemExit(main())

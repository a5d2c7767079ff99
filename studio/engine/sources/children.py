"""The captures that run in processes of their own, by the name that starts each."""


def main(arguments: list[str]) -> int:
    """Run the child that the first word names; return the exit status."""
    match arguments:
        case ["sound", *rest]:
            from studio.engine.sources.sound_process import run

            return run(rest)
        case ["qt", *rest]:
            from studio.engine.sources.qt_capture_process import run as run_qt

            return run_qt(rest)
        case _:
            return 2

"""What the person at the terminal is told and asked."""

import os
import sys
from collections.abc import Sequence


class CannotGoOn(Exception):
    """The command ends here; the text is what a person reads, with the next step."""


def say(text: str) -> None:
    """Tell how things go, apart from a command's own output."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def show(text: str) -> None:
    """Write a command's own output."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def may_ask() -> bool:
    """Whether somebody is there to answer a question."""
    return not os.environ.get("CI") and sys.stdin.isatty() and sys.stderr.isatty()


def confirm(question: str) -> bool:
    """Ask a question whose ready answer is yes; a closed input means no."""
    sys.stderr.write(f"{question} [Y/n] ")
    sys.stderr.flush()
    answer = sys.stdin.readline()
    return bool(answer) and answer.strip().lower() in ("", "y", "yes", "j", "ja")


def sentence(names: Sequence[str]) -> str:
    """Join names as they are read aloud."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
